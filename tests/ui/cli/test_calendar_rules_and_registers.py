"""`calendar load`, `rule set`, `ladder show|set`, `import notices`, `case do … suspend|resume`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.arrangements import arrangement, as_file, without
from tests.ui.cli.conftest import Shell


def test_a_year_is_loaded_once_and_replaced_on_request(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "2027.json"
    file.write_bytes(as_file(arrangement()))
    told = shell("calendar", "load", file, "--reason", "国办通知", "--json").json
    assert (told["year"], told["version"], told["deadlines_moved"]) == (2027, "2027-1", 0)
    again = shell("calendar", "load", file, "--reason", "国办通知", "--json")
    assert (again.status, again.json["error"]["code"]) == (1, "calendar_loaded")
    assert "版本 2027-1" in shell("calendar", "show", "2027").out
    said = arrangement()
    said["days"].append({"name": "中秋节", "date": "2027-09-18", "isOffDay": False})
    file.write_bytes(as_file(said))
    assert "版本2027-2" in shell("calendar", "load", file, "--replace", "--reason", "更正").out


def test_an_incomplete_year_is_refused_with_what_is_missing(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "2027.json"
    file.write_bytes(as_file(without(arrangement(), "国庆节")))
    said = shell("calendar", "load", file, "--reason", "国办通知")
    assert said.status == 1
    assert "缺少10月的国庆节假期" in said.err
    assert shell("calendar", "load", tmp_path / "none.json", "--reason", "x").status == 1


def test_a_rule_is_set_and_moves_the_clocks(shell: Shell, case: str) -> None:
    [before] = shell("case", "show", case, "--json").json["deadlines"]
    told = shell("rule", "set", "investigation.report", "--amount", "90", "--reason", "市局规定", "--json").json
    assert (told["version"], told["amount"], told["deadlines_moved"]) == (2, 90, 1)
    [after] = shell("case", "show", case, "--json").json["deadlines"]
    assert after["due_on"] > before["due_on"]
    assert shell("rule", "set", "investigation.report", "--amount", "0", "--reason", "市局规定").status == 1
    assert shell("rule", "set", "bogus", "--amount", "3", "--reason", "市局规定").status == 1


def test_the_ladder_is_exported_changed_and_set(shell: Shell, tmp_path: Path) -> None:
    said = shell("ladder", "show", "--json").json
    assert said["version"] == 1
    assert "超期" in shell("ladder", "show").out
    file = tmp_path / "ladder.json"
    said["rungs"][-2]["working_days"] = 15
    file.write_text(json.dumps(said))
    assert shell("ladder", "set", file, "--reason", "市局规定", "--json").json == {"version": 2, "rungs": 7}
    assert shell("ladder", "show", "--json").json["rungs"][-2]["working_days"] == 15
    del said["rungs"][3]
    file.write_text(json.dumps(said))
    gap = shell("ladder", "set", file, "--reason", "市局规定", "--json")
    assert (gap.status, gap.json["error"]["faults"][0]["code"]) == (1, "ladder_gap")
    said["rungs"][0] |= {"when": "never", "light": 3, "working_days": "x", "extra": 1, "addressees": ["x"]}
    file.write_text(json.dumps(said))
    wrong = shell("ladder", "set", file, "--reason", "市局规定", "--json").json["error"]["faults"]
    assert {fault["path"].split(".")[-1] for fault in wrong} == {"when", "light", "working_days", "extra", "addressees"}


def test_pfd_a_register_is_imported_and_told_as_of_a_day(shell: Shell, shared_data: Path) -> None:
    file = shared_data / "notices" / "pfd-notices-2025-07-31.csv"
    said = shell("import", "notices", file, "--rule", "56d", "--as-of", "2025-07-31", "--json")
    assert said.json["states"] == {"completed": 1738, "pending": 43, "partial": 399, "overdue": 735}
    assert (said.json["compared"], said.json["different"]) == (2915, [])
    assert "不同 0 个" in shell("import", "notices", file, "--rule", "56d", "--as-of", "2025-07-31").out


def test_a_register_with_bad_rows_is_refused_with_their_lines(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "register.csv"
    file.write_text("ref,issued_on,addressees,replies\nA,yesterday,1,0\n")
    said = shell("import", "notices", file, "--rule", "56d", "--json")
    assert (said.status, said.json["error"]["faults"][0]["path"]) == (1, "第2行.issued_on")


def test_registers_are_listed_and_what_was_left_out_is_told(shell: Shell, tmp_path: Path) -> None:
    file = tmp_path / "登记簿.csv"
    file.write_bytes("文号,发文日期,应答复单位数,已答复单位数\nA,2026年1月5日,1,0\nB,昨天,1,0\n".encode("gbk"))
    unit = ("--organisation", "鄂州市公安局交通警察支队", "--role", "admin")
    assert shell("user", "add", "guan", *unit).status == 0
    assert shell("import", "list", "--as", "guan").out == "没有载入过登记簿。\n"
    asked = ("--rule", "56d", "--skip-bad", "--as-of", "2026-01-04", "--as", "guan")
    said = shell("import", "notices", file, *asked)
    assert said.status == 0
    assert said.err.splitlines() == [
        "未载入 第3行.发文日期：请写成2026-03-05或者2026年3月5日的形式。",
        "另有 1 件在 2026-01-04 之后发出，未计入。",
        "登记簿只有答复件数，没有答复日期：所列状态以文件中的答复件数计算。",
    ]
    [one] = shell("import", "list", "--as", "guan", "--json").json
    assert (one["name"], one["notices"], one["rule"]) == ("登记簿", 1, "56d")


def test_a_clock_is_stopped_and_explained(shell: Shell, case: str) -> None:
    [clock] = shell("case", "show", case, "--json").json["deadlines"]
    said = shell("case", "do", case, "extend", "--deadline", clock["id"], "--until", "2099-01-01", "--reason", "复杂")
    assert said.status == 1
    told = shell("deadline", "explain", clock["id"], "--json").json
    assert (told["key"], told["state"]) == (f"{case}/investigation.report/D1", "open")
