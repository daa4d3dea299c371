"""The ladder: what a late clock brings by itself. It reminds, warns and drafts; nothing it drafts leaves by itself."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, select

from models.clock import local_date
from models.rules import policy
from models.rules.escalation import DISOBEYED, Addressee, DueRung, Standing, WhenLate, due_rungs
from models.rules.local_time import chinese_date
from models.rules.sending import PAPER_WAITS
from models.rules.vocabulary import (
    AccountabilityCategory,
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    Role,
    Stage,
    SubjectType,
)
from models.tables import (
    AccountabilityFinding,
    AccountabilityItem,
    Assignment,
    Case,
    Deadline,
    Document,
    DocumentAssignment,
    Finding,
    FindingOrganisation,
    Measure,
    MeasureFinding,
    Message,
    Organisation,
    Recusal,
    RungFired,
    Talk,
    User,
    UserRole,
)

from . import deadlines
from .act import Act, lock_case, next_ref, record
from .drafting import draft_late_report, draft_order, group_of
from .restricted import RESTRICTED, readers_among

# The rung that puts a unit on the list of those whose accountability is looked at.
ACCOUNT = "account"


@dataclass(frozen=True, slots=True)
class Fired:
    """A rung that fired, for those who want to tell about it."""

    deadline: str
    rung: str
    organisation: str
    due_on: str
    paper: str | None = None
    restricted: bool = False  # about a paper, or a subject, that only a named list knows


def climb(act: Act, case_number: str) -> list[Fired]:
    """Fire every rung that the clocks of a case have reached by the day of the act; a second call fires none.

    Each rung fires once per version of a deadline, by a unique key. Only the system climbs.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "ladder.climb")
    if case.stage is Stage.DISCONTINUED:
        return []
    waiting = act.session.scalars(
        select(Deadline)
        .where(Deadline.case_id == case.id, Deadline.state == "open", Deadline.next_look_on <= act.today)
        .order_by(Deadline.due_on, Deadline.id)
    ).all()
    fired: list[Fired] = []
    for deadline in waiting:
        fired += _look(act, case, deadline)
    return fired


def _look(act: Act, case: Case, deadline: Deadline) -> list[Fired]:
    unit = act.session.get_one(Organisation, deadline.organisation_id)
    how = act.rules.manners.when_late(group_of(act, unit))
    rungs = due_rungs(_standing(act, case, deadline, how), act.today, act.rules.calendar, act.rules.ladder)
    fired = [_fire(act, case, deadline, unit, rung) for rung in rungs]
    deadline.next_look_on = deadlines.next_look(deadline, act.rules, after=act.today)
    act.session.flush()
    return fired


def _standing(act: Act, case: Case, deadline: Deadline, how: WhenLate) -> Standing:
    rule = act.rules.rule(deadline.rule_code, deadline.rule_version)
    fired = act.session.scalars(
        select(RungFired.rung).where(
            RungFired.deadline_id == deadline.id, RungFired.deadline_version == deadline.version
        )
    )
    of_order = deadline.rule_code == "order.complete"
    talk_held = (
        act.session.scalar(
            select(Talk.held_at)
            .where(Talk.case_id == case.id, Talk.organisation_id == deadline.organisation_id, Talk.held_at.is_not(None))
            .order_by(Talk.held_at.desc())
            .limit(1)
        )
        if of_order
        else None
    )
    return Standing(
        rule=deadline.rule_code,
        turn=deadline.turn,
        start=local_date(deadline.started_at),
        due_on=deadline.due_on,
        half_on=deadline.half_on,
        near_on=deadline.near_on,
        when_late=how,
        reminder_only=rule.reminder_only,
        order_open=not of_order and _order_open(act, case, deadline.organisation_id),
        red_since=deadlines.red_since(deadline) if of_order and act.today > deadline.due_on else None,
        talk_held_on=None if talk_held is None else local_date(talk_held),
        duty_failure=of_order and _duty_failed(act, case, deadline.organisation_id),
        fired=frozenset(fired) | frozenset(deadline.changes.get("fired", ())),
    )


def _order_open(act: Act, case: Case, organisation_id: int) -> bool:
    """Return whether an order to the unit is drafted, under way or still running: one order lists all that is late."""
    running = exists(select(1).where(Deadline.document_id == Document.id, Deadline.state == "open").correlate(Document))
    return bool(
        act.session.scalar(
            select(
                exists().where(
                    Document.case_id == case.id,
                    Document.kind == DocumentKind.SUPERVISION_ORDER,
                    Document.recipient_id == organisation_id,
                    Document.status != DocumentStatus.VOID,
                    (Document.status != DocumentStatus.DELIVERED) | running,
                )
            )
        )
    )


def _duty_failed(act: Act, case: Case, organisation_id: int) -> bool:
    """Return whether an open measure of the unit answers a failing of its own duty."""
    return bool(
        act.session.scalar(
            select(
                exists(
                    select(1)
                    .select_from(Assignment)
                    .join(MeasureFinding, MeasureFinding.measure_id == Assignment.measure_id)
                    .join(Finding, Finding.id == MeasureFinding.finding_id)
                    .join(FindingOrganisation, FindingOrganisation.finding_id == Finding.id)
                    .where(
                        Assignment.case_id == case.id,
                        Assignment.organisation_id == organisation_id,
                        Assignment.state != AssignmentState.CLOSED,
                        FindingOrganisation.organisation_id == organisation_id,
                        Finding.duty_failure,
                    )
                )
            )
        )
    )


def _fire(act: Act, case: Case, deadline: Deadline, unit: Organisation, due: DueRung) -> Fired:
    rung = RungFired(deadline_id=deadline.id, deadline_version=deadline.version, rung=due.rung.code, fired_at=act.at)
    act.session.add(rung)
    paper = None
    if due.rung.code in ("order", "order.again"):
        order = draft_order(act, case, unit.id, _late(act, case, unit.id), why=_why(act, deadline))
        rung.document_id, paper = order.id, order.ref
        _fire_with(act, case, deadline, due.rung.code, order)
    elif due.drafts_report:
        paper = _report_late(act, case, deadline, unit)
    elif due.rung.code == "talk":
        talk = _propose_talk(act, case, deadline, unit)
        rung.talk_id = talk.id
    elif due.rung.code == ACCOUNT:
        _account(act, case, unit)
    _tell(act, case, deadline, unit, due)
    record(
        act,
        case,
        "rung_fired",
        why=due.rung.what,
        deadline=deadline.key,
        rung=due.rung.code,
        version=deadline.version,
        organisation=unit.name,
        due_on=deadline.due_on.isoformat(),
        counts_as_warning=due.counts_as_warning,
        paper=paper,
    )
    act.session.flush()
    return Fired(
        deadline.key,
        due.rung.code,
        unit.name,
        deadline.due_on.isoformat(),
        paper,
        restricted=due.rung.code == ACCOUNT or _restricted(act, deadline),
    )


def _restricted(act: Act, deadline: Deadline) -> bool:
    about = select(Document.restricted).where(Document.id == deadline.document_id)
    return deadline.document_id is not None and bool(act.session.scalar(about))


def _fire_with(act: Act, case: Case, first: Deadline, rung: str, order: Document) -> None:
    """One order lists all that is late, so the rung is spent for every clock whose measure the order lists."""
    if rung != "order":
        return
    listed = select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == order.id)
    spent = exists(
        select(1)
        .where(
            RungFired.deadline_id == Deadline.id,
            RungFired.deadline_version == Deadline.version,
            RungFired.rung == rung,
        )
        .correlate(Deadline)
    )
    act.session.flush()
    others = act.session.scalars(
        select(Deadline).where(
            Deadline.case_id == case.id,
            Deadline.assignment_id.in_(listed),
            Deadline.rule_code.in_(deadlines.THEIR_WORK),
            Deadline.state == "open",
            Deadline.due_on < act.today,
            Deadline.id != first.id,
            ~spent,
        )
    ).all()
    act.session.add_all(
        RungFired(
            deadline_id=other.id,
            deadline_version=other.version,
            rung=rung,
            fired_at=act.at,
            document_id=order.id,
        )
        for other in others
    )


def _late(act: Act, case: Case, organisation_id: int) -> list[int]:
    """Return everything of a unit in a case that is late today, in the order of the report."""
    return list(
        act.session.scalars(
            select(Assignment.id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(
                Assignment.case_id == case.id,
                Assignment.organisation_id == organisation_id,
                Assignment.state != AssignmentState.CLOSED,
                exists(
                    select(1)
                    .where(
                        Deadline.assignment_id == Assignment.id,
                        Deadline.rule_code.in_(deadlines.THEIR_WORK),
                        Deadline.state == "open",
                        Deadline.due_on < act.today,
                    )
                    .correlate(Assignment)
                ),
            )
            .order_by(Measure.position)
        )
    )


def _report_late(act: Act, case: Case, deadline: Deadline, unit: Organisation) -> str | None:
    """Draft a 报告 to our leaders about a unit that gets no order, unless one about it is under way; a person sends it."""
    carried = _late(act, case, unit.id)
    if not carried and deadline.document_id is not None:
        carried = list(
            act.session.scalars(
                select(DocumentAssignment.assignment_id)
                .where(DocumentAssignment.document_id == deadline.document_id)
                .order_by(DocumentAssignment.assignment_id)
            )
        )
    if not carried or _under_way(act, case, unit.id):
        return None
    return draft_late_report(act, case, unit, carried, why=_why(act, deadline)).ref


def _under_way(act: Act, case: Case, organisation_id: int) -> bool:
    about = exists(
        select(1)
        .select_from(DocumentAssignment)
        .join(Assignment, Assignment.id == DocumentAssignment.assignment_id)
        .where(DocumentAssignment.document_id == Document.id, Assignment.organisation_id == organisation_id)
        .correlate(Document)
    )
    return bool(
        act.session.scalar(
            select(
                exists().where(
                    Document.case_id == case.id,
                    Document.kind == DocumentKind.LATE_REPORT,
                    Document.status.not_in((DocumentStatus.VOID, DocumentStatus.DELIVERED)),
                    about,
                )
            )
        )
    )


def _why(act: Act, deadline: Deadline) -> str:
    rule = act.rules.rule(deadline.rule_code, deadline.rule_version)
    return f"{rule.name}的期限于{chinese_date(deadline.due_on)}届满，至今未收到反馈"


def _propose_talk(act: Act, case: Case, deadline: Deadline, unit: Organisation) -> Talk:
    talk = Talk(
        case_id=case.id,
        organisation_id=unit.id,
        order_id=deadline.document_id,
        state="proposed",
        reason=f"督办事项自{chinese_date(deadlines.red_since(deadline))}起超期，至今仍未落实",
        proposed_at=act.at,
    )
    act.session.add(talk)
    act.session.flush()
    record(act, case, "talk_proposed", why=talk.reason, talk=talk.id, organisation=unit.name)
    return talk


def _account(act: Act, case: Case, unit: Organisation) -> None:
    """Put the unit on the list of accountability items, once; a person confirms the organ and drafts the proposal.

    What the dossier says of the unit is another matter, and perhaps proposed already: it does not stand for this one.
    """
    listed = act.session.scalar(
        select(AccountabilityItem.id)
        .where(
            AccountabilityItem.case_id == case.id,
            AccountabilityItem.organisation_id == unit.id,
            AccountabilityItem.text == DISOBEYED,
        )
        .limit(1)
    )
    if listed is not None:
        return
    item = AccountabilityItem(
        case_id=case.id,
        ref=next_ref(act, AccountabilityItem, case, "A"),
        subject_type=SubjectType.ORGANISATION,
        organisation_id=unit.id,
        category=AccountabilityCategory.OTHER.label,
        text=DISOBEYED,
        informational=False,
    )
    act.session.add(item)
    act.session.flush()
    # Only what was found of the unit itself: others' failings are not held against it because it was asked to mend them.
    findings = act.session.scalars(
        select(MeasureFinding.finding_id)
        .join(Assignment, Assignment.measure_id == MeasureFinding.measure_id)
        .join(FindingOrganisation, FindingOrganisation.finding_id == MeasureFinding.finding_id)
        .where(
            Assignment.id.in_(_late(act, case, unit.id)),
            FindingOrganisation.organisation_id == unit.id,
        )
        .distinct()
        .order_by(MeasureFinding.finding_id)
    )
    act.session.add_all(AccountabilityFinding(item_id=item.id, finding_id=finding) for finding in findings)
    record(act, case, "accountability_added", item=item.ref, organisation=unit.name)


def _tell(act: Act, case: Case, deadline: Deadline, unit: Organisation, due: DueRung) -> None:
    """Put one note into the inbox of each addressee; the key makes a second one impossible.

    About restricted papers, accountability among them, it says only that a paper waits.
    """
    rule = act.rules.rule(deadline.rule_code, deadline.rule_version)
    of_paper = select(Document.restricted).where(Document.id == deadline.document_id)
    restricted = due.rung.code == "account" or bool(act.session.scalar(of_paper))
    subject = f"{due.rung.what}：{rule.name}"
    body = f"{case.title}（{case.case_number}）：{unit.name}“{rule.name}”的期限为{chinese_date(deadline.due_on)}。"
    told = _addressees(act, case, unit, due)
    if due.rung.code == ACCOUNT:
        told, subject, body = [(None, case.officer_id)], RESTRICTED, RESTRICTED
    elif _restricted(act, deadline):
        told = [(None, reader) for reader in readers_among(act, deadline.document_id, [user for _, user in told])]
        subject, body = RESTRICTED, RESTRICTED
    for organisation, user in told:
        who = f"o{organisation}" if organisation else f"u{user}"
        act.session.add(
            Message(
                key=f"{deadline.key}/v{deadline.version}/{due.rung.code}/{who}",
                case_id=case.id,
                organisation_id=organisation,
                user_id=user,
                subject=PAPER_WAITS if restricted else subject,
                body=PAPER_WAITS if restricted else body,
                restricted=restricted,
                sent_at=act.at,
            )
        )


def _addressees(act: Act, case: Case, unit: Organisation, due: DueRung) -> list[tuple[int | None, int | None]]:
    """Return (unit, person) pairs, one of them None; a rung that waits for approval goes to officer and leaders."""
    told = due.addressees or (Addressee.OFFICER, Addressee.LEADERS)
    people: list[int] = []
    units: list[int] = []
    for addressee in told:
        if addressee is Addressee.RECIPIENT:
            units.append(unit.id)
        elif addressee is Addressee.OFFICER:
            people.append(case.officer_id)
        elif addressee is Addressee.SPONSOR and case.sponsor_id is not None:
            people.append(case.sponsor_id)
        elif addressee is Addressee.LEADERS:
            people += act.session.scalars(
                select(User.id)
                .join(UserRole, UserRole.user_id == User.id)
                .where(
                    User.organisation_id == case.unit_id,
                    UserRole.role == Role.LEADER,
                    User.disabled_at.is_(None),
                    User.id.not_in(
                        select(Recusal.user_id).where(Recusal.case_id == case.id, Recusal.ended_at.is_(None))
                    ),
                )
                .order_by(User.id)
            )
    return [(one, None) for one in units] + [(None, person) for person in dict.fromkeys(people)]
