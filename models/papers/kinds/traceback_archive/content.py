"""监管回溯档案: the volume that keeps the whole traceback of one case."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from models.kernel.vocabulary import DeliveryMode, DocumentKind, Outcome, ReplyKind, Verdict
from models.papers.content.common import Content, Count, Paper
from models.papers.content.facts import CaseTopic

RESTRICTED = "限定名单查阅"
"""What the catalogue remarks of a paper that only a list of people may read."""


class ArchivedFile(Content):
    """A file of the electronic volume; `path` is its place in the package."""

    path: str
    sha256: str
    size: Count | None = None  # bytes


class CatalogueItem(Content):
    """卷内文件目录, one line. `pages` come from the PDF where there is one."""

    sequence: int
    responsible: str | None = None  # 责任者
    number: str | None = None  # 文号
    title: str
    dated: date | None = None
    pages: Count | None = None
    remark: str | None = None
    # What its files belong to, as the events of the case name it: evidence/E2. Not printed: it lets a verifier hold them
    # against those events, whatever the title says.
    about: str | None = None
    files: tuple[ArchivedFile, ...] = ()


class DeliveryEntry(Content):
    """How a paper was served and who confirmed it."""

    document: str  # number and title as people cite it
    recipient: str
    mode: DeliveryMode | None = None
    delivered_at: datetime | None = None
    delivered_by: str | None = None
    received_by: str | None = None
    received_at: datetime | None = None
    recorded_on_behalf: bool = False  # 代录
    by_proof: bool = False  # the signed 送达回证 was the receipt


class ReplyEntry(Content):
    """An answer and what was said of it."""

    organisation: str
    kind: ReplyKind
    subject: str | None = None  # measure or notice it answers
    received_at: datetime | None = None
    summary: str | None = None
    evidence: tuple[ArchivedFile, ...] = ()
    verdict: Verdict | None = None
    assessed_by: str | None = None
    assessed_at: datetime | None = None
    recorded_on_behalf: bool = False
    withdrawn_at: datetime | None = None


class VerificationEntry(Content):
    """现场复查 of one measure."""

    measure: str
    organisation: str | None = None
    verified_at: datetime | None = None
    verified_by: str | None = None
    place: str | None = None
    result: str | None = None
    photos: tuple[ArchivedFile, ...] = ()


class OutcomeEntry(Content):
    """How a measure ended with one responsible organisation."""

    measure: str
    text: str
    organisation: str | None = None
    outcome: Outcome | None = None
    closed_on: date | None = None
    reason: str | None = None


class EventEntry(Content):
    """One line of the event record."""

    sequence: int
    at: datetime
    actor: str | None = None
    what: str
    why: str | None = None


class NotApplicable(Content):
    """A document of the five that this case did not need."""

    document: DocumentKind
    reason: str
    approved_by: str | None = None
    approved_on: date | None = None


class ExcusedGap(Content):
    """What was missing when the volume was closed, and who let it be missing."""

    what: str
    reason: str
    approved_by: str
    approved_on: date


class VolumeNotes(Content):
    """备考表: what the archivist must know of the volume."""

    total_pages: Count | None = None
    not_applicable: tuple[NotApplicable, ...] = ()
    remarks: tuple[str, ...] = ()
    excused: tuple[ExcusedGap, ...] = ()
    prepared_by: str | None = None  # 立卷人
    checked_by: str | None = None  # 检查人
    dated: date | None = None


class TracebackArchive(Paper):
    """Cover, catalogue, records and 备考表 of one volume."""

    kind: Literal["traceback_archive"] = "traceback_archive"
    case_number: str
    fonds_name: str  # 全宗名称
    fonds_number: str | None = None
    archive_number: str | None = None  # 档号
    title: tuple[str, ...]
    issuer: str  # 立卷单位
    period_from: date | None = None
    period_to: date | None = None
    retention: str | None = None  # 保管期限, such as 永久
    shelf_place: str | None = None
    dated: date | None = None
    first_page: int = 1  # a volume may continue the numbering of the one before
    accident: CaseTopic
    items: tuple[CatalogueItem, ...] = ()
    deliveries: tuple[DeliveryEntry, ...] = ()
    replies: tuple[ReplyEntry, ...] = ()
    verifications: tuple[VerificationEntry, ...] = ()
    outcomes: tuple[OutcomeEntry, ...] = ()
    events: tuple[EventEntry, ...] = ()
    event_count: Count | None = None  # of the whole record; `events` may be a summary
    event_chain_head: str | None = None  # hash of the last event before sealing
    notes: VolumeNotes = VolumeNotes()

    @property
    def title_line(self) -> str:
        """The title on one line."""
        return "".join(self.title)

    @property
    def own_date(self) -> date | None:
        """立卷日期."""
        return self.dated

    @property
    def author(self) -> str:
        """立卷单位."""
        return self.issuer
