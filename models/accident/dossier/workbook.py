"""A dossier as a workbook: one sheet for each sheet of facts, heads in Chinese, one line a row; several accidents, each by
its key in the column 事故. Every fault is told by sheet, row and column, all at once.
"""

from __future__ import annotations

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from models.accident.sheets import SHEETS, Field, FieldKind, targets
from models.accident.sheets.fields import POINTERS
from models.accident.sheets.words import match
from models.kernel.errors import Fault, Invalid
from models.kernel.storage.media import refuse_unsafe_book
from models.kernel.storage.zips import opened_bytes
from models.kernel.text.folded import folded

from . import cells, read
from .cells import Cells
from .notes import notes
from .second import NAMED, SCHEMA, free_ref
from .source_text import LIMIT_BYTES
from .tabs import ACCIDENT_KEY, INSIDE, LATER_DEATHS, NOT_READ, REF, SINGLE, Tab, tabs
from .understood import Understood

MOST_ROWS = 2000
MOST_BLANK = 20_000  # so far down a line is looked for among those that a program has only coloured
MOST_BYTES = 100_000_000
"""How large a workbook may be once it is unpacked: a small file can hide a very large one."""
SEVERAL = "一份表格写几起事故时，各工作表都要有“事故”一列，写明每行属于哪一起（如 1、2），每起的“来源”“事故”各写一行"
_MERGED = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref=["\']([A-Z]+)(\d+):([A-Z]+)(\d+)')
_PLACE = re.compile(r"^(\w+(?:\[\d+\])?)(?:\.(\w+\[\d+\]))?(?:\.(\w+))?")
# What openpyxl raises at parts, attributes and numbers that a sound workbook does not have; SyntaxError is XML's, and
# RuntimeError what the library says of parts that are locked with a password or packed in a way it does not know.
BROKEN = (
    *(InvalidFileException, KeyError, IndexError, ValueError, TypeError, AttributeError, ArithmeticError),
    *(OSError, EOFError, SyntaxError, RuntimeError, zlib.error, struct.error),
)
_ASTRAY = ("accident_missing", "unknown_accident")
_PEOPLE, _OFFICIALS = "people", "officials"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line with something in it: its sheet, number, heads as they are written there, and cells by field."""

    tab: Tab
    number: int
    heads: Mapping[str, str]
    cells: Mapping[str, Cells]

    def at(self, name: str | None = None) -> str:
        """Return 工作表“整改措施”第5行“针对问题”."""
        head = self.heads.get(name or "")
        return f"工作表“{self.tab.title}”第{self.number}行" + (f"“{head}”" if head else "")


@dataclass(slots=True)
class _Accident:
    """What the lines of one accident come to: the dossier's tree, where its parts stand, and what was refused."""

    epoch: datetime
    tree: dict[str, Any] = field(default_factory=lambda: {"schema": SCHEMA})
    places: dict[str, _Line] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    names: dict[str, dict[str, set[str]]] = field(default_factory=dict)


def read_workbook(data: bytes, *, now: datetime) -> tuple[Understood, ...]:
    """Return what a workbook says of each of its accidents; heads may be those of `case-dossier/1`.

    Raises Invalid with one fault for each wrong cell, named by sheet, row and column.
    """
    faults: list[Fault] = []
    lines, epoch = _opened(data, faults)
    found = []
    groups = _by_accident(lines, faults)
    astray = any(fault.code in _ASTRAY for fault in faults)
    for of in groups:
        accident = _Accident(epoch)
        _put_together(accident, of)
        found.append(_understood(accident, now))
        # What a row that belongs to no accident yet would have answered is not missed.
        faults += [one for one in accident.faults if not (astray and one.code == "unknown_reference")]
    if faults:
        told = list({(fault.path, fault.message): fault for fault in faults}.values())
        raise Invalid(f"表格有{len(told)}处不合格，未写入任何内容", faults=told, code="bad_workbook")
    return tuple(one for one in found if one is not None)


# The package and its sheets -------------------------------------------------------------------------------------------


def _opened(data: bytes, faults: list[Fault]) -> tuple[list[_Line], datetime]:
    """Return every line that says something, and the day from which the workbook counts its days."""
    if len(data) > LIMIT_BYTES:
        raise Invalid("表格过大，请拆分。", code="file_too_large")
    refuse_unsafe_book(data, "表格")
    try:
        with opened_bytes(data) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_BYTES:
                raise Invalid("表格解开后过大，请拆分。", code="file_too_large")
            computed = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            typed = load_workbook(io.BytesIO(data), read_only=True)
            lines = [line for title in computed.sheetnames for line in _sheet(computed, typed, title, package, faults)]
    except (*BROKEN, zipfile.BadZipFile) as error:
        raise Invalid("表格打不开，请另存为 xlsx 后重试。", code="file_broken") from error
    titles = {title.strip() for title in computed.sheetnames}
    for name in SINGLE:
        if tabs()[name].title not in titles:
            faults.append(Fault(f"工作表“{tabs()[name].title}”", "缺少这张工作表", "missing_sheet"))
    return lines, computed.epoch


def _sheet(computed: Any, typed: Any, title: str, package: zipfile.ZipFile, faults: list[Fault]) -> list[_Line]:
    tab = next((one for one in tabs().values() if one.title == title.strip()), None)
    sheet, as_typed = computed[title], typed[title]
    if title.strip() in NOT_READ or not hasattr(sheet, "iter_rows"):  # a sheet of charts has no rows
        return []
    # What a program wrote about the size of the sheet may be wrong, and would cut it.
    sheet.reset_dimensions()
    as_typed.reset_dimensions()
    rows = enumerate(zip(sheet.iter_rows(), as_typed.iter_rows(), strict=True), 1)
    paired = ((number, [*zip(*pair, strict=True)]) for number, pair in rows)
    if tab is None:
        if any(not cells.empty(cell) for _, row in paired for cell in row):
            message = "没有这个名称的工作表；与本案无关的请删除"
            faults.append(Fault(f"工作表“{title}”", message, "unknown_sheet"))
        return []
    columns, heads = _columns(tab, next(paired, (1, []))[1], faults)
    with package.open(sheet._worksheet_path) as part:
        merged = _merged(part.read(), tab, heads)
    faults += merged
    return list(_lines(tab, columns, heads, paired, faults))


def _columns(tab: Tab, row: list[Cells], faults: list[Fault]) -> tuple[dict[int, Field], dict[int, str]]:
    """Return the fields by the number of their column, and the heads as they are written."""
    known = tab.columns()
    found: dict[int, Field] = {}
    heads: dict[int, str] = {}
    at = f"工作表“{tab.title}”第1行"
    for number, (computed, _) in enumerate(row):
        head = "" if computed.value is None else str(computed.value).strip().rstrip("*＊").strip()
        if not head:
            continue
        heads[number] = head
        of = known.get(folded(head))
        if of is None:
            faults.append(Fault(at, f"没有名为“{head}”的列", "unknown_column"))
        elif of in found.values():
            faults.append(Fault(at, f"“{head}”这一列不止一个，请合为一列", "repeated_column"))
        else:
            found[number] = of
    return found, heads


def _merged(part: bytes, tab: Tab, heads: Mapping[int, str]) -> Iterator[Fault]:
    """Yield a fault for each merged range: its value stands in one cell only, and the others would be read as empty."""
    letters = {get_column_letter(number + 1): head for number, head in heads.items()}
    for left, top, right, bottom in (found.groups() for found in _MERGED.finditer(part)):
        first, last = left.decode(), right.decode()
        rows = f"第{int(top)}行" if top == bottom else f"第{int(top)}至{int(bottom)}行"
        column = f"“{letters.get(first, first)}”" + ("" if first == last else f"至“{letters.get(last, last)}”")
        message = "这几个单元格是合并的，不知道内容属于哪一行，请取消合并后逐格填写"
        yield Fault(f"工作表“{tab.title}”{rows}{column}", message, "merged_cells")


def _lines(
    tab: Tab,
    columns: Mapping[int, Field],
    heads: Mapping[int, str],
    rows: Iterator[tuple[int, list[Cells]]],
    faults: list[Fault],
) -> Iterator[_Line]:
    written = {of.name: heads[number] for number, of in columns.items()}
    shown = {of.name: written.get(of.name, of.label) for of in tab.fields} | written
    if "longitude" in written:
        shown["coordinates"] = written["longitude"]
    for number, row in rows:
        filled = {place: cell for place, cell in enumerate(row) if not cells.empty(cell)}
        at = f"工作表“{tab.title}”第{number}行"
        if number > MOST_ROWS and (filled or number > MOST_BLANK):
            faults.append(Fault(at, f"最多{MOST_ROWS}行，请拆分", "too_many_rows"))
            return
        for place in filled:
            if place not in heads:
                message = f"{get_column_letter(place + 1)}列有内容，但第1行没有写列名"
                faults.append(Fault(at, message, "no_head"))
        said = {columns[place].name: cell for place, cell in filled.items() if place in columns}
        if said:
            yield _Line(tab, number, shown, said)


# One accident ---------------------------------------------------------------------------------------------------------


def _by_accident(lines: list[_Line], faults: list[Fault]) -> list[list[_Line]]:
    """Return the lines of each accident, in the order of the sheet of accidents; without keys all lines are of one."""
    keys = [_key(line) for line in lines]
    if not any(keys):
        faults += _too_many(lines)
        return [lines]
    known = list(
        dict.fromkeys(key for line, key in zip(lines, keys, strict=True) if line.tab.name == "accident" and key)
    )
    for line, key in zip(lines, keys, strict=True):
        if not key:
            faults.append(Fault(line.at(ACCIDENT_KEY), SEVERAL, "accident_missing"))
        elif key not in known:
            message = f"“事故”表中没有“{key}”这一起，请核对"
            faults.append(Fault(line.at(ACCIDENT_KEY), message, "unknown_accident"))
    groups = [[line for line, of in zip(lines, keys, strict=True) if of == key] for key in known]
    for group in groups:
        faults += _too_many(group)
    return groups


def _key(line: _Line) -> str:
    of, cell = line.tab.fields[0], line.cells.get(ACCIDENT_KEY)
    try:
        return "" if cell is None else cells.text(cell, of, datetime.min)  # noqa: DTZ901  no date is read
    except Invalid:
        return ""


def _too_many(lines: list[_Line]) -> Iterator[Fault]:
    """Yield a fault for each further row of a form."""
    seen: set[str] = set()
    for line in lines:
        if not line.tab.many:
            if line.tab.name in seen:
                yield Fault(
                    line.at(), f"这是同一起事故的又一行“{line.tab.title}”，只能写一行。{SEVERAL}", "more_than_one"
                )
            seen.add(line.tab.name)


def _put_together(accident: _Accident, lines: list[_Line]) -> None:
    """Make the dossier's tree of the lines; the lists that others point into are named first."""
    whole = [line for line in lines if line.tab.name not in INSIDE]
    sections = [_section(line, accident.epoch) for line in whole]
    rows: list[dict[str, Any]] = [{} for _ in whole]
    for line, section, row in zip(whole, sections, rows, strict=True):
        tab = tabs()[section]
        path = section
        if tab.many:
            listed = accident.tree.setdefault(section, [])
            path = f"{section}[{len(listed)}]"
            listed.append(row)
        elif section in accident.tree:
            continue  # told already
        else:
            accident.tree[section] = row
        accident.places[path] = line
    _name_rows(accident, whole, sections, rows)
    for line, section, row in zip(whole, sections, rows, strict=True):
        _fill(accident, line, tabs()[section], row)
    for line in lines:
        if line.tab.name in INSIDE:
            _fill_inside(accident, line)


def _section(line: _Line, epoch: datetime) -> str:
    """Return the list in which a line belongs: who is behind the accident may stand among the people, as he once did."""
    role = line.cells.get("role")
    if line.tab.name != _PEOPLE or role is None:
        return line.tab.name
    people, officials = SHEETS[_PEOPLE].field("role"), SHEETS[_OFFICIALS].field("role")
    try:
        said = cells.text(role, people, epoch)
    except Invalid:
        return _PEOPLE
    behind = match(people.choices, said) is None and match(officials.choices, said) is not None
    fits = set(line.cells) <= {one.name for one in tabs()[_OFFICIALS].fields}
    return _OFFICIALS if behind and fits else _PEOPLE


def _name_rows(accident: _Accident, lines: list[_Line], sections: list[str], rows: list[dict[str, Any]]) -> None:
    """Give every row its short name and note by which names it may be called."""
    taken: dict[str, set[str]] = {}
    together = {_OFFICIALS: _PEOPLE}  # they share one series of short names
    for line, section, row in zip(lines, sections, rows, strict=True):
        if (ref := _said(accident, line, REF)) is not None:
            row[REF] = ref
            taken.setdefault(together.get(section, section), set()).add(ref)
    for line, section, row in zip(lines, sections, rows, strict=True):
        series = taken.setdefault(together.get(section, section), set())
        if section in NAMED and REF not in row and REF not in line.cells:
            row[REF] = free_ref(series, tabs()[section].prefix, 1)
            series.add(row[REF])
        for name in {tabs()[section].named_by, "short_name"} - {None}:
            said = _said(accident, line, str(name))
            if said is not None and REF in row:
                accident.names.setdefault(section, {}).setdefault(folded(said), set()).add(row[REF])


def _said(accident: _Accident, line: _Line, name: str) -> str | None:
    """Return what stands under a head; None where nothing does, or nothing that can be read."""
    of = next((one for one in line.tab.fields if one.name == name), None)
    if of is None or name not in line.cells:
        return None
    try:
        return cells.text(line.cells[name], of, accident.epoch) or None
    except Invalid:
        return None


def _fill(accident: _Accident, line: _Line, tab: Tab, row: dict[str, Any]) -> None:
    fields = {one.name: one for one in (*line.tab.columns().values(), *tab.fields)}
    for name in fields:
        if name in line.cells and name != ACCIDENT_KEY:
            _keep(accident, line, fields[name], row)
    place = [row.pop(name, None) for name in ("longitude", "latitude")]
    if None not in place:
        row["coordinates"] = {"x": place[0], "y": place[1]}
    elif place != [None, None]:
        accident.faults.append(Fault(line.at("coordinates"), "经度和纬度要一起填写", "bad_coordinates"))


def _keep(accident: _Accident, line: _Line, of: Field, row: dict[str, Any]) -> None:
    """Put the value of a cell into its row, or note why it cannot be read."""
    subject = (line.tab.name, of.name) == ("accountability", "subject_ref")
    into = _subjects(row.get("subject_type")) if subject else targets(of.target) if of.target else ()
    rows, several = _rows(accident, into)
    asked = Field(of.name, of.label, FieldKind.REF, to=into[0]) if subject else of
    try:
        found = cells.value(line.cells[of.name], asked, accident.epoch, rows)
    except Invalid as refusal:
        message, code = refusal.message, refusal.code
        called = next((name for name in several if name in folded(message)), None)
        if asked.kind in POINTERS and code == "unknown_reference" and called:
            message, code = f"叫“{called}”的不止一行，请填编号", "many_rows"
        elif code == "unknown_reference":
            titles = "、".join(f"“{tabs()[name].title}”" for name in into)
            message = message.replace("请先登记，或填已登记的名称、编号", f"请先在{titles}表中填写，或核对名称、编号")
        accident.faults.append(Fault(line.at(of.name), message, code))
    else:
        if found is not None:
            row[of.name] = found


def _subjects(kind: object) -> tuple[str, ...]:
    people, units = (_PEOPLE, _OFFICIALS), ("organisations",)
    return people if kind == "person" else units if kind == "organisation" else (*people, *units)


def _rows(accident: _Accident, into: tuple[str, ...]) -> tuple[dict[str, str], set[str]]:
    """Return short name and folded name → short name of the rows of lists; and the names that several rows share."""
    called: dict[str, set[str]] = {}
    refs: dict[str, str] = {}
    for section in into:
        refs |= {row[REF]: row[REF] for row in accident.tree.get(section, ()) if REF in row}
        for name, of in accident.names.get(section, {}).items():
            called.setdefault(name, set()).update(of)
    only = {name: next(iter(of)) for name, of in called.items() if len(of) == 1}
    return only | refs, {name for name, of in called.items() if len(of) > 1}


def _fill_inside(accident: _Accident, line: _Line) -> None:
    """Put a line into the row in which it lies: a later death into the accident, a milestone into its measure."""
    row: dict[str, Any] = {}
    _fill(accident, line, line.tab, row)
    if line.tab.name == LATER_DEATHS:
        outer, path = accident.tree.setdefault("accident", {}), "accident"
    else:
        measure = row.pop("measure", None)
        if measure is None:
            if "measure" not in line.cells:
                accident.faults.append(Fault(line.at("measure"), "缺少这一项", "missing"))
            return
        place = next(number for number, one in enumerate(accident.tree["measures"]) if one.get(REF) == measure)
        outer, path = accident.tree["measures"][place], f"measures[{place}]"
    inner = outer.setdefault(line.tab.name, [])
    accident.places[f"{path}.{line.tab.name}[{len(inner)}]"] = line
    inner.append(row)


# The dossier ----------------------------------------------------------------------------------------------------------


def _understood(accident: _Accident, now: datetime) -> Understood | None:
    """Read the tree as any dossier is read; of a cell that was refused already nothing more is said."""
    try:
        dossier = read(json.dumps(accident.tree, ensure_ascii=False).encode(), now=now)
    except Invalid as refusal:
        told = {fault.path for fault in accident.faults}
        accident.faults += [
            one for one in (_placed(accident, fault) for fault in refusal.faults) if one.path not in told
        ]
        return None
    return Understood(dossier, tuple(_placed(accident, one) for one in notes(dossier, now=now)))


def _placed(accident: _Accident, fault: Fault) -> Fault:
    """Return a fault with its place in the workbook instead of its path in the tree."""
    found = _PLACE.match(fault.path)
    if found is None:
        return fault
    section, inside, name = found.groups()
    line = accident.places.get(f"{section}.{inside}") if inside else None
    if line is None:
        line, name = accident.places.get(section), (inside or "").partition("[")[0] or name
    if line is not None:
        return Fault(line.at(name), fault.message, fault.code)
    tab = tabs().get(section.partition("[")[0])
    return Fault(f"工作表“{tab.title}”", fault.message, fault.code) if tab else fault
