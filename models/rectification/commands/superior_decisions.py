"""批复、决定: what a superior or our government answered is recorded once, ends the wait, and may open a way of writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Fault, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import PaperRef, UnitRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import (
    AssignmentState,
    AuthorityKind,
    DocumentStatus,
    Outcome,
    Purpose,
    RenditionForm,
    SuperiorAnswer,
)
from models.office.commands.authorities import record_authority
from models.office.commands.organisations import find_organisation
from models.office.queries.competence import Held
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation
from models.papers.commands.approval import find_paper
from models.papers.commands.competence import our_competence
from models.papers.commands.receipts import carried_by
from models.papers.commands.renditions import add_version
from models.papers.queries.decisions import APPROVING, answerable, decision_on
from models.papers.tables import Delivery, Document, Rendition, SuperiorDecision
from models.rectification.tables import Assignment

from .closing import close_hand


@action("record-superior-decision", title="登记批复、决定或者函复（附扫描件）", rights=("organ.answer",))
def record_superior_decision(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    answer: SuperiorAnswer,
    number: str,
    decided_on: date,
    summary: str,
    scan: Stored,
    file_name: str,
    given_by: str | None = None,
    taken_over: bool = False,
    follow_on: date | None = None,
    happened_at: datetime | None = None,
) -> None:
    """Record what was answered to a 请示, 意见, 报告, 商请督促函 or 问询函; `given_by` is by default whom the paper went to.

    Measures that wait on the answer end with it where it is no approval, or whoever answered takes them over
    (`taken_over`); else they wait until a recorded authority is made of it (`authority_from_decision`) or somebody closes
    them. A government that approves what a 报告 proposes has answered with its plan. `follow_on` is when we look again.

    Raises WrongStage before the paper was served or for one that nobody answers so, Conflict where an answer is on record,
    Invalid with every fault (empty words, days in the wrong order).
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "organ.answer", unit_path=unit_path(act, case))
    document = _answerable(act, case, paper)
    if decision_on(act.session, document.id) is not None:
        raise Conflict(f"文书{paper}的答复已经登记。", code="decision_recorded")
    at = happened(act, happened_at)
    refuse_invisible("作出答复的机关", given_by or "")
    giver = (given_by or "").strip() or act.session.get_one(Organisation, document.recipient_id).name
    _refuse_faulty(act, document, number, summary, decided_on, at, follow_on)
    kept = add_version(act, document, RenditionForm.SUPERIOR_DECISION, scan, file_name)
    act.session.flush()
    act.session.add(
        SuperiorDecision(
            document_id=document.id,
            answer=answer,
            number=number.strip(),
            given_by=giver,
            dated=decided_on,
            received_at=at,
            summary=summary.strip(),
            scan_id=kept.id,
            follow_on=follow_on,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    act.session.flush()
    record(
        act,
        case,
        "superior_decided",
        why=summary.strip(),
        happened_at=at,
        paper=paper,
        answer=answer.value,
        number=number.strip(),
        given_by=giver,
        dated=decided_on.isoformat(),
        taken_over=taken_over,
        scan=scan.sha256,
    )
    if document.kind in CARRYING and answer is SuperiorAnswer.APPROVED:
        deadlines.meet(act, case, at, "notice.plan", document_id=document.id)
    if taken_over or answer not in APPROVING:
        _close_waiting(act, case, document)


def _answerable(act: Act, case: Case, paper: str) -> Document:
    document = find_paper(act, case, paper)
    if document.recipient_id is None or not answerable(document.kind, document.form):
        raise WrongStage(f"文书{paper}不是请示、意见、报告、商请督促函或者问询函，不登记答复。", code="not_asking")
    if document.status is not DocumentStatus.DELIVERED:
        raise WrongStage(f"文书{paper}尚未送达，不能登记答复。", code="not_delivered")
    return document


def _refuse_faulty(
    act: Act, document: Document, number: str, summary: str, dated: date, at: datetime, follow_on: date | None
) -> None:
    words = {"文号": number, "答复要点": summary}
    faults = [Fault(field, f"请填写{field}。", "empty_text") for field, said in words.items() if not said.strip()]
    for field, said in words.items():
        refuse_invisible(field, said)
    delivered = act.session.scalars(select(Delivery.delivered_at).where(Delivery.document_id == document.id)).one()
    if dated < local_date(delivered) or dated > local_date(at):
        faults.append(Fault("成文日期", "答复的成文日期应在文书送达之后、收到之前，请核对。", "period"))
    if follow_on is not None and follow_on <= act.today:
        faults.append(Fault("跟进日期", "再次跟进的日期应在今天之后，请核对。", "period"))
    if faults:
        raise Invalid(f"答复有{len(faults)}处不合格，未登记：", faults=faults, code="bad_decision")


def _close_waiting(act: Act, case: Case, document: Document) -> None:
    decision = decision_on(act.session, document.id)
    for assignment, _ in _waiting(act, case, document):
        close_hand(
            act,
            case,
            assignment,
            "close_referred",
            Outcome.ANSWERED,
            decision.sentence if decision is not None else None,
        )


def _waiting(act: Act, case: Case, document: Document) -> list[tuple[Assignment, str]]:
    held = carried_by(act, document, case)
    return [(assignment, ref) for assignment, ref in held if assignment.state is AssignmentState.REFERRED]


@action("authority-from-decision", title="将批复登记为行文凭据", rights=("authority.record",), decides=True)
def authority_from_decision(
    act: Act,
    case_number: str,
    *,
    paper: PaperRef,
    organisation: UnitRef,
    basis_kind: AuthorityKind = AuthorityKind.CONSENT,
    purposes: Sequence[Purpose] = (),
    scope: str | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> int:
    """Make a recorded authority of an approval, for papers to one unit; returns its number.

    Number, scan and giver are those of the answer, `scope` by default what it says, `valid_from` the day it bears. Measures
    of that unit that waited on the paper go back to where their notice is drafted, where the authority lets it be written.

    Raises NotAllowed, NotFound without an answer, WrongStage for one that approves nothing, Conflict where it was made into
    an authority before, Invalid for a kind that opens no way to such a unit.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "organ.answer", unit_path=unit_path(act, case))
    document = find_paper(act, case, paper)
    row = _decision(act, document)
    if row.answer not in APPROVING:
        raise WrongStage(f"文书{paper}的答复是“{row.answer.label}”，不能登记为行文凭据。", code="not_approved")
    if row.authority_id is not None:
        raise Conflict(f"该答复已登记为行文凭据（{row.authority_id}号）。", code="authority_recorded")
    unit = find_organisation(act.session, organisation)
    first = valid_from or row.dated
    _refuse_useless(act, unit, basis_kind, purposes)
    scan = act.session.get_one(Rendition, row.scan_id)
    row.authority_id = record_authority(
        act,
        basis_kind=basis_kind,
        number=row.number,
        given_by=row.given_by,
        scope=(scope or "").strip() or row.summary,
        scan=Stored(scan.sha256, scan.size),
        file_name=scan.file_name,
        valid_from=first,
        valid_until=valid_until,
        organisation=str(unit.id),
        purposes=purposes,
    )
    reopened = _reopen(act, case, document, unit.id) if Purpose.ADVISE in (purposes or Purpose) else []
    record(act, case, "decision_opened_way", paper=paper, authority=row.authority_id, measures=reopened)
    return row.authority_id


def _decision(act: Act, document: Document) -> SuperiorDecision:
    row = act.session.scalars(
        select(SuperiorDecision).where(SuperiorDecision.document_id == document.id).with_for_update()
    ).one_or_none()
    if row is None:
        raise NotFound(f"文书{document.ref}还没有登记答复。", code="decision_not_found")
    return row


def _refuse_useless(act: Act, unit: Organisation, kind: AuthorityKind, purposes: Sequence[Purpose]) -> None:
    """Refuse a kind on whose ground none of the papers asked for may go to the unit: it would open nothing."""
    ours = our_competence(act)
    given = Held(0, kind, "", "", None, None, unit.id, None, act.today, None)
    with_it = replace(ours, known=replace(ours.known, held=(*ours.known.held, given)))
    wanted = tuple(purposes) or (Purpose.ADVISE,)
    rulings = [with_it.ruling(unit, purpose) for purpose in wanted]
    if not any(ruling.leaves and ruling.needs is kind for ruling in rulings):
        raise Invalid(
            f"{kind.label}不是向{unit.name}行文所需的凭据：{ours.ruling(unit, wanted[0]).sentence}",
            code="authority_opens_nothing",
        )


def _reopen(act: Act, case: Case, document: Document, unit: int) -> list[str]:
    reopened = []
    for assignment, ref in _waiting(act, case, document):
        if assignment.organisation_id == unit:
            assignment.state = lifecycle.advance(lifecycle.MEASURE, assignment.state, "open_way")
            assignment.notice_id = None
            reopened.append(ref)
    return reopened


@action("follow-decision", title="跟进批复或者决定的落实", rights=("organ.answer",))
def follow_decision(act: Act, case_number: str, *, paper: PaperRef, note: str, follow_on: date | None = None) -> None:
    """Note what came of an answer so far; without a further day nothing is left to follow.

    Raises NotFound without an answer, Invalid without words or for a day that is not to come, Conflict where nothing is
    followed any more.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "organ.answer", unit_path=unit_path(act, case))
    row = _decision(act, find_paper(act, case, paper))
    if row.follow_on is None and follow_on is None:
        raise Conflict(f"文书{paper}的答复没有待跟进的事项。", code="nothing_to_follow")
    if not note.strip():
        raise Invalid("请填写落实情况。", code="empty_text")
    if follow_on is not None and follow_on <= act.today:
        raise Invalid("再次跟进的日期应在今天之后，请核对。", code="period")
    row.follow_on = follow_on
    record(
        act,
        case,
        "decision_followed",
        why=note.strip(),
        paper=paper,
        follow_on=None if follow_on is None else follow_on.isoformat(),
    )
