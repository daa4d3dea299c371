"""A dossier as a spreadsheet: one sheet a section, heads in Chinese, one line an item; faults are told by sheet and row."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, get_args

from openpyxl import Workbook, load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from pydantic import BaseModel

from models.accident.dossier import Dossier, read
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import Word

from .source_text import LIMIT_BYTES

SCHEMA = "case-dossier/1"
MOST_ROWS = 2000
MOST_BLANK = 20_000  # so far down a line is looked for among those that a program has only coloured
MOST_BYTES = 100_000_000
"""How large a workbook may be once it is unpacked: a small file can hide a very large one."""
_PARTS = re.compile(r"[；;、\n]")
_PLACE = re.compile(r"^(\w+)(?:\[(\d+)\])?(?:\.(\w+))?")
# Sections of one item stand in one row, like the others.
SINGLE = ("source", "accident")
ALONE = "一份表格只写一起事故，其余的请另存一份（可以一次上传多份）"
NESTED = ("later_deaths", "milestones")
"""What no cell holds; such cases come as JSON."""


def read_workbook(data: bytes, *, now: datetime) -> Dossier:
    """Return the dossier in a workbook's bytes. Raises Invalid with one fault per wrong cell, named by sheet and row."""
    if len(data) > LIMIT_BYTES:
        raise Invalid("表格过大，请拆分。", code="file_too_large")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            unpacked = sum(part.file_size for part in package.infolist())
        if unpacked > MOST_BYTES:
            raise Invalid("表格解开后过大，请拆分。", code="file_too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise Invalid("表格打不开，请另存为 xlsx 后重试。", code="file_broken") from error
    raw: dict[str, Any] = {"schema": SCHEMA}
    faults: list[Fault] = []
    rows_of: dict[str, list[int]] = {}
    for section, model in sections().items():
        title = _title(Dossier, section)
        if title not in book.sheetnames:
            if section in SINGLE:
                faults.append(Fault(f"工作表“{title}”", "缺少这张工作表", "missing_sheet"))
            continue
        items, lines, wrong = _items(book[title], title, model)
        faults += wrong
        if section in SINGLE:
            faults += [Fault(f"工作表“{title}”第{line}行", ALONE, "more_than_one") for line in lines[1:]]
        rows_of[section] = lines
        raw[section] = (items[0] if items else {}) if section in SINGLE else items
    faults += _unread(book)
    book.close()
    if faults:
        raise Invalid(f"表格有{len(faults)}处不合格，未写入任何内容", faults=faults, code="bad_workbook")
    try:
        return read(json.dumps(raw, ensure_ascii=False).encode(), now=now)
    except Invalid as refusal:
        told = [Fault(_cell(fault.path, rows_of), fault.message, fault.code) for fault in refusal.faults]
        raise Invalid(f"表格有{len(told)}处不合格，未写入任何内容", faults=told, code="bad_workbook") from refusal


def blank() -> bytes:
    """Return an empty workbook with every sheet and head, to be filled in."""
    book = Workbook()
    book.remove(book.active)
    for section, model in sections().items():
        sheet = book.create_sheet(_title(Dossier, section))
        heads = list(_columns(model))
        sheet.append(heads)
        sheet.freeze_panes = "A2"
        for number, head in enumerate(heads, 1):
            sheet.cell(1, number).style = "Headline 3"
            sheet.column_dimensions[sheet.cell(1, number).column_letter].width = max(12, 2 * len(head) + 4)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def sections() -> dict[str, type[BaseModel]]:
    """Return the sections of a dossier and what one item of each is."""
    found: dict[str, type[BaseModel]] = {}
    for name, field in Dossier.model_fields.items():
        model: Any = field.annotation
        while not isinstance(model, type) and get_args(model):
            model = get_args(model)[0]
        if isinstance(model, type) and issubclass(model, BaseModel):
            found[name] = model
    return found


def _title(model: type[BaseModel], name: str) -> str:
    return model.model_fields[name].title or name


def _columns(model: type[BaseModel]) -> dict[str, str]:
    """Return head → key for what a cell can hold."""
    return {_title(model, name): name for name in model.model_fields if name not in NESTED}


def _items(sheet: Any, title: str, model: type[BaseModel]) -> tuple[list[dict[str, Any]], list[int], list[Fault]]:
    columns, items, lines, faults = _columns(model), [], [], []
    rows = sheet.iter_rows(values_only=True)
    heads = [str(head).strip() if head is not None else "" for head in next(rows, ())]
    for head in heads:
        if head and head not in columns:
            faults.append(Fault(f"工作表“{title}”第1行", f"没有名为“{head}”的列", "unknown_column"))
    for line, cells in enumerate(rows, 2):
        said = _said(cells)
        if line > MOST_ROWS and (said or line > MOST_BLANK):
            faults.append(Fault(f"工作表“{title}”第{line}行", f"最多{MOST_ROWS}行，请拆分", "too_many_rows"))
            break
        if not said:
            continue
        item = {}
        for head, cell in zip(heads, cells, strict=False):
            if head in columns and cell is not None and str(cell).strip() != "":
                item[columns[head]] = _value(model, columns[head], cell)
        items.append(item)
        lines.append(line)
    return items, lines, faults


def _unread(book: Workbook) -> list[Fault]:
    """Return a fault for each sheet with something in it that nobody would read: its name is misspelt, or it is a note."""
    known = {_title(Dossier, section) for section in sections()}
    return [
        Fault(f"工作表“{sheet.title}”", "没有这个名称的工作表；与本案无关的请删除", "unknown_sheet")
        for sheet in book.worksheets
        if sheet.title not in known
        and any(_said(cells) for cells in sheet.iter_rows(values_only=True, max_row=MOST_ROWS))
    ]


def _said(cells: Iterable[Any]) -> bool:
    return any(cell is not None and str(cell).strip() != "" for cell in cells)


def _value(model: type[BaseModel], name: str, cell: Any) -> Any:
    """Return a cell as the JSON of a dossier would have it: words by their Chinese, lists split, dates as text."""
    annotation: Any = model.model_fields[name].annotation
    many = "tuple" in str(annotation)
    kinds = _leaves(annotation)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if date in kinds else cell.replace(tzinfo=SHANGHAI).isoformat()
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, (int, float)):
        whole = int(cell) if float(cell).is_integer() else cell
        return str(whole) if str in kinds else whole
    text = str(cell).strip()
    if many:
        return [part.strip() for part in _PARTS.split(text) if part.strip()]
    if bool in kinds and text in ("是", "否"):
        return text == "是"
    if datetime in kinds:
        return _moment(text)
    words = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Word)), None)
    if words is not None:
        return next((word.value for word in words if text == word.label), text)
    if (int in kinds or float in kinds) and re.fullmatch(r"\d+(\.\d+)?", text):
        return float(text) if "." in text else int(text)
    return text


def _moment(text: str) -> str:
    """Read local time without a zone as that of Asia/Shanghai, as people write it in a table."""
    try:
        at = datetime.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return text
    return (at if at.tzinfo else at.replace(tzinfo=SHANGHAI)).isoformat()


def _leaves(annotation: Any) -> list[Any]:
    inner = get_args(annotation)
    return [leaf for part in inner for leaf in _leaves(part)] if inner else [annotation]


def _cell(place: str, rows_of: Mapping[str, list[int]]) -> str:
    """Return `measures[3].finding_refs[0]` as 工作表“整改措施”第5行“针对问题编号”."""
    found = _PLACE.match(place)
    models = sections()
    if found is None or found[1] not in models:
        return place
    section, index, name = found[1], int(found[2] or 0), found[3]
    lines = rows_of.get(section, [])
    row = f"第{lines[index]}行" if index < len(lines) else ""
    model = models[section]
    head = f"“{_title(model, name)}”" if name in model.model_fields else ""
    return f"工作表“{_title(Dossier, section)}”{row}{head}"
