"""Files that the volume would hold and that are not in the store."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import NotNullable, and_, or_, select
from sqlalchemy.orm import Session

from models.archive.rules.gaps import Gap, GapKind
from models.case.tables import Case, Evidence, IncomingPaper
from models.kernel.lifecycle import SIGNED
from models.kernel.storage.files import FileStore
from models.kernel.vocabulary import DocumentStatus, RenditionForm
from models.papers.queries.case_papers import of_case
from models.papers.tables import Document, Rendition
from models.rectification.tables import Assignment, Dispute, Measure, Reply, ReplyFile, Verification

from .naming import address, short_name

_MADE = (RenditionForm.FINAL_DOCX, RenditionForm.PDF)
"""Files that are made of what a paper says, and can be made again."""


@dataclass(frozen=True, slots=True)
class _Held:
    ref: str
    what: str
    sha256: str
    part: str
    about: str | None = None
    number: str | None = None
    paper: int | None = None


def of_files(session: Session, case: Case, store: FileStore) -> Iterator[Gap]:
    """Yield the files of a case that are not there. Six statements, and a look for each file."""
    seen: set[tuple[str, str]] = set()
    for held in _files(session, case):
        if (held.ref, held.sha256) in seen or store.exists(held.sha256):
            continue
        seen.add((held.ref, held.sha256))
        yield Gap(
            GapKind.FILE_MISSING,
            f"{held.ref}/{held.sha256[:12]}",
            f"{held.what}在文件库中找不到，不能读取",
            held.sha256,
            held.part,
            about=held.about,
            number=held.number,
            paper=held.paper,
            file=held.sha256,
        )


def _files(session: Session, case: Case) -> Iterator[_Held]:
    yield from _of_papers(session, case)
    for one in session.scalars(
        select(Evidence)
        .where(Evidence.case_id == case.id, Evidence.withdrawn_at.is_(None), Evidence.sha256.is_not(None))
        .order_by(Evidence.id)
    ):
        assert one.sha256 is not None
        yield _Held(one.ref, f"证据{one.ref}（{one.title}）的文件", one.sha256, "evidence")
    for came in session.scalars(select(IncomingPaper).where(IncomingPaper.case_id == case.id)):
        for sha256, what in ((came.scan_sha256, "扫描件"), (came.closing_sha256, "办结材料")):
            if sha256:
                text = f"来文{came.ref}（{came.kind.label}）的{what}"
                yield _Held(came.ref, text, sha256, "more", "action=close-incoming", came.number)
    yield from _of_measures(session, case)


def _of_papers(session: Session, case: Case) -> Iterator[_Held]:
    rows = session.execute(
        select(Document.id, short_name(case), Document.title, Document.number, Rendition.form, Rendition.sha256)
        .join(Rendition, Rendition.document_id == Document.id)
        .where(
            of_case(case.id),
            or_(
                Document.status.in_(SIGNED),
                and_(Document.status == DocumentStatus.VOID, Document.number.is_not(None)),
            ),
            or_(Rendition.form.not_in(_MADE), Rendition.version == Document.content_version),
        )
        .order_by(Document.id, Rendition.id)
    )
    for row in rows:
        what = f"{row.ref}《{row.title}》的{row.form.label}"
        yield _Held(row.ref, what, row.sha256, "papers", address(row.ref), row.number, row.id)


def _of_measures(session: Session, case: Case) -> Iterator[_Held]:
    for row in session.execute(
        select(Reply.ref, ReplyFile.file_name, ReplyFile.sha256)
        .join(ReplyFile, ReplyFile.reply_id == Reply.id)
        .where(Reply.case_id == case.id)
        .order_by(ReplyFile.id)
    ):
        yield _Held(row.ref, f"反馈{row.ref}所附“{row.file_name}”", row.sha256, "measures")
    adjudicated = session.execute(
        select(Reply.ref, NotNullable(Dispute.scan_sha256))
        .join(Reply, Reply.id == Dispute.reply_id)
        .where(Dispute.case_id == case.id, Dispute.scan_sha256.is_not(None))
    )
    for ref, sha256 in adjudicated:
        yield _Held(ref, f"反馈{ref}的职责争议裁定扫描件", sha256, "measures")
    photographed = session.execute(
        select(Measure.ref, NotNullable(Verification.photo_sha256))
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(Verification, Verification.assignment_id == Assignment.id)
        .where(Verification.case_id == case.id, Verification.photo_sha256.is_not(None))
        .order_by(Verification.id)
    )
    for ref, sha256 in photographed:
        yield _Held(ref, f"整改措施{ref}的现场复查照片", sha256, "measures")
