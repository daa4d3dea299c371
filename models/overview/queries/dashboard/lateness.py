"""What is late or near its end, at the others and with us, by unit, light and age; each figure has its rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from sqlalchemy import ColumnElement, String, and_, case, cast, func, literal, not_, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.lights import REMINDERS, lamp, unlit_units
from models.clock.queries.rulebook import Rulebook
from models.clock.queries.visible_clocks import visible_deadlines
from models.clock.rules.due import DAY
from models.clock.rules.escalation import ORDER_RULES
from models.clock.rules.lights import BY_SEVERITY, near_until
from models.clock.tables import Deadline
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Light, Turn, Word
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure

from .as_of import AsOf, due, due_by, overdue, running

_UNIT = aliased(Organisation)


class Age(Word):
    """How long a clock is late."""

    NEAR = "near", "临期"
    WEEK = "week", "超期7日以内"
    MONTH = "month", "超期8至30日"
    LONGER = "longer", "超期30日以上"


WEEK, MONTH = 7, 30
# What tells whose clock it is and who may see it.
SEEN_BY = (
    Deadline.organisation_id,
    Deadline.turn,
    Deadline.rule_code,
    Deadline.case_id,
    Deadline.document_id,
    Deadline.assignment_id,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in the table of lateness; None is every unit, side, light or age."""

    organisation: int | None = None
    turn: Turn | None = None
    light: Light | None = None
    age: Age | None = None


@dataclass(frozen=True, slots=True)
class Lateness:
    """How many clocks of a unit stand alike; `longest` is the earliest day that one of them ended on."""

    organisation_id: int
    organisation: str
    turn: Turn
    light: Light
    age: Age
    clocks: int
    longest: date


@dataclass(frozen=True, slots=True)
class LateClock:
    """A clock that is late or near its end, and what it is about; `key` is its place in the list."""

    key: str
    deadline: int
    case_number: str
    title: str
    name: str
    organisation: str
    turn: Turn
    paper: str | None
    measure: str | None
    measure_text: str | None
    due_on: date
    days_late: int
    provisional: bool
    light: Light


def lateness(
    session: Session, actor: Actor, rules: Rulebook, at: AsOf, *conditions: ColumnElement[bool]
) -> list[Lateness]:
    """Return how many clocks of each unit stand alike, the worst first: only those that satisfy the conditions on
    `Deadline`. Two statements.
    """
    # The few clocks that are lit come first, and only then is asked which of them the actor may see: PostgreSQL would
    # begin with all the cases of the actor's.
    lit = (
        select(*SEEN_BY, due(at).label("end"), _place(at).label("place"), _age(at).label("age"))
        .where(_lit(rules, at, unlit_units(session)), *conditions)
        .cte("lit")
        .prefix_with("MATERIALIZED")
    )
    counted = (
        select(
            lit.c.organisation_id,
            lit.c.turn,
            lit.c.place,
            lit.c.age,
            func.count().label("clocks"),
            func.min(lit.c.end).label("longest"),
        )
        .where(visible_deadlines(actor, aliased(Deadline, lit)))
        .group_by(lit.c.organisation_id, lit.c.turn, lit.c.place, lit.c.age)
        .cte("counted")
        .prefix_with("MATERIALIZED")
    )
    rows = session.execute(
        select(counted, Organisation.id, Organisation.name)
        .join(Organisation, Organisation.id == counted.c.organisation_id)
        .order_by(counted.c.place.desc(), counted.c.clocks.desc(), Organisation.id, counted.c.age)
    )
    return [
        Lateness(
            organisation_id=row.id,
            organisation=row.name,
            turn=row.turn,
            light=lamp(row.place),
            age=Age(row.age),
            clocks=row.clocks,
            longest=date.fromisoformat(row.longest),
        )
        for row in rows
    ]


def together(*parts: Iterable[Lateness]) -> list[Lateness]:
    """Return the cells of several parts of `lateness` as if they had been counted at once."""
    cells: dict[Cell, Lateness] = {}
    for cell in chain.from_iterable(parts):
        place = Cell(cell.organisation_id, cell.turn, cell.light, cell.age)
        known = cells.get(place)
        if known is not None:
            cell = replace(cell, clocks=known.clocks + cell.clocks, longest=min(known.longest, cell.longest))
        cells[place] = cell
    return sorted(
        cells.values(),
        key=lambda cell: (-BY_SEVERITY.index(cell.light), -cell.clocks, cell.organisation_id, cell.age),
    )


def late_clocks(
    session: Session,
    actor: Actor,
    rules: Rulebook,
    at: AsOf,
    cell: Cell = Cell(),
    *,
    after: str | None = None,
    limit: int = 50,
) -> list[LateClock]:
    """Return the clocks that a cell counts, the longest late first, as after the row with the key `after`.

    Raises Invalid for a key that is none. Two statements.
    """
    unlit = unlit_units(session)
    query = (
        select(
            Deadline.id,
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.turn,
            Deadline.provisional,
            due(at).label("due"),
            _place(at).label("place"),
            Case.case_number,
            Case.title,
            _UNIT.name.label("organisation"),
            Document.ref.label("paper"),
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
        )
        .join(Case, Case.id == Deadline.case_id)
        .join(_UNIT, _UNIT.id == Deadline.organisation_id)
        .outerjoin(Document, Document.id == Deadline.document_id)
        .outerjoin(Assignment, Assignment.id == Deadline.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .where(_lit(rules, at, unlit), visible_deadlines(actor), *_inside(cell, at))
        .order_by(due(at), Deadline.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(_beyond(after, at))
    return [
        LateClock(
            key=f"{row.due}/{row.id}",
            deadline=row.id,
            case_number=row.case_number,
            title=row.title,
            name=rules.rule(row.rule_code, row.rule_version).name,
            organisation=row.organisation,
            turn=row.turn,
            paper=row.paper,
            measure=row.measure,
            measure_text=row.measure_text,
            due_on=date.fromisoformat(row.due),
            days_late=max((at.day - date.fromisoformat(row.due)).days, 0),
            provisional=row.provisional,
            light=lamp(row.place),
        )
        for row in session.execute(query)
    ]


def _lit(rules: Rulebook, at: AsOf, unlit: Collection[int]) -> ColumnElement[bool]:
    """Clocks that show blue, yellow or red: they run, bind somebody, and are late or near."""
    near = and_(Deadline.near_on.is_not(None) if at.past else Deadline.near_on <= at.day, not_(overdue(at)))
    return and_(
        running(at),
        due_by(at, near_until(at.day, rules.calendar)),
        or_(overdue(at), near),
        Deadline.rule_code.not_in(REMINDERS),
        or_(Deadline.turn == Turn.OURS, Deadline.organisation_id.not_in(unlit)),
    )


def _place(at: AsOf) -> ColumnElement[int]:
    """The place of the light in `BY_SEVERITY`, of clocks that are lit."""
    red = and_(overdue(at), Deadline.rule_code.in_(ORDER_RULES))
    colours = ((red, Light.RED), (overdue(at), Light.YELLOW))
    return case(
        *((condition, BY_SEVERITY.index(light)) for condition, light in colours), else_=BY_SEVERITY.index(Light.BLUE)
    )


def _age(at: AsOf) -> ColumnElement[str]:
    """How long each is late: a clock that ended yesterday is late for one day."""
    return case(
        (due_by(at, at.day - (MONTH + 1) * DAY), Age.LONGER.value),
        (due_by(at, at.day - (WEEK + 1) * DAY), Age.MONTH.value),
        (overdue(at), Age.WEEK.value),
        else_=Age.NEAR.value,
    )


def _inside(cell: Cell, at: AsOf) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if cell.organisation is not None:
        conditions.append(Deadline.organisation_id == cell.organisation)
    if cell.turn is not None:
        conditions.append(Deadline.turn == cell.turn)
    if cell.light is not None:
        conditions.append(_place(at) == BY_SEVERITY.index(cell.light))
    if cell.age is not None:
        conditions.append(_age(at) == cell.age.value)
    return conditions


def _beyond(after: str, at: AsOf) -> ColumnElement[bool]:
    try:
        day, row = after.split("/")
        last = date.fromisoformat(day).isoformat(), int(row)
    except ValueError as error:
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key") from error
    return tuple_(cast(due(at), String), Deadline.id) > tuple_(*(literal(value) for value in last))
