"""`deadline explain`, `calendar show`, `rule show`, `sweep`."""

from __future__ import annotations

from datetime import datetime

import pytest

from models.kernel.calendar.local_time import SHANGHAI
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
    assert len(told["days"]) == 13  # 全国年节及纪念日放假办法, the lunar ones included
    assert "尚未公布" in bare("calendar", "show", "2040").out


def test_rules_are_shown_one_or_all(bare: Shell) -> None:
    assert bare("rule", "show", "notice.plan", "--json").json["amount"] == 7
    assert len(bare("rule", "show", "--json").json) == 13
    assert bare("rule", "show", "bogus").status == 1


def test_a_dry_sweep_tells_and_writes_nothing(shell: Shell, case: str) -> None:
    at = ("sweep", "--as-of", "2040-01-02")
    told = shell(*at, "--dry-run", "--json").json
    assert told["as_of"] == "2040-01-02T00:00:00+08:00"
    assert {"looked_at", "newly_late", "drafted"} <= set(told)
    assert len(told["newly_late"]) == 1
    assert len(shell("case", "show", case, "--json").json["events"]) == 1
    assert "新超期 1 个" in shell(*at, "--dry-run").out
    refused = shell(*at, "--json")
    assert (refused.status, refused.json["error"]["code"]) == (1, "not_yet")
    assert len(shell("case", "show", case, "--json").json["events"]) == 1


@pytest.mark.parametrize("other", ["2026-09-28T09:00:00Z", "2026-09-28T09:00:00+09:00", "2026-09-28T22:00:00-05:00"])
def test_a_moment_of_another_zone_is_refused_with_what_it_would_be_here(bare: Shell, other: str) -> None:
    said = bare("deadline", "explain", "--rule", "notice.plan", "--start", other)
    assert (said.status, said.out, said.err.count("\n")) == (1, "", 1)
    here = datetime.fromisoformat(other).astimezone(SHANGHAI).isoformat()
    assert said.err == f"“{other}”不是北京时间，请核对后按北京时间填写；如果无误，应写成 {here}。\n"


def test_a_refused_limit_says_what_to_do_instead(shell: Shell) -> None:
    explain = ("deadline", "explain", "--rule", "notice.plan", "--start", "2026-09-28")
    for typed, code, instead in (
        (("deadline", "explain", "--rule", "notice.plans", "--start", "2026-09-28"), "rule_not_found", "notice.plan"),
        (("rule", "set", "notice.plans", "--amount", 5, "--reason", "市局规定"), "rule_not_found", "notice.plan"),
        ((*explain, "--amount", 0), "limit_out_of_range", "1至2500之间的整数"),
        ((*explain, "--amount", -7), "limit_out_of_range", "1至2500之间的整数"),
        (("rule", "set", "notice.plan", "--amount", 0, "--reason", "市局规定"), "limit_out_of_range", "1至2500"),
        (("rule", "set", "notice.plan", "--amount", -7, "--reason", "市局规定"), "limit_out_of_range", "1至2500"),
    ):
        said = shell(*typed, "--json")
        assert (said.status, said.json["error"]["code"]) == (1, code), typed
        assert instead in said.json["error"]["message"]
    assert shell("rule", "show", "notice.plan", "--json").json["version"] == 1


def test_an_extension_asked_late_is_refused_at_the_command_line(shell: Shell, case: str) -> None:
    [clock] = shell("case", "show", case, "--json").json["deadlines"]
    assert clock["late"]
    leader = ("--as", "ling")
    asked = ("--deadline", clock["id"], "--until", "2099-01-01", "--reason", "案情复杂")
    said = shell("case", "do", case, "extend", *asked, *leader)
    assert (said.status, said.out) == (1, "")
    assert "届满" in said.err
    assert shell("deadline", "explain", clock["id"], "--json").json["extension"] is None
