"""Shared by the flows of papers: frozen content → file → store → record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, NotNullable, exists, select
from sqlalchemy.orm import Session

from documents import render
from models.archive.tables import Archive
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.installation import Installation
from models.kernel.lifecycle import SIGNED
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import FileStore
from models.kernel.vocabulary import DocumentKind, RenditionForm
from models.papers.commands.renditions import FinalFile, attach_finals
from models.papers.content import Paper
from models.papers.filling import frozen, thawed
from models.papers.queries.templates import template_file_of
from models.papers.tables import Document, Rendition, Template

# How a flow tries again by itself where Prefect runs it: one pause for all tries, in whole seconds, because the server
# refuses a run with a list of pauses. What the worker runs is repeated by its outbox row, with growing pauses.
RETRIES: dict[str, Any] = {"retries": 3, "retry_delay_seconds": 10}  # among what Prefect's decorator takes


@dataclass(frozen=True, slots=True)
class Issued:
    """An issued paper, as the worker needs to know it."""

    document_id: int
    case_number: str
    ref: str
    kind: DocumentKind


@dataclass(frozen=True, slots=True)
class Built:
    """The final docx of a paper, whole and in the store; `file` is how it goes on record."""

    case_number: str
    ref: str
    file: FinalFile


def render_paper(installation: Installation, document_id: int, at: datetime) -> bool:
    """Build the final docx of an issued paper and put it on record; returns False where that was done before.

    Safe to repeat and to kill: the file is named by its hash, the record unique by paper and form.
    """
    return bool(put_on_record(installation, build(installation, Document.id == document_id), at))


def render_papers_of(installation: Installation, case_number: str, at: datetime) -> list[str]:
    """Render what a case has without final file, as `render_paper`; returns the short names of what was new."""
    return put_on_record(installation, build(installation, *waiting_in(case_number)), at)


def build(installation: Installation, *wanted: ColumnElement[bool]) -> list[Built]:
    """Build and store the final docx of every issued paper without one that satisfies all of `wanted`.

    One statement for all: what a paper says is frozen in its row.
    """
    with installation.database.reading() as session:
        papers = [_Unrendered(*row) for row in session.execute(_TO_RENDER.where(*wanted))]
    return [_built(installation, paper) for paper in papers]


@dataclass(frozen=True, slots=True)
class _Unrendered:
    id: int
    case_number: str
    ref: str
    title: str
    number: str | None
    content: Json
    content_version: int
    template: str | None


def _built(installation: Installation, paper: _Unrendered) -> Built:
    stored = installation.files.put(as_docx(installation.files, thawed(paper.content), paper.template))
    name = safe_name(f"{paper.number} {paper.title}.docx")
    return Built(paper.case_number, paper.ref, FinalFile(paper.id, stored, name, paper.content_version))


def put_on_record(installation: Installation, papers: Sequence[Built], at: datetime) -> list[str]:
    """Record what was built for one case; returns the short names of what was new."""
    if not papers:
        return []
    with installation.as_system(at) as act:
        return attach_finals(act, papers[0].case_number, [paper.file for paper in papers])


def as_docx(files: FileStore, paper: Paper, template: str | None) -> bytes:
    """Return an issued paper as docx: in the template (by its hash) it was signed with, else in our own form."""
    if template is not None:
        from documents.templates import render_with  # loads python-docx, which most runs never need

        return render_with(files.read(template), paper)
    return render(paper, read=files.read)


def built(session: Session, files: FileStore, document_id: int) -> bytes:
    """Return an issued paper as docx, as `as_docx`."""
    return as_docx(files, frozen(session, document_id), template_file_of(session, document_id))


def unrendered_of(installation: Installation, case_number: str) -> list[Issued]:
    """Return the issued papers of a case without final file, oldest first; the volume is packed in its own way."""
    with installation.database.reading() as session:
        return [Issued(*row) for row in session.execute(_ISSUED.where(*waiting_in(case_number)))]


def waiting_in(case_number: str) -> tuple[ColumnElement[bool], ...]:
    """The issued papers of a case that have no final file; the volume is packed in its own way."""
    return Case.case_number == case_number, Document.kind != DocumentKind.TRACEBACK_ARCHIVE, _UNRENDERED


def unpacked_volume(session: Session, case_number: str) -> int | None:
    """Return the paper that is the volume of a case which is archived and not packed yet."""
    return session.scalar(
        select(Archive.document_id)
        .join(Case, Case.id == Archive.case_id)
        .where(Case.case_number == case_number, Archive.packed_at.is_(None))
    )


_UNRENDERED = Document.status.in_(SIGNED) & ~(
    exists(
        select(1)
        .where(
            Rendition.document_id == Document.id,
            Rendition.form == RenditionForm.FINAL_DOCX,
            Rendition.version == Document.content_version,
        )
        .correlate(Document)
    )
)
_ISSUED = (
    select(Document.id, Case.case_number, Document.ref, Document.kind)
    .join(Case, Case.id == Document.case_id)
    .order_by(Document.id)
)
_TO_RENDER = (
    select(
        Document.id,
        Case.case_number,
        Document.ref,
        Document.title,
        Document.number,
        NotNullable(Document.content),
        Document.content_version,
        Template.sha256.label("template"),
    )
    .join(Case, Case.id == Document.case_id)
    .outerjoin(Template, Template.id == Document.template_id)
    .where(_UNRENDERED)
    .order_by(Document.id)
)
