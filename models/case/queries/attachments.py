"""Files that came with evidence, replies and checks on site: which there are, and the one that somebody may open."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, NotNullable, Select, func, literal, select
from sqlalchemy.orm import Session

from models.case.tables import Case, Evidence, IncomingPaper
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, in_territory, visible_assignments, visible_cases, visible_documents
from models.kernel.storage.media import SVG
from models.kernel.vocabulary import Role
from models.office.queries.authorities import visible_authorities
from models.office.tables import Authority
from models.papers.tables import Document, DocumentAssignment, Rendition, SuperiorDecision
from models.rectification.tables import Assignment, Reply, ReplyFile, Verification


@dataclass(frozen=True, slots=True)
class ReplyFileShown:
    """A file that came with a reply: which of its files from 1, its names, its bytes."""

    number: int
    file_name: str
    other_names: list[str]
    size: int


@dataclass(frozen=True, slots=True)
class FileFound:
    """A file of the store that somebody may open; None where its type was not kept."""

    file_name: str
    sha256: str
    media_type: str | None


def files_of(session: Session, replies: Collection[int]) -> dict[int, list[ReplyFileShown]]:
    """Return the files of replies (their row numbers), which whoever calls has found for the actor. One statement."""
    told: dict[int, list[ReplyFileShown]] = {}
    for row in session.execute(
        select(ReplyFile.reply_id, ReplyFile.file_name, ReplyFile.other_names, ReplyFile.size)
        .where(ReplyFile.reply_id.in_(replies))
        .order_by(ReplyFile.reply_id, ReplyFile.id)
    ):
        files = told.setdefault(row.reply_id, [])
        files.append(ReplyFileShown(len(files) + 1, row.file_name, row.other_names or [], row.size))
    return told


def evidence_file(session: Session, actor: Actor, case_number: str, evidence: str) -> FileFound:
    """Return name, type and hash of the file behind evidence, for the police of the case. Raises NotFound."""
    asked = select(NotNullable(Evidence.file_name), NotNullable(Evidence.sha256), Evidence.media_type)
    standing = _standing_evidence(actor, case_number, evidence)
    return _found(session, asked.join(Case, Case.id == Evidence.case_id).where(*standing), evidence)


def evidence_thumbnail(session: Session, actor: Actor, case_number: str, evidence: str) -> FileFound:
    """Return the small picture of evidence, for who may see its file; a drawing (SVG) is its own. Raises NotFound."""
    row = session.execute(
        select(Evidence.file_name, Evidence.sha256, Evidence.media_type, Evidence.picture)
        .join(Case, Case.id == Evidence.case_id)
        .where(*_standing_evidence(actor, case_number, evidence))
    ).one_or_none()
    if row is not None and row.picture:
        return FileFound(row.file_name or "", row.picture["thumbnail"], None)
    if row is not None and row.sha256 and row.media_type == SVG.mime:
        return FileFound(row.file_name or "", row.sha256, SVG.mime)
    raise _none(evidence)


def _standing_evidence(actor: Actor, case_number: str, evidence: str) -> tuple[ColumnElement[bool], ...]:
    """The standing evidence of that name with a file that the actor may open. Raises NotFound for who may open none."""
    if not actor.has(*POLICE, Role.SYSTEM):
        raise _none(evidence)
    return (
        Case.case_number == case_number,
        Evidence.ref == evidence,
        Evidence.withdrawn_at.is_(None),
        Evidence.sha256.is_not(None),
        in_territory(actor, Case.__table__.c.unit_id),
        visible_cases(actor),
    )


def verification_photo(session: Session, actor: Actor, case_number: str, number: int) -> FileFound:
    """Return name and hash of the photo of a check on site, the case's `number`th from 1, for the police of the case.

    Raises NotFound.
    """
    if not actor.has(*POLICE, Role.SYSTEM):
        raise _none(f"复查{number}")
    place = func.row_number().over(order_by=Verification.id).label("place")
    checks = (
        select(Verification.photo_name.label("file_name"), Verification.photo_sha256.label("sha256"), place)
        .join(Case, Case.id == Verification.case_id)
        .where(Case.case_number == case_number, in_territory(actor, Case.__table__.c.unit_id), visible_cases(actor))
        .subquery()
    )
    asked = select(checks.c.file_name, checks.c.sha256, literal(None)).where(
        checks.c.place == number, checks.c.sha256.is_not(None)
    )
    return _found(session, asked, f"复查{number}")


def authority_scan(session: Session, actor: Actor, number: int) -> FileFound:
    """Return name and hash of the scan of a recorded authority, for who may see that it is on record. Raises NotFound."""
    asked = select(Authority.scan_name.label("file_name"), Authority.scan_sha256.label("sha256"), literal(None)).where(
        Authority.id == number, visible_authorities(actor)
    )
    return _found(session, asked, f"行文凭据{number}")


def decision_scan(session: Session, actor: Actor, case_number: str, paper: str) -> FileFound:
    """Return name and hash of the scan of the answer to a paper, for the police who may see the paper. Raises NotFound."""
    if not actor.has(*POLICE, Role.SYSTEM):
        raise _none(paper)
    asked = (
        select(Rendition.file_name, Rendition.sha256, literal(None))
        .join(SuperiorDecision, SuperiorDecision.scan_id == Rendition.id)
        .join(Document, Document.id == SuperiorDecision.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref == paper, visible_cases(actor), visible_documents(actor))
    )
    return _found(session, asked, paper)


def incoming_scan(
    session: Session, actor: Actor, case_number: str, incoming: str, *, closing: bool = False
) -> FileFound:
    """Return name and hash of the scan of a paper that came in, or of what closed it, for the police of the case.

    Raises NotFound.
    """
    if not actor.has(*POLICE, Role.SYSTEM):
        raise _none(incoming)
    kept = IncomingPaper
    files = (kept.closing_name, kept.closing_sha256) if closing else (kept.scan_name, kept.scan_sha256)
    asked = (
        select(*files)
        .join(Case, Case.id == kept.case_id)
        .where(
            Case.case_number == case_number,
            kept.ref == incoming,
            in_territory(actor, Case.__table__.c.unit_id),
            visible_cases(actor),
        )
    )
    row = session.execute(asked).one_or_none()
    if row is None or row[1] is None:
        raise _none(incoming)
    return FileFound(row[0] or incoming, row[1], None)


def reply_file(
    session: Session, actor: Actor, case_number: str, reply: str, number: int, document_id: int | None = None
) -> FileFound:
    """Return name, type and hash of a reply's file, counted from 1, for who may see the reply. Raises NotFound.

    With `document_id` only of replies about what that paper asks for.
    """
    place = func.row_number().over(order_by=ReplyFile.id).label("place")
    found = (
        select(ReplyFile.file_name, ReplyFile.media_type, ReplyFile.sha256, place)
        .join(Reply, Reply.id == ReplyFile.reply_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Case, Case.id == Reply.case_id)
        .where(Case.case_number == case_number, Reply.ref == reply, visible_cases(actor), visible_assignments(actor))
    )
    if document_id is not None:
        found = found.where(
            Reply.assignment_id.in_(
                select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == document_id)
            )
        )
    files = found.subquery()
    asked = select(files.c.file_name, files.c.sha256, files.c.media_type).where(files.c.place == number)
    return _found(session, asked, f"{reply}/{number}")


def _found(session: Session, query: Select[str, str, str | None], asked: str) -> FileFound:
    row = session.execute(query).one_or_none()
    if row is None:
        raise _none(asked)
    return FileFound(*row)


def _none(asked: str) -> NotFound:
    return NotFound(f"没有文件“{asked}”，或您无权查看。", code="file_not_found")
