"""`accident list|show|correct|merge|split|apart|link|duplicates`: the register at the command line."""

from __future__ import annotations

from tests.ui.cli.conftest import Shell


def test_what_is_filed_is_found_shown_and_corrected(shell: Shell, case: str) -> None:
    [one] = shell("accident", "list", "--json").json
    assert (one["case_number"], one["exclusion"]) == (case, None)
    row = str(one["id"])
    assert case in shell("accident", "show", row).out
    assert shell("accident", "list", "--not-investigated", "--json").json == []
    assert shell("accident", "list", "--uncounted", "--since", "2020-01-01", "--json").json == []
    change = ("accident", "correct", row, "--field", "死亡人数（7日内）", "--value", "5", "--reason", "核对")
    assert shell(*change, "--json").json == {"id": one["id"], "version": one_more(shell, row)}
    shown = shell("accident", "show", row, "--json").json
    assert (shown["deaths"], shown["changes"][0]["reason"]) == (5, "核对")
    stale = shell(*change, "--seen", "1", "--json")
    assert (stale.status, stale.json["error"]["code"]) == (1, "conflict_seen")
    assert shell("accident", "list", "--deaths", "6", "--json").json == []
    assert "不是可以识别的日期" in shell("accident", "list", "--since", "昨天").err


def one_more(shell: Shell, row: str) -> int:
    """Return the version that the row has now."""
    version: int = shell("accident", "show", row, "--json").json["version"]
    return version


def test_what_cannot_be_merged_split_or_linked_is_refused_with_its_code(shell: Shell, case: str) -> None:
    why = ("--reason", "核对", "--json")
    for verb, code in (
        (("merge", "1", "1"), "same_row"),
        (("merge", "1", "9"), "accident_not_found"),
        (("split", "1"), "not_merged"),
        (("apart", "1", "9"), "accident_not_found"),
        (("link", "1", "--case", case), "linked"),
    ):
        assert shell("accident", *verb, *why).json["error"]["code"] == code, verb
    assert shell("accident", "duplicates", "--since", "2020-01-01", "--json").json == []
    assert "没有疑似重复" in shell("accident", "duplicates").out
