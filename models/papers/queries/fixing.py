"""Which issued papers still lack their PDF/A file, and which file each has. A sealed volume is owed none any more."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, String, and_, cast, exists, func, literal, select
from sqlalchemy.orm import Session

from models.archive.tables import Archive
from models.kernel.lifecycle import SIGNED
from models.kernel.tables import Outbox
from models.kernel.vocabulary import DocumentKind, RenditionForm
from models.papers.tables import Document, Rendition

FIX_PDF = "fix-pdf"
"""Topic of the outbox: make the PDF/A file of a paper."""

GIVEN_UP = 5
"""After so many tries (six minutes) a volume is sealed without the PDF/A file that cannot be made."""


def _has(form: RenditionForm) -> ColumnElement[bool]:
    return exists(
        select(1)
        .where(
            Rendition.document_id == Document.id,
            Rendition.form == form,
            Rendition.version == Document.content_version,
        )
        .correlate(Document)
    )


_SEALED = exists(
    select(1)
    .where(Archive.case_id == Document.case_id, Archive.packed_at.is_not(None), Archive.reopened_at.is_(None))
    .correlate(Document)
)
OWED = and_(
    Document.status.in_(SIGNED),
    Document.kind != DocumentKind.TRACEBACK_ARCHIVE,  # packed with its PDF, or without
    _has(RenditionForm.FINAL_DOCX),
    ~_has(RenditionForm.PDF),
    ~_SEALED,
)
"""Issued papers with their docx that have no PDF/A file of what they say now."""


def owed_count(session: Session) -> int:
    """Return how many papers still lack their PDF/A file."""
    return session.scalar(select(func.count()).select_from(Document).where(OWED)) or 0


def unqueued(session: Session, most: int) -> Sequence[tuple[int, int, int]]:
    """Return row number, content version and case of papers that lack the file and were never queued for it."""
    key = literal(f"{FIX_PDF}:") + cast(Document.id, String) + "/" + cast(Document.content_version, String)
    queued = exists(select(1).where(Outbox.key == key).correlate(Document))
    rows = session.execute(
        select(Document.id, Document.content_version, Document.case_id)
        .where(OWED, ~queued)
        .order_by(Document.id)
        .limit(most)
    )
    return [(row.id, row.content_version, row.case_id) for row in rows]


def gave_up(session: Session, case_id: int) -> bool:
    """Return whether work of a case that needs a PDF has failed so often that its volume waits no longer."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    Outbox.case_id == case_id,
                    Outbox.topic.in_((FIX_PDF, "archive")),
                    Outbox.done_at.is_(None),
                    Outbox.tries >= GIVEN_UP,
                )
            )
        )
    )


def fixed_files(session: Session, document_ids: Sequence[int]) -> dict[int, str]:
    """Return the hash of the PDF/A file of each paper that has one of what it says now."""
    rows = session.execute(
        select(Document.id, Rendition.sha256)
        .join(
            Rendition,
            and_(Rendition.document_id == Document.id, Rendition.version == Document.content_version),
        )
        .where(Rendition.form == RenditionForm.PDF, Document.id.in_(document_ids))
    )
    return {row.id: row.sha256 for row in rows}
