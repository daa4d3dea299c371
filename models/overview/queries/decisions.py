"""What a leader must know to decide on a talk, an extension or a dispute of duty: the facts, and the paper to read beside them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.visible_clocks import visible_deadlines
from models.clock.tables import Deadline
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_cases, visible_documents
from models.kernel.vocabulary import Adjudication, Verdict
from models.office.tables import Organisation, User
from models.papers.tables import Document
from models.rectification.tables import Assessment, Assignment, Dispute, Measure, Reply, Talk

_BODY = aliased(Organisation)


@dataclass(frozen=True, slots=True)
class TalkToDecide:
    """A proposed or decided talk; `paper` is the order that it rests on, `seq` the last event of the case."""

    subject: int
    state: str
    reason: str
    proposed_at: datetime
    organisation: str
    title: str
    seq: int
    paper: str | None


@dataclass(frozen=True, slots=True)
class ExtensionToDecide:
    """A request for more time, its measure's present last day `due_on`, and what was decided; `paper` is the notice."""

    subject: str
    text: str
    requested_due_on: date
    happened_at: datetime
    author_id: int
    measure: str
    measure_text: str
    organisation: str
    author: str
    title: str
    seq: int
    paper: str | None
    due_on: date | None
    verdict: Verdict | None
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class DisputeToDecide:
    """A dispute of duty, who may decide on it, and what was decided; `paper` is the notice."""

    subject: str
    text: str
    happened_at: datetime
    measure: str
    measure_text: str
    organisation_id: int
    organisation: str
    adjudicator: str
    author: str
    title: str
    seq: int
    paper: str | None
    decision: Adjudication | None
    withdrawn_at: datetime | None


def talk_to_decide(session: Session, actor: Actor, case_number: str, talk: int) -> TalkToDecide:
    """Return a proposed or decided talk with the order it rests on. Raises NotFound, also for who may not know of it."""
    row = session.execute(
        select(
            Talk.id.label("subject"),
            Talk.state,
            Talk.reason,
            Talk.proposed_at,
            Organisation.name.label("organisation"),
            Case.title,
            Case.last_seq.label("seq"),
            Document.ref.label("paper"),
        )
        .join(Case, Case.id == Talk.case_id)
        .join(Organisation, Organisation.id == Talk.organisation_id)
        .outerjoin(Document, (Document.id == Talk.order_id) & visible_documents(actor))
        .where(Case.case_number == case_number, Talk.id == talk, visible_cases(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{talk}的约谈，或您无权查看。", code="talk_not_found")
    return TalkToDecide(*row)


def extension_to_decide(session: Session, actor: Actor, case_number: str, reply: str) -> ExtensionToDecide:
    """Return a request for an extension with the measure, its present date, and the notice. Raises NotFound as above."""
    clock = (
        select(Deadline.due_on)
        .where(
            Deadline.assignment_id == Assignment.id,
            Deadline.rule_code == "measure.complete",
            Deadline.milestone_id.is_(None),
            Deadline.state.in_(("open", "suspended")),
            visible_deadlines(actor),
        )
        .order_by(Deadline.id.desc())
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Reply.ref.label("subject"),
            Reply.text,
            Reply.requested_due_on,
            Reply.happened_at,
            Reply.author_id,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Organisation.name.label("organisation"),
            User.name.label("author"),
            Case.title,
            Case.last_seq.label("seq"),
            Document.ref.label("paper"),
            clock.label("due_on"),
            Assessment.verdict,
            Reply.withdrawn_at,
        )
        .join(Case, Case.id == Reply.case_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .join(User, User.id == Reply.author_id)
        .outerjoin(Document, (Document.id == Assignment.notice_id) & visible_documents(actor))
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Case.case_number == case_number,
            Reply.ref == reply,
            Reply.requested_due_on.is_not(None),
            visible_assignments(actor),
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{reply}的延期申请，或您无权查看。", code="reply_not_found")
    return ExtensionToDecide(**row._asdict())


def dispute_to_decide(session: Session, actor: Actor, case_number: str, reply: str) -> DisputeToDecide:
    """Return a dispute of duty with the measure, who may decide on it, and the notice. Raises NotFound as above."""
    row = session.execute(
        select(
            Reply.ref.label("subject"),
            Reply.text,
            Reply.happened_at,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Organisation.id.label("organisation_id"),
            Organisation.name.label("organisation"),
            _BODY.name.label("adjudicator"),
            User.name.label("author"),
            Case.title,
            Case.last_seq.label("seq"),
            Document.ref.label("paper"),
            Dispute.decision,
            Reply.withdrawn_at,
        )
        .join(Case, Case.id == Reply.case_id)
        .join(Dispute, Dispute.reply_id == Reply.id)
        .join(Assignment, Assignment.id == Dispute.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .join(_BODY, _BODY.id == Dispute.adjudicator_id)
        .join(User, User.id == Reply.author_id)
        .outerjoin(Document, (Document.id == Assignment.notice_id) & visible_documents(actor))
        .where(Case.case_number == case_number, Reply.ref == reply, visible_assignments(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为{reply}的职责争议，或您无权查看。", code="reply_not_found")
    return DisputeToDecide(**row._asdict())
