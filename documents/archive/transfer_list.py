"""移交清册: the list with which packages go to another archive, for people as a workbook, for programs as JSON and XML."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from xml.etree import ElementTree as ET

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from documents.archive.catalogue_xml import plain
from models.kernel.record.event_chain import JSON, canonical

FORMAT, NAMESPACE = "shencha-transfer/1", "urn:shencha:transfer:1"
BOOK, JSON_LIST, XML_LIST, SUMS = "移交清册.xlsx", "transfer.json", "transfer.xml", "manifest-sha256.txt"
_COLUMNS = (
    ("序号", 6),
    ("档号", 30),
    ("题名", 60),
    ("案件编号", 18),
    ("保管期限", 10),
    ("立卷日期", 12),
    ("件数", 8),
    ("文件数", 8),
    ("字节数", 14),
    ("清单校验值（SHA-256）", 68),
    ("位置", 40),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A package on the list: `folder` is its place in what is handed over, `size` its bytes."""

    archive_number: str
    title: str
    case_number: str
    retention: str | None
    dated: date
    items: int
    files: int
    size: int
    manifest_sha256: str
    folder: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """Who hands what over to whom, and when."""

    sender: str
    recipient: str
    dated: date
    lines: tuple[Line, ...]


def as_json(transfer: Transfer) -> bytes:
    """Return transfer.json: one line of canonical JSON."""
    lines: list[JSON] = [{**asdict(line), "dated": line.dated.isoformat()} for line in transfer.lines]
    return (
        canonical(
            {
                "format": FORMAT,
                "sender": transfer.sender,
                "recipient": transfer.recipient,
                "dated": transfer.dated.isoformat(),
                "packages": lines,
            }
        )
        + b"\n"
    )


def as_xml(transfer: Transfer) -> bytes:
    """Return transfer.xml, with the same content."""
    root = ET.Element(
        "transfer",
        {
            "xmlns": NAMESPACE,
            "sender": plain(transfer.sender),
            "recipient": plain(transfer.recipient),
            "date": transfer.dated.isoformat(),
        },
    )
    for number, line in enumerate(transfer.lines, 1):
        told = {name: plain(str(value)) for name, value in asdict(line).items() if value is not None}
        ET.SubElement(root, "package", {"sequence": str(number), **told})
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'.encode()


def as_book(transfer: Transfer) -> bytes:
    """Return 移交清册.xlsx with a line for the signatures of both sides. No cell is a formula."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "移交清册"
    rows: list[Sequence[str | int]] = [
        ("档案移交清册",),
        (f"移交单位：{transfer.sender}", "", f"接收单位：{transfer.recipient}", "", f"日期：{transfer.dated}"),
        tuple(head for head, _ in _COLUMNS),
        *(_row(number, line) for number, line in enumerate(transfer.lines, 1)),
        (f"共{len(transfer.lines)}卷（件），{sum(line.size for line in transfer.lines)}字节。",),
        ("移交人（签字）：", "", "接收人（签字）：", "", "监交人（签字）："),
    ]
    for down, row in enumerate(rows, 1):
        for across, value in enumerate(row, 1):
            cell = sheet.cell(down, across)
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value) if isinstance(value, str) else value
            if isinstance(value, str):
                cell.data_type = "s"
            cell.font = Font(bold=down in (1, 3))
            cell.alignment = Alignment(wrap_text=down > 2, vertical="top")
    for place, (_, width) in enumerate(_COLUMNS, 1):
        sheet.column_dimensions[get_column_letter(place)].width = width
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _row(number: int, line: Line) -> tuple[str | int, ...]:
    return (
        number,
        line.archive_number,
        line.title,
        line.case_number,
        line.retention or "",
        line.dated.isoformat(),
        line.items,
        line.files,
        line.size,
        line.manifest_sha256,
        line.folder,
    )
