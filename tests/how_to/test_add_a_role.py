"""Whoever follows docs/how-to/add-a-role.md has a new role that reads, and has touched three files."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.kernel.storage.schema_version import known_versions
from tests.how_to.walking import ROOT, Copy, follow

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    numbers = {"NNNN": f"{int(known_versions()[-1]) + 1:04}", "LAST": known_versions()[-1]}
    return follow(ROOT / "docs" / "how-to" / "add-a-role.md", tmp_path_factory.mktemp("copy"), numbers)


def test_it_takes_three_files(copy: Copy) -> None:
    word, policy, migration = copy.program_files()
    assert (word, policy) == ("models/kernel/vocabulary.py", "models/kernel/rights/policy.py")
    assert Path(migration).parent == Path("models/migrations/versions")


def test_style_holds(copy: Copy) -> None:
    said = copy.style()
    assert said.returncode == 0, said.stdout


def test_the_test_on_the_page_passes_the_laws_hold_and_the_table_asks_for_a_column(copy: Copy) -> None:
    said = copy.pytest("tests/models/office/test_observers.py", "tests/models/kernel/test_policy.py")
    assert "PASSED tests/models/office/test_observers.py::" in said.stdout, said.stdout
    failed = [line for line in said.stdout.splitlines() if line.startswith("FAILED")]
    assert [line.split(" - ")[0] for line in failed] == [
        "FAILED tests/models/kernel/test_policy.py::test_the_policy_is_this_table"
    ], said.stdout


def test_the_command_line_offers_it(copy: Copy) -> None:
    said = copy.python("-m", "ui.cli", "user", "add", "--help")
    assert "观察员" in said.stdout, said
