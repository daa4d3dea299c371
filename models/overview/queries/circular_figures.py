"""通报: what was due from whom in a period, and done or not by its end; only of units that may be named in a circular.

A measure is counted with its lead, once where it is merged with others, on the day on which it was due at the end of the
period: an extension that was granted later changes nothing, one that was granted before puts it into another period. A clock
that stands still is not due, nor is one whose measure was withdrawn. What was reported and accepted, or waits to be judged,
was done when it was reported; what was sent back was not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook, competence
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.record.bulk_events import among
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.rights.visible import visible_assignments, visible_cases
from models.kernel.vocabulary import (
    DocumentKind,
    DocumentStatus,
    Grade,
    Outcome,
    Part,
    ReplyKind,
    Role,
    Stage,
    Verdict,
)
from models.office.queries.competence import Competence
from models.office.tables import Organisation
from models.papers.content.wording import short_day
from models.papers.kinds.circular.content import Figures, LateMatter, OwnMatter, OwnPolice, UnitCount
from models.papers.rules.periods import Period
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assessment, Assignment, Measure, Reply

from .dashboard.as_of import AsOf, due, due_by
from .done import reported_done

COMPLETION, ASSESSED = "measure.complete", "reply.assess"
SENT_BACK = (Verdict.RETURNED, Verdict.PARTIAL)
EXPLAINS = (ReplyKind.PROGRESS, ReplyKind.EXTENSION, ReplyKind.REFUSAL, ReplyKind.COMPLETION, ReplyKind.DISPUTE)
PRESSED = {DocumentKind.REMINDER: "催办", DocumentKind.SUPERVISION_ORDER: "督办"}


@dataclass(frozen=True, slots=True)
class Counted:
    """What a circular says, of which units it speaks, and in which running cases the matters are."""

    figures: Figures = field(default_factory=Figures)
    named: tuple[int, ...] = ()
    cases: tuple[int, ...] = ()


class Work(NamedTuple):
    """A measure in its lead's hands: when it was due by the end of the period, and when it was reported done."""

    assignment_id: int
    case_id: int
    stage: Stage
    organisation_id: int
    due: date
    done: date | None
    open: bool
    ended: str | None
    text: str
    accident: str


class Standing(NamedTuple):
    """Whether a measure counts as due in a period, and how it stood at the end."""

    counted: bool
    on_time: bool = False
    done_late: bool = False

    @property
    def late(self) -> bool:
        """Whether it was not done by the end."""
        return not self.on_time and not self.done_late


class Named(NamedTuple):
    """How a unit is called in a circular, and whether it is one of our own police."""

    id: int
    name: str
    ours: bool


def standing(work: Work, period: Period) -> Standing:
    """Return how a measure stood at the end of a period, in which alone it counts where it was due then."""
    on_time = work.done is not None and work.done <= work.due
    return Standing(
        counted=period.since <= work.due <= period.until,
        on_time=on_time,
        done_late=not on_time and work.done is not None and work.done <= period.until,
    )


def circular_figures(session: Session, actor: Actor, rules: Rulebook, period: Period, today: date) -> Counted:
    """Return what a circular of a period says, as far as the actor may see the cases. A fixed number of statements."""
    ours = competence(session, today)
    if ours is None or not actor.has(*POLICE, Role.SYSTEM):
        return Counted()
    at = AsOf(period.until, today)
    works = _works(session, actor, at, period)
    names = _names(session, ours, {work.organisation_id for work in works})
    told = [(work, names[work.organisation_id]) for work in works if work.organisation_id in names]
    due_then = [(work, who, standing(work, period)) for work, who in told]
    late = [
        (work, who)
        for work, who, how in due_then
        if how.late and work.due <= period.until and (how.counted or work.open)
    ]
    coming = [work for work, _ in told if period.until < work.due and work.done is None]
    counted = [(work, who, how) for work, who, how in due_then if how.counted]
    return Counted(
        Figures(
            counted_on=period.until,
            open_cases=_open_cases(session, actor, at),
            units=_units(counted),
            matters=late_matters(session, late, period.until, today),
            earlier=sum(work.due < period.since for work, _ in late),
            own=_own(session, actor, rules, ours, at, period, counted, late),
            coming=sum(work.due <= period.next.until for work in coming),
        ),
        named=tuple(sorted({who.id for _, who, _ in counted} | {who.id for _, who in late})),
        cases=tuple(
            sorted(
                {
                    work.case_id
                    for work in (*(one for one, _, _ in counted), *(one for one, _ in late))
                    if work.stage is Stage.RECTIFYING
                }
            )
        ),
    )


def late_in_case(session: Session, ours: Competence, case_id: int, organisation_id: int, today: date) -> Counted:
    """Return what one unit is late with in one case today, for a circular about it; nothing where it may not be named."""
    names = _names(session, ours, {organisation_id})
    rows = _rows(session, AsOf(today, today), Assignment.case_id == case_id, Deadline.due_on < today)
    late = [
        (work, names[work.organisation_id])
        for work in rows
        if work.organisation_id == organisation_id and organisation_id in names and work.done is None and work.open
    ]
    matters = late_matters(session, late, today, today)
    return Counted(Figures(counted_on=today, matters=matters), tuple(one.id for one in names.values()), (case_id,))


def late_items(session: Session, actor: Actor, at: AsOf, *, limit: int = 50) -> tuple[LateMatter, ...]:
    """Return what is longest late of the measures that the actor may see, with what the units last said. Four statements."""
    works = [
        work
        for work in _rows(
            session,
            at,
            due_by(at, at.over),
            Assignment.closed_at.is_(None),
            visible_assignments(actor),
            limit=10 * limit,
        )
        if work.done is None
    ][:limit]
    names = {
        row.id: Named(row.id, row.name, ours=False)
        for row in session.execute(
            select(Organisation.id, Organisation.name).where(
                among(Organisation.id, {work.organisation_id for work in works})
            )
        )
    }
    return late_matters(session, [(work, names[work.organisation_id]) for work in works], at.day, at.today)


def _works(session: Session, actor: Actor, at: AsOf, period: Period) -> list[Work]:
    return _rows(
        session,
        at,
        due_by(at, period.next.until),
        Deadline.started_at < at.end,
        or_(Assignment.closed_at.is_(None), Assignment.closed_at >= _first_moment(period), _due_in(at, period)),
        visible_assignments(actor),
    )


def _first_moment(period: Period) -> datetime:
    return datetime.combine(period.since, time.min, SHANGHAI)


def _due_in(at: AsOf, period: Period) -> ColumnElement[bool]:
    return due(at) >= period.since.isoformat()


def _rows(session: Session, at: AsOf, *conditions: ColumnElement[bool], limit: int | None = None) -> list[Work]:
    """Return the measures of leads whose clock runs or ran, in the order of their days. One statement."""
    ended_well = Assignment.outcome.in_((Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE))
    rows = session.execute(
        select(
            Assignment.id,
            Assignment.case_id,
            Case.stage,
            Assignment.organisation_id,
            due(at).label("due"),
            reported_done().label("reported"),
            case((ended_well, Assignment.closed_at)).label("ended"),
            Assignment.closed_at,
            case((Assignment.outcome == Outcome.NOT_DONE, Assignment.outcome_reason)).label("not_done"),
            Measure.text,
            Accident.occurred_at,
            Case.grade,
            Case.grade_provisional,
        )
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Assignment.case_id)
        .join(Accident, Accident.id == Case.accident_id)
        .join(Deadline, _clock())
        .where(
            Assignment.part == Part.LEAD,
            Assignment.released_at.is_(None),
            Assignment.served_by_id.is_(None),
            Measure.withdrawn_at.is_(None),
            Deadline.state != "suspended",
            # What was closed as not done was due all the same; any other clock that was withdrawn has nothing to say.
            or_(Deadline.state != "withdrawn", Assignment.outcome == Outcome.NOT_DONE),
            *conditions,
        )
        .order_by(due(at), Assignment.id)
        .limit(limit)
    )
    return [
        Work(
            row.id,
            row.case_id,
            row.stage,
            row.organisation_id,
            date.fromisoformat(row.due),
            _day(row.reported or row.ended),
            row.closed_at is None or row.closed_at >= at.end,
            row.not_done.rstrip("。") if row.not_done else None,
            row.text.rstrip("。；"),
            f"“{short_day(row.occurred_at)}”{_grade(row.grade, row.grade_provisional)}道路交通事故",
        )
        for row in rows
    ]


def _clock() -> ColumnElement[bool]:
    """The clock of a measure as a whole: of the notice that told of it, not of one that was withdrawn."""
    return and_(
        Deadline.assignment_id == Assignment.id,
        Deadline.document_id == Assignment.notice_id,
        Deadline.rule_code == COMPLETION,
        Deadline.milestone_id.is_(None),
    )


def _day(at: datetime | None) -> date | None:
    return None if at is None else local_date(at)


def _grade(grade: Grade, provisional: bool) -> str:
    return "" if provisional else grade.label


def _names(session: Session, may: Competence, ids: Collection[int]) -> Mapping[int, Named]:
    """Return how each unit is called that may be named; our own police all under the name of their bureau."""
    own = session.scalars(select(Organisation).where(Organisation.issues_as.in_(("bureau", "unit")))).all()
    ours = next((one for one in own if one.issues_as == "bureau"), next(iter(own), None))
    units = session.scalars(select(Organisation).where(among(Organisation.id, ids))).all()
    found = {}
    for unit in units:
        inside = any(unit.path.startswith(one.path) for one in own)
        subject = ours if inside and ours is not None else unit
        if may.may_name(subject):
            found[unit.id] = Named(subject.id, subject.name, inside)
    return found


def _units(counted: Iterable[tuple[Work, Named, Standing]]) -> tuple[UnitCount, ...]:
    of: defaultdict[Named, list[Standing]] = defaultdict(list)
    for _, who, how in counted:
        of[who].append(how)
    units = [
        UnitCount(
            unit=who.name,
            due=len(hows),
            on_time=sum(how.on_time for how in hows),
            done_late=sum(how.done_late for how in hows),
            late=sum(how.late for how in hows),
        )
        for who, hows in sorted(of.items())
    ]
    return tuple(sorted(units, key=lambda one: -one.due))


def _open_cases(session: Session, actor: Actor, at: AsOf) -> int:
    query = (
        select(func.count())
        .select_from(Case)
        .where(Case.filed_at < at.end, or_(Case.closed_at.is_(None), Case.closed_at >= at.end), visible_cases(actor))
    )
    return session.scalar(query) or 0


def late_matters(
    session: Session, late: Collection[tuple[Work, Named]], until: date, today: date
) -> tuple[LateMatter, ...]:
    """Return what is late, with what each unit last said of it and how it was pressed until today. Two statements."""
    ids = [work.assignment_id for work, _ in late]
    said: dict[int, str] = {}
    for row in session.execute(
        select(Reply.assignment_id, Reply.kind, Reply.text, Reply.happened_at, Assessment.verdict, Assessment.reason)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(among(Reply.assignment_id, ids), Reply.kind.in_(EXPLAINS), Reply.withdrawn_at.is_(None))
        .order_by(Reply.happened_at, Reply.id)
    ):
        if local_date(row.happened_at) <= today:
            back = f"（已{row.verdict.label}：{row.reason.rstrip('。')}）" if row.verdict in SENT_BACK else ""
            when = _short(local_date(row.happened_at))
            said[row.assignment_id] = f"{when}{row.kind.label}：{row.text.rstrip('。')}{back}"
    pressed: defaultdict[int, list[str]] = defaultdict(list)
    for sent in session.execute(
        select(DocumentAssignment.assignment_id, Document.kind, Document.issued_on)
        .join(Document, Document.id == DocumentAssignment.document_id)
        .where(
            among(DocumentAssignment.assignment_id, ids),
            Document.kind.in_(PRESSED),
            Document.status == DocumentStatus.DELIVERED,
            Document.issued_on <= today,
        )
        .order_by(Document.issued_on, Document.id)
    ):
        pressed[sent.assignment_id].append(f"{_short(sent.issued_on)}{PRESSED[sent.kind]}")
    return tuple(
        LateMatter(
            unit=who.name,
            matter=f"{work.text}（{work.accident}）",
            planned=work.due,
            days_late=(until - work.due).days,
            reason=said.get(work.assignment_id),
            ended=work.ended,
            pressed=tuple(pressed[work.assignment_id]),
        )
        for work, who in late
    )


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _own(
    session: Session,
    actor: Actor,
    rules: Rulebook,
    ours: Competence,
    at: AsOf,
    period: Period,
    counted: Collection[tuple[Work, Named, Standing]],
    late: Collection[tuple[Work, Named]],
) -> OwnPolice:
    """Return how our own police did in the period. Two statements."""
    concerned = [work for work, who, how in counted if who.ours and how.done_late]
    concerned += [work for work, who in late if who.ours]
    units = {
        row.id: row.name
        for row in session.execute(
            select(Organisation.id, Organisation.name).where(
                among(Organisation.id, {work.organisation_id for work in concerned})
            )
        )
    }
    matters = tuple(
        OwnMatter(
            by=units[work.organisation_id],
            matter=work.text,
            planned=work.due,
            done=work.done if work.done is not None and work.done <= period.until else None,
        )
        for work in concerned
    )
    limits = _judged(session, actor, at, period)
    in_time = sum(done is not None and done <= until for until, done in limits)
    running = sum((done is None or done > until) and until > period.until for until, done in limits)
    rule = rules.rule(ASSESSED)
    return OwnPolice(
        unit=ours.bodies.get("bureau", ours.ours).name,
        matters=matters,
        replies=len(limits),
        in_time=in_time,
        exceeded=len(limits) - in_time - running,
        limit=f"{rule.amount}{rule.unit.label}",
    )


def _judged(session: Session, actor: Actor, at: AsOf, period: Period) -> list[tuple[date, date | None]]:
    """Return until when what others reported in the period was to be judged, and when it was, by the end of it; a copy of
    a report in another case is none of its own."""
    rows = session.execute(
        select(Deadline.due_on, Deadline.closed_at)
        .join(Reply, Reply.id == Deadline.reply_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .where(
            Deadline.rule_code == ASSESSED,
            Deadline.started_at >= _first_moment(period),
            Deadline.started_at < at.end,
            Deadline.state != "withdrawn",
            Reply.original_id.is_(None),
            visible_assignments(actor),
        )
        .order_by(Deadline.id)
    )
    return [(row.due_on, _day(row.closed_at) if row.closed_at and row.closed_at < at.end else None) for row in rows]
