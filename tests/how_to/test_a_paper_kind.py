"""`docs/how-to/add-a-paper-kind.md`, followed to the letter in a copy of the repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.how_to import pages
from tests.stories import staffed

pytestmark = pytest.mark.long

PAGE = "add-a-paper-kind.md"
FOLDERS = ("models/papers/kinds/inquiry_letter/", "documents/kinds/inquiry_letter/")
VERSIONS = "models/migrations/versions/"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return pages.copied(tmp_path_factory.mktemp("copy"))


@pytest.fixture(scope="module")
def touched(tree: Path) -> list[str]:
    """Follow the page, and return which files that touched."""
    before = pages.state(tree)
    newest = max(int(name[len(VERSIONS) :][:4]) for name in before if re.match(rf"{VERSIONS}\d{{4}}_", name))
    pages.apply(PAGE, tree, {"NNNN": f"{newest + 1:04}", "MMMM": f"{newest:04}"})
    run(tree, "-m", "models.dictionary", "docs")
    run(tree, "-m", "documents.templates.guide", "docs")
    after = pages.state(tree)
    assert before.keys() <= after.keys()
    return [name for name, hashed in after.items() if before.get(name) != hashed]


def run(tree: Path, *arguments: str) -> str:
    """Run Python in the copy, of which it takes the code."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SHENCHA_", "PREFECT_"))}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=tree,
        env={
            **kept,
            "PYTHONPATH": str(tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PREFECT_LOGGING_TO_API_ENABLED": "false",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_takes_four_files_outside_its_two_folders_and_a_migration(touched: list[str]) -> None:
    outside = [name for name in touched if not name.startswith((*FOLDERS, VERSIONS))]
    assert outside == [
        "docs/data-dictionary.md",
        "docs/templates.md",
        "models/kernel/vocabulary.py",
        "tests/documents/kinds/inquiry_letter.py",
    ]
    assert len([name for name in touched if name.startswith(VERSIONS)]) == 1


def test_an_office_at_work_upgrades_and_writes_such_a_letter(touched: list[str], tree: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    staffed(url)  # by the program as it is, which knows no such letter
    walk = tree / "tests" / "how_to" / "a_letter_of_inquiry.py"
    told: dict[str, Any] = json.loads(run(tree, str(walk), url, str(tmp_path)).splitlines()[-1])
    assert told["where"] == str(tree)
    assert told["papers"] == told["files"] == len(told["numbers"]) > 0
    assert told["statuses"] == ["已送达"]
    assert all("有关情况的函" in title for title in told["titles"])
    assert all(re.fullmatch(r"鄂州公交询〔2025〕\d+号", number) for number in told["numbers"])
    assert told["series"] == ["鄂州公交安询", "鄂州公交局询", "鄂州公交询"]
    assert all(told["says"])
    assert told["faults"] == []
    assert not told["restricted"]
    assert told["menu"] == "函询"
    assert told["flow"]
    assert "询问事项" in told["fields"]
    assert told["again"] == "本案没有需要新拟的函询。"
    assert told["drift"] == []


def test_the_generated_tests_take_it_along(touched: list[str], tree: Path) -> None:
    said = run(
        tree,
        *("-m", "pytest", "-n", "0", "-q", "-p", "no:cacheprovider"),
        *("tests/documents/test_check.py", "tests/documents/test_package.py", "tests/documents/test_words.py"),
        *("tests/documents/templates/test_rendering.py", "tests/models/papers/test_paper_kinds.py"),
        *("-rA", "-k", "inquiry_letter or test_paper_kinds"),
    )
    for file in ("documents/test_check", "documents/test_words", "models/papers/test_paper_kinds"):
        assert f"PASSED tests/{file}.py::" in said, said


def test_the_copy_is_written_as_the_house_writes(touched: list[str], tree: Path) -> None:
    written = [name for name in touched if name.endswith(".py")]
    run(tree, "-m", "ruff", "check", "--no-cache", *written)
    run(tree, "-m", "ruff", "format", "--no-cache", "--check", *written)


def test_without_its_migration_the_tables_refuse_it(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    tree = pages.copied(tmp_path_factory.mktemp("without"))
    pages.apply(PAGE, tree, {}, only="models/kernel/")
    for folder in FOLDERS:
        pages.apply(PAGE, tree, {}, only=folder)
    url = f"sqlite:///{tmp_path / 'office.db'}"
    with pytest.raises(AssertionError, match="ck_manners_documentkind"):
        run(tree, "-c", f"from tests.stories import staffed; staffed({url!r})")
