"""PDF/A of issued papers: frozen content → LibreOffice → store → record. In a queue of its own, because it is slow."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, NotNullable, select

from documents import pdf
from documents.fixed import Described, fixed
from flows.rendering import as_docx
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.errors import Refused
from models.kernel.installation import Installation
from models.kernel.storage.file_names import safe_name
from models.kernel.vocabulary import RenditionForm
from models.office.tables import Organisation
from models.papers.commands.renditions import attach_rendition, queue_fixing
from models.papers.filling import thawed
from models.papers.queries.case_papers import of_case
from models.papers.queries.fixing import OWED, fixed_files, gave_up
from models.papers.tables import Document, Template

log = logging.getLogger("shencha.fixing")

AT_ONCE = 500
"""Papers queued at once where they were issued while no PDF could be made."""


def can_fix(installation: Installation) -> bool:
    """Whether this installation wants PDF/A files and this machine can make them."""
    return installation.settings.pdf and pdf.available()


def fix(installation: Installation, document_ids: Sequence[int], at: datetime) -> list[str]:
    """Make the PDF/A files of papers that lack theirs; returns the short names of what was new. Safe to repeat.

    Raises Refused where LibreOffice fails: then none of them is on record.
    """
    return _fix(installation, at, Document.id.in_(document_ids), OWED)


def fix_before_sealing(installation: Installation, case_number: str, at: datetime) -> None:
    """Make what a case still owes before its volume is sealed. Raises Refused, unless it was tried in vain too often."""
    if not can_fix(installation):
        return
    with installation.database.reading() as session:
        case_id = session.scalars(select(Case.id).where(Case.case_number == case_number)).one()
    try:
        _fix(installation, at, of_case(case_id), OWED)
    except Refused as failure:
        _go_on_or_raise(installation, case_id, failure)


def fixed_volume(installation: Installation, document_id: int, at: datetime) -> bytes | None:
    """Return the PDF/A file of a frozen volume, made and recorded where it has none; None where none can be made."""
    known = _known(installation, document_id)
    if known is None and can_fix(installation):
        try:
            _fix(installation, at, Document.id == document_id)
        except Refused as failure:
            with installation.database.reading() as session:
                case_id = session.scalars(select(Document.case_id).where(Document.id == document_id)).one()
            _go_on_or_raise(installation, case_id, failure)
        known = _known(installation, document_id)
    return None if known is None else installation.files.read(known)


def make_up(installation: Installation, at: datetime) -> int:
    """Queue papers that were issued while no PDF could be made, or before there was one; returns how many."""
    if not can_fix(installation):
        return 0
    with installation.as_system(at) as act:
        return queue_fixing(act, AT_ONCE)


def _known(installation: Installation, document_id: int) -> str | None:
    with installation.database.reading() as session:
        return fixed_files(session, [document_id]).get(document_id)


def _go_on_or_raise(installation: Installation, case_id: int, failure: Refused) -> None:
    """Go on where it was tried in vain too often: an archive must not wait for ever for a program that fails."""
    with installation.database.reading() as session:
        if not gave_up(session, case_id):
            raise failure
    log.warning("case %d is sealed without all of its PDF files: they could not be made", case_id)


@dataclass(frozen=True, slots=True)
class _Unfixed:
    id: int
    ref: str
    title: str
    number: str
    issued_on: date
    issuer: str
    content: Json
    content_version: int
    template: str | None

    @property
    def described(self) -> Described:
        return Described(self.title, self.number, self.issuer, self.issued_on)


def _fix(installation: Installation, at: datetime, *wanted: ColumnElement[bool]) -> list[str]:
    with installation.database.reading() as session:
        papers = [_Unfixed(*row) for row in session.execute(_TO_FIX.where(*wanted))]
    files = [as_docx(installation.files, thawed(one.content), one.template) for one in papers]
    if not papers:
        return []
    made = [fixed(data, one.described) for one, data in zip(papers, pdf.convert(files), strict=True)]
    stored = [installation.files.put(data) for data in made]
    with installation.as_system(at) as act:
        return [
            one.ref
            for one, file, data in zip(papers, stored, made, strict=True)
            if attach_rendition(
                act,
                one.id,
                RenditionForm.PDF,
                file,
                safe_name(f"{one.number} {one.title}.pdf"),
                pages=pdf.pages(data),
                version=one.content_version,
            )
        ]


_TO_FIX = (
    select(
        Document.id,
        Document.ref,
        Document.title,
        NotNullable(Document.number),
        NotNullable(Document.issued_on),
        Organisation.name.label("issuer"),
        NotNullable(Document.content),
        Document.content_version,
        Template.sha256.label("template"),
    )
    .join(Organisation, Organisation.id == Document.issuer_id)
    .outerjoin(Template, Template.id == Document.template_id)
    .where(Document.number.is_not(None), Document.issued_on.is_not(None), Document.content.is_not(None))
    .order_by(Document.id)
)
