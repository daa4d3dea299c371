"""补充归档说明: one page at the head of a supplement's package, that says what came later, why, and to which volume."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from documents.layout.measures import BIAOSONG
from documents.layout.package import Frame, Sheet, assemble
from documents.layout.table import form
from documents.layout.text import empty, paragraph, run, run_properties
from models.papers.content.wording import day, or_nothing

TITLE = "补充归档说明"


@dataclass(frozen=True, slots=True)
class Supplement:
    """What the page says."""

    issuer: str
    archive_number: str
    volume: str
    case_number: str
    title: str
    responsible: str
    number: str | None
    dated: date | None
    reason: str
    added_by: str
    added_on: date
    file_name: str
    sha256: str
    volume_manifest: str


def supplement_sheet(told: Supplement) -> bytes:
    """Return the page as docx; the same facts give the same bytes."""
    rows = [
        ("补充档号", told.archive_number, 1.0),
        ("原卷档号", told.volume, 1.0),
        ("案件编号", told.case_number, 1.0),
        ("题　　名", told.title, 1.5),
        ("责 任 者", told.responsible, 1.0),
        ("文　　号", or_nothing(told.number), 1.0),
        ("日　　期", day(told.dated) if told.dated else or_nothing(None), 1.0),
        ("补充理由", told.reason, 2.0),
        ("文件名称", told.file_name, 1.0),
        ("文件校验值", told.sha256, 1.5),
        ("原卷清单\n校验值", told.volume_manifest, 1.5),
        ("补 充 人", told.added_by, 1.0),
        ("补充日期", day(told.added_on), 1.0),
    ]
    text = paragraph("GWTitle", run(TITLE, run_properties(BIAOSONG, 44))) + empty() + form(rows, label=1, field=4)
    return assemble(
        Sheet(
            body=text,
            frame=Frame.DOCUMENT,
            title=f"{TITLE} {told.archive_number}",
            creator=told.issuer,
            category=TITLE,
            dated=told.added_on,
        )
    )
