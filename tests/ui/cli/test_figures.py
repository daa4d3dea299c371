"""`shencha figures`: for people a table with what must be said beside it, for programs one JSON document."""

from __future__ import annotations

from pathlib import Path

from openpyxl import load_workbook

from tests.ui.cli.conftest import Shell


def test_the_figures_are_told_to_people_and_to_programs(shell: Shell, case: str, tmp_path: Path) -> None:
    assert case
    seen = shell("figures", "--from", "2025-01-05", "--by", "pattern", "--as", "ling")
    assert seen.status == 0, seen.err
    for said in (
        "内部参考，以公安交管统计为准",
        "死亡3人以上事故起数",
        "按地域统计：事故起数",
        "同比",
        "环比",
        "事故形态",
    ):
        assert said in seen.out
    told = shell("figures", "--from", "2025-01-01", "--compare", "yoy", "--as", "ling", "--json").json
    deaths = next(one for one in told["figures"] if one["indicator"] == "deaths")
    assert [change["comparison"] for change in deaths["changes"]] == ["yoy"]
    assert deaths["explained"].endswith("不计。")
    assert told["note"] == "内部参考，以公安交管统计为准"
    assert deaths["rows"]["since"] == "2025-01-01"
    book = tmp_path / "figures.xlsx"
    assert shell("figures", "--by", "hour", "--as", "ling", "--xlsx", book).status == 0
    sheets = load_workbook(book)
    assert sheets.sheetnames == ["指标", "时段", "说明"]
    assert sheets["指标"]["A2"].value == "事故起数"
    assert isinstance(sheets["指标"]["C2"].value, int | float)


def test_a_wrong_span_is_refused_and_so_is_an_agency(shell: Shell, tmp_path: Path) -> None:
    refused = shell("figures", "--from", "2025-03-02", "--to", "2025-03-01", "--as", "li")
    assert (refused.status, "末日早于首日" in refused.err) == (1, True)
    refused = shell("figures", "--division", "4207%", "--as", "li")
    assert (refused.status, "没有行政区划代码" in refused.err) == (1, True)
    assert shell("figures", "--by", "moon", "--as", "li").status == 2
    assert shell("user", "add", "wei", "--organisation", "鄂州市公安局", "--role", "agency").status == 0
    refused = shell("figures", "--as", "wei")
    assert (refused.status, "只供公安机关内部查阅" in refused.err) == (1, True)
