"""Open work of each person in the one case of a rehearsal."""

from __future__ import annotations

from datetime import date
from typing import TypeAlias

from sqlalchemy import ColumnElement, Select, exists, func, or_, select

from flows.rehearsal.run import OFFICER
from models.accountability.tables import AccountabilityItem, OrganAnswer, Reader
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.rights.own_police import about_own_police
from models.kernel.vocabulary import AssignmentState, DocumentKind, DocumentStatus, Part, ReplyKind
from models.office.rules.paper_kinds import REFERRING
from models.office.tables import Organisation, User
from models.papers.tables import Approval, Delivery, Document
from models.rectification.queries.replies import pending
from models.rectification.tables import Assignment, Measure, Milestone, Reply, Talk

Rows: TypeAlias = Select[*tuple[object, ...]]


def papers(case_id: int, *statuses: DocumentStatus) -> Rows:
    """Papers in one of the states, `ours` where our officer may read them, `above` where the upper unit's step is open;
    the volume is not on anybody's desk."""
    above = exists(
        select(1)
        .select_from(Approval)
        .join(Organisation, Organisation.id == Approval.organisation_id)
        .where(
            Approval.document_id == Document.id,
            Approval.round == Document.round,
            Approval.decision.is_(None),
            Organisation.issues_as == "bureau",
        )
        .correlate(Document)
    )
    return (
        select(
            Document.ref,
            Document.kind,
            Document.number,
            Document.title,
            Document.recipient_id,
            Document.restricted,
            Document.confirmed_no_reply_by,
            Organisation.name.label("recipient"),
            _ours().label("ours"),
            above.label("above"),
        )
        .outerjoin(Organisation, Organisation.id == Document.recipient_id)
        .where(
            Document.case_id == case_id,
            Document.status.in_(statuses),
            Document.kind != DocumentKind.TRACEBACK_ARCHIVE,
        )
        .order_by(Document.id)
    )


def _ours() -> ColumnElement[bool]:
    """Papers that our officer may read."""
    listed = exists(
        select(1)
        .select_from(Reader)
        .join(User, User.id == Reader.user_id)
        .where(Reader.document_id == Document.id, User.account == OFFICER, Reader.removed_at.is_(None))
        .correlate(Document)
    )
    return or_(Document.restricted.is_(False), listed)


def unassessed(case_id: int) -> Rows:
    """Answers that wait for our assessment."""
    return (
        select(Reply.ref)
        .where(
            Reply.case_id == case_id,
            (Reply.kind != ReplyKind.PROGRESS) | Reply.milestone_id.is_not(None),
            pending(),
        )
        .order_by(Reply.id)
    )


def in_hands(case_id: int, *states: AssignmentState) -> Rows:
    """Measures in a unit's hands in one of the states."""
    return (
        select(
            Measure.ref,
            Assignment.id,
            Assignment.organisation_id,
            Assignment.due_on,
            Assignment.notice_id,
            Assignment.state,
            Organisation.name.label("organisation"),
        )
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .where(Assignment.case_id == case_id, Assignment.state.in_(states))
        .order_by(Measure.position, Assignment.id)
    )


def referred(case_id: int) -> Rows:
    """Measures that wait on somebody else, with who was asked and when."""
    return (
        select(Measure.ref, Assignment.organisation_id, Delivery.delivered_at, Organisation.name.label("asked"))
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Delivery, Delivery.document_id == Assignment.notice_id)
        .join(Organisation, Organisation.id == Delivery.recipient_id)
        .where(Assignment.case_id == case_id, Assignment.state == AssignmentState.REFERRED)
        .order_by(Measure.position, Assignment.id)
    )


def referring(case_id: int) -> Rows:
    """Papers that ask somebody else to see to measures, and why."""
    return (
        select(Document.title, Document.note)
        .where(Document.case_id == case_id, Document.kind.in_(REFERRING), Document.status != DocumentStatus.VOID)
        .order_by(Document.id)
    )


def stages(case_id: int) -> Rows:
    """Milestones of measures that no notice carries yet, with the measure's own date."""
    return (
        select(Measure.ref, Milestone.ref.label("milestone"), Milestone.due_on, Assignment.due_on.label("last"))
        .join(Measure, Measure.id == Milestone.measure_id)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .where(
            Milestone.case_id == case_id,
            Milestone.withdrawn_at.is_(None),
            Assignment.part == Part.LEAD,
            Assignment.state == AssignmentState.UNISSUED,
            Assignment.notice_id.is_(None),
        )
        .order_by(Milestone.id)
    )


def talks(case_id: int, state: str) -> Rows:
    """Summons talks in a state, with the unit that is summoned and the day it is summoned for."""
    return (
        select(Talk.id, Talk.organisation_id, Talk.planned_for, Organisation.name.label("organisation"))
        .join(Organisation, Organisation.id == Talk.organisation_id)
        .where(Talk.case_id == case_id, Talk.state == state)
        .order_by(Talk.id)
    )


def unproposed(case_id: int) -> Rows:
    """Accountability items that no proposal carries yet."""
    return (
        select(
            AccountabilityItem.ref,
            AccountabilityItem.category,
            AccountabilityItem.competent_organ_id,
            about_own_police().label("about_us"),
        )
        .join(Case, Case.id == AccountabilityItem.case_id)
        .where(
            AccountabilityItem.case_id == case_id,
            AccountabilityItem.informational.is_(False),
            AccountabilityItem.document_id.is_(None),
        )
        .order_by(AccountabilityItem.id)
    )


def owed(case_id: int) -> Rows:
    """What units owe and have not handed in, plans, milestones, completions: measure, unit, rule, start and due date."""
    waiting = exists(
        select(1)
        .where(
            Reply.assignment_id == Assignment.id,
            pending(),
        )
        .correlate(Assignment)
    )
    wanted = (Assignment.state == AssignmentState.AWAITING_PLAN) & (Deadline.rule_code == "notice.plan") | (
        Assignment.state == AssignmentState.AWAITING_COMPLETION
    ) & (Deadline.rule_code == "measure.complete")
    return (
        select(
            Measure.ref,
            Assignment.organisation_id,
            Deadline.rule_code,
            Deadline.started_at,
            Deadline.due_on,
            Milestone.ref.label("milestone"),
        )
        .select_from(Deadline)
        .join(Assignment, Assignment.id == Deadline.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .where(Deadline.case_id == case_id, Deadline.state == "open", wanted, ~waiting)
        .order_by(Measure.position, Assignment.id)
    )


def ordered(case_id: int, organisation_id: int) -> Rows:
    """Supervision orders, or reminders, that a unit has received."""
    return select(Document.id).where(
        Document.case_id == case_id,
        Document.kind.in_((DocumentKind.SUPERVISION_ORDER, DocumentKind.REMINDER)),
        Document.recipient_id == organisation_id,
        Document.status == DocumentStatus.DELIVERED,
    )


def proposals(case_id: int) -> Rows:
    """Proposals that were served, each with what the organ answered last."""
    return (
        select(Document.ref, Delivery.delivered_at, OrganAnswer.answer, _ours().label("ours"))
        .join(Delivery, Delivery.document_id == Document.id)
        .outerjoin(OrganAnswer, OrganAnswer.document_id == Document.id)
        .where(Document.case_id == case_id, Document.kind == DocumentKind.ACCOUNTABILITY_PROPOSAL)
        .order_by(Document.id, OrganAnswer.id)
    )


def looks(case_id: int, after: date) -> Rows:
    """Days after `after` on which the ladder has a clock to look at; the year-long evaluation keeps no case open."""
    return select(Deadline.next_look_on).where(
        Deadline.case_id == case_id,
        Deadline.state == "open",
        Deadline.rule_code != "effect.evaluate",
        Deadline.next_look_on > after,
    )


def standing(case_id: int) -> Rows:
    """Stage and length of the record."""
    return select(Case.stage, Case.last_seq, Case.filed_at).where(Case.id == case_id)


def report_limit(case_id: int) -> Rows:
    """Until when the report is due."""
    return select(Deadline.due_on).where(Deadline.case_id == case_id, Deadline.rule_code == "investigation.report")


def closed_share(case_id: int) -> Rows:
    """How many measures in hands there are, and how many of them are closed."""
    return select(
        func.count().label("total"),
        func.count().filter(Assignment.state == AssignmentState.CLOSED).label("closed"),
    ).where(Assignment.case_id == case_id)
