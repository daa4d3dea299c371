"""归档: a finished case is closed into its volume; the worker writes the package, a command records it."""

from __future__ import annotations

from sqlalchemy import func, select

from models.clock import local_date
from models.errors import Conflict, WrongStage
from models.rules import lifecycle, policy
from models.rules.numbering import archive_number
from models.rules.retention import Retention, kept_until, retention
from models.rules.vocabulary import AssignmentState, DocumentKind, DocumentStatus, Stage
from models.tables import (
    Accident,
    Archive,
    Assignment,
    Case,
    Document,
    Measure,
    NotApplicable,
)

from . import deadlines
from .act import Act, enqueue, lock_case, next_ref, record, unit_path
from .cases import require_reason
from .drafting import accident_name, unaddressed
from .numbers import draw

SETTLED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)


def archive(act: Act, case_number: str, *, shelf_place: str | None = None, reason: str | None = None) -> str:
    """Close a case into its volume; returns the 档号. The package is written by the worker from here on.

    Every measure must be closed and papers 2 to 4 delivered or not applicable; a case without measures needs a
    `reason`. Raises WrongStage with what is still open.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.archive", unit_path=unit_path(act, case))
    if case.stage is Stage.ARCHIVED:
        raise Conflict("本案已归档。", code="archived")
    open_measures, without_measures = _open_measures(act, case)
    missing = [] if without_measures else _missing_papers(act, case)
    pending = _pending_papers(act, case)
    if case.stage is Stage.RECTIFYING and (open_measures or missing or pending):
        raise WrongStage(_obstacles(open_measures, missing, pending), code="not_finished")
    if without_measures:
        case.stage_reason = require_reason(reason)
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "archive", {"measures_settled": not open_measures})
    case.closed_at = act.at
    deadlines.withdraw(act, case, act.at)
    volume, number = _volume(act, case, shelf_place)
    enqueue(act, case, "archive", case.case_number, document=volume.id)
    return number


def _open_measures(act: Act, case: Case) -> tuple[list[str], bool]:
    """Return the measures that somebody still answers for, and whether the case has no measures at all."""
    total = act.session.scalar(
        select(func.count()).select_from(Measure).where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None))
    )
    still = (
        act.session.scalars(
            select(Measure.ref)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .where(Assignment.case_id == case.id, Assignment.state != AssignmentState.CLOSED)
            .order_by(Measure.position)
            .distinct()
        ).all()
        if total
        else ()
    )
    return [*dict.fromkeys([*still, *unaddressed(act, case)])], not total


def _missing_papers(act: Act, case: Case) -> list[str]:
    """Return papers 2 to 4 that were neither delivered nor recorded as not applicable."""
    delivered = set(
        act.session.scalars(
            select(Document.kind).where(Document.case_id == case.id, Document.status == DocumentStatus.DELIVERED)
        )
    )
    waived = set(act.session.scalars(select(NotApplicable.kind).where(NotApplicable.case_id == case.id)))
    needed = (
        DocumentKind.RECTIFICATION_NOTICE,
        DocumentKind.ACCOUNTABILITY_PROPOSAL,
        DocumentKind.SUPERVISION_ORDER,
    )
    return [kind.label for kind in needed if kind not in delivered | waived]


def _pending_papers(act: Act, case: Case) -> list[str]:
    rows = act.session.execute(
        select(Document.ref, Document.status)
        .where(
            Document.case_id == case.id,
            Document.kind != DocumentKind.ANALYSIS_REPORT,
            Document.status.not_in(SETTLED),
        )
        .order_by(Document.id)
    )
    return [f"{row.ref}（{row.status.label}）" for row in rows]


def _obstacles(measures: list[str], papers: list[str], pending: list[str]) -> str:
    parts = []
    if measures:
        parts.append(f"整改措施{'、'.join(measures)}未办结")
    if papers:
        parts.append(f"{'、'.join(papers)}未送达，也未认定不适用")
    if pending:
        parts.append(f"文书{'、'.join(pending)}未办完")
    return f"还不能归档：{'；'.join(parts)}。"


def _volume(act: Act, case: Case, shelf_place: str | None) -> tuple[Document, str]:
    """Draw the volume's number and write it down together with what the package will contain of the event record."""
    accident = act.session.get_one(Accident, case.accident_id)
    term: Retention = retention(accident.deaths)
    closed_on = local_date(act.at)
    document = Document(
        case_id=case.id,
        ref=next_ref(act, Document, case, "D"),
        kind=DocumentKind.TRACEBACK_ARCHIVE,
        form=None,
        issuer_id=case.unit_id,
        occasion=1,
        title=f"{accident_name(act, case)}监管回溯档案",
        status=DocumentStatus.DRAFT,
        round=1,
        author_id=act.person,
        restricted=False,
        drafted_at=act.at,
    )
    act.session.add(document)
    act.session.flush()
    _, year, count = draw(act, case.unit_id, "archive", used_for=case.case_number)
    number = archive_number(
        fonds=act.settings.fonds, year=year, term=term, unit=act.settings.archive_section, volume=count
    )
    event = record(
        act,
        case,
        "case_archived",
        why=case.stage_reason,
        paper=document.ref,
        archive_number=number,
        retention=term.value,
    )
    act.session.add(
        Archive(
            case_id=case.id,
            document_id=document.id,
            archive_number=number,
            retention=term.value,
            keep_until=kept_until(term, closed_on),
            shelf_place=shelf_place,
            archived_by=act.person,
            archived_at=act.at,
            chain_head=event.hash,
            chain_length=event.seq,
        )
    )
    document.number, document.issued_at, document.issued_on = number, act.at, act.today
    return document, number
