"""The figures of a span (事故数据): the indices with what they are compared with, broken down, and as a trend.

The same for every reader: figures are of the territory, and nobody's reach changes a total.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal_column, not_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from models.clock.rules.due import add_months
from models.kernel import divisions
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Breakdown, Comparison, Coverage, Indicator, Procedure
from models.office.tables import Organisation
from models.papers.rules.periods import Period
from models.register.rules.expected import expected
from models.register.rules.figures import (
    DAY,
    EXPLAINED,
    MATURE_DAYS,
    SMALL,
    Sums,
    compared_span,
    holds,
    month_of,
    months_of,
    percent,
    shown,
    usual_comparisons,
    year_before,
)
from models.register.tables import (
    Denominator,
    EarlierTotal,
    MonthClosing,
    RegisterChange,
    RegisteredAccident,
    RegisteredParty,
)

from .counting import (
    ROW,
    SUMS,
    Counted,
    added_up,
    as_sums,
    first_day,
    of_those,
    refuse_strangers,
    sums_by_day,
    within,
)
from .totals import Closing, Earlier, Rates, closings, earlier_totals, entered, rates

NOTE = "内部参考，以公安交管统计为准"
YEARS = 5
"""So many years before this one the expected counts of its months are taken from."""
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
HOURS = 2
"""Length of a 时段 in hours."""
FOREVER = 400
"""Years: a longer span asks of no register."""


@dataclass(frozen=True, slots=True)
class Change:
    """With what a figure is compared. `source` says where `before` comes from: `register`, `entered`, or None where the
    register begins later and nobody entered a total; `small` that the base is below ten as it is shown."""

    comparison: Comparison
    since: date
    until: date
    before: int | None
    before_unknown: int
    source: str | None
    difference: int | None
    percent: float | None
    small: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `unknown` in how many of its accidents it is not (fully) known, `rows` what opens the accidents behind it.

    None where accidents are there and nothing is known of any. Money is in yuan. `entered` says that it is an entered total.
    """

    indicator: Indicator
    value: int | None
    unknown: int
    changes: tuple[Change, ...]
    explained: str
    rows: Mapping[str, str]
    entered: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a breakdown: its key in the register (None is unknown), what it is called, now and a year before."""

    key: str | None
    label: str
    figures: Mapping[str, int | None]
    before: Mapping[str, int | None]
    rows: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the trend: what it came to, a year before, and what years before let expect; None where too few."""

    month: date
    accidents: int
    deaths: int
    before_accidents: int | None
    before_deaths: int | None
    expected: float | None
    low: int | None
    high: int | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of a span and what must be said beside them."""

    note: str
    since: date
    until: date
    coverage: Coverage
    division: str | None
    road: str | None
    figures: tuple[Figure, ...]
    cumulative: tuple[Figure, ...]
    other_coverage: Mapping[str, int | None]
    procedure_unknown: int
    simple: int
    immature_since: date | None
    immature_accidents: int
    register_begins: date | None
    rates: Rates | None
    closings: tuple[Closing, ...]
    by: Breakdown | None = None
    lines: tuple[Line, ...] = ()


def stamp(session: Session) -> tuple[object, ...]:
    """Return what changes whenever a figure can: the newest row, the newest change of one, and what was entered beside them.

    It rests on every change of a row being kept in `register_changes`. Five short statements.
    """
    newest = [func.max(RegisteredAccident.id), func.max(RegisterChange.id)]
    beside = (EarlierTotal.entered_at, Denominator.entered_at, MonthClosing.closed_at)
    counted = [session.execute(select(func.count(), func.max(one))).one() for one in beside]
    return (*(session.scalar(select(one)) for one in newest), *(tuple(row) for row in counted))


def asked_period(since: date | None, until: date | None, today: date) -> Period:
    """Return the span that is asked for: from New Year to yesterday where nothing is said.

    Raises Invalid for a span that ends before it begins or lies in the future.
    """
    last = until or max(today - DAY, date(today.year, 1, 1))
    first = since or date(last.year, 1, 1)
    if last < first:
        raise Invalid("统计时期的末日早于首日，请核对。", code="period")
    if first > today or last > today:
        raise Invalid("统计时期尚未到来，请核对。", code="period_to_come")
    if last.year - first.year > FOREVER or first.year < 1900:
        raise Invalid("统计时期过长，请核对。", code="period_long")
    return Period(first, last)


def report(
    session: Session,
    actor: Actor,
    counted: Counted,
    period: Period,
    today: date,
    *,
    compare: tuple[Comparison, ...] | None = None,
    by: Breakdown | None = None,
) -> Report:
    """Return the figures of a span. A handful of statements, however much there is.

    Raises NotAllowed for strangers, Invalid for a division that never was.
    """
    refuse_strangers(actor)
    if counted.division is not None and not divisions.known(counted.division):
        raise Invalid(f"没有行政区划代码“{counted.division}”，请核对。", code="unknown_division")
    compare = usual_comparisons(period) if compare is None else compare
    year = Period(date(period.until.year, 1, 1), period.until)
    spans = {period, year, year_before(year), *(compared_span(one, period) for one in compare)}
    days = sums_by_day(session, counted, _joined(spans))
    begins, totals = first_day(session), earlier_totals(session)
    told = _Told(counted, days, begins, totals)
    now = added_up(days, period)
    # Today is not over: what happened seven days ago may still gain a death today, as closing a month has it.
    young = max(period.since, today - MATURE_DAYS * DAY)
    immature = young if young <= period.until else None
    swapped = Coverage.TERRITORY if counted.coverage is Coverage.JURISDICTION else Coverage.JURISDICTION
    other = Counted(counted.territory, swapped, counted.division, counted.road)
    whole_year = year if period.since == year.since and period.until == date(year.until.year, 12, 31) else None
    return Report(
        note=NOTE,
        since=period.since,
        until=period.until,
        coverage=counted.coverage,
        division=counted.division,
        road=counted.road,
        figures=tuple(told.figure(one, period, compare) for one in Indicator),
        cumulative=tuple(told.figure(one, year, (Comparison.YOY,)) for one in Indicator),
        other_coverage=added_up(sums_by_day(session, other, (period,)), period).figures,
        procedure_unknown=now.procedure_unknown,
        simple=now.simple,
        immature_since=immature,
        immature_accidents=added_up(days, Period(immature, period.until)).accidents if immature else 0,
        register_begins=begins,
        rates=rates(session, counted, year.until.year) if whole_year and counted.road is None else None,
        closings=tuple(closings(session, counted, period)) if counted.whole and months_of(period) else (),
        by=by,
        lines=() if by is None else tuple(broken_down(session, counted, period, by)),
    )


@dataclass(frozen=True, slots=True)
class _Told:
    """What is known of the days, and what was entered of days before the register."""

    counted: Counted
    days: dict[date, Sums]
    begins: date | None
    totals: list[Earlier]

    def of(self, indicator: Indicator, period: Period) -> tuple[int | None, int, str | None]:
        """Return a figure of a span, in how many accidents it is unknown, and where it comes from."""
        if (given := entered(self.totals, self.counted, period)) is not None:
            return given[indicator], 0, "entered"
        if self.begins is None or period.until < self.begins:
            return None, 0, None
        sums = added_up(self.days, period)
        return sums.figure(indicator), sums.unknown(indicator), "register"

    def figure(self, indicator: Indicator, period: Period, compare: tuple[Comparison, ...]) -> Figure:
        """Return a figure with what it is compared with; of days before the register nothing is known, and not 0."""
        value, unknown, source = self.of(indicator, period)
        return Figure(
            indicator=indicator,
            value=0 if self.begins is None and source is None else value,
            unknown=unknown,
            changes=tuple(self.change(one, indicator, period, value) for one in compare),
            explained=EXPLAINED[indicator],
            rows=opening(self.counted, period, indicator),
            entered=source == "entered",
        )

    def change(self, comparison: Comparison, indicator: Indicator, period: Period, now: int | None) -> Change:
        """Return with what a figure is compared."""
        span = compared_span(comparison, period)
        before, unknown, source = self.of(indicator, span)
        if source == "register" and not holds(self.begins, span):
            before, unknown, source = None, 0, None
        return Change(
            comparison=comparison,
            since=span.since,
            until=span.until,
            before=before,
            before_unknown=unknown,
            source=source,
            difference=None if now is None or before is None else now - before,
            percent=None if (part := percent(now, before)) is None else float(part),
            small=before is not None and shown(indicator, before) < SMALL,
        )


def opening(
    counted: Counted, period: Period, indicator: Indicator = Indicator.ACCIDENTS, more: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what the list of the register is asked for the accidents behind a figure."""
    lives = {Indicator.FATAL_ACCIDENTS: "1", Indicator.SEVERE_ACCIDENTS: "3"}.get(indicator)
    asked = {
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "division": counted.division,
        "road": counted.road,
        "deaths": lives,
        "coverage": counted.coverage.value,
        "territory": None if counted.coverage is Coverage.JURISDICTION else counted.territory,
        **(more or {}),
    }
    return {name: value for name, value in asked.items() if value is not None}


def _joined(spans: set[Period]) -> list[Period]:
    """Return spans that touch or overlap as one, so that no day is read twice."""
    joined: list[Period] = []
    for span in sorted(spans, key=lambda one: one.since):
        if joined and span.since <= joined[-1].until + DAY:
            joined[-1] = Period(joined[-1].since, max(joined[-1].until, span.until))
        else:
            joined.append(span)
    return joined


def trend(session: Session, actor: Actor, counted: Counted, year: int, today: date) -> list[Month]:
    """Return the months of a year up to today, with what the same months of up to five years before let expect.

    Only years count that the register holds from their first day. Two statements. Raises NotAllowed for strangers.
    """
    refuse_strangers(actor)
    last = min(date(year, 12, 31), today)
    first = date(year - YEARS, 1, 1)
    rows = session.execute(
        select(ROW.occurred_on, ROW.procedure, func.count(), func.sum(ROW.deaths))
        .where(*of_those(counted), within(Period(first, last)))
        .group_by(ROW.occurred_on, ROW.procedure)
    )
    counts: defaultdict[date, int] = defaultdict(int)
    deaths: defaultdict[date, int] = defaultdict(int)
    for day, procedure, accidents, dead in rows:
        if procedure is not Procedure.SIMPLE:
            counts[day.replace(day=1)] += accidents
            deaths[day.replace(day=1)] += int(dead or 0)
    begins = first_day(session)
    held = [one for one in range(year - YEARS, year) if begins is not None and begins <= date(one, 1, 31)]
    months = []
    for month in (date(year, number, 1) for number in range(1, last.month + 1)):
        whole = month_of(month).until <= last
        band = expected([counts[month.replace(year=one)] for one in held])
        earlier = add_months(month, -12)
        known = holds(begins, month_of(earlier))
        months.append(
            Month(
                month=month,
                accidents=counts[month],
                deaths=deaths[month],
                before_accidents=counts[earlier] if known else None,
                before_deaths=deaths[earlier] if known else None,
                expected=band[0] if band else None,
                low=band[1] if band else None,
                high=band[2] if band else None,
                whole=whole,
            )
        )
    return months


_COLUMNS: Mapping[Breakdown, InstrumentedAttribute[Any]] = {
    Breakdown.DIVISION: ROW.division_code,
    Breakdown.ROAD_CLASS: ROW.road_class,
    Breakdown.HOUR: ROW.hour,
    Breakdown.WEEKDAY: ROW.weekday,
    Breakdown.PATTERN: ROW.pattern,
    Breakdown.CAUSE: ROW.cause,
}


def broken_down(session: Session, counted: Counted, period: Period, by: Breakdown) -> list[Line]:
    """Return the figures of a span by a kind of group, beside a year before; the most accidents first, times in their order.

    An accident with vehicles of several kinds stands with each of them once. Where the register does not hold the year
    before, nothing is known of it. Three statements.
    """
    now, earlier = _groups(session, counted, period, by), year_before(period)
    held = holds(first_day(session), earlier)
    then = _groups(session, counted, earlier, by) if held else defaultdict(Sums)
    unknown = dict.fromkeys((one.value for one in Indicator), None)
    in_order = by in (Breakdown.HOUR, Breakdown.WEEKDAY)

    def place(group: Any) -> tuple[Any, ...]:
        if in_order:
            return group is None, group or 0
        return -now[group].accidents, -then[group].accidents, group is None, str(group)

    return [
        Line(
            key=None if group is None else str(group),
            label="不详" if group is None else _label(counted, by, group),
            figures=now[group].figures,
            before=then[group].figures if held else unknown,
            rows=_opens(counted, period, by, group),
        )
        for group in sorted({*now, *then}, key=place)
        if now[group].accidents or then[group].accidents
    ]


def _groups(session: Session, counted: Counted, period: Period, by: Breakdown) -> defaultdict[Any, Sums]:
    """Return what the accidents of a span come to by their groups; None is unknown. One statement."""
    key, joined = _grouped(by)
    query = joined.add_columns(ROW.procedure, *SUMS).where(*of_those(counted), within(period))
    found: defaultdict[Any, Sums] = defaultdict(Sums)
    for group, procedure, *told in session.execute(query.group_by(key, ROW.procedure)):
        band = group // HOURS if by is Breakdown.HOUR and group is not None else group
        found[band] += as_sums(procedure, told)
    return found


def _grouped(by: Breakdown) -> tuple[ColumnElement[Any], Select[Any]]:
    """Return what groups are known by, and a selection of it to which the sums are added."""
    if by is Breakdown.ROAD:
        road = func.coalesce(ROW.road_number, ROW.road_name)
        return road, select(road)
    if by is Breakdown.JURISDICTION:
        unit = func.coalesce(Organisation.name, ROW.jurisdiction)
        return unit, select(unit).select_from(ROW).outerjoin(Organisation, Organisation.id == ROW.unit_id)
    if by is Breakdown.VEHICLE:
        kind = RegisteredParty.vehicle_kind
        return kind.expression, select(kind).select_from(ROW).outerjoin(RegisteredParty, _first_of_its_kind())
    if by is Breakdown.DIVISION:
        # As a sum, which no index is sorted by: SQLite would read every day there ever was, division by division.
        division = ROW.division_code.concat(literal_column("''"))
        return division, select(division)
    column = _COLUMNS[by].expression
    return column, select(column)


def _first_of_its_kind() -> ColumnElement[bool]:
    """The parties of an accident with a vehicle of a kind that none before them has: each kind once."""
    before = aliased(RegisteredParty)
    same = select(1).where(
        before.accident_id == RegisteredParty.accident_id,
        before.vehicle_kind == RegisteredParty.vehicle_kind,
        before.position < RegisteredParty.position,
    )
    return and_(RegisteredParty.accident_id == ROW.id, RegisteredParty.vehicle_kind.is_not(None), not_(exists(same)))


def _label(counted: Counted, by: Breakdown, group: Any) -> str:
    if by is Breakdown.DIVISION:
        return _division(counted, group)
    if by is Breakdown.HOUR:
        return f"{group * HOURS}时至{group * HOURS + HOURS}时"
    return WEEKDAYS[group - 1] if by is Breakdown.WEEKDAY else str(group)


def _division(counted: Counted, code: str) -> str:
    """Return what a division is called: by its own name within our territory, elsewhere in full."""
    if not divisions.known(code):
        return code
    return divisions.own_name(code) if divisions.covers(counted.territory, code) else divisions.name(code)


def _opens(counted: Counted, period: Period, by: Breakdown, group: Any) -> dict[str, str]:
    """Return what the list is asked for; where it has no such question, all of the span."""
    asked = {Breakdown.DIVISION: "division", Breakdown.ROAD: "road", Breakdown.PATTERN: "pattern"}
    if group is None or by not in asked:
        return {}
    return opening(counted, period, more={asked[by]: str(group)})
