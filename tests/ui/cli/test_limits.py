"""`deadline explain`, `calendar show`, `rule show`, `sweep`."""

from __future__ import annotations

import pytest

from tests.ui.cli.conftest import Shell


def test_a_limit_is_explained_without_any_database(bare: Shell) -> None:
    said = bare("deadline", "explain", "--rule", "notice.plan", "--start", "2026-09-28T09:00:00+08:00", "--json")
    assert said.status == 0
    told = said.json
    assert {"due_on", "provisional", "basis", "borrowed", "calendar_version", "days"} <= set(told)
    assert (told["due_on"], told["provisional"], told["borrowed"]) == ("2026-10-13", False, True)
    assert told["days"][0] == {"day": "2026-09-29", "number": 1, "reason": "工作日"}
    assert told["days"][-1]["day"] == told["due_on"]


def test_a_day_is_a_start_too_and_an_exceptional_accident_has_its_own_length(bare: Shell) -> None:
    at = ("deadline", "explain", "--rule", "report.approve", "--start", "2026-03-02", "--json")
    assert bare(*at).json["amount"] == 15
    assert bare(*at, "--grade", "exceptional").json["amount"] == 30
    assert bare(*at, "--amount", "3").json["due_on"] == "2026-03-05"


def test_a_start_without_zone_is_refused(bare: Shell) -> None:
    said = bare("deadline", "explain", "--rule", "notice.plan", "--start", "2026-09-28T09:00:00", "--json")
    assert (said.status, said.json["error"]["code"]) == (1, "naive_datetime")


def test_an_unknown_rule_is_refused(bare: Shell) -> None:
    assert bare("deadline", "explain", "--rule", "notice.plans", "--start", "2026-09-28").status == 1


@pytest.mark.parametrize(
    "typed", [[], ["--rule", "notice.plan"], ["--start", "2026-09-28"], ["1", "--rule", "notice.plan"]]
)
def test_half_a_question_is_wrong_usage(bare: Shell, typed: list[str]) -> None:
    assert bare("deadline", "explain", *typed).status == 2


def test_a_running_clock_explains_itself(shell: Shell, case: str) -> None:
    [clock] = shell("case", "show", case, "--json").json["deadlines"]
    told = shell("deadline", "explain", clock["id"], "--json").json
    assert told["due_on"] == clock["due_on"]
    assert {"basis", "borrowed", "calendar_version", "days"} <= set(told)
    assert shell("deadline", "explain", clock["id"]).out.startswith("时限：提交调查分析报告，60日")


def test_a_published_year_lists_its_days(bare: Shell) -> None:
    told = bare("calendar", "show", "2026", "--json").json
    assert told["published"] is True
    assert {"day": "2026-10-10", "kind": "work", "name": "国庆节"} in told["days"]
    assert "国庆节  调休上班  2026-10-10                1" in bare("calendar", "show", "2026").out


def test_a_year_to_come_shows_what_the_law_fixes(bare: Shell) -> None:
    told = bare("calendar", "show", "2040", "--json").json
    assert told["published"] is False
    assert len(told["days"]) == 6
    assert "尚未公布" in bare("calendar", "show", "2040").out


def test_rules_are_shown_one_or_all(bare: Shell) -> None:
    assert bare("rule", "show", "notice.plan", "--json").json["amount"] == 7
    assert len(bare("rule", "show", "--json").json) == 11
    assert bare("rule", "show", "bogus").status == 1


def test_a_dry_sweep_tells_and_writes_nothing(shell: Shell, case: str) -> None:
    at = ("sweep", "--as-of", "2040-01-02T09:00:00+08:00")
    told = shell(*at, "--dry-run", "--json").json
    assert {"looked_at", "newly_late", "drafted"} <= set(told)
    assert len(told["newly_late"]) == 1
    assert len(shell("case", "show", case, "--json").json["events"]) == 1
    assert "新超期 1 个" in shell(*at).out
    assert shell(*at, "--json").json["newly_late"] == []
