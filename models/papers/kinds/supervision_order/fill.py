"""限期落实督办单: what a recipient is late with, how that was counted, what came instead, and the new limit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from models.clock.queries.clocks import due_of
from models.clock.rules.due import Due
from models.clock.tables import Deadline
from models.kernel.base import Json
from models.kernel.calendar.local_time import local_date
from models.kernel.lifecycle import SIGNED
from models.kernel.tables import Event
from models.kernel.vocabulary import (
    DocumentForm,
    DocumentKind,
    MilestoneKind,
    OrganisationKind,
    ReplyKind,
    Turn,
    Verdict,
)
from models.office.tables import Organisation, User
from models.papers.content import DeadlineLine, OverdueMatter, SupervisionOrder
from models.papers.content.wording import day
from models.papers.filling.draft import Draft
from models.papers.filling.ground import Ground
from models.papers.filling.measures import counted_from, in_one_paragraph, law_of, to_come
from models.papers.filling.register import fills
from models.papers.tables import Delivery, Document, DocumentAssignment
from models.rectification.tables import Assessment, Assignment, Measure, Milestone, Reply

from .content import BEFORE, SILENT

LIMIT = "order.complete"
"""The order's own limit; it counts from the delivery, and is told as for a delivery on the order's date."""
ANSWERED = (ReplyKind.PLAN, ReplyKind.PROGRESS, ReplyKind.COMPLETION, ReplyKind.REFUSAL)


@fills(DocumentKind.SUPERVISION_ORDER)
def content(session: Session, draft: Draft) -> SupervisionOrder:
    """Return what the order says: all that is late on its date, or, in a draft, on the day of drafting."""
    row = draft.row
    on = draft.issued_on or local_date(row.drafted_at)
    notice = notice_of(session, row.id)
    confirmed_by, confirmed_at = _silence(session, draft)
    return SupervisionOrder(
        head=draft.head(),
        case_number=row.case_number,
        ordinal=row.occasion,
        previous_number=_previous_number(session, draft) if row.occasion > 1 else None,
        accident=draft.topic(),
        power=draft.ground.power,
        notice_number=notice.number if notice else None,
        notice_title=notice.title if notice else None,
        notice_dated=notice.issued_on if notice else None,
        notice_delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        silence_confirmed_by=confirmed_by,
        silence_confirmed_on=local_date(confirmed_at) if confirmed_at else None,
        matters=overdue(session, draft, on, notice.id if notice else None),
        new_limit=to_come(draft, LIMIT),
        new_count=counted_from(draft, LIMIT, "本件送达"),
        lifting=("完成后书面反馈完成情况，附证明材料，经核对合格后办结",),
        # Circulars count what followed from accidents: none is announced to who is late with a work order.
        consequences=_consequences(
            row.occasion, draft.ground if row.hazard is None else replace(draft.ground, circular=None)
        ),
    )


def overdue(session: Session, draft: Draft, on: date, notice_id: int | None) -> tuple[OverdueMatter, ...]:
    """Return all that the measures a paper carries are late with on a day, with what was answered."""
    answers = answers_to(session, draft.row.id, on)
    places = places_in(session, notice_id)
    notices = [] if notice_id is None else [notice_id]
    return _told_once([matter_of(clock, answers, draft, places) for clock in late_clocks(session, draft, on, notices)])


def places_in(session: Session, notice_id: int | None) -> Mapping[str, str]:
    """Return the place that a notice gives each of its measures, by which later papers cite it."""
    return {} if notice_id is None else places_of(session, [notice_id]).get(notice_id, {})


def places_of(session: Session, notices: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    """Return for each notice what `places_in` returns. One statement."""
    carried = session.execute(
        select(Document.id, Measure.ref)
        .select_from(Measure)
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .join(Document, Document.id == DocumentAssignment.document_id)
        .where(Document.id.in_(notices), Measure.case_id == Document.case_id)
        .order_by(Measure.position, Measure.id)
    )
    places: dict[int, dict[str, str]] = {}
    for notice, ref in carried:
        of = places.setdefault(notice, {})
        of.setdefault(ref, str(len(of) + 1))
    return places


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """The notice that an order or a report of lateness is about."""

    id: int
    number: str | None
    title: str
    form: DocumentForm | None
    issued_on: date | None
    delivered_at: datetime | None
    recipient_kind: OrganisationKind | None


def notice_of(session: Session, order_id: int) -> NoticeFacts | None:
    """Return the notice whose measures an order is about: there is one order per notice."""
    return next(iter(notices_of(session, order_id)), None)


def notices_of(session: Session, paper_id: int) -> list[NoticeFacts]:
    """Return the notices whose measures a paper carries, in the order in which they were drafted."""
    rows = session.execute(
        select(
            Document.id,
            Document.number,
            Document.title,
            Document.form,
            Document.issued_on,
            Delivery.delivered_at,
            Organisation.kind.label("recipient_kind"),
        )
        .outerjoin(Organisation, Organisation.id == Document.recipient_id)
        .outerjoin(Delivery, Delivery.document_id == Document.id)
        .where(
            Document.id.in_(
                select(Assignment.notice_id)
                .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
                .where(DocumentAssignment.document_id == paper_id)
            )
        )
        .order_by(Document.id)
    )
    return [NoticeFacts(*row) for row in rows]


def _silence(session: Session, draft: Draft) -> tuple[str | None, datetime | None]:
    """Who found that no written reply had come, and when."""
    found = session.execute(
        select(User.name, Event.happened_at)
        .outerjoin(
            Event,
            and_(
                Event.case_id == draft.row.case_id,
                Event.kind == "no_reply_confirmed",
                Event.data["paper"].as_string() == draft.row.ref,
            ),
        )
        .where(User.id == draft.row.confirmed_no_reply_by)
        .order_by(Event.seq.desc())
        .limit(1)
    ).one_or_none()
    return (None, None) if found is None else (found.name, found.happened_at)


def _previous_number(session: Session, draft: Draft) -> str | None:
    row = draft.row
    return session.scalars(
        select(Document.number)
        .where(
            Document.case_id == row.case_id,
            Document.kind == DocumentKind.SUPERVISION_ORDER,
            Document.recipient_id == row.recipient_id,
            Document.occasion < row.occasion,
            Document.status.in_(SIGNED),
        )
        .order_by(Document.occasion.desc())
        .limit(1)
    ).one_or_none()


@dataclass(frozen=True, slots=True)
class LateClock:
    """A clock that has run out, with the unit that answers for it and the notice that started it."""

    organisation: str
    notice_id: int | None
    assignment_id: int | None
    rule_code: str
    rule_version: int
    amount: int | None
    given_on: date | None
    excluded_days: int
    changes: Json
    started_at: datetime
    start_event: str
    due_on: date
    provisional: bool
    measure: str | None
    measure_text: str | None
    stage_text: str | None
    stage_kind: MilestoneKind | None


def late_clocks(session: Session, draft: Draft, on: date, notices: Collection[int]) -> list[LateClock]:
    """Return the open clocks that ended before `on`: of the measures a paper carries, of their notices, of earlier orders."""
    row = draft.row
    carried = select(DocumentAssignment.assignment_id).where(DocumentAssignment.document_id == row.id)
    earlier = select(Document.id).where(
        Document.case_id == row.case_id,
        Document.kind == DocumentKind.SUPERVISION_ORDER,
        Document.recipient_id == row.recipient_id,
        Document.occasion < row.occasion,
    )
    of_papers = or_(Deadline.document_id.in_(earlier), Deadline.document_id.in_(notices))
    rows = session.execute(
        select(
            Organisation.name.label("organisation"),
            func.coalesce(Assignment.notice_id, Deadline.document_id).label("notice_id"),
            Deadline.assignment_id,
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.amount,
            Deadline.given_on,
            Deadline.excluded_days,
            Deadline.changes,
            Deadline.started_at,
            Deadline.start_event,
            Deadline.due_on,
            Deadline.provisional,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Milestone.text.label("stage_text"),
            Milestone.kind.label("stage_kind"),
        )
        .join(Organisation, Organisation.id == Deadline.organisation_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .where(
            Deadline.case_id == row.case_id,
            Deadline.turn == Turn.THEIRS,
            Deadline.state == "open",
            Deadline.due_on < on,
            or_(
                Deadline.assignment_id.in_(carried),
                and_(Deadline.assignment_id.is_(None), of_papers),
            ),
        )
        .order_by(Deadline.due_on, Measure.position, Deadline.id)
    )
    return [LateClock(**row._mapping) for row in rows]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a recipient answered, and what was said of it."""

    kind: ReplyKind
    text: str
    happened_at: datetime
    verdict: Verdict | None
    reason: str | None


def answers_to(session: Session, order_id: int, on: date) -> Mapping[int, list[Answer]]:
    """What the recipient answered about each measure until `on`, in its order, with what was said of it."""
    told: defaultdict[int, list[Answer]] = defaultdict(list)
    for row in session.execute(
        select(Reply.assignment_id, Reply.kind, Reply.text, Reply.happened_at, Assessment.verdict, Assessment.reason)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Reply.assignment_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(DocumentAssignment.document_id == order_id, Reply.kind.in_(ANSWERED), Reply.withdrawn_at.is_(None))
        .order_by(Reply.happened_at, Reply.id)
    ):
        answer = Answer(*row[1:])
        if local_date(answer.happened_at) <= on:
            told[row[0]].append(answer)
    return told


def matter_of(
    clock: LateClock, answers: Mapping[int, list[Answer]], draft: Draft, places: Mapping[str, str]
) -> OverdueMatter:
    """Return one clock as the matter that is late."""
    due = due_of(clock, draft.rules)
    replies = [] if clock.assignment_id is None else answers.get(clock.assignment_id, [])
    work = "" if clock.measure_text is None else clock.measure_text.rstrip("。；")
    text = f"{due.rule.name}：{work}" if clock.measure else _of_the_whole(due)
    if clock.stage_text is not None and clock.stage_kind is not None:
        text = f"{clock.stage_kind.label}：{clock.stage_text.rstrip('。；')}"
        if clock.measure not in places:
            text += f"（{work}）"
    done = "；".join(f"{day(local_date(r.happened_at))}提交{r.kind.label}：{r.text.rstrip('。')}" for r in replies)
    return OverdueMatter(
        matter=text,
        measure=None if clock.measure is None else places.get(clock.measure),
        original=DeadlineLine(
            what=due.rule.name,
            due=clock.due_on,
            provisional=clock.provisional,
            explanation=in_one_paragraph(due, clock.start_event),
            basis=law_of(due.rule),
            borrowed=due.rule.borrowed,
        ),
        days_late=(draft.issued_on - clock.due_on).days if draft.issued_on else None,
        done=done or None,
        not_done=_not_done(clock, replies, due),
    )


def _of_the_whole(due: Due) -> str:
    """What is owed for no single measure; an order that is late itself was the one before."""
    return BEFORE if due.rule.code == LIMIT else due.rule.name


def _told_once(matters: Sequence[OverdueMatter]) -> tuple[OverdueMatter, ...]:
    """Limits of one notice are mostly counted alike: a count that was told already is only pointed at."""
    first: dict[str | None, int] = {}
    told = []
    for place, matter in enumerate(matters, 1):
        at = first.setdefault(matter.original.explanation, place)
        if at != place:
            original = matter.original.model_copy(update={"explanation": f"与第{at}项相同"})
            told.append(matter.model_copy(update={"original": original}))
        else:
            told.append(matter)
    return tuple(told)


def _not_done(clock: LateClock, replies: list[Answer], due: Due) -> str:
    if clock.assignment_id is None or not replies:
        return f"逾期未{_of_the_whole(due)}" if clock.assignment_id is None else SILENT
    for reply in reversed(replies):
        if reply.verdict in (Verdict.RETURNED, Verdict.PARTIAL):
            return f"{reply.kind.label}已{reply.verdict.label}：{reply.reason}"
    return f"逾期未{due.rule.name}"


def _consequences(ordinal: int, ground: Ground) -> tuple[str, ...]:
    """The next rung of the ladder: nothing is announced that does not follow, or that nobody may do to this unit."""
    rung = "再次督办" if ordinal == 1 else "将约谈有关负责人" if ground.may_summon else ""
    told = f"{'并' if rung else ''}在{ground.circular}中列明" if ground.circular else ""
    return (f"逾期未完成的，{rung}{told}",) if rung or told else ()
