"""The workbook written: empty with instructions, drop-down lists and a filled example, or with all that a dossier says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from models.accident.sheets import Field, FieldKind, shown, targets
from models.accident.sheets.fields import POINTERS
from models.kernel import divisions
from models.kernel.errors import Invalid
from models.kernel.text.folded import folded

from .cells import escaped
from .tabs import ACCIDENT_KEY, EXAMPLE, INSIDE, INSTRUCTIONS, LATER_DEATHS, MILESTONES, REF, WORDS, Tab, tabs
from .workbook import MOST_ROWS

K = FieldKind
Tree = Mapping[str, Any]
HEAD, NEEDED = PatternFill("solid", fgColor="DDE6F0"), PatternFill("solid", fgColor="F7DDC8")
_TEXT = "@"
_FORMATS = {K.DATE: "yyyy-mm-dd"} | dict.fromkeys((K.TEXT, K.MOMENT, K.CLOCK, K.STAKE, K.PLACE, K.REF, K.REFS), _TEXT)
"""What a spreadsheet makes of a column: digits of a long number and a time that was typed stay as they were typed."""
_PARTS = re.compile(r"[；;、,，\n]")
_SIGNS = re.compile(r"[；;\n]")
_HOW = {
    K.DATE: "日期，如 2026年11月5日、2026/11/5",
    K.MOMENT: "日期和时间，如 2026年11月5日8时10分、2026/11/5 8:10；只写日期的会请您补充时间",
    K.CLOCK: "时刻，如 8:10",
    K.INTEGER: "数字，可带单位，如 2人",
    K.DECIMAL: "数字",
    K.MONEY: "金额，如 850000、85万",
    K.BOOLEAN: "是或否",
    K.STAKE: "桩号，如 K12+318",
    K.PLACE: "经度,纬度 坐标系，如 114.871,30.392 GCJ-02",
    K.REF: "填对方的名称或编号",
    K.REFS: "填名称或编号，几个用分号隔开",
    K.ORGANISATION: "填“单位”表中的名称或编号",
}
_NOTES = (
    "一、每张工作表的第1行是列名，请勿改动；从第2行起，一行写一项。用不到的工作表和列空着即可，不必删除。",
    "二、列名带 * 的必须填写；“来源”“事故”两张表各写一行。",
    "三、单位、人员、车辆填名称、姓名、号牌即可，不用编号；同名的才需要在“编号”列编号区分。行政区划填名称，如 湖北省鄂州市华容区。",
    "四、请勿合并单元格；公式须有计算结果，出现 #REF! 等错误值的不会立案，并会指出在哪一格。",
    "五、一份表格可以写几起事故：在各表“事故”列写明每行属于哪一起（如 1、2）。只写一起的，这一列空着。",
    "六、“填写说明”“填写示例”两张表只供参考，不会读取。",
)
LISTED = 255
"""As many characters a drop-down list and a hint may have in the file format."""

_EXAMPLE: Tree = {
    "source": {"title": "测试路“11·5”道路交通事故"},
    "accident": {
        "occurred_at": "2026-11-05T08:10:00+08:00",
        "division_code": "420703",
        "place": "测试路与实验街交叉路口",
        "road_name": "测试路",
        "weather": "晴",
        "deaths": 1,
        "serious_injuries": 0,
        "minor_injuries": 2,
        "direct_loss_yuan": 850000,
        "summary": "某甲驾驶小型轿车行至路口时未减速，与行人某乙相撞，某乙死亡。",
    },
    "people": [
        {"ref": "P1", "name": "某甲", "role": "driver", "vehicle_ref": "V1", "outcome": "unhurt"},
        {"ref": "P2", "name": "某乙", "role": "pedestrian", "outcome": "dead"},
    ],
    "vehicles": [{"ref": "V1", "plate": "鄂G00000", "type": "小型轿车", "owner_ref": "O1"}],
    "organisations": [{"ref": "O1", "name": "某运输有限公司", "kind": "enterprise", "division_code": "420703"}],
    "findings": [
        {
            "ref": "F1",
            "level": "indirect",
            "aspect": "management",
            "cause_tags": ["安全教育不到位"],
            "text": "公司一年未对驾驶人开展安全教育。",
            "organisation_refs": ["O1"],
            "duty_failure": True,
        }
    ],
    "measures": [
        {
            "ref": "M1",
            "finding_refs": ["F1"],
            "organisation_ref": "O1",
            "responsible_person": "某丙",
            "text": "对全部驾驶人开展安全教育并建立档案。",
            "due": "2026-12-31",
        }
    ],
}
"""An invented accident: what the sheet 填写示例 shows, and a dossier that could be filed."""


def blank() -> bytes:
    """Return an empty workbook with every sheet and head, to be filled in."""
    return _saved(_book({}))


def write_workbook(tree: Tree) -> bytes:
    """Return a tree of `case-dossier/2`, as `write` makes it, as a workbook; `read_workbook` gives it back.

    Raises Invalid for an item of a list that a cell could not keep apart from its neighbours.
    """
    return _saved(_book(tree))


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _book(tree: Tree) -> Workbook:
    book = Workbook()
    book.remove(book.active)
    _instructions(book.create_sheet(INSTRUCTIONS))
    _example(book.create_sheet(EXAMPLE))
    words = _words()
    for tab in tabs().values():
        sheet = book.create_sheet(tab.title)
        sheet.append([_head(of) for of in tab.fields])
        sheet.freeze_panes = "A2"
        for number, of in enumerate(tab.fields, 1):
            _column(sheet, number, of, words)
        for number, row in enumerate(rows_of(tab, tree), 2):
            _row(sheet, number, tab, row, tree)
    kept = book.create_sheet(WORDS)
    kept.sheet_state = "hidden"
    for number, choices in enumerate(words, 1):
        for line, word in enumerate(choices, 1):
            kept.cell(line, number, word).data_type = "s"  # an administrator may add one that begins like a formula
    return book


def _head(of: Field) -> str:
    return f"{of.label}*" if of.required else of.label


def _words() -> dict[tuple[str, ...], int]:
    """Return every list of words and its column in the sheet of words: longer ones than a validation itself may hold."""
    lists = (tuple(choice.label for choice in of.offered) for tab in tabs().values() for of in tab.fields if of.offered)
    return {words: number for number, words in enumerate(dict.fromkeys(lists), 1)}


def _column(sheet: Any, number: int, of: Field, words: Mapping[tuple[str, ...], int]) -> None:
    letter, cell = get_column_letter(number), sheet.cell(1, number)
    cell.font, cell.fill = Font(bold=True), NEEDED if of.required else HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions[letter].width = 40 if of.kind is K.LONG else max(12, 2 * len(of.label) + 4)
    if of.kind in _FORMATS:
        sheet.column_dimensions[letter].number_format = _FORMATS[of.kind]
    listed = _list(of, words)
    hint = how(of)[:LISTED]
    if listed or hint:
        wrong = {"errorTitle": "不在词表中", "error": "请从下拉列表中选择。"} if _strict(of) else {}
        check = DataValidation(
            type="list" if listed else None,
            formula1=listed,
            allow_blank=True,
            showErrorMessage=_strict(of),
            showInputMessage=bool(hint),
            prompt=hint or None,
            **wrong,
        )
        check.add(f"{letter}2:{letter}{MOST_ROWS}")
        sheet.add_data_validation(check)


def _list(of: Field, words: Mapping[tuple[str, ...], int]) -> str | None:
    """Return from where a drop-down list takes its words."""
    if of.kind is K.BOOLEAN:
        return '"是,否"'
    if of.offered:
        letter = get_column_letter(words[tuple(choice.label for choice in of.offered)])
        return f"{WORDS}!${letter}$1:${letter}${len(of.offered)}"
    if of.target is None:
        return None
    tab = tabs()[of.target]
    by = REF if of.target in ("findings", "measures") else tab.named_by  # nobody chooses by a whole paragraph
    letter = get_column_letter(1 + next(place for place, one in enumerate(tab.fields) if one.name == by))
    return f"{tab.title}!${letter}$2:${letter}${MOST_ROWS}"


def _strict(of: Field) -> bool:
    """Tell whether a spreadsheet should refuse other words; what people write for a word is understood all the same."""
    return of.kind is K.BOOLEAN or (of.kind is K.CHOICE and not of.open and not any(c.aliases for c in of.choices))


def how(of: Field) -> str:
    """Return in a line how a column is filled in."""
    told = "填名称或六位代码，如 湖北省鄂州市华容区" if of.standard == "GB/T 2260" else _HOW.get(of.kind, "")
    if of.offered:
        told = "从下拉列表中选择" + ("，也可以填写其他词" if of.open else "")
        told += "，几项用分号隔开" if of.kind is K.CHOICES else ""
    elif of.kind is K.CHOICES:
        told = "几项用分号隔开"
    return "。".join(part for part in (of.help, told) if part)


def rows_of(tab: Tab, tree: Tree) -> Iterator[Tree]:
    """Yield the rows of a sheet that a tree has, those that lie within other rows with the row in which they lie."""
    if tab.name == LATER_DEATHS:
        yield from tree.get(INSIDE[LATER_DEATHS], {}).get(LATER_DEATHS, ())
    elif tab.name == MILESTONES:
        for measure in tree.get(INSIDE[MILESTONES], ()):
            yield from ({"measure": measure[REF], **one} for one in measure.get(MILESTONES, ()))
    else:
        part = tree.get(tab.name, ())
        yield from [part] if isinstance(part, Mapping) and part else part


def _row(sheet: Any, number: int, tab: Tab, row: Tree, tree: Tree) -> None:
    for place, of in enumerate(tab.fields, 1):
        if of.name in row:
            cell = sheet.cell(number, place)
            found = _value(of, row[of.name], tree)
            cell.value = found
            if isinstance(found, str):
                cell.data_type = "s"  # a text may begin like a formula
            if of.kind in _FORMATS:
                cell.number_format = _FORMATS[of.kind]


def _value(of: Field, value: Any, tree: Tree) -> Any:
    if of.kind is K.DATE:
        return date.fromisoformat(value)
    if of.kind is K.MOMENT:
        return value if datetime.fromisoformat(value).microsecond else shown(of, value)
    if of.kind in POINTERS:
        several = value if isinstance(value, list) else [value]
        return "；".join(_called(of, one, tree) for one in several)
    if of.standard == "GB/T 2260":
        name = divisions.name(value)
        return name if divisions.named(name) == [value] else value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if of.kind is K.CHOICES and any(_SIGNS.search(one) for one in value):
        raise Invalid(f"“{of.label}”中有一项含分号或换行，表格中无法与其他项分开", code="not_separable")
    return escaped(shown(of, value))


def _called(of: Field, ref: str, tree: Tree) -> str:
    """Return the name of a row where nobody else has it, else its short name."""
    rows = [(name, row) for name in targets(str(of.target)) for row in tree.get(name, ())]
    names = [(row.get(tabs()[name].named_by or ""), row[REF]) for name, row in rows]
    name = next((name for name, of_row in names if of_row == ref), None)
    if not isinstance(name, str) or _PARTS.search(name) or len(name) > 60:
        return ref
    other = [one for one, of_row in names if of_row != ref and isinstance(one, str) and folded(one) == folded(name)]
    taken = other or any(folded(name) == folded(of_row) for _, of_row in names)
    short = any(folded(str(row.get("short_name", ""))) == folded(name) and row[REF] != ref for _, row in rows)
    return ref if taken or short else name


# For the person who fills it in ---------------------------------------------------------------------------------------


def _instructions(sheet: Any) -> None:
    sheet.append(["案情卷表格填写说明"])
    sheet["A1"].font = Font(bold=True, size=14)
    for note in _NOTES:
        sheet.append([note])
    sheet.append([])
    _heads(sheet, ("工作表", "列", "必填", "怎样填写"))
    for tab in tabs().values():
        for of in tab.fields:
            if of.name != ACCIDENT_KEY:
                sheet.append([tab.title, of.label, "必填" if of.required else None, how(of)])
    for letter, width in zip("ABCD", (26, 30, 8, 90), strict=True):
        sheet.column_dimensions[letter].width = width


def _example(sheet: Any) -> None:
    """Show each sheet of the example as a block: its title, its heads, its rows."""
    sheet.append(["填写示例：一起虚构的事故，只供参考，不会读取。请在后面各张工作表中填写。"])
    sheet["A1"].font = Font(bold=True, color="C00000")
    for tab in tabs().values():
        rows = list(rows_of(tab, _EXAMPLE))
        used = [of for of in tab.fields if any(of.name in row for row in rows)]
        if rows:
            sheet.append([])
            sheet.append([f"工作表“{tab.title}”"])
            _heads(sheet, [_head(of) for of in used])
            for row in rows:
                sheet.append([_in_words(of, row[of.name]) if of.name in row else None for of in used])
    for number in range(1, 12):
        sheet.column_dimensions[get_column_letter(number)].width = 20


def _in_words(of: Field, value: Any) -> Any:
    """Return a value as an office writes it rather than as a spreadsheet keeps it."""
    return shown(of, value) if of.kind is K.DATE else _value(of, value, _EXAMPLE)


def _heads(sheet: Any, heads: Iterable[str]) -> None:
    sheet.append(list(heads))
    for cell in sheet[sheet.max_row]:
        cell.font, cell.fill = Font(bold=True), HEAD
