"""Frozen content → file → store → record: the work that the flows of the papers share."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session

from documents import render
from flows.office import Office
from models.commands.renditions import attach_rendition
from models.files import FileStore
from models.queries.papers import frozen
from models.queries.templates import template_file_of
from models.rules.file_names import safe_name
from models.rules.vocabulary import DocumentKind, DocumentStatus, RenditionForm
from models.tables import Archive, Case, Document, Rendition

OUT = (DocumentStatus.ISSUED, DocumentStatus.SEALED, DocumentStatus.DELIVERED)

# How a flow tries again by itself where Prefect runs it: one pause for all tries, in whole seconds, because the server
# refuses a run with a list of pauses. What the worker runs is repeated by its outbox row, with growing pauses.
RETRIES: dict[str, Any] = {"retries": 3, "retry_delay_seconds": 10}


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued paper, as the worker needs to know it."""

    document_id: int
    case_number: str
    ref: str
    kind: DocumentKind


def render_paper(office: Office, document_id: int, at: datetime) -> bool:
    """Build the final docx of an issued paper and put it on record; returns False where that was done before.

    Safe to repeat and to kill: the file is named by its hash, the record unique by paper and form.
    """
    with office.database.reading() as session:
        if not session.scalar(select(_is_unrendered()).where(Document.id == document_id)):
            return False
        title, number, version = session.execute(
            select(Document.title, Document.number, Document.content_version).where(Document.id == document_id)
        ).one()
        data = built(session, office.files, document_id)
    stored = office.files.put(data)
    with office.acting(at) as act:
        name = safe_name(f"{number} {title}.docx")
        return attach_rendition(act, document_id, RenditionForm.FINAL_DOCX, stored, name, version=version)


def built(session: Session, files: FileStore, document_id: int, *, for_pdf: bool = False) -> bytes:
    """Return an issued paper as docx: in the template it was signed with, else in our own form.

    `for_pdf` gives the twin for LibreOffice; a unit's own form has none and is its own twin.
    """
    paper = frozen(session, document_id)
    template = template_file_of(session, document_id)
    if template is not None:
        from documents.templates import render_with  # loads python-docx, which most runs never need

        return render_with(files.read(template), paper)
    return render(paper, for_pdf=for_pdf)


def unrendered_of(office: Office, case_number: str) -> list[Issued]:
    """Return the issued papers of a case without final file, oldest first; the volume is packed in its own way."""
    with office.database.reading() as session:
        rows = session.execute(
            _ISSUED.where(
                Case.case_number == case_number, Document.kind != DocumentKind.TRACEBACK_ARCHIVE, _is_unrendered()
            )
        )
        return [Issued(*row) for row in rows]


def unrendered(office: Office, document_id: int) -> Issued | None:
    """Return a paper if it is issued and has no final file yet."""
    with office.database.reading() as session:
        row = session.execute(_ISSUED.where(Document.id == document_id, _is_unrendered())).one_or_none()
        return None if row is None else Issued(*row)


def unpacked_volume(office: Office, case_number: str) -> Issued | None:
    """Return the volume of a case that is archived and not packed yet."""
    with office.database.reading() as session:
        row = session.execute(
            _ISSUED.join(Archive, Archive.document_id == Document.id).where(
                Case.case_number == case_number, Archive.packed_at.is_(None)
            )
        ).one_or_none()
        return None if row is None else Issued(*row)


def _is_unrendered() -> ColumnElement[bool]:
    final = exists(
        select(1)
        .where(
            Rendition.document_id == Document.id,
            Rendition.form == RenditionForm.FINAL_DOCX,
            Rendition.version == Document.content_version,
        )
        .correlate(Document)
    )
    return Document.status.in_(OUT) & ~final


_ISSUED = (
    select(Document.id, Case.case_number, Document.ref, Document.kind)
    .join(Case, Case.id == Document.case_id)
    .order_by(Document.id)
)
