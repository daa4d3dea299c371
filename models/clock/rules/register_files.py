"""Files of registers kept elsewhere, as offices write them: CSV in UTF-8 or GBK, xlsx, heads in Chinese or as published."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from openpyxl import load_workbook

from models.accident.dossier.workbook import BROKEN, MOST_BYTES
from models.kernel.errors import Invalid
from models.kernel.storage.media import refuse_unsafe_book
from models.kernel.storage.zips import opened_bytes
from models.kernel.text.encodings import decoded

LARGEST = 50_000_000

HEADS: Mapping[str, tuple[str, ...]] = {
    "ref": ("文号", "发文字号", "通知编号", "编号"),
    "issued_on": ("发文日期", "发出日期", "通知日期"),
    "addressees": ("应答复单位数", "主送单位数", "应答复数"),
    "replies": ("已答复单位数", "已答复数", "答复数"),
}
"""Columns that a register must have, each with the Chinese heads by which it is known too."""


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One line of the file: its number, the heading being 1, its cells by column, and the heads as they stand there."""

    number: int
    cells: Mapping[str, str]
    heads: Mapping[str, str]

    def place(self, column: str) -> str:
        """Return where a cell stands, as people find it."""
        return f"第{self.number}行.{self.heads[column]}"


def register_lines(data: bytes) -> list[RegisterLine]:
    """Return the lines that are not empty. Raises Invalid for what is no such file, and for a column missing or doubled."""
    if len(data) > LARGEST:
        raise Invalid("登记簿文件超过50MB，请分成几个文件载入。", code="too_large")
    rows = table_rows(data, "登记簿")
    _, heads = next(rows, (1, []))
    columns = _columns([head.strip() for head in heads])
    named = {column: heads[place].strip() for column, place in columns.items()}
    return [
        RegisterLine(number, {name: row[at] if at < len(row) else "" for name, at in columns.items()}, named)
        for number, row in rows
        if any(cell.strip() for cell in row)
    ]


def table_rows(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV, or of an xlsx with one sheet, each with its number from 1 and its cells as text.

    Raises Invalid, in which the file is called `what`, for one that cannot be read.
    """
    return _of_workbook(data, what) if data.startswith(b"PK\x03\x04") else _of_text(data, what)


def _columns(heads: Sequence[str]) -> dict[str, int]:
    """Return the place of each column: those that must be there under their own name, others under their head."""
    by_head = {head: name for name, known in HEADS.items() for head in (name, *known)}
    columns: dict[str, int] = {}
    for place, head in enumerate(heads):
        name = by_head.get(head, head)
        if name in HEADS and name in columns:
            raise Invalid(
                f"登记簿的列“{heads[columns[name]]}”和“{head}”是同一列，请只留一列。", code="register_columns"
            )
        columns.setdefault(name, place)
    missing = [name for name in HEADS if name not in columns]
    if missing:
        must = "、".join(f"{name}（{known[0]}）" for name, known in HEADS.items())
        raise Invalid(f"登记簿缺少列：{'、'.join(missing)}；必须有{must}。", code="register_columns")
    return columns


def _of_text(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(_text(data, what), newline=""))
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        raise Invalid(f"{what}第{reader.line_num}行附近不是正确的CSV，请核对引号。", code="not_csv") from error


def _text(data: bytes, what: str) -> str:
    text = decoded(data)
    if text is None:
        raise Invalid(f"{what}文件不是 UTF-8 或 GBK 编码的CSV，也不是xlsx，请另存后重试。", code="not_utf8")
    return text


def _of_workbook(data: bytes, what: str) -> Iterator[tuple[int, list[str]]]:
    refuse_unsafe_book(data, what)
    try:
        with opened_bytes(data) as package:
            if sum(part.file_size for part in package.infolist()) > MOST_BYTES:
                raise Invalid(f"{what}解开后过大，请分成几个文件。", code="too_large")
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        if len(book.worksheets) != 1:
            raise Invalid(f"{what}须是只有一张工作表的xlsx，请删去其他工作表。", code="register_sheets")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()  # what a program wrote about the size of the sheet may be wrong, and would cut it
        rows = [[_cell(value) for value in row] for row in sheet.iter_rows(values_only=True)]
    except (*BROKEN, zipfile.BadZipFile) as error:
        raise Invalid(f"{what}打不开，请另存为xlsx或CSV后重试。", code="file_broken") from error
    yield from enumerate(rows, 1)


def _cell(value: Any) -> str:
    """Return what a person sees in a cell."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.min.time() else value.isoformat(" ")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
