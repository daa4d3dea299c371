"""治理成效: closed measures at places, pooled by their kind, against places like them where nothing was done.

A measure's kind is what it answers: the aspect of its findings (road or surroundings), and each of their cause tags; for a work
order that it mends a hazard, and the aspects of what was found on site. It counts
from the year after the one in which somebody saw on site that it was done: the year of the works itself is neither before
nor after. Places next to a treated one are left out of the comparison.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case, Finding
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.rights.visible import visible_cases
from models.kernel.settings import Settings
from models.kernel.vocabulary import Aspect, AssignmentState, Outcome, Role
from models.papers.filling.hazards import stated_hazard
from models.prevention.rules.accident_rows import by_place
from models.prevention.rules.cells import Flags, History, Ints, history
from models.prevention.rules.effect import FEWEST_SITES, Cohort, effect
from models.prevention.tables import PassResult
from models.rectification.tables import Assignment, Measure, MeasureFinding, Verification
from models.register.rules.grid import grid_metres
from models.register.tables import Hazard

from .accident_columns import accident_columns

TASK = "effect"
YEARS_BEFORE, YEARS_AFTER = 3, 3
PLACED = (Aspect.ROAD, Aspect.ENVIRONMENT)
"""What is wrong with a place; what is wrong with people, vehicles and management lies nowhere."""
ORDERED = "隐患治理：全部"
"""The kind of every measure of a work order."""
_DONE = (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)


@dataclass(frozen=True, slots=True)
class Treated:
    """A place where a measure was seen done: its kind in words, metres of the grid, the year."""

    kind: str
    east_m: int
    north_m: int
    year: int


@dataclass(frozen=True, slots=True)
class KindHelped:
    """What became of places where one kind of measure was taken; the figures are None where there is too little (样本不足).

    `seen` accidents against `expected` ones; `ratio` with its 95 % interval; `placebo` is how often the same reckoning says
    “fewer” where nothing was done, `power` how often it would see a real quarter less.
    """

    kind: str
    sites: int
    seen: int | None = None
    expected: float | None = None
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    placebo: float | None = None
    power: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the figures, and in words what may be said of them."""
        return {**asdict(self), "words": self.words}

    @property
    def words(self) -> str:
        """Return it as an office may say it: with its doubt, and no cause claimed."""
        if self.ratio is None or self.expected is None or self.low is None or self.high is None:
            few = f"不足{FEWEST_SITES}处" if self.sites < FEWEST_SITES else "可比地点或者治理前后的年份不够"
            return f"样本不足：采取“{self.kind}”措施、有位置且验收后满一年的{self.sites}处，{few}，不作比较。"
        return (
            f"采取“{self.kind}”措施的{self.sites}处，此后发生事故{self.seen}起，与条件相近、未采取措施的地点相比，"
            f"后者同期约{self.expected:.0f}起（比值{self.ratio:.2f}，95%区间{self.low:.2f}至{self.high:.2f}）。"
            f"同样的算法用在没有采取措施的地点，有{(self.placebo or 0) * 100:.1f}%也会显示减少；"
            f"真正减少四分之一时，有{(self.power or 0) * 100:.0f}%能够看出。不能据此认定因果。"
        )


def treated_places(session: Session) -> list[Treated]:
    """Return the places where measures were seen done, once for each kind, place and the first year."""
    first: dict[tuple[str, int, int], int] = {}
    for kinds, east, north, done_at in (*_after_accidents(session), *_of_work_orders(session)):
        year = local_date(done_at).year
        for kind in kinds:
            key = kind, east, north
            first[key] = min(year, first.get(key, year))
    return [Treated(*key, year) for key, year in first.items()]


_Done = tuple[list[str], int, int, datetime]
"""Kinds of a measure in words, metres of the grid, and when somebody saw it done."""


def _after_accidents(session: Session) -> Iterator[_Done]:
    rows = session.execute(
        _seen_done(Finding.aspect, Finding.cause_tags, Accident.longitude, Accident.latitude)
        .join(Accident, Accident.id == Case.accident_id)
        .join(MeasureFinding, MeasureFinding.measure_id == Measure.id)
        .join(Finding, Finding.id == MeasureFinding.finding_id)
        .where(
            Finding.withdrawn_at.is_(None),
            Finding.aspect.in_(PLACED),
            Accident.longitude.is_not(None),
            Accident.latitude.is_not(None),
        )
        .group_by(Assignment.id, Finding.id, Accident.id)
        .order_by(Assignment.id, Finding.id)
    ).all()
    if rows:
        east, north = grid_metres([row.longitude for row in rows], [row.latitude for row in rows])
        for row, along, up in zip(rows, east.tolist(), north.tolist(), strict=True):
            yield kinds_of(row.aspect, row.cause_tags), along, up, row.done_at


def _of_work_orders(session: Session) -> Iterator[_Done]:
    """A work order has no findings: what the look on site found says what its measures answer."""
    rows = session.execute(
        _seen_done(Hazard)
        .join(Hazard, Hazard.id == Case.hazard_id)
        .where(Hazard.east_m.is_not(None), Hazard.north_m.is_not(None))
        .group_by(Assignment.id, Hazard.id)
        .order_by(Assignment.id)
    )
    for hazard, done_at in rows:
        aspects = dict.fromkeys(one.aspect for one in stated_hazard(hazard).found if one.aspect)
        kinds = [kind for aspect in aspects for kind in kinds_of(aspect, ())]
        yield [ORDERED, *kinds], hazard.east_m, hazard.north_m, done_at


def _seen_done(*columns: Any) -> Select[Any]:
    """Select closed assignments of measures that were done, with the moment at which it was seen."""
    seen = func.max(Verification.verified_at)
    return (
        select(*columns, func.coalesce(seen, Assignment.closed_at).label("done_at"))
        .select_from(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Measure.case_id)
        .outerjoin(Verification, and_(Verification.assignment_id == Assignment.id, Verification.passed))
        .where(
            Assignment.state == AssignmentState.CLOSED,
            Assignment.outcome.in_(_DONE),
            Measure.withdrawn_at.is_(None),
        )
    )


def kinds_of(aspect: Aspect, tags: Iterable[Any]) -> list[str]:
    """Return the kinds of a measure that answers such a finding, in words; none where it is about no place."""
    return [f"{aspect.label}：全部", *(f"{aspect.label}：{tag}" for tag in tags)] if aspect in PLACED else []


def what_helped(session: Session, settings: Settings, day: date) -> dict[str, KindHelped]:
    """Return each kind of measure with what became of its places, up to the last whole year before a day."""
    return compared(session, settings, day, treated_places(session))


def compared(session: Session, settings: Settings, day: date, treated: list[Treated]) -> dict[str, KindHelped]:
    """Return the same of given places; all of them are left out of what they are compared with."""
    if not treated:
        return {}
    accidents = accident_columns(session, date(day.year - 1, 12, 31))
    of = by_place(accidents, settings.warning_site)
    kinds = sorted({one.kind for one in treated})
    if not len(of.at):
        return {kind: KindHelped(kind, 0) for kind in kinds}
    years = np.array([date.fromordinal(int(one)).year for one in accidents.days[of.at]])
    past = history(of.sites, years, np.zeros(len(years), np.bool_))
    apart = _untouched(past, treated)
    return {
        kind: _helped(kind, [one for one in treated if one.kind == kind], past, apart, day.year - 1) for kind in kinds
    }


def _helped(kind: str, treated: list[Treated], past: History, apart: Flags, last: int) -> KindHelped:
    by_year: defaultdict[int, set[tuple[int, int]]] = defaultdict(set)
    for one in sorted(treated, key=lambda place: place.year):
        cell = one.east_m // past.sites.size_m, one.north_m // past.sites.size_m
        if not any(cell in cells for cells in by_year.values()):
            by_year[one.year].add(cell)
    ripe = {
        year: cells
        for year, cells in by_year.items()
        if year < last and year - YEARS_BEFORE >= past.first and year + 1 <= past.last
    }
    count = sum(map(len, ripe.values()))
    if count < FEWEST_SITES:
        return KindHelped(kind, count)
    found = effect([_cohort(past, year, cells, apart, last) for year, cells in sorted(ripe.items())], seed=last)
    if found is None:
        return KindHelped(kind, count)
    return KindHelped(
        kind,
        found.sites,
        found.seen,
        found.expected,
        found.ratio,
        found.low,
        found.high,
        found.placebo,
        found.power,
    )


def _cohort(past: History, year: int, cells: set[tuple[int, int]], apart: Flags, last: int) -> Cohort:
    """Return the places of one year and the untouched ones; a place that never had an accident has counts of 0."""
    until = min(year + YEARS_AFTER, last, past.last)
    before = past.every[year - YEARS_BEFORE - past.first : year - past.first].T
    after = past.every[year + 1 - past.first : until + 1 - past.first].sum(axis=0)
    untreated = apart & (before.sum(axis=1) > 0)
    at = {(int(x), int(y)): place for place, (x, y) in enumerate(zip(past.sites.across, past.sites.along, strict=True))}
    places = [at.get(cell) for cell in sorted(cells)]
    nothing = np.zeros(YEARS_BEFORE, np.int64)
    return Cohort(
        np.array([nothing if place is None else before[place] for place in places]),
        np.array([0 if place is None else after[place] for place in places], np.int64),
        before[untreated],
        after[untreated],
    )


def _untouched(past: History, treated: list[Treated]) -> Flags:
    """Return which sites are neither treated by anything nor beside a treated one."""
    size = past.sites.size_m
    cells: Ints = np.array([(one.east_m // size, one.north_m // size) for one in treated])
    near = {(int(x) + i, int(y) + j) for x, y in cells for i in (-1, 0, 1) for j in (-1, 0, 1)}
    return np.array([(int(x), int(y)) not in near for x, y in zip(past.sites.across, past.sites.along, strict=True)])


def effects_known(session: Session, actor: Actor) -> tuple[date | None, list[KindHelped]]:
    """Return what the last pass computed, most places first, and its day; None before the first. Raises NotAllowed."""
    if not actor.has(*POLICE, Role.SYSTEM):
        raise NotAllowed("治理成效只供公安机关内部使用。")
    return _last_known(session)


def _last_known(session: Session) -> tuple[date | None, list[KindHelped]]:
    day = session.scalar(select(func.max(PassResult.due_on)).where(PassResult.task == TASK))
    rows = session.scalars(
        select(PassResult).where(PassResult.task == TASK, PassResult.due_on == day, PassResult.code != "")
    )
    return day, sorted((effect_from(row.data) for row in rows), key=lambda one: (-one.sites, one.kind))


def effect_of_measure(session: Session, actor: Actor, case_number: str) -> dict[str, list[KindHelped]]:
    """Return for each measure of a case, by its short name, what became of places where its kinds were taken elsewhere."""
    if not actor.has(*POLICE, Role.SYSTEM):
        return {}
    known = {one.kind: one for one in _last_known(session)[1]}
    if not known:
        return {}
    rows = session.execute(
        select(Measure.ref, Finding.aspect, Finding.cause_tags)
        .join(MeasureFinding, MeasureFinding.measure_id == Measure.id)
        .join(Finding, Finding.id == MeasureFinding.finding_id)
        .join(Case, Case.id == Measure.case_id)
        .where(Case.case_number == case_number, visible_cases(actor), Measure.withdrawn_at.is_(None))
        .order_by(Measure.position, Measure.id, Finding.id)
    )
    told: defaultdict[str, dict[str, KindHelped]] = defaultdict(dict)
    for row in rows:
        for kind in kinds_of(row.aspect, row.cause_tags):
            if kind in known:
                told[row.ref][kind] = known[kind]
    return {ref: [*kinds.values()] for ref, kinds in told.items()}


def effect_from(data: Mapping[str, Any]) -> KindHelped:
    """Return what a row holds."""
    return KindHelped(**{name: data[name] for name in KindHelped.__dataclass_fields__})
