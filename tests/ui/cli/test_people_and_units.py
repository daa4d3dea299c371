"""`user …` and `organisation …`."""

from __future__ import annotations

from pathlib import Path

from tests.ui.cli.conftest import UNIT, Shell


def test_an_account_is_made_listed_and_disabled(shell: Shell) -> None:
    made = shell("user", "add", "new", "--name", "新某", "--organisation", UNIT, "--role", "officer", "--role", "内勤")
    assert made.out == "已建立账号“new”：民警、内勤。\n"
    assert shell("user", "add", "new", "--organisation", UNIT, "--role", "officer").status == 1
    assert shell("user", "disable", "new", "--reason", "调离").status == 0
    listed = {user["account"]: user for user in shell("user", "list", "--json").json}
    assert listed["new"]["roles"] == ["officer", "clerk"]
    assert listed["new"]["disabled_at"] is not None
    assert shell("case", "list", "--as", "new").err == "账号“new”已停用。\n"


def test_who_is_no_manager_makes_no_accounts(shell: Shell) -> None:
    said = shell("user", "add", "x", "--organisation", UNIT, "--role", "admin", "--as", "li")
    assert (said.status, said.err) == (1, "您没有此项权限，此操作由管理员办理。\n")


def test_an_agency_sees_its_own_people_and_units(shell: Shell) -> None:
    shell("organisation", "add", "鄂州市某局", "--kind", "other", "--division", "420700")
    shell("user", "add", "ju", "--organisation", "鄂州市某局", "--role", "agency")
    assert [u["account"] for u in shell("user", "list", "--as", "ju", "--json").json] == ["ju"]
    assert [u["name"] for u in shell("organisation", "list", "--as", "ju", "--json").json] == ["鄂州市某局"]


def test_a_unit_is_added_below_its_parent_by_who_may(shell: Shell) -> None:
    added = shell("organisation", "add", "某大队", "--kind", "公安机关", "--parent", UNIT, "--json")
    assert added.status == 0
    unit = next(u for u in shell("organisation", "list", "--json").json if u["id"] == added.json["id"])
    assert (unit["parent"], unit["depth"], unit["kind"]) == (UNIT, 2, "police")
    refused = shell("organisation", "add", "某中队", "--kind", "police", "--as", "ling")
    assert refused.status == 1
    assert "您没有此项权限" in refused.err


def test_a_unit_with_wrong_codes_is_refused(shell: Shell) -> None:
    said = shell("organisation", "add", "某局", "--kind", "other", "--division", "999999", "--credit-code", "x")
    assert said.status == 1
    assert len(said.err.splitlines()) == 3


def test_a_list_of_units_enters_as_a_whole(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "单位.csv"
    text = "名称,类别,行政区划代码,上级单位,行业主管部门\n某客运公司,企业,420700,,某交通局\n"
    text += "某养护站,road_authority,420704,某交通局,\n某交通局,交通运输部门,420700,,\n"
    path.write_bytes(text.encode("gb18030"))
    assert shell("organisation", "import", path).out == "已导入 3 个单位。\n"
    units = {unit["name"]: unit for unit in shell("organisation", "list", "--json").json}
    assert units["某养护站"]["parent"] == "某交通局"
    assert units["某客运公司"]["industry_authority"] == "某交通局"


def test_a_list_with_faults_tells_them_all_and_writes_nothing(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "单位.csv"
    path.write_text("名称,类别,上级单位\n某局,交通,\n,企业,\n某站,企业,不存在的局\n", encoding="utf-8")
    before = shell("organisation", "list", "--json").json
    said = shell("organisation", "import", path, "--json")
    assert said.status == 1
    assert [fault["path"] for fault in said.json["error"]["faults"]] == ["第2行 类别", "第3行 名称"]
    path.write_text(f"名称,类别,上级单位\n某站,企业,不存在的局\n{UNIT},公安机关,\n", encoding="utf-8")
    said = shell("organisation", "import", path, "--json")
    assert [fault["path"] for fault in said.json["error"]["faults"]] == ["第2行 上级单位"]
    assert shell("organisation", "list", "--json").json == before


def test_units_are_confirmed_renamed_and_merged_by_an_administrator(shell: Shell) -> None:
    assert shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin").status == 0
    assert shell("organisation", "add", "鄂州市甲局", "--kind", "other", "--as", "li").status == 0
    [waiting] = shell("unit", "list", "--pending", "--json", "--as", "guan").json
    assert waiting["name"] == "鄂州市甲局"
    assert shell("unit", "list", "--pending", "--as", "li").err == "您没有此项权限，此操作由管理员办理。\n"
    assert shell(
        "unit", "confirm", "鄂州市甲局", "--kind", "transport", "--division", "420700", "--as", "guan"
    ).out == ("已确认单位“鄂州市甲局”。\n")
    assert shell("unit", "list", "--pending", "--as", "guan").out.strip() == "没有待确认的单位。"
    told = shell("unit", "rename", "鄂州市甲局", "鄂州市乙局", "--reason", "机构改革", "--as", "guan")
    assert told.out == "“鄂州市甲局”已更名为“鄂州市乙局”。\n"
    late = shell("unit", "rename", "鄂州市乙局", "鄂州市丙局", "--reason", "改革", "--seen", "1", "--as", "guan")
    assert (late.status, "已被他人修改" in late.err) == (1, True)
    known = shell("organisation", "add", "鄂州市甲局", "--kind", "other", "--division", "420700", "--as", "guan")
    assert (known.status, "曾用名" in known.err) == (1, True)
    shell("organisation", "add", "鄂州市丁局", "--kind", "other", "--division", "420700", "--as", "guan")
    assert (
        shell("unit", "merge", "鄂州市乙局", "鄂州市丁局", "--reason", "机构改革", "--as", "guan").out
        == "已并入“鄂州市丁局”。\n"
    )
    for name in ("甲局", "乙局", "丁局"):
        [found] = shell("unit", "list", name, "--json", "--as", "guan").json
        assert (found["name"], set(found["former"])) == ("鄂州市丁局", {"鄂州市甲局", "鄂州市乙局"})
    assert shell("unit", "merge", "鄂州市丁局", "鄂州市丁局", "--reason", "误", "--as", "guan").status == 1


def test_words_of_code_tables_are_listed_added_and_retired(shell: Shell) -> None:
    assert shell("user", "add", "guan", "--organisation", UNIT, "--role", "admin").status == 0
    assert shell("code", "add", "team.role", "观察员", "--reason", "惯例", "--alias", "列席", "--as", "guan").out == (
        "已在“调查组：分工”中增加“观察员”。\n"
    )
    assert "观察员" in shell("code", "list", "team.role", "--as", "guan").out
    assert "观察员" in shell("case", "schema", "--format", "2").out
    refused = shell("code", "retire", "team.role", "组长单位", "--reason", "误", "--json", "--as", "guan")
    assert (refused.status, refused.json["error"]["code"]) == (1, "ruled_code")
    assert shell("code", "retire", "调查组：分工", "观察员", "--reason", "不再使用", "--as", "guan").status == 0
    assert "观察员" not in shell("case", "schema", "--format", "2").out
    assert shell("code", "list", "--as", "li").status == 1
    sex = {
        one["label"]: one["standard_code"] for one in shell("code", "list", "people.sex", "--json", "--as", "guan").json
    }
    assert (sex["男"], sex["女"]) == ("1", "2")
