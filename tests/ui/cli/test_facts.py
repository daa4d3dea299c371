"""`case fact …`, `upgrade-dossier`, `export-dossier`: facts one by one, and all of them as a dossier."""

from __future__ import annotations

import json
from pathlib import Path

from tests.ui.cli.conftest import Shell


def test_a_fact_is_set_shown_and_listed(shell: Shell, case: str) -> None:
    said = shell("case", "fact", "set", case, "vehicles[V1].cargo", "石料", "--json")
    assert (said.json["value"], said.json["version"], said.json["faults"]) == ("石料", 1, [])
    assert shell("case", "fact", "show", case, "vehicles[V1].cargo").out == "所载货物：石料\n"
    assert shell("case", "fact", "show", case, "vehicles[V1].所载货物", "--json").json["version"] == 1
    [one] = [one for one in shell("case", "fact", "list", case, "车辆", "--json").json if one["field"] == "cargo"]
    assert one["path"] == "vehicles[V1].cargo"
    assert "accident.place" in shell("case", "fact", "list", case).out


def test_what_nobody_can_read_is_kept_with_a_hint(shell: Shell, case: str) -> None:
    said = shell("case", "fact", "set", case, "accident.deaths", "约5人")
    assert (said.status, "不是确切的数" in said.out) == (0, True)
    assert "不是确切的数" in shell("case", "fact", "list", case, "accident").out


def test_a_date_without_its_time_is_kept_and_asked_for_as_on_the_page(shell: Shell, case: str) -> None:
    said = shell("case", "fact", "set", case, "accident.1.occurred_at", "2025-06-02")
    assert (said.status, "请补充时间" in said.out, "时间掌握程度" in said.out) == (0, True, True)
    shell("case", "fact", "set", case, "accident.1.time_known", "只知日期")
    assert shell("case", "fact", "show", case, "accident.1.occurred_at").out == "发生时间：2025年6月2日0时00分\n"


def test_rows_come_and_go(shell: Shell, case: str) -> None:
    said = shell("case", "fact", "add", case, "timeline", "at=2025年6月3日21时16分", "what=报警", "--json")
    assert said.json["row"] == "L1"
    assert shell("case", "fact", "remove", case, "timeline[L1]").out == "已删除：L1。\n"
    assert shell("case", "fact", "list", case, "timeline", "--json").json == []
    shell("case", "fact", "remove", case, "timeline[L1]", "--restore")
    assert shell("case", "fact", "show", case, "timeline[L1].what").out == "事项：报警\n"


def test_a_wrong_path_is_refused_in_words(shell: Shell, case: str) -> None:
    for path, words in (
        ("accident", "没有写明栏目"),
        ("a b", "不是可以识别的位置"),
        ("nothing.x", "没有名为"),
        ("accident.x", "没有“x”"),
    ):
        said = shell("case", "fact", "set", case, path, "1")
        assert (said.status, words in said.err) == (1, True)
    assert shell("case", "fact", "add", case, "timeline", "报警").status == 1
    assert shell("case", "fact", "remove", case, "timeline[L1].what").status == 1


def test_a_dossier_goes_out_in_the_second_format_and_in_again(
    shell: Shell, case: str, dossier: Path, tmp_path: Path
) -> None:
    upgraded, out = tmp_path / "2.json", tmp_path / "out.json"
    assert shell("case", "upgrade-dossier", dossier, "--out", upgraded, "--json").json == {"path": str(upgraded)}
    shell("case", "fact", "set", case, "accident.village", "新民社区")
    assert shell("case", "export-dossier", case, "--out", out).status == 0
    tree = json.loads(out.read_text(encoding="utf-8"))
    before = json.loads(upgraded.read_text(encoding="utf-8"))
    assert tree["accident"].pop("village") == "新民社区"
    assert tree == before
    tree["accident"]["place"] += "以东"
    tree["accident"]["accident_number"] = "4207032025060099"
    out.write_text(json.dumps(tree), encoding="utf-8")
    assert shell("case", "file", out).status == 0
    assert json.loads(shell("case", "schema", "--format", "2").out)["properties"]["schema"]["const"] == "case-dossier/2"


def test_a_dossier_that_says_otherwise_is_shown_side_by_side_and_taken_over(
    shell: Shell, case: str, dossier: Path
) -> None:
    assert shell("case", "compare", case, dossier).out == "没有不同之处。\n"
    tree = json.loads(dossier.read_text(encoding="utf-8"))
    tree["accident"]["weather"] = "雨"
    tree["vehicles"][0]["owner_ref"] = "O1"
    tree["people"].append({"ref": "P3", "name": "周某", "role": "driver"})
    dossier.write_text(json.dumps(tree), encoding="utf-8")
    found = shell("case", "compare", case, dossier, "--json").json
    assert [(one["sheet"], one["row"], one["field"], one["here"], one["there"]) for one in found] == [
        ("accident", "1", "weather", "晴", "雨"),
        ("people", None, "name", "", "周某"),
        ("people", None, "role", "", "驾驶人"),
        ("people", None, "outcome", "", "不详"),
        ("vehicles", "V1", "owner_ref", "", "鄂州市城市管理执法委员会"),
    ]
    assert shell("case", "compare", case, dossier, "--take").status == 0
    assert (
        shell("case", "fact", "show", case, "vehicles[V1].owner_ref").out
        == "登记所有人（单位）：鄂州市城市管理执法委员会\n"
    )
    assert [one["sheet"] for one in shell("case", "compare", case, dossier, "--json").json] == ["people"] * 3


def test_what_is_taken_over_and_names_nobody_here_is_told(shell: Shell, case: str, dossier: Path) -> None:
    tree = json.loads(dossier.read_text(encoding="utf-8"))
    tree["organisations"].append({"ref": "O9", "name": "某新运输公司", "kind": "enterprise"})
    tree["vehicles"][0]["owner_ref"] = "O9"
    dossier.write_text(json.dumps(tree), encoding="utf-8")
    taken = shell("case", "compare", case, dossier, "--take")
    assert taken.status == 0
    assert "vehicles[V1] 登记所有人（单位）：没有“某新运输公司”，请先登记" in taken.err


def test_a_mediation_is_told_to_who_handles_it_alone(shell: Shell, case: str, tmp_path: Path) -> None:
    assert shell("case", "fact", "set", case, "mediation.outcome", "双方约定保密").status == 0
    assert "双方约定保密" in shell("case", "fact", "list", case, "mediation").out
    for account in ("wang", "ling", "nei"):
        said = shell("case", "fact", "list", case, "mediation", "--as", account)
        assert (said.status, "双方约定保密" in said.out + said.err) == (1, False)
        assert "双方约定保密" not in shell("case", "fact", "list", case, "--as", account).out
        assert shell("case", "fact", "set", case, "mediation.outcome", "另写", "--as", account).status == 1
        assert "双方约定保密" not in shell("case", "show", case, "--json", "--as", account).out
    out = tmp_path / "out.json"
    assert shell("case", "export-dossier", case, "--out", out).status == 0
    assert "双方约定保密" not in out.read_text(encoding="utf-8")


def test_an_entry_of_the_knowledge_base_becomes_a_finding_with_the_measures_chosen(shell: Shell, case: str) -> None:
    entry = shell("knowledge", "suggest", "路侧没有护栏", "--json").json[0]
    said = shell("case", "fact", "take-entry", case, entry["key"], "--measure", "1")
    assert "已登记为问题F" in said.out
    findings = shell("case", "fact", "list", case, "findings", "--json").json
    finding = [one["row"] for one in findings if one["field"] == "text"][-1]
    assert f"问题{finding}" in said.out
    measures = shell("case", "fact", "list", case, "measures", "--json").json
    taken = [one for one in measures if one["field"] == "finding_refs" and finding in one["text"]]
    assert len(taken) == 1
    refused = shell("case", "fact", "take-entry", case, entry["key"], "--measure", "99")
    assert (refused.status, "没有所选的措施" in refused.err) == (1, True)
    assert shell("case", "fact", "take-entry", case, "no-such").status == 1


def test_rows_of_one_name_are_told_apart_by_their_short_names(shell: Shell, case: str, tmp_path: Path) -> None:
    for unit in ("鄂州市交通运输局", "鄂城区人民政府"):
        assert shell("case", "fact", "add", case, "measures", "text=开展排查", f"organisation_ref={unit}").status == 0
    for role in ("成员", "专家"):
        assert shell("case", "fact", "add", case, "team", "name=某某", f"role={role}").status == 0
    out = tmp_path / "out.json"
    assert shell("case", "export-dossier", case, "--out", out).status == 0
    assert shell("case", "compare", case, out).out == "没有不同之处。\n"
    tree = json.loads(out.read_text(encoding="utf-8"))
    tree["team"].append({**tree["team"][-1], "ref": "T9"})
    out.write_text(json.dumps(tree), encoding="utf-8")
    found = shell("case", "compare", case, out, "--json").json
    assert {(row["sheet"], row["row"], row["theirs"]) for row in found} == {("team", None, "T9")}
