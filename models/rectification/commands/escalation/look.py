"""Reads all that the ladder must know of the deadlines of many cases in a handful of statements."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import exists, func, select

from models.accountability.tables import AccountabilityItem, Reader
from models.case.tables import Case, Finding, FindingOrganisation
from models.clock.commands.deadlines import THEIR_WORK
from models.clock.queries.rulebook import rules_of
from models.clock.rules.escalation import DISOBEYED, ORDER_RULES
from models.clock.tables import Deadline, RungFired
from models.joining.tables import MovedRef, Recusal
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import local_date
from models.kernel.record.bulk_events import among
from models.kernel.rights.visible import may_read
from models.kernel.vocabulary import AssignmentState, DocumentKind, DocumentStatus, Purpose, Rhythm, Role, Turn
from models.office.commands.organisations import issuing_bodies
from models.office.queries.competence import Competence
from models.office.rules.stands import Stand
from models.office.rules.writing_rules import WhenLate
from models.office.tables import Organisation, User, UserRole
from models.papers.commands.competence import our_competence
from models.papers.queries.writing import group_of
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, MeasureFinding, Talk

UNTOLD = (Stand.OWN_GOVERNMENT, Stand.OWN_PARTY, Stand.SUPERIOR, Stand.FAR_SUPERIOR, Stand.HIGHER_RULER)
"""Who stands above us is sent no reminder either: our leaders are told."""


class Clock(NamedTuple):
    """The columns of a waiting clock."""

    id: int
    key: str
    case_id: int
    document_id: int | None
    assignment_id: int | None
    organisation_id: int
    turn: Turn
    rule_code: str
    rule_version: int
    changes: Json
    started_at: datetime
    due_on: date
    half_on: date | None
    near_on: date | None
    version: int


class Late(NamedTuple):
    """A clock of a unit's own work that has run out."""

    id: int
    version: int
    assignment_id: int


class Failing(NamedTuple):
    """What was found of a unit itself and is answered by a measure in its hands."""

    assignment_id: int
    finding_id: int
    of_duty: bool


@dataclass(frozen=True, slots=True)
class Told:
    """A report of lateness or a reminder that stands: it tells what its measures are late with on its date."""

    id: int
    ref: str
    kind: DocumentKind
    recipient_id: int | None
    status: DocumentStatus
    drafted_on: date
    """When it was drafted, or last took in what became late."""
    issued_on: date | None
    carried: set[int] = field(default_factory=set)
    """Measures in hands on it."""


@dataclass(slots=True)
class Facts:
    """What stands of one case. Whoever decides keeps it true: an order drafted for one clock stands before the next."""

    case: Case
    clocks: list[Clock] = field(default_factory=list)
    fired: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By clock, the rungs that its version has spent."""
    ordered: set[int | None] = field(default_factory=set)
    """Units with an order drafted, under way or running: one order lists all that is late."""
    told: list[Told] = field(default_factory=list)
    """The reports to our leaders, and the reminders, in the order of their drafting."""
    untold: set[int] = field(default_factory=set)
    """Late clocks that wait for the next month's paper."""
    talked: dict[int, datetime | None] = field(default_factory=dict)
    """By unit, when it was last talked to."""
    late: dict[int, list[Late]] = field(default_factory=lambda: defaultdict(list))
    """By unit, in the order of the report."""
    failings: dict[int, list[Failing]] = field(default_factory=lambda: defaultdict(list))
    """By unit."""
    carried: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By paper with a late clock of its own, the measures in hands on it."""
    owed: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    """By unit that such a clock runs against, these measures."""
    listed: set[int] = field(default_factory=set)
    """Units held to account already for not obeying an order."""
    items: list[str] = field(default_factory=list)
    """Short names that accountability items have or had."""

    def late_measures(self, unit: int) -> list[int]:
        """Return everything of a unit that is late, in the order of the report."""
        return list(dict.fromkeys(late.assignment_id for late in self.late[unit]))

    def late_units(self) -> list[int]:
        """Return the units that are late with something, in the order of the report."""
        return list(dict.fromkeys((*(unit for unit, late in self.late.items() if late), *self.owed)))


@dataclass(frozen=True, slots=True)
class Sight:
    """The cases with waiting clocks, and of the units concerned what is the same in all of them."""

    cases: list[Facts]
    units: dict[int, Organisation]
    when_late: dict[int, WhenLate]
    reminded: set[int]
    """Units that get no order but may be sent a 催办函."""
    summoned: set[int]
    """Units that may be summoned to a talk."""
    circulated: set[int]
    """Units that the next circular will name where they are late."""
    bureau: Organisation
    leaders: dict[int, list[int]]
    """By unit, the people who lead it."""
    readers: dict[int, set[int]]
    """By restricted paper that a clock is about, the people who may read it."""
    recused: set[tuple[int, int]]
    """Case and person, of those who stay out of it (回避)."""


def look(act: Act, cases: Sequence[Case]) -> Sight:
    """Read what the rungs of all waiting clocks of the cases depend on. The cases are locked, or nothing is written."""
    facts = {case.id: Facts(case) for case in cases}
    for clock in _waiting(act, facts):
        facts[clock.case_id].clocks.append(clock)
    facts = {case_id: seen for case_id, seen in facts.items() if seen.clocks}
    clocks = [clock for seen in facts.values() for clock in seen.clocks]
    bodies = issuing_bodies(act.session)
    overdue = {clock.case_id for clock in clocks if clock.due_on < act.today}
    _fired(act, facts)
    _late(act, facts, overdue)
    _owed(act, facts, overdue)
    concerned = {clock.organisation_id for clock in clocks}
    units = _units(act, concerned.union(*(seen.late_units() for seen in facts.values())))
    may = our_competence(act)
    when_late = {unit.id: _when_late(act, may, unit) for unit in units.values()}
    summoned = {unit.id for unit in units.values() if may.ruling(unit, Purpose.SUMMON).leaves}
    follows = rules_of(act).rhythm(act.today) is not Rhythm.NEVER
    circulated = {unit.id for unit in units.values() if follows and may.may_name(unit)}
    reminded = {unit.id for unit in units.values() if _reminded(may, unit, when_late[unit.id])}
    _ordered(act, facts, overdue)
    unordered = {clock.case_id for clock in clocks if when_late[clock.organisation_id] is not WhenLate.ORDER}
    _told(act, facts, unordered & overdue)
    _after_orders(act, facts, {clock.case_id for clock in clocks if clock.rule_code in ORDER_RULES})
    leaders = _leaders(act, {seen.case.unit_id for seen in facts.values()})
    readers = _readers(act, {clock.document_id for clock in clocks if clock.document_id is not None})
    return Sight(
        list(facts.values()),
        units,
        when_late,
        reminded,
        summoned,
        circulated,
        bodies["bureau"],
        leaders,
        readers,
        _recused(act, facts),
    )


def _when_late(act: Act, may: Competence, unit: Organisation) -> WhenLate:
    """What the table of manners says, unless competence gives the unit no order: then it is reminded, or told of."""
    said = rules_of(act).manners.when_late(group_of(may.ours, unit))
    if said is not WhenLate.ORDER:
        return said
    ruling = may.ruling(unit, Purpose.ORDER)
    if ruling.leaves:
        return said
    return WhenLate.REPORT_TO_LEADERS if ruling.stand in UNTOLD else WhenLate.REMIND_AND_REPORT


def _reminded(may: Competence, unit: Organisation, late: WhenLate) -> bool:
    return late is WhenLate.REMIND_AND_REPORT and may.ruling(unit, Purpose.REMIND).leaves


def _waiting(act: Act, cases: Collection[int]) -> Iterable[Clock]:
    rows = act.session.execute(
        select(*(getattr(Deadline, name) for name in Clock._fields))
        .where(among(Deadline.case_id, cases), Deadline.state == "open", Deadline.next_look_on <= act.today)
        .order_by(Deadline.case_id, Deadline.due_on, Deadline.id)
    )
    return [Clock._make(row) for row in rows]


def _units(act: Act, ids: Collection[int]) -> dict[int, Organisation]:
    return {unit.id: unit for unit in act.session.scalars(select(Organisation).where(among(Organisation.id, ids)))}


def _fired(act: Act, facts: dict[int, Facts]) -> None:
    clocks = {clock.id: seen for seen in facts.values() for clock in seen.clocks}
    rows = act.session.execute(
        select(RungFired.deadline_id, RungFired.rung)
        .join(Deadline, Deadline.id == RungFired.deadline_id)
        .where(among(RungFired.deadline_id, clocks), RungFired.deadline_version == Deadline.version)
    )
    for deadline_id, rung in rows:
        clocks[deadline_id].fired[deadline_id].add(rung)


def _late(act: Act, facts: dict[int, Facts], cases: Collection[int]) -> None:
    """A unit's own work that is late, beside the waiting clocks also what waits for no rung: one order lists it all."""
    if not cases:
        return
    spent = exists(
        select(1)
        .where(
            RungFired.deadline_id == Deadline.id,
            RungFired.deadline_version == Deadline.version,
            RungFired.rung == "order",
        )
        .correlate(Deadline)
    )
    rows = act.session.execute(
        select(
            Deadline.case_id,
            Assignment.organisation_id,
            spent.label("ordered"),
            Deadline.id,
            Deadline.version,
            Deadline.assignment_id,
        )
        .join(Assignment, Assignment.id == Deadline.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(
            among(Deadline.case_id, cases),
            Deadline.rule_code.in_(THEIR_WORK),
            Deadline.state == "open",
            Deadline.due_on < act.today,
            Assignment.state != AssignmentState.CLOSED,
        )
        .order_by(Deadline.case_id, Measure.position, Deadline.id)
    )
    for case_id, unit, ordered, *late in rows:
        clock = Late._make(late)
        facts[case_id].late[unit].append(clock)
        if ordered:
            facts[case_id].fired[clock.id].add("order")


def _ordered(act: Act, facts: dict[int, Facts], cases: Collection[int]) -> None:
    if not cases:
        return
    running = exists(select(1).where(Deadline.document_id == Document.id, Deadline.state == "open").correlate(Document))
    rows = act.session.execute(
        select(Document.case_id, Document.recipient_id).where(
            among(Document.case_id, cases),
            Document.kind == DocumentKind.SUPERVISION_ORDER,
            Document.status != DocumentStatus.VOID,
            (Document.status != DocumentStatus.DELIVERED) | running,
        )
    )
    for case_id, unit in rows:
        facts[case_id].ordered.add(unit)


def _owed(act: Act, facts: dict[int, Facts], cases: Collection[int]) -> None:
    """Of late clocks that run about a paper as a whole: against whom, and which measures in hands it carries."""
    if not cases:
        return
    rules = rules_of(act)
    rows = act.session.execute(
        select(
            Deadline.case_id,
            DocumentAssignment.document_id,
            Deadline.organisation_id,
            Deadline.rule_code,
            Deadline.rule_version,
            DocumentAssignment.assignment_id,
        )
        .join(DocumentAssignment, DocumentAssignment.document_id == Deadline.document_id)
        .where(
            among(Deadline.case_id, cases),
            Deadline.turn == Turn.THEIRS,
            Deadline.state == "open",
            Deadline.due_on < act.today,
            Deadline.assignment_id.is_(None),
        )
        .order_by(Deadline.id, DocumentAssignment.assignment_id)
    )
    for case_id, paper, unit, code, version, assignment in rows:
        facts[case_id].carried[paper].append(assignment)
        if not rules.rule(code, version).reminder_only:
            facts[case_id].owed[unit].append(assignment)


def _told(act: Act, facts: dict[int, Facts], cases: Collection[int]) -> None:
    """Of units that get no order: the papers that tell of them, and what these carry."""
    if not cases:
        return
    rows = act.session.execute(
        select(
            Document.case_id,
            Document.id,
            Document.ref,
            Document.kind,
            Document.recipient_id,
            Document.status,
            Document.drafted_at,
            Document.issued_on,
            DocumentAssignment.assignment_id,
        )
        .outerjoin(DocumentAssignment, DocumentAssignment.document_id == Document.id)
        .where(
            among(Document.case_id, cases),
            Document.kind.in_((DocumentKind.LATE_REPORT, DocumentKind.REMINDER)),
            Document.status != DocumentStatus.VOID,
        )
        .order_by(Document.id)
    )
    papers: dict[int, Told] = {}
    for row in rows:
        if row.id not in papers:
            drafted_on = local_date(row.drafted_at)
            papers[row.id] = Told(row.id, row.ref, row.kind, row.recipient_id, row.status, drafted_on, row.issued_on)
            facts[row.case_id].told.append(papers[row.id])
        if row.assignment_id is not None:
            papers[row.id].carried.add(row.assignment_id)


def _after_orders(act: Act, facts: dict[int, Facts], cases: Collection[int]) -> None:
    """Of cases with an order's clock: talks held, failings, and what accountability items there are."""
    if not cases:
        return
    talks = (
        select(Talk.case_id, Talk.organisation_id, func.max(Talk.held_at))
        .where(among(Talk.case_id, cases), Talk.held_at.is_not(None))
        .group_by(Talk.case_id, Talk.organisation_id)
    )
    for case_id, unit, held_at in act.session.execute(talks):
        facts[case_id].talked[unit] = held_at
    failings = (
        select(Assignment.case_id, Assignment.organisation_id, Assignment.id, Finding.id, Finding.duty_failure)
        .join(MeasureFinding, MeasureFinding.measure_id == Assignment.measure_id)
        .join(Finding, Finding.id == MeasureFinding.finding_id)
        .join(FindingOrganisation, FindingOrganisation.finding_id == Finding.id)
        .where(
            among(Assignment.case_id, cases),
            FindingOrganisation.organisation_id == Assignment.organisation_id,
            Assignment.state != AssignmentState.CLOSED,
        )
        .order_by(Finding.id)
    )
    for case_id, unit, *failing in act.session.execute(failings):
        facts[case_id].failings[unit].append(Failing._make(failing))
    items = select(
        AccountabilityItem.case_id, AccountabilityItem.ref, AccountabilityItem.organisation_id, AccountabilityItem.text
    ).where(among(AccountabilityItem.case_id, cases))
    for case_id, ref, about, text in act.session.execute(items):
        facts[case_id].items.append(ref)
        if text == DISOBEYED and about is not None:
            facts[case_id].listed.add(about)
    gone = select(MovedRef.case_id, MovedRef.ref).where(among(MovedRef.case_id, cases), MovedRef.ref.startswith("A"))
    for case_id, ref in act.session.execute(gone):
        facts[case_id].items.append(ref)


def _leaders(act: Act, units: Collection[int]) -> dict[int, list[int]]:
    rows = act.session.execute(
        select(User.organisation_id, User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(among(User.organisation_id, units), UserRole.role == Role.LEADER, User.disabled_at.is_(None))
        .order_by(User.id)
    )
    leaders: dict[int, list[int]] = defaultdict(list)
    for unit, person in rows:
        leaders[unit].append(person)
    return leaders


def _readers(act: Act, papers: Collection[int]) -> dict[int, set[int]]:
    restricted = select(Document.id).where(among(Document.id, papers), Document.restricted)
    readers: dict[int, set[int]] = {paper: set() for paper in act.session.scalars(restricted)}
    if readers:
        named = (
            select(Reader.document_id, User.id)
            .join(User, User.id == Reader.user_id)
            .where(among(Reader.document_id, readers), may_read(User, Reader.__table__.c.document_id))
        )
        for paper, person in act.session.execute(named):
            readers[paper].add(person)
    return readers


def _recused(act: Act, cases: Collection[int]) -> set[tuple[int, int]]:
    out = select(Recusal.case_id, Recusal.user_id).where(among(Recusal.case_id, cases), Recusal.ended_at.is_(None))
    return {(row.case_id, row.user_id) for row in act.session.execute(out)}
