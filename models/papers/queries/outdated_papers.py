"""Papers that say what is no longer so, until they are put right; and which papers put which right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import NotNullable, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.office.tables import Organisation
from models.papers.rules.amending import Change, in_words
from models.papers.tables import Amendment, Document, PaperFlag

_RECIPIENT = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class FlaggedPaper:
    """A paper that is not put right yet; `changes` lists per fact what it says and what is right."""

    case_number: str
    paper: str
    kind: DocumentKind
    number: str | None
    title: str
    status: DocumentStatus
    recipient: str | None
    reason: str
    flagged_at: datetime
    changes: list[Change]


@dataclass(frozen=True, slots=True)
class AmendmentShown:
    """A correction or withdrawal in effect: kind, short name, number, since when."""

    kind: DocumentKind
    paper: str
    number: str | None
    effective_at: datetime


def flagged_papers(session: Session, actor: Actor, case_number: str | None = None) -> list[FlaggedPaper]:
    """Return the papers that the actor may see and that are not put right yet, oldest flag first. One statement."""
    query = (
        select(
            Case.case_number,
            Document.ref.label("paper"),
            Document.kind,
            Document.number,
            Document.title,
            Document.status,
            _RECIPIENT.name.label("recipient"),
            PaperFlag.reason,
            PaperFlag.flagged_at,
            PaperFlag.changes,
        )
        .join(Document, Document.id == PaperFlag.document_id)
        .join(Case, Case.id == PaperFlag.case_id)
        .outerjoin(_RECIPIENT, _RECIPIENT.id == Document.recipient_id)
        .where(PaperFlag.settled_at.is_(None), visible_documents(actor))
        .order_by(PaperFlag.flagged_at, PaperFlag.id)
    )
    if case_number is not None:
        query = query.where(Case.case_number == case_number)
    return [FlaggedPaper(**{**row._mapping, "changes": in_words(row.changes)}) for row in session.execute(query)]


def open_flags(session: Session, document_ids: Collection[int]) -> dict[int, list[Change]]:
    """Return what is wrong in each of some papers by now; papers without a flag are left out."""
    rows = session.execute(
        select(PaperFlag.document_id, PaperFlag.changes).where(
            PaperFlag.document_id.in_(document_ids), PaperFlag.settled_at.is_(None)
        )
    )
    return {row.document_id: in_words(row.changes) for row in rows}


def amendments_of(session: Session, document_ids: Collection[int]) -> dict[int, list[AmendmentShown]]:
    """Return the corrections and withdrawals in effect of each of some papers."""
    found: defaultdict[int, list[AmendmentShown]] = defaultdict(list)
    for row in session.execute(
        select(
            Amendment.amended_id,
            Document.kind,
            Document.ref.label("paper"),
            Document.number,
            NotNullable(Amendment.effective_at),
        )
        .join(Document, Document.id == Amendment.document_id)
        .where(Amendment.amended_id.in_(document_ids), Amendment.effective_at.is_not(None))
        .order_by(Document.id)
    ):
        found[row[0]].append(AmendmentShown(*row[1:]))
    return dict(found)
