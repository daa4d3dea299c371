"""Whoever follows docs/how-to/add-an-action.md has a new step at every door, and has touched one file and an event's kind."""

from __future__ import annotations

import pytest

from tests.how_to.walking import ROOT, Copy, follow

pytestmark = pytest.mark.long

GENERATED = (
    "tests/models/test_actions.py",
    "tests/ui/cli/test_actions.py",
    "tests/ui/web/test_case_page.py",
    "tests/models/overview/test_optimistic_lock.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return follow(ROOT / "docs" / "how-to" / "add-an-action.md", tmp_path_factory.mktemp("copy"))


def test_it_takes_one_file_and_the_kind_of_a_new_event(copy: Copy) -> None:
    assert copy.program_files() == ["models/case/commands/visits.py", "models/kernel/record/event_kinds.py"]


def test_the_command_line_lists_it_where_it_says_with_its_chinese_title(copy: Copy) -> None:
    said = copy.python("-m", "ui.cli", "case", "do", "4207-2026-0001", "--help")
    assert said.returncode == 0, said.stderr
    listed = [line.split() for line in said.stdout.splitlines()]
    place = listed.index(["note-visit", "记录走访"])
    assert listed[place - 1][0] == "withdraw-finding"
    told = copy.python("-m", "ui.cli", "case", "do", "4207-2026-0001", "note-visit", "--help")
    assert all(option in told.stdout for option in ("--finding", "--place", "--note", "--happened-at"))


def test_it_works_is_refused_to_a_leader_has_a_form_and_is_covered_by_the_optimistic_lock(copy: Copy) -> None:
    (copy.folder / FORM).write_text(FORM_TEST, encoding="utf-8")
    asked = "note-visit or test_visits or form_of_a_visit or in_this_order or called_the_same or kept_for_what_is_gone"
    said = copy.pytest(*GENERATED, "tests/models/case/test_visits.py", FORM, "-k", asked)
    assert said.returncode == 0, said.stdout
    for test in (
        "test_a_leader_is_refused_and_so_is_a_visit_of_which_nothing_is_said",
        "test_an_officer_fills_in_the_form_and_a_leader_is_not_offered_it",
        "test_every_step_is_declared_whole[note-visit]",
        "test_every_step_has_a_verb_that_says_in_chinese_what_it_does[note-visit]",
        "test_every_step_can_be_asked_for_by_a_form[note-visit]",
        "test_what_another_did_to_the_same_thing_is_told_with_who_when_and_what[note-visit-finding-finding]",
    ):
        assert f"::{test}\n" in said.stdout, test


def test_types_and_style_hold(copy: Copy) -> None:
    said = copy.python("-m", "mypy", "-p", "models.case.commands")
    assert said.returncode == 0, said.stdout
    said = copy.style()
    assert said.returncode == 0, said.stdout


FORM = "tests/ui/web/test_form_of_a_visit.py"
FORM_TEST = """
from tests.stories import Story
from tests.ui.web.conftest import Look


def test_an_officer_fills_in_the_form_and_a_leader_is_not_offered_it(story: Story, look: Look) -> None:
    case = story.file()
    app = look("li", "case", number=case, part="more", action="note-visit")
    assert not app.exception
    assert [box.label for box in app.selectbox] == ["办理什么", "问题"]
    assert [field.label for field in (*app.text_input, *app.text_area)] == ["地点", "情况说明"]
    assert "记录走访" not in look("ling", "case", number=case, part="more").selectbox[0].options
"""
