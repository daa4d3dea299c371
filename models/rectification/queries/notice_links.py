"""What the holder of a notice's link may look at: that notice, its measures, their answers, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.queries.attachments import ReplyFileShown, files_of
from models.case.tables import Case
from models.clock.queries.clock_lists import DeadlineShown, deadlines_of
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.lights import standing
from models.kernel.base import Json
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_documents
from models.kernel.vocabulary import AssignmentState, DocumentStatus, Part, ReplyKind, Role, Verdict
from models.office.tables import Organisation, User
from models.papers.rules.links import fingerprint
from models.papers.tables import Delivery, Document, DocumentAssignment, goes_round
from models.rectification.tables import Assessment, Assignment, Measure, NoticeLink, Reply

from .milestones import MilestoneShown, milestones_of
from .replies import awaited
from .reply_drafts import DraftShown, draft_of, writing_unit

# Before the row number of a unit: the accounts of its people who answer by link, with the code or with a sealed scan. Behind
# them stands whoever answers for the unit, and no person whom one could name.
CODE_ACCOUNT, SCAN_ACCOUNT = BY_LINK = ("code-", "scan-")


@dataclass(frozen=True, slots=True)
class Opened:
    """A notice open before its recipient, by a token or by an account, and the actor in whose name that one is there.

    `organisation_id` is the unit that writes; `expires_on` is None where no link is the way.
    """

    document_id: int
    case_id: int
    case_number: str
    paper: str
    organisation_id: int
    organisation: str
    expires_on: date | None
    actor: Actor


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """An answer about a measure of the notice, with its files, and what was said of it."""

    id: int
    ref: str
    assignment_id: int
    kind: ReplyKind
    text: str
    requested_due_on: date | None
    happened_at: datetime
    case_number: str
    verdict: Verdict | None
    reason: str | None
    withdrawn_at: datetime | None
    given_by: int | None
    files: list[ReplyFileShown]


@dataclass(frozen=True, slots=True)
class NoticeMeasure:
    """A measure of the notice as its recipient has it in hand; milestones are told to who leads it."""

    ref: str
    text: str
    proof: str | None
    state: AssignmentState
    standing: str
    clocks: list[DeadlineShown]
    milestones: list[MilestoneShown]
    replies: list[AnswerShown]


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """A notice before its recipient: the paper and its frozen content, its measures, and the draft of the next answer."""

    title: str
    number: str | None
    content: Json | None
    delivered_at: datetime
    acknowledged_at: datetime | None
    received_by: str | None
    paper: str
    organisation: str
    expires_on: date | None
    measures: list[NoticeMeasure]
    clocks: list[DeadlineShown]
    draft: DraftShown | None


def opened(session: Session, token: str, now: datetime) -> Opened:
    """Return the notice behind a token. Raises NotFound for an unknown or expired one, and before the delivery."""
    row = session.execute(
        select(
            NoticeLink.document_id,
            NoticeLink.expires_on,
            NoticeLink.organisation_id,
            Document.case_id,
            Document.ref,
            Document.status,
            Case.case_number,
            Organisation.name.label("organisation"),
            Organisation.path,
            User.id.label("user_id"),
            User.account,
            User.name,
            User.disabled_at,
        )
        .join(Document, Document.id == NoticeLink.document_id)
        .join(Case, Case.id == Document.case_id)
        .join(Organisation, Organisation.id == NoticeLink.organisation_id)
        .join(User, User.id == NoticeLink.user_id)
        .where(NoticeLink.token_sha256 == fingerprint(token))
    ).one_or_none()
    if row is None or (row.disabled_at is not None and row.disabled_at <= now):
        raise NotFound("链接无效，请核对纸质文书上的二维码或网址。", code="link_unknown")
    if row.status is not DocumentStatus.DELIVERED:
        raise NotFound("该文书尚未送达或已作废，暂不能查看。", code="link_not_served")
    if local_date(now) > row.expires_on:
        raise NotFound(f"链接已于{chinese_date(row.expires_on)}失效，请登录系统或以书面答复。", code="link_expired")
    actor = Actor(row.user_id, row.account, row.name, row.organisation_id, row.path, frozenset({Role.AGENCY}))
    return Opened(
        row.document_id,
        row.case_id,
        row.case_number,
        row.ref,
        row.organisation_id,
        row.organisation,
        row.expires_on,
        actor,
    )


def served_on(session: Session, actor: Actor, case_number: str, paper: str) -> Opened:
    """Return a notice that was served on a unit of the actor's, or whose work was delegated to it.

    Raises NotFound, also for a circular: it asks nobody for an answer, and is read in the list of circulars.
    """
    row = session.execute(
        select(
            Document.id,
            Document.case_id,
            Delivery.recipient_id,
            Organisation.name,
            Organisation.path,
        )
        .join(Case, Case.id == Document.case_id)
        .join(Delivery, Delivery.document_id == Document.id)
        .join(Organisation, Organisation.id == Delivery.recipient_id)
        .where(Case.case_number == case_number, Document.ref == paper, ~goes_round(), visible_documents(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有文书“{paper}”，或您无权查看。", code="document_not_found")
    unit = writing_unit(actor, row.recipient_id, row.path)
    return Opened(row.id, row.case_id, case_number, paper, unit, row.name, None, actor)


def notice_page(session: Session, notice: Opened, rules: Rulebook, now: datetime) -> NoticeShown:
    """Return the notice with its measures, dates, lights, answers with verdicts, and the draft of the next answer.

    Of a measure that the unit leads the milestones are told, too. Seven statements.
    """
    paper = session.execute(
        select(
            Document.title,
            Document.number,
            Document.content,
            Delivery.delivered_at,
            Delivery.acknowledged_at,
            Delivery.received_by,
        )
        .join(Delivery, Delivery.document_id == Document.id)
        .where(Document.id == notice.document_id, visible_documents(notice.actor))
    ).one()
    hands = session.execute(
        select(
            Assignment.id,
            Assignment.measure_id,
            Measure.ref,
            Measure.text,
            Measure.proof,
            Assignment.state,
            awaited().label("awaited"),
            Assignment.part,
        )
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == notice.document_id, visible_assignments(notice.actor))
        .order_by(Measure.position)
    ).all()
    mine = {hand.id for hand in hands}
    replies = session.execute(
        select(
            Reply.id,
            Reply.ref,
            Reply.assignment_id,
            Reply.kind,
            Reply.text,
            Reply.requested_due_on,
            Reply.happened_at,
            Case.case_number,
            Assessment.verdict,
            Assessment.reason,
            Reply.withdrawn_at,
            User.organisation_id.label("given_by"),
        )
        .join(User, User.id == Reply.author_id)
        .join(Case, Case.id == Reply.case_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(Reply.assignment_id.in_(mine), visible_assignments(notice.actor), Assignment.id == Reply.assignment_id)
        .order_by(Reply.id)
    ).all()
    files = files_of(session, [reply.id for reply in replies])
    stages = milestones_of(session, [hand.measure_id for hand in hands if hand.part is Part.LEAD])
    draft = draft_of(session, notice.document_id, notice.organisation_id)
    clocks = [
        clock
        for clock in deadlines_of(session, notice.actor, notice.case_id, rules, local_date(now))
        if clock.paper == notice.paper or clock.assignment in mine
    ]
    return NoticeShown(
        **paper._mapping,
        paper=notice.paper,
        organisation=notice.organisation,
        expires_on=notice.expires_on,
        measures=[
            NoticeMeasure(
                ref=hand.ref,
                text=hand.text,
                proof=hand.proof,
                state=hand.state,
                standing=standing(hand.state, hand.awaited),
                clocks=[clock for clock in clocks if clock.assignment == hand.id and clock.state == "open"],
                milestones=stages.get(hand.measure_id, []) if hand.part is Part.LEAD else [],
                replies=[
                    AnswerShown(**reply._mapping, files=files.get(reply.id, []))
                    for reply in replies
                    if reply.assignment_id == hand.id
                ],
            )
            for hand in hands
        ],
        clocks=[clock for clock in clocks if clock.assignment is None and clock.state == "open"],
        draft=draft,
    )
