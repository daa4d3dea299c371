"""Whoever follows docs/how-to/add-a-screen.md has a page in the menu that the generated tests walk by themselves."""

from __future__ import annotations

import pytest

from tests.how_to.walking import ROOT, Copy, follow

pytestmark = pytest.mark.long

NEW = "tests/ui/web/test_recent.py"
WALKS = (
    "test_app.py::test_every_heading_has_its_english",
    "test_app.py::test_no_english_is_left_on_the_pages",
    "test_markup.py::test_no_page_hands_words_of_people_to_markdown",
    "test_every_screen.py::test_no_screen_shows_anything_of_another_unit[clerk]",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return follow(ROOT / "docs" / "how-to" / "add-a-screen.md", tmp_path_factory.mktemp("copy"))


def test_it_takes_a_query_a_screen_and_two_lines(copy: Copy) -> None:
    assert copy.program_files() == [
        "models/case/queries/recently_filed.py",
        "ui/web/screens/recent.py",
        "ui/web/navigation.py",
        "ui/web/english.py",
    ]


def test_the_test_on_the_page_passes_and_the_generated_ones_walk_it(copy: Copy) -> None:
    said = copy.pytest(NEW, *(f"tests/ui/web/{walk}" for walk in WALKS))
    assert said.returncode == 0, said.stdout
    assert said.stdout.count(f"PASSED {NEW}::") == 2
    assert all(f"PASSED tests/ui/web/{walk}" in said.stdout for walk in WALKS)


def test_types_walls_and_style_hold(copy: Copy) -> None:
    said = copy.python("-m", "mypy", "-m", "ui.web.screens.recent")
    assert said.returncode == 0, said.stdout
    said = copy.style()
    assert said.returncode == 0, said.stdout
