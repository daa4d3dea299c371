"""A dossier as a workbook says the same as its JSON, and every fault is told by sheet, row and column."""

from __future__ import annotations

import io
import json
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from openpyxl import Workbook, load_workbook
from pydantic import BaseModel

from models.accident.dossier import Dossier, read, workbook, write
from models.accident.dossier.intake import understood, understood_one
from models.accident.dossier.tabs import NOT_READ, tabs
from models.accident.dossier.workbook import SEVERAL, read_workbook
from models.accident.dossier.workbook_out import _EXAMPLE, blank, write_workbook
from models.kernel.errors import Invalid
from models.samples import NAMES, dossier_bytes
from tests.first_format import first_format
from tests.models.accident.dossier.conftest import NOW

SHARED = Path(__file__).parents[5] / "shared" / "data" / "dossiers"
DOSSIERS = {name: dossier_bytes(name) for name in NAMES} | {
    path.stem: path.read_bytes() for path in sorted(SHARED.glob("*.json"))
}
Change = Callable[[Workbook], Any]


def changed(data: bytes, change: Change | None) -> bytes:
    book = load_workbook(io.BytesIO(data))
    if change is not None:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def filled(name: str = "ezhou-one-death", change: Change | None = None) -> bytes:
    """Return a sample as a workbook, as an office would fill it in."""
    return changed(write_workbook(write(read(dossier_bytes(name), now=NOW))), change)


def old(change: Change | None = None) -> bytes:
    """Return the sample of one death in the workbook of `case-dossier/1`, with its heads and in the words of JSON."""
    raw = json.loads(first_format("ezhou-one-death"))
    book = Workbook()
    for section, field in Dossier.model_fields.items():
        model = leaf(field.annotation)
        if model is not None:
            sheet = book.create_sheet(field.title)
            names = {
                one.title: key for key, one in model.model_fields.items() if key not in ("later_deaths", "milestones")
            }
            sheet.append(list(names))
            for item in raw.get(section, []) if isinstance(raw.get(section, []), list) else [raw[section]]:
                cells = [item.get(key) for key in names.values()]
                sheet.append(["；".join(cell) if isinstance(cell, list) else cell for cell in cells])
    out = io.BytesIO()
    book.save(out)
    return changed(out.getvalue(), change)


def leaf(annotation: Any) -> type[BaseModel] | None:
    while not isinstance(annotation, type) and get_args(annotation):
        annotation = get_args(annotation)[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def put(book: Workbook, sheet: str, head: str, value: Any, row: int = 2) -> Any:
    """Write a value below a head; return the cell."""
    [column] = [cell.column for cell in book[sheet][1] if str(cell.value).rstrip("*") == head]
    cell = book[sheet].cell(row, column)
    cell.value = value
    return cell


def putting(*cells: tuple[Any, ...]) -> Change:
    return lambda book: [put(book, *one) for one in cells]


def faults(data: bytes) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        read_workbook(data, now=NOW)
    return {fault.path: fault.message for fault in refused.value.faults}


def only(data: bytes) -> Dossier:
    [one] = read_workbook(data, now=NOW)
    return one.dossier


# What comes back ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DOSSIERS)
def test_what_is_written_as_a_workbook_is_read_back_equal(name: str) -> None:
    tree = write(read(DOSSIERS[name], now=NOW))
    assert only(write_workbook(tree)) == read(json.dumps(tree).encode(), now=NOW)


def test_every_kind_of_value_comes_back() -> None:
    tree = json.loads(json.dumps(_EXAMPLE)) | {"schema": "case-dossier/2"}
    tree["accident"] |= {
        "later_deaths": [{"date": "2026-11-06", "counted": True, "note": "抢救无效"}],
        "coordinates": {"x": 114.871, "y": 30.3921, "datum": "gcj02"},
        "direct_loss_yuan": 850000.55,
        "stake": "K12+318",
        "secondary": False,
        "occurred_at": "2026-11-05T00:00:30+08:00",
        "summary": "=不是公式\n第二行 _x0041_",
    }
    tree["people"].append({"ref": "P9", "name": "某甲", "role": "passenger", "further_roles": ["押运员", "车主"]})
    tree["team"] = [{"ref": "T1", "role": "expert", "organisation_ref": "O1", "count": 2}]
    tree["indicators"] = [{"ref": "I1", "organisation_ref": "O1", "item": "驾驶人", "value": 0.1}]
    tree["measures"][0]["milestones"] = [{"text": "制定计划", "due": "2026-12-01"}]
    now = datetime(2026, 12, 1, tzinfo=UTC)
    [one] = read_workbook(write_workbook(tree), now=now)
    assert write(one.dossier) == write(read(json.dumps(tree).encode(), now=now))


def test_an_item_that_a_cell_cannot_keep_apart_is_not_written() -> None:
    tree = write(read(dossier_bytes("ezhou-one-death"), now=NOW))
    tree["findings"][0]["legal_basis"] = ["第一条；第二条"]
    with pytest.raises(Invalid, match="无法与其他项分开"):
        write_workbook(tree)


def test_an_older_workbook_says_the_same_as_the_json() -> None:
    assert only(old()) == read(first_format("ezhou-one-death"), now=NOW)


def test_the_people_behind_an_accident_may_stand_among_the_people_of_an_older_workbook() -> None:
    def change(book: Workbook) -> None:
        put(book, "人员", "人员编号", "P9", 4)
        put(book, "人员", "姓名", "某经理", 4)
        put(book, "人员", "身份", "企业负责人", 4)

    assert [one["name"] for one in only(old(change)).facts["officials"]] == ["某经理"]


# The blank ------------------------------------------------------------------------------------------------------------


def test_the_blank_marks_what_is_required_and_offers_words_names_and_hints() -> None:
    book = load_workbook(io.BytesIO(blank()))
    assert set(book.sheetnames) == {*NOT_READ, *(tab.title for tab in tabs().values())}
    assert book["词表"].sheet_state == "hidden"
    assert "地点*" in [cell.value for cell in book["事故"][1]]
    checks = {str(one.sqref).partition(":")[0]: one for one in book["人员"].data_validations.dataValidation}
    heads = {str(cell.value).rstrip("*"): f"{cell.column_letter}2" for cell in book["人员"][1]}
    assert checks[heads["伤亡情况"]].formula1.startswith("词表!")
    assert checks[heads["所在单位"]].formula1.startswith("单位!")
    assert checks[heads["是否实习期"]].formula1 == '"是,否"'
    assert "王某某" in checks[heads["姓名"]].prompt
    assert any("合并单元格" in str(row[0]) for row in book["填写说明"].values)


def test_the_example_is_a_dossier_and_is_not_read() -> None:
    later = datetime(2026, 12, 1, tzinfo=UTC)
    [one] = read_workbook(write_workbook(_EXAMPLE), now=later)
    assert [row["name"] for row in one.dossier.facts["people"]] == ["某甲", "某乙"]
    assert any("某甲" in row for row in load_workbook(io.BytesIO(blank()))["填写示例"].values)
    assert set(faults(blank())) == {"工作表“来源”", "工作表“事故”"}


# As people write it ---------------------------------------------------------------------------------------------------


def test_a_clerk_fills_in_the_blank_with_names_and_everyday_words() -> None:
    change = putting(
        ("来源", "标题", "梁子湖区测试线道路交通事故"),
        ("事故", "发生时间", "2025年11月27日18时20分"),
        ("事故", "行政区划代码", "华容区"),
        ("事故", "地点", "测试线K23+100"),
        ("事故", "死亡人数", 3),
        ("事故", "轻伤人数", "2人"),
        ("事故", "直接经济损失（元）", "85万"),
        ("事故", "简要案情", "货车与面包车相撞。"),
        ("单位", "名称", "某运输有限公司"),
        ("单位", "单位类别", "运输企业"),
        ("车辆", "号牌号码", "鄂G00000"),
        ("车辆", "登记所有人（单位）", "某运输有限公司"),
        ("人员", "姓名", "张某"),
        ("人员", "身份", "驾驶员"),
        ("人员", "所乘车辆", "鄂G00000"),
        ("人员", "伤亡情况", "无伤"),
        ("问题", "原因层级", "直接"),
        ("问题", "方面", "人的因素"),
        ("问题", "问题描述", "超速"),
        ("问题", "涉及人员", "张某"),
        ("问题", "是否履职不到位", "否"),
        ("整改措施", "针对问题", "超速"),
        ("整改措施", "牵头单位", "某运输有限公司"),
        ("整改措施", "措施内容", "培训"),
        ("整改措施", "完成期限", "2026.12.31"),
        ("问责事项", "对象类型", "人员"),
        ("问责事项", "对象", "张某"),
        ("问责事项", "类别", "其他"),
        ("问责事项", "内容", "依法处理。"),
    )
    facts = only(changed(blank(), change)).facts
    [accident] = facts["accident"]
    assert (accident["occurred_at"], accident["division_code"]) == ("2025-11-27T18:20:00+08:00", "420703")
    assert (accident["deaths"], accident["minor_injuries"], accident["direct_loss_yuan"]) == (3, 2, 850000)
    [person], [vehicle], [measure] = facts["people"], facts["vehicles"], facts["measures"]
    assert (person["role"], person["outcome"], person["vehicle_ref"]) == ("driver", "unhurt", vehicle["ref"])
    assert (measure["finding_refs"], measure["due"]) == ([facts["findings"][0]["ref"]], "2026-12-31")
    assert facts["accountability"][0]["subject_ref"] == person["ref"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025/11/5 8:10", "08:10:00"),
        ("2025年11月5日8时10分", "08:10:00"),
        ("2025.11.05 08:10", "08:10:00"),
        (datetime(2025, 11, 5, 8, 10), "08:10:00"),  # noqa: DTZ001  a spreadsheet knows no zone
        (45966.340277777781, "08:10:00"),
        ("2025年11月5日0时0分", "00:00:00"),
    ],
)
def test_a_time_is_read_as_an_office_or_a_spreadsheet_writes_it(written: Any, meant: str) -> None:
    dossier = only(filled(change=putting(("事故", "发生时间", written))))
    assert dossier.accident.occurred_at.isoformat() == f"2025-11-05T{meant}+08:00"


@pytest.mark.parametrize("written", ["2025.11.05", "2025-11-05", date(2025, 11, 5), datetime(2025, 11, 5), 45966])  # noqa: DTZ001
def test_a_date_without_a_time_asks_for_the_time_at_every_door(written: Any) -> None:
    assert "补充时间" in faults(filled(change=putting(("事故", "发生时间", written))))["工作表“事故”第2行“发生时间”"]
    raw = json.loads(dossier_bytes("ezhou-one-death"))
    raw["accident"]["occurred_at"] = "2025-11-05"
    with pytest.raises(Invalid) as refused:
        understood(json.dumps(raw).encode(), now=NOW)
    assert [(one.path, one.code) for one in refused.value.faults] == [("accident.occurred_at", "time_missing")]


def test_a_date_is_enough_where_only_the_day_is_known() -> None:
    day = putting(("事故", "发生时间", "2025.11.05"), ("事故", "时间掌握程度", "只知日期"))
    assert only(filled(change=day)).accident.occurred_at.isoformat() == "2025-11-05T00:00:00+08:00"
    tree = write(read(dossier_bytes("ezhou-one-death"), now=NOW))
    tree["accident"] |= {"occurred_at": "2025-11-05", "time_known": "date"}
    assert read(json.dumps(tree).encode(), now=NOW).facts["accident"][0]["occurred_at"] == "2025-11-05T00:00:00+08:00"


@pytest.mark.parametrize(
    ("written", "meant"), [("2026年12月31日", "2026-12-31"), (date(2026, 12, 31), "2026-12-31"), (46387, "2026-12-31")]
)
def test_a_date_is_read_from_words_cells_and_serials(written: Any, meant: str) -> None:
    measure = only(filled(change=putting(("整改措施", "完成期限", written)))).facts["measures"][0]
    assert measure["due"] == meant


def test_figures_are_read_as_the_cell_shows_them() -> None:
    def change(book: Workbook) -> None:
        put(book, "车辆", "超载超员比例（%）", 0.35).number_format = "0%"
        put(book, "车辆", "注册登记日期", date(2020, 1, 5))
        put(book, "来源", "来源报告编号", 12.0)
        put(book, "人员", "是否实习期", True)

    facts = only(filled(change=change)).facts
    assert (facts["vehicles"][0]["overload_percent"], facts["vehicles"][0]["registered_on"]) == (35, "2020年1月5日")
    assert (facts["source"][0]["report_id"], facts["people"][0]["probation"]) == ("12", True)


def test_line_ends_that_a_spreadsheet_writes_as_signs_are_line_ends() -> None:
    dossier = only(filled(change=putting(("整改措施", "措施内容", "第一。_x000D_\n第二。"))))
    assert dossier.measures[0].text == "第一。\n第二。"


# What cannot be read --------------------------------------------------------------------------------------------------


def test_formulas_without_results_and_errors_are_told_by_cell_and_never_read_as_nothing() -> None:
    change = putting(
        ("整改措施", "完成期限", "=DATE(2026,12,31)"),
        ("整改措施", "责任人", "#REF!"),
        ("事故", "死亡人数", '=COUNTIF(人员!G2:G3,"死亡")'),
        ("事故", "轻伤人数", "#DIV/0!"),
        ("事故", "事故编号", 4.2070320261e16),
    )
    found = faults(filled(change=change))
    assert "公式没有保存计算结果" in found["工作表“整改措施”第2行“完成期限”"]
    assert "错误值“#REF!”" in found["工作表“整改措施”第2行“责任人”"]
    assert "公式没有保存计算结果" in found["工作表“事故”第2行“死亡人数”"]
    assert "错误值“#DIV/0!”" in found["工作表“事故”第2行“轻伤人数”"]
    assert "超过15位" in found["工作表“事故”第2行“事故编号”"]
    assert len(found) == 5


def test_an_error_value_is_no_name_in_json_either() -> None:
    raw = json.loads(dossier_bytes("ezhou-one-death"))
    raw["people"][0]["name"] = "#REF!"
    with pytest.raises(Invalid) as refused:
        read(json.dumps(raw).encode(), now=NOW)
    assert [(one.path, one.code) for one in refused.value.faults] == [("people[0].name", "error_value")]


def test_merged_cells_are_told_by_rows_and_column() -> None:
    def change(book: Workbook) -> None:
        column = put(book, "整改措施", "牵头单位", "O1").column_letter
        book["整改措施"].merge_cells(f"{column}2:{column}3")
        book["填写说明"].merge_cells("A1:D1")  # nobody reads it

    assert set(faults(filled(change=change))) == {"工作表“整改措施”第2至3行“牵头单位”"}


def test_every_fault_is_told_by_sheet_row_and_column_all_at_once() -> None:
    def change(book: Workbook) -> None:
        put(book, "事故", "行政区划代码", "999999")
        put(book, "事故", "地点", None)
        put(book, "问题", "方面", "天", 3)
        put(book, "整改措施", "针对问题", "F9")
        book["整改措施"].insert_rows(2)

    found = faults(filled(change=change))
    assert "不存在" in found["工作表“事故”第2行“行政区划代码”"]
    assert found["工作表“事故”第2行“地点”"] == "缺少这一项"
    assert "词表中没有“天”" in found["工作表“问题”第3行“方面”"]
    assert "请先在“问题”表中填写" in found["工作表“整改措施”第3行“针对问题”"]


def test_the_heads_of_an_older_workbook_name_the_place_too() -> None:
    assert set(faults(old(putting(("整改措施", "针对问题编号", "F9"))))) == {"工作表“整改措施”第2行“针对问题编号”"}


def test_a_name_that_two_rows_have_wants_the_short_name() -> None:
    def change(book: Workbook) -> None:
        for row in (2, 3):
            put(book, "人员", "姓名", "张某", row)
        put(book, "问题", "涉及人员", "张某")

    assert faults(filled(change=change))["工作表“问题”第2行“涉及人员”"] == "叫“张某”的不止一行，请填编号"


def test_columns_and_sheets_that_are_not_ours_are_named() -> None:
    def change(book: Workbook) -> None:
        put(book, "问题", "方面", "方位", 1)
        put(book, "问题", "证明情况", "原因层级", 1)
        book["问题"].cell(3, 40, "写在外面的话")
        book["整改措施"].append([None, "M9"])
        del book["来源"]
        book.create_sheet("整改 措施").append(["加装护栏"])
        book.create_sheet("Sheet1")  # empty ones come from the program and say nothing

    with pytest.raises(Invalid) as refused:
        read_workbook(filled(change=change), now=NOW)
    told = {(one.path, one.code) for one in refused.value.faults}
    assert told >= {
        ("工作表“来源”", "missing_sheet"),
        ("工作表“问题”第1行", "unknown_column"),
        ("工作表“问题”第1行", "repeated_column"),
        ("工作表“问题”第3行", "no_head"),
        ("工作表“整改 措施”", "unknown_sheet"),
    }


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 broken", b"not a zip at all"])
def test_what_is_no_workbook_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Invalid, match="打不开"):
        read_workbook(data, now=NOW)


def spoilt(part: str, before: bytes, after: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(filled())) as sound, zipfile.ZipFile(out, "w") as broken:
        for name in sound.namelist():
            data = sound.read(name)
            broken.writestr(name, data.replace(before, after) if name == f"xl/{part}.xml" else data)
    return out.getvalue()


def test_a_workbook_with_a_broken_part_is_refused_in_a_sentence() -> None:
    with pytest.raises(Invalid, match="打不开"):
        read_workbook(spoilt("styles", b"numFmtId=", b"numFmt="), now=NOW)


@pytest.mark.parametrize("seed", range(12))
def test_a_workbook_that_was_damaged_on_its_way_is_refused_in_a_sentence(seed: int) -> None:
    damaged, drawn = bytearray(filled()), random.Random(seed)
    for _ in range(20):
        damaged[drawn.randrange(len(damaged))] ^= drawn.randrange(1, 256)
    with pytest.raises(Invalid, match=r"打不开|解开后过大"):  # where a size was hit
        read_workbook(bytes(damaged), now=NOW)


def test_a_workbook_with_a_chart_is_refused_or_read_but_breaks_nothing() -> None:
    book, out = load_workbook(io.BytesIO(filled())), io.BytesIO()
    book.create_chartsheet("图")  # one without a drawing, as no program of tables leaves it
    book.save(out)
    with pytest.raises(Invalid, match="打不开"):
        read_workbook(out.getvalue(), now=NOW)


def test_cells_whose_looks_are_broken_are_read_all_the_same() -> None:
    assert only(spoilt("worksheets/sheet4", b' s="', b' s="9')) == only(filled())


def test_a_small_file_that_hides_a_large_one_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b" " * 101_000_000)
    with pytest.raises(Invalid, match="解开后过大"):
        read_workbook(out.getvalue(), now=NOW)


def test_a_line_beyond_the_last_that_is_read_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)

    def change(book: Workbook) -> None:
        for _ in range(5):
            book["问题"].append([cell.value for cell in book["问题"][2]])

    assert faults(filled(change=change))["工作表“问题”第4行"] == "最多3行，请拆分"


def test_half_a_place_is_refused() -> None:
    assert set(faults(old(putting(("事故", "经度", 114.8))))) == {"工作表“事故”第2行“经度”"}
    both = only(old(putting(("事故", "经度", 114.8), ("事故", "纬度", "30.39"))))
    assert both.facts["accident"][0]["coordinates"] == {"x": 114.8, "y": 30.39, "datum": "unknown"}


# Several accidents ----------------------------------------------------------------------------------------------------


def two(book: Workbook) -> None:
    """Let every row of the workbook belong to accident 1, and write a second one."""
    for sheet in book.worksheets:
        if sheet.title not in NOT_READ:
            for row in range(2, sheet.max_row + 1):
                if any(cell.value is not None for cell in sheet[row]):
                    sheet.cell(row, 1).value = 1
    put(book, "来源", "事故", "二", 3)
    put(book, "来源", "标题", "另一起事故", 3)
    for head, value in {
        "事故": "二",
        "发生时间": "2025/7/1 9:00",
        "行政区划代码": "420704",
        "地点": "某路口",
        "死亡人数": 1,
        "简要案情": "相撞。",
    }.items():
        put(book, "事故", head, value, 3)
    for head, value in {"事故": "二", "姓名": "某乙", "身份": "行人", "伤亡情况": "死亡"}.items():
        put(book, "人员", head, value, book["人员"].max_row + (head == "事故"))


def test_several_accidents_in_one_workbook_are_read_each_for_itself() -> None:
    first, second = read_workbook(filled(change=two), now=NOW)
    assert first.dossier == read(dossier_bytes("ezhou-one-death"), now=NOW)
    assert (second.dossier.source.title, [one.name for one in second.dossier.people]) == ("另一起事故", ["某乙"])
    with pytest.raises(Invalid, match="写了2起事故"):
        understood_one(filled(change=two), now=NOW)


def test_rows_that_belong_to_no_accident_are_told() -> None:
    def change(book: Workbook) -> None:
        two(book)
        put(book, "问题", "事故", None)
        put(book, "整改措施", "事故", "三")

    assert faults(filled(change=change)) == {
        "工作表“问题”第2行“事故”": SEVERAL,
        "工作表“整改措施”第2行“事故”": "“事故”表中没有“三”这一起，请核对",
    }


def test_two_accidents_without_a_column_that_parts_them_are_refused_with_the_way_out() -> None:
    def change(book: Workbook) -> None:
        book["事故"].append([cell.value for cell in book["事故"][2]])

    found = faults(old(change))
    assert SEVERAL in found["工作表“事故”第3行"]
    assert len(found) == 1


# Remarks --------------------------------------------------------------------------------------------------------------


def test_the_remarks_are_those_of_the_json_each_at_its_cell() -> None:
    change = putting(("整改措施", "牵头单位", None), ("事故", "天气", "下冰雹"), ("事故", "桩号", "三号桥"))
    [one] = understood(filled(change=change), now=NOW)
    told = {remark.path: remark.code for remark in one.remarks}
    assert told["工作表“整改措施”第2行“牵头单位”"] == "unaddressed"
    assert told["工作表“事故”第2行“天气”"] == "unknown_word_kept"
    [again] = understood(json.dumps(write(one.dossier)).encode(), now=NOW)
    assert [remark.message for remark in again.remarks] == [remark.message for remark in one.remarks]
