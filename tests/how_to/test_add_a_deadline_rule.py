"""Whoever follows docs/how-to/add-a-deadline-rule.md has a new clock in every case, and has touched three files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.how_to.walking import ROOT, Copy, follow
from tests.stories import staffed

pytestmark = pytest.mark.long
NEW = "tests/models/clock/test_sponsor_clock.py"


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return follow(ROOT / "docs" / "how-to" / "add-a-deadline-rule.md", tmp_path_factory.mktemp("copy"))


def test_it_takes_the_rule_and_the_places_where_its_clock_starts_and_ends(copy: Copy) -> None:
    assert copy.program_files() == [
        "models/clock/rules/deadline_rules.py",
        "models/case/commands/filing.py",
        "models/case/commands/cases.py",
    ]


def test_the_test_on_the_page_and_those_of_all_rules_pass(copy: Copy) -> None:
    said = copy.pytest(NEW, "tests/models/clock/test_deadlines.py")
    assert said.returncode == 0, said.stdout
    assert said.stdout.count(f"PASSED {NEW}::") == 2
    assert "test_each_rule_has_the_limit_of_the_table[sponsor.assign-" in said.stdout


def test_an_installation_at_work_gets_the_rule_and_explains_it(copy: Copy, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'office.db'}"
    staffed(url)  # by the program as it is, which knows no such rule
    said = copy.python("-c", UPGRADED, url)
    assert said.returncode == 0, said.stderr
    assert said.stdout.strip() == "3 working_days"


def test_types_and_style_hold(copy: Copy) -> None:
    said = copy.python("-m", "mypy", "-p", "models.case.commands")
    assert said.returncode == 0, said.stdout
    said = copy.style()
    assert said.returncode == 0, said.stdout


UPGRADED = """
import sys
from models import first_set_up
from models.clock.queries.rulebook import rulebook
from models.kernel.storage.database import Database
from models.kernel.settings import Settings
from tests.stories import START

database = Database(sys.argv[1], durable=False)
assert not first_set_up.initialise(database, Settings(), START)
with database.reading() as session:
    rule = rulebook(session).rule("sponsor.assign")
    print(rule.amount, rule.unit.value)
"""
