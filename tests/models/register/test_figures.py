"""Each figure equals a count row by row in plain Python, on both databases; what is said beside it is true."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.rights.policy import SYSTEM, Actor
from models.kernel.storage.database import Database
from models.kernel.vocabulary import Breakdown, Comparison, Coverage, Indicator, OrganisationKind, Role
from models.office.tables import Organisation
from models.papers.rules.periods import Period
from models.register.queries.counting import Counted, in_the_indices, within
from models.register.queries.figures import asked_period, broken_down, report, trend
from models.register.queries.register_list import register_found
from models.register.queries.totals import Earlier, entered
from models.register.rules.expected import expected
from models.register.rules.figures import Sums, change_in_words, holds, months_of, span_before, year_before
from models.register.tables import RegisteredAccident, RegisteredParty
from tests.databases import Databases, migrated
from tests.models.register import brute_force
from tests.models.register.brute_force import Row
from ui.web.parts.register_parts import wanted_in

CITY = "420700"
TODAY = date(2026, 3, 20)
SPANS = (
    Period(date(2026, 1, 1), date(2026, 3, 20)),
    Period(date(2026, 2, 1), date(2026, 2, 28)),
    Period(date(2025, 1, 1), date(2025, 12, 31)),
    Period(date(2024, 2, 10), date(2024, 2, 29)),
)
NAMES = {"ours": "某市公安局交通警察支队", "below": "某区大队", "elsewhere": "高速交警某大队", None: None}


@dataclass(frozen=True)
class Registered:
    """A register and its rows in plain Python."""

    database: Database
    rows: list[Row]

    def session(self) -> Any:
        """Open a session that reads."""
        return self.database.reading()


def fill(url: str, rows: list[Row]) -> None:
    """Write rows into a database with all tables."""
    units = {"ours": (1, "/1/", "unit"), "below": (2, "/1/2/", None), "elsewhere": (3, "/3/", None)}
    database = Database(url, durable=False)
    with database.writing() as session:
        session.execute(
            insert(Organisation),
            [
                {"id": number, "name": NAMES[key], "kind": OrganisationKind.POLICE, "path": path, "issues_as": issues}
                for key, (number, path, issues) in units.items()
            ],
        )
        at = datetime(2026, 3, 20, tzinfo=SHANGHAI)
        columns = set(RegisteredAccident.__table__.columns.keys())
        session.execute(
            insert(RegisteredAccident),
            [
                {
                    **{name: value for name, value in row.items() if name in columns},
                    "unit_id": units[row["unit"]][0] if row["unit"] else None,
                    "recorded_at": at,
                    "details": {},
                    "edited": [],
                }
                for row in rows
            ],
        )
        parties = [
            {"accident_id": row["id"], "position": place, "vehicle_kind": kind, "details": {}}
            for row in rows
            for place, kind in enumerate(row["kinds"], 1)
        ]
        session.execute(
            insert(RegisteredParty), parties or [{"accident_id": rows[0]["id"], "position": 1, "details": {}}]
        )
    database.close()


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def register(request: pytest.FixtureRequest) -> Iterator[Registered]:
    kind: Databases = request.getfixturevalue("sqlite_databases" if request.param == "sqlite" else "postgres_databases")
    rows = [*brute_force.generated(11, 1500, date(2022, 12, 20), 1187)]
    for row in rows:
        row["unit_name"] = NAMES[row["unit"]]
    url = kind.fresh(migrated)
    fill(url, rows)
    database = Database(url, durable=False)
    yield Registered(database, rows)
    database.close()
    kind.drop(url)


@pytest.mark.parametrize("span", SPANS, ids=str)
@pytest.mark.parametrize("coverage", Coverage)
def test_every_figure_is_what_counting_row_by_row_gives(register: Registered, span: Period, coverage: Coverage) -> None:
    territory = CITY[:4] if coverage is Coverage.TERRITORY else None
    with register.session() as session:
        told = report(session, SYSTEM, Counted(CITY, coverage), span, TODAY, compare=tuple(Comparison))
    rows = brute_force.of_those(register.rows, span.since, span.until, territory=territory)
    assert {one.indicator.value: one.value for one in told.figures} == brute_force.figures(rows)
    assert {one.indicator.value: one.unknown for one in told.figures} == brute_force.unknown(rows)
    assert told.simple == sum(row["procedure"] == "simple" for row in rows)
    assert told.procedure_unknown == sum(row["procedure"] is None for row in rows)
    for comparison, place in ((Comparison.YOY, 0), (Comparison.MOM, 1)):
        then = year_before(span) if comparison is Comparison.YOY else span_before(span)
        before = brute_force.figures(brute_force.of_those(register.rows, then.since, then.until, territory=territory))
        held = holds(min(row["occurred_on"] for row in register.rows if row["exclusion"] is None), then)
        for one in told.figures:
            change = one.changes[place]
            assert (change.comparison, change.since, change.until) == (comparison, then.since, then.until)
            assert change.before == (before[one.indicator.value] if held else None)
    other = None if territory else CITY[:4]
    beside = brute_force.of_those(register.rows, span.since, span.until, territory=other)
    assert dict(told.other_coverage) == brute_force.figures(beside)
    cumulative = brute_force.of_those(register.rows, date(span.until.year, 1, 1), span.until, territory=territory)
    assert {one.indicator.value: one.value for one in told.cumulative} == brute_force.figures(cumulative)


@pytest.mark.parametrize("by", Breakdown)
def test_every_breakdown_is_what_counting_row_by_row_gives(register: Registered, by: Breakdown) -> None:
    span = SPANS[2]
    with register.session() as session:
        lines = broken_down(session, Counted(CITY), span, by)
    then = year_before(span)
    rows = brute_force.of_those(register.rows, span.since, span.until)
    before = brute_force.of_those(register.rows, then.since, then.until)
    assert {one.key: dict(one.figures) for one in lines if one.figures["accidents"]} == brute_force.broken_down(
        rows, by.value
    )
    assert {one.key: dict(one.before) for one in lines if one.before["accidents"]} == brute_force.broken_down(
        before, by.value
    )


def test_a_division_and_a_road_are_counted_alone(register: Registered) -> None:
    span = SPANS[2]
    rows = brute_force.of_those(register.rows, span.since, span.until)
    asked = {
        Counted(CITY, division="420702"): [row for row in rows if row["division_code"] == "420702"],
        Counted(CITY, road="G316"): [row for row in rows if row["road_number"] == "G316"],
        Counted(CITY, road="某某路"): [row for row in rows if row["road_name"] == "某某路"],
    }
    with register.session() as session:
        for counted, some in asked.items():
            told = report(session, SYSTEM, counted, span, TODAY)
            assert {one.indicator.value: one.value for one in told.figures} == brute_force.figures(some)


def test_the_rows_behind_a_figure_are_as_many_as_it_says(register: Registered) -> None:
    span = SPANS[2]
    with register.session() as session:
        for coverage in Coverage:
            counted = Counted(CITY, coverage)
            told = {one.indicator: one for one in report(session, SYSTEM, counted, span, TODAY).figures}
            rows = select(func.count()).where(*in_the_indices(counted), within(span))
            for indicator, lives in (
                (Indicator.ACCIDENTS, None),
                (Indicator.FATAL_ACCIDENTS, "1"),
                (Indicator.SEVERE_ACCIDENTS, "3"),
            ):
                asked = told[indicator].rows
                assert (asked["since"], asked["until"], asked.get("deaths")) == ("2025-01-01", "2025-12-31", lives)
                found = rows if lives is None else rows.where(RegisteredAccident.deaths >= int(lives))
                assert session.scalar(found) == told[indicator].value
                # What the page makes of the address is neither more nor less.
                assert register_found(session, SYSTEM, wanted_in(asked)).accidents == told[indicator].value


def test_the_trend_adds_up_to_the_year_and_expects_what_the_years_before_were_like(register: Registered) -> None:
    with register.session() as session:
        months = trend(session, SYSTEM, Counted(CITY), 2025, TODAY)
    of_year = {
        year: [
            row
            for row in brute_force.of_those(register.rows, date(year, 1, 1), date(year, 12, 31))
            if row["procedure"] != "simple"
        ]
        for year in (2023, 2024, 2025)
    }

    def in_month(year: int, month: int) -> list[Row]:
        return [row for row in of_year[year] if row["occurred_on"].month == month]

    assert [one.month.month for one in months] == list(range(1, 13))
    for one in months:
        now, before = in_month(2025, one.month.month), in_month(2024, one.month.month)
        assert (one.accidents, one.deaths) == (len(now), sum(row["deaths"] or 0 for row in now))
        assert (one.before_accidents, one.before_deaths) == (len(before), sum(row["deaths"] or 0 for row in before))
        assert one.expected is None, "two years before are too few"
        assert one.whole


def test_the_last_seven_days_are_marked(register: Registered) -> None:
    with register.session() as session:
        young = report(session, SYSTEM, Counted(CITY), SPANS[0], TODAY)
        old = report(session, SYSTEM, Counted(CITY), SPANS[1], TODAY)
    rows = brute_force.of_those(register.rows, date(2026, 3, 13), TODAY)
    assert young.immature_since == date(2026, 3, 13), "today is not over: who was hurt on the 13th may die today"
    assert young.immature_accidents == brute_force.figures(rows)["accidents"]
    assert (old.immature_since, old.immature_accidents) == (None, 0)


def test_every_reader_of_the_police_gets_the_same_and_an_agency_nothing(register: Registered) -> None:
    def reader(role: Role, path: str) -> Actor:
        return Actor(7, "li", "李某", 2, path, frozenset({role}))

    with register.session() as session:
        told = [
            report(session, who, Counted(CITY), SPANS[0], TODAY)
            for who in (SYSTEM, reader(Role.OFFICER, "/1/2/"), reader(Role.LEADER, "/9/"))
        ]
        assert told[0] == told[1] == told[2]
        for role in (Role.AGENCY, Role.AUDITOR):
            with pytest.raises(NotAllowed, match="只供公安机关内部查阅"):
                report(session, reader(role, "/1/"), Counted(CITY), SPANS[0], TODAY)
            with pytest.raises(NotAllowed):
                trend(session, reader(role, "/1/"), Counted(CITY), 2026, TODAY)


def barcelona(path: Path) -> Iterator[Row]:
    """Read a year of a city's open data: duplicate numbers are one accident here, as their first row says it."""
    seen: set[str] = set()
    with path.open(encoding="utf-8-sig") as file:
        for line in csv.DictReader(file, delimiter=";"):
            key = line["Numero_expedient"].strip()
            if key in seen:
                continue
            seen.add(key)
            day = date(int(line["Any"]), int(line["Mes_any"]), int(line["Dia_mes"]))
            yield {
                "source": "barcelona",
                "source_key": key,
                "occurred_on": day,
                "hour": int(line["Hora_dia"]),
                "weekday": day.isoweekday(),
                "road_name": line["Nom_carrer"].strip() or None,
                "cause": line["Descripcio_causa_vianant"].strip() or None,
                "deaths": int(line["Numero_morts"]),
                "serious": int(line["Numero_lesionats_greus"]),
                "light": int(line["Numero_lesionats_lleus"]),
            }


@pytest.mark.long
def test_on_a_real_city_every_figure_is_what_counting_row_by_row_gives(shared_data: Path, databases: Databases) -> None:
    empty = dict.fromkeys(brute_force.generated(1, 1, TODAY, 1)[0])
    found = [row for year in (2018, 2019) for row in barcelona(shared_data / "accidents" / f"barcelona-{year}.csv")]
    rows = [
        {
            **empty,
            **row,
            "id": number,
            "kinds": [],
            "unit_name": None,
            "occurred_at": datetime.combine(row["occurred_on"], datetime.min.time(), SHANGHAI),
        }
        for number, row in enumerate(found, 1)
    ]
    url = databases.fresh(migrated)
    fill(url, rows)
    database = Database(url, durable=False)
    span = Period(date(2019, 1, 1), date(2019, 8, 31))
    with database.reading() as session:
        told = report(session, SYSTEM, Counted(CITY), span, TODAY)
        lines = {by: broken_down(session, Counted(CITY), span, by) for by in (Breakdown.ROAD, Breakdown.HOUR)}
    database.close()
    databases.drop(url)
    some = brute_force.of_those(rows, span.since, span.until)
    before = brute_force.of_those(rows, date(2018, 1, 1), date(2018, 8, 31))
    assert {one.indicator.value: one.value for one in told.figures} == brute_force.figures(some)
    assert {one.indicator.value: one.changes[0].before for one in told.figures} == brute_force.figures(before)
    for by, all_lines in lines.items():
        assert {one.key: dict(one.figures) for one in all_lines if one.figures["accidents"]} == (
            brute_force.broken_down(some, by.value)
        )


def test_spans_are_compared_with_the_span_that_people_mean() -> None:
    def days(first: str, last: str) -> Period:
        return Period(date.fromisoformat(first), date.fromisoformat(last))

    february = days("2025-02-01", "2025-02-28")
    assert year_before(february) == days("2024-02-01", "2024-02-29"), "a whole month stays whole"
    assert year_before(days("2024-02-01", "2024-02-29")) == days("2023-02-01", "2023-02-28")
    assert year_before(days("2026-01-01", "2026-03-20")) == days("2025-01-01", "2025-03-20")
    assert span_before(february) == days("2025-01-01", "2025-01-31")
    assert span_before(days("2026-01-01", "2026-03-31")) == days("2025-10-01", "2025-12-31")
    assert span_before(days("2026-03-01", "2026-03-30")) == days("2026-02-01", "2026-02-28"), "the days there are"
    assert span_before(days("2026-03-01", "2026-03-10")) == days("2026-02-01", "2026-02-10")
    assert span_before(days("2026-03-05", "2026-03-11")) == days("2026-02-26", "2026-03-04")
    assert months_of(days("2026-01-01", "2026-03-20")) is None
    assert len(months_of(days("2025-01-01", "2025-12-31")) or ()) == 12


def test_a_register_that_begins_within_a_span_does_not_hold_it() -> None:
    year, month = Period(date(2025, 1, 1), date(2025, 8, 31)), Period(date(2025, 1, 1), date(2025, 1, 31))
    assert [holds(date(2025, 2, day), year) for day in (1, 2)] == [True, False]
    assert [holds(date(2025, 1, day), month) for day in (8, 9)] == [True, False]
    assert holds(date(2019, 5, 1), month)
    assert not holds(None, month)


@pytest.mark.parametrize(
    ("now", "before", "said"),
    [
        (3, 1, "1→3，增加2起（上升200.0%）"),
        (1, 9, "9→1，减少8起（下降88.9%）"),
        (12, 10, "上升20.0%"),
        (9, 10, "下降10.0%"),
        (3, 0, "—"),
        (0, 0, "—"),
        (4, 4, "持平"),
        (4, None, "—"),
        (None, 4, "—"),
    ],
)
def test_below_a_base_of_ten_the_numbers_stand_before_the_percentage(
    now: int | None, before: int | None, said: str
) -> None:
    assert change_in_words(Indicator.ACCIDENTS, now, before) == said


def test_money_is_small_by_the_unit_in_which_it_is_shown() -> None:
    assert change_in_words(Indicator.PROPERTY_LOSS, 50_000, 30_000) == "3.0→5.0，增加2.0万元（上升66.7%）"
    assert change_in_words(Indicator.PROPERTY_LOSS, 100_000, 200_000) == "下降50.0%"
    assert change_in_words(Indicator.PROPERTY_LOSS, 30_100, 30_000) == "基本持平（上升0.3%）"


def test_what_nobody_knows_is_not_0() -> None:
    nothing = Sums(accidents=3, deaths_unknown=3, injured_unknown=3, property_loss_unknown=3)
    assert [nothing.figure(one) for one in Indicator] == [3, None, None, None, None, None]
    assert [Sums().figure(one) for one in Indicator] == [0] * 6
    partly = replace(nothing, injured=4, injured_told=1)
    assert (partly.figure(Indicator.INJURED), partly.unknown(Indicator.INJURED)) == (4, 3)


def test_a_month_is_expected_by_at_least_three_years_and_few_years_expect_less_surely() -> None:
    assert expected([3, 4]) is None
    mean, low, high = expected([10, 12, 8]) or (0, 0, 0)
    assert (mean, low <= 4, high >= 17) == (10, True, True)
    _, lower, higher = expected([10, 12, 8] * 20) or (0, 0, 0)
    assert low <= lower
    assert higher <= high


def test_a_total_that_was_entered_is_told_whole_or_by_its_months() -> None:
    def total(first: date, last: date, accidents: int | None, division: str = CITY) -> Earlier:
        figures = {one.value: None for one in Indicator} | {"accidents": accidents}
        return Earlier(division, first, last, figures, "统计年报", 1)

    january, february = Period(date(2020, 1, 1), date(2020, 1, 31)), Period(date(2020, 2, 1), date(2020, 2, 29))
    both = Period(january.since, february.until)
    totals = [total(january.since, january.until, 5), total(february.since, february.until, 7)]
    asked = Counted(CITY)

    def accidents(of: list[Earlier], counted: Counted, span: Period) -> int | None:
        return (entered(of, counted, span) or {}).get("accidents")

    assert accidents(totals, asked, both) == 12
    assert accidents(totals[:1], asked, both) is None
    assert accidents([*totals, total(both.since, both.until, 13)], asked, both) == 13
    assert accidents(totals, replace(asked, road="G316"), january) is None
    assert accidents(totals, replace(asked, coverage=Coverage.TERRITORY), january) is None
    assert accidents(totals, replace(asked, division=CITY, coverage=Coverage.TERRITORY), january) is None
    assert accidents(totals, replace(asked, division="420702"), january) is None
    assert (
        accidents([total(january.since, january.until, 2, "420702")], replace(asked, division="420702"), january) == 2
    )


def test_a_span_that_cannot_be_is_refused() -> None:
    assert asked_period(None, None, TODAY) == Period(date(2026, 1, 1), date(2026, 3, 19))
    assert asked_period(None, None, date(2026, 1, 1)) == Period(date(2026, 1, 1), date(2026, 1, 1))
    assert asked_period(date(2025, 3, 1), None, TODAY) == Period(date(2025, 3, 1), date(2026, 3, 19))
    for first, last, code in (
        (date(2026, 3, 2), date(2026, 3, 1), "period"),
        (date(2026, 3, 1), date(2026, 4, 1), "period_to_come"),
        (date(1850, 1, 1), date(2026, 3, 1), "period_long"),
    ):
        with pytest.raises(Invalid) as refused:
            asked_period(first, last, TODAY)
        assert refused.value.code == code
