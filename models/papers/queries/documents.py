"""The papers of a case as lists show them: number, recipient, state, and the file that was made of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.storage.file_names import safe_name
from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus, RenditionForm
from models.office.tables import Organisation
from models.papers.rules.amending import Change
from models.papers.tables import BundledCase, Delivery, Document, Rendition, goes_round

from .case_papers import of_case
from .outdated_papers import AmendmentShown, amendments_of, open_flags
from .returns import ReturnShown, returns_of

_RECIPIENT = aliased(Organisation)

_CASE = bindparam("case_id", type_=Integer())

KINDS = list(DocumentKind)


@dataclass(frozen=True, slots=True)
class PaperShown:
    """A paper as lists show it.

    `version`, `sha256` are those of the final file of what it says now, None until there is one; `path` is its name on
    export, `issued_in` the case in which a notice over several is handled. `amended_by` are corrections and withdrawals
    in effect, `returned` who sent it back and why, `flag` what a later fact made wrong in it.
    """

    id: int
    ref: str
    kind: DocumentKind
    form: DocumentForm | None
    title: str
    number: str | None
    status: DocumentStatus
    issued_on: date | None
    restricted: bool
    void_reason: str | None
    issued_in: str | None
    recipient: str | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    received_by: str | None
    version: int | None
    sha256: str | None
    path: str
    amended_by: list[AmendmentShown]
    flag: list[Change] | None
    returned: ReturnShown | None


def document_list(session: Session, actor: Actor, case_number: str) -> list[PaperShown]:
    """Return the papers of a case that the actor may see, in the order of the five. Raises NotFound."""
    case_id = session.scalars(
        select(Case.id).where(Case.case_number == case_number, or_(visible_cases(actor), _circulated(actor)))
    ).one_or_none()
    if case_id is None:
        raise no_case(case_number)
    return documents_of(session, actor, case_id)


def _circulated(actor: Actor) -> ColumnElement[bool]:
    """Cases in which a circular lies that somebody got: of such a case that paper alone is to be seen."""
    return exists(
        select(1)
        .select_from(Document)
        .where(Document.case_id == Case.id, goes_round(), visible_documents(actor))
        .correlate(Case)
    )


def no_case(case_number: str) -> NotFound:
    """Return the refusal for a case that is not there or not to be known of."""
    return NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")


def documents_of(session: Session, actor: Actor, case_id: int) -> list[PaperShown]:
    """Return the papers of a case that the actor may see. Three statements, one more where some are returned."""
    rows = session.execute(_shown(actor), {"case_id": case_id}).all()
    amended = amendments_of(session, [row.id for row in rows])
    flags = open_flags(session, [row.id for row in rows])
    returned = returns_of(session, [row.id for row in rows if row.status is DocumentStatus.RETURNED])
    return [
        PaperShown(
            **row._mapping,
            path=file_name(row.number, row.title),
            amended_by=amended.get(row.id, []),
            flag=flags.get(row.id),
            returned=returned.get(row.id),
        )
        for row in sorted(rows, key=lambda row: KINDS.index(row.kind))
    ]


@lru_cache(maxsize=256)
def _shown(actor: Actor) -> Select[*tuple[object, ...]]:
    """Return the statement, written once for a person."""
    return (
        select(
            Document.id,
            func.coalesce(BundledCase.ref, Document.ref).label("ref"),
            Document.kind,
            Document.form,
            Document.title,
            Document.number,
            Document.status,
            Document.issued_on,
            Document.restricted,
            Document.void_reason,
            case((BundledCase.ref.is_(None), None), else_=Case.case_number).label("issued_in"),
            # The row names the first of them.
            case((goes_round(), _RECIPIENT.name + "等单位"), else_=_RECIPIENT.name).label("recipient"),
            Delivery.delivered_at,
            Delivery.acknowledged_at,
            Delivery.received_by,
            Rendition.version,
            Rendition.sha256,
        )
        .join(Case, Case.id == Document.case_id)
        .outerjoin(BundledCase, and_(BundledCase.document_id == Document.id, BundledCase.case_id == _CASE))
        .outerjoin(_RECIPIENT, _RECIPIENT.id == Document.recipient_id)
        # Of a paper to several units the service on the first: they are served together.
        .outerjoin(Delivery, and_(Delivery.document_id == Document.id, Delivery.recipient_id == Document.recipient_id))
        .outerjoin(
            Rendition,
            and_(
                Rendition.document_id == Document.id,
                Rendition.form == RenditionForm.FINAL_DOCX,
                Rendition.version == Document.content_version,
            ),
        )
        .where(of_case(_CASE), visible_documents(actor))
        .order_by(Document.id)
    )


def file_name(number: str | None, title: str) -> str:
    """Return the name under which a paper's file is handed out: its number and title."""
    words = " ".join(word for word in (number, title) if word)
    return safe_name(words.replace("/", "／").replace("\\", "＼") + ".docx")
