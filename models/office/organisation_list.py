"""Lists of units as offices keep them: CSV with Chinese or English heads, in UTF-8 or GB 18030."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from models.accident.dossier.values import CreditCode
from models.accident.dossier.values import Line as OneLine
from models.kernel import divisions
from models.kernel.errors import Fault, Invalid
from models.kernel.storage import limits
from models.kernel.text.encodings import decoded
from models.kernel.vocabulary import Level, Line, OrganisationKind, Relation, Word

HEADS = {
    "name": ("name", "名称", "单位名称"),
    "kind": ("kind", "类别", "单位类别", "类型"),
    "division_code": ("division_code", "行政区划代码", "区划代码"),
    "parent": ("parent", "上级单位", "上级"),
    "credit_code": ("credit_code", "统一社会信用代码", "信用代码"),
    "relation": ("relation", "与本单位关系", "关系"),
    "level": ("level", "层级"),
    "led_from": ("led_from", "领导机关层级"),
    "line": ("line", "系统", "条线"),
    "industry_authority": ("industry_authority", "行业主管部门", "主管部门"),
    "contact": ("contact", "联系人"),
    "phone": ("phone", "联系电话", "电话"),
}
W = TypeVar("W", bound=Word)
REQUIRED = ("name", "kind")
_CREDIT_CODE: TypeAdapter[str] = TypeAdapter(CreditCode)
_LINE: TypeAdapter[str] = TypeAdapter(OneLine)


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """One row of the list; `row` is its line in the file, 1 being the heads."""

    row: int
    name: str
    kind: OrganisationKind
    division_code: str | None = None
    parent: str | None = None
    credit_code: str | None = None
    relation: Relation | None = None
    industry_authority: str | None = None
    contact: str | None = None
    phone: str | None = None
    level: Level | None = None
    led_from: Level | None = None
    line: Line | None = None


def read(data: bytes, *, limit: int) -> list[ListedUnit]:
    """Return the units of a file of at most `limit` bytes. Raises Invalid with one fault per wrong place, all at once."""
    if len(data) > limit:
        raise Invalid(f"文件超过 {limits.size(limit)}，请拆分后再导入。", code="file_too_large")
    rows = _table(_text(data))
    if not rows:
        raise Invalid("文件里没有内容。", code="empty_list")
    columns, faults = _columns(rows[0][1])
    units: list[ListedUnit] = []
    if not faults:
        for line, cells in rows[1:]:
            unit, wrong = _unit(line, columns, cells)
            if any(cells[len(rows[0][1]) :]):
                wrong.append(Fault(f"第{line}行", "列数多于表头", "too_many_cells"))
            faults += wrong
            units += [unit] if unit is not None else []
        faults += _twice(units)
    if faults:
        raise Invalid(f"单位名册有{len(faults)}处不合格，未写入任何内容：", faults=faults, code="bad_list")
    if not units:
        raise Invalid("文件里只有表头，没有单位。", code="empty_list")
    return units


def require_codes(division: str | None, credit_code: str | None) -> None:
    """Refuse a division that never was and a credit code that is mistyped. Raises Invalid with a fault for each."""
    faults = []
    if division is not None and not divisions.known(division):
        faults.append(Fault("行政区划代码", _no_division(division), "bad_division_code"))
    if credit_code is not None and (why := _credit_fault(credit_code)):
        faults.append(Fault("统一社会信用代码", why, "bad_credit_code"))
    if faults:
        raise Invalid("单位信息有误，未写入任何内容：", faults=faults)


def require_line(what: str, text: str, longest: int | None = None) -> str:
    """Return one line of a person, as a name, without its blanks. Raises Invalid for what a dossier refuses in a line, for
    none, and for one longer than `longest`."""
    said = text.strip()
    if not said:
        raise Invalid(f"请填写{what}。", code="missing")
    if why := _line_fault(said):
        raise Invalid(f"{what}{why}。", code="bad_line")
    if longest is not None:
        limits.refuse_long(what, said, longest)
    return said


def _line_fault(text: str) -> str | None:
    return _refused(_LINE, text)


def _no_division(code: str) -> str:
    return f"没有行政区划代码“{code}”"


def _credit_fault(code: str) -> str | None:
    return _refused(_CREDIT_CODE, code)


def _refused(adapter: TypeAdapter[str], text: str) -> str | None:
    """Return why a dossier would not take a text in that place; None where it would."""
    try:
        adapter.validate_python(text)
    except ValidationError as refused:
        return refused.errors()[0]["msg"]
    return None


def _text(data: bytes) -> str:
    text = decoded(data)
    if text is None:
        raise Invalid("文件不是 UTF-8 或 GB18030 编码的文本，请另存为 CSV 后再导入。", code="encoding")
    return text


def _table(text: str) -> list[tuple[int, list[str]]]:
    """Return the rows that are not empty, each with its line."""
    if "\0" in text:
        raise Invalid("文件不是 CSV 文本，请另存为 CSV 后再导入。", code="not_csv")
    delimiter = "\t" if "\t" in text.split("\n", 1)[0] else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return [
            (reader.line_num, [cell.strip() for cell in cells])
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as error:
        raise Invalid(f"第{reader.line_num}行不是可以识别的 CSV，请检查引号。", code="not_csv") from error


def _columns(heads: list[str]) -> tuple[dict[str, int], list[Fault]]:
    columns: dict[str, int] = {}
    faults: list[Fault] = []
    by_head = {head: name for name, names in HEADS.items() for head in names}
    for place, head in enumerate(heads):
        name = by_head.get(head.casefold())
        if name is None:
            faults.append(Fault("第1行", f"不认识的列“{head}”", "unknown_column"))
        elif name in columns:
            faults.append(Fault("第1行", f"列“{head}”重复", "column_twice"))
        else:
            columns[name] = place
    faults += [
        Fault("第1行", f"缺少列“{HEADS[name][1]}”", "column_missing") for name in REQUIRED if name not in columns
    ]
    return columns, faults


def _unit(line: int, columns: dict[str, int], cells: list[str]) -> tuple[ListedUnit | None, list[Fault]]:
    faults: list[Fault] = []

    def cell(name: str) -> str | None:
        place = columns.get(name)
        return cells[place] or None if place is not None and place < len(cells) else None

    def wrong(name: str, message: str) -> None:
        faults.append(Fault(f"第{line}行 {HEADS[name][1]}", message, f"bad_{name}"))

    name, kind = cell("name"), _word(OrganisationKind, cell("kind"))
    relation = _chosen(Relation, "relation", cell, wrong)
    if name is None:
        wrong("name", "请填写单位名称")
    for line_of in ("name", "contact", "phone"):
        if (said := cell(line_of)) is not None and (why := _line_fault(said)):
            wrong(line_of, why)
    if kind is None:
        wrong("kind", f"“{cell('kind') or ''}”不是单位类别，可用的有：{_choices(OrganisationKind)}")
    level = _chosen(Level, "level", cell, wrong)
    led_from, line_of_unit = _chosen(Level, "led_from", cell, wrong), _chosen(Line, "line", cell, wrong)
    division = cell("division_code")
    if division is not None and not divisions.known(division):
        wrong("division_code", _no_division(division))
    credit = cell("credit_code")
    if credit is not None and (why := _credit_fault(credit)):
        wrong("credit_code", why)
    if faults or name is None or kind is None:
        return None, faults
    return (
        ListedUnit(
            row=line,
            name=name,
            kind=kind,
            division_code=division,
            parent=cell("parent"),
            credit_code=credit and credit.upper(),
            relation=relation,
            industry_authority=cell("industry_authority"),
            contact=cell("contact"),
            phone=cell("phone"),
            level=level,
            led_from=led_from,
            line=line_of_unit,
        ),
        [],
    )


def _chosen(
    words: type[W], column: str, cell: Callable[[str], str | None], wrong: Callable[[str, str], None]
) -> W | None:
    """Return the word of a column that may be empty, and say where it is none."""
    said, found = cell(column), _word(words, cell(column))
    if said is not None and found is None:
        wrong(column, f"“{said}”不是可用的{HEADS[column][1]}，可用的有：{_choices(words)}")
    return found


def _twice(units: Iterable[ListedUnit]) -> list[Fault]:
    first: dict[tuple[str, str | None], int] = {}
    codes: dict[str, int] = {}
    faults: list[Fault] = []
    for unit in units:
        seen = first.setdefault((unit.name, unit.division_code), unit.row)
        if seen != unit.row:
            faults.append(Fault(f"第{unit.row}行 名称", f"与第{seen}行重复", "unit_twice"))
        if unit.credit_code is not None and codes.setdefault(unit.credit_code, unit.row) != unit.row:
            place = codes[unit.credit_code]
            faults.append(Fault(f"第{unit.row}行 统一社会信用代码", f"与第{place}行重复", "credit_code_twice"))
    return faults


def _word(words: type[W], text: str | None) -> W | None:
    return next((word for word in words if text in (word.value, word.label)), None)


def _choices(words: type[Word]) -> str:
    return "、".join(word.label for word in words)
