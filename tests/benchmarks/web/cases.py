"""The rows of one case: what stage it is at follows from its age, what is late from its number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import Any

from models.kernel.vocabulary import Stage
from tests.benchmarks.web import papers
from tests.benchmarks.web.hands import Hand, hands
from tests.benchmarks.web.record import chained
from tests.benchmarks.web.rows import Rows, spelled
from tests.benchmarks.web.town import DIVISIONS, Person, Town

MEASURES, EVENTS = 5, 50
YEARS = 3 * 365
REPORTED, SERVED = 62, 66  # days after the filing
ROADS = 300
PLACES = ("临江路", "滨湖路", "凤凰大道", "武昌大道", "葛山大道", "316国道")


@dataclass(frozen=True, slots=True)
class Numbers:
    """Row numbers of the tables that have more than one row a case."""

    hands: Any
    documents: Any
    deadlines: Any
    replies: Any
    items: Any


def numbers() -> Numbers:
    """Begin to count at 1."""
    return Numbers(count(1), count(1), count(1), count(1), count(1))


@dataclass(frozen=True, slots=True)
class Life:
    """One case: its number among all, its age in days, its people, and where it stands."""

    nth: int
    today: date
    age: int
    unit: int
    officer: Person
    stage: Stage
    town: Town
    ids: Numbers

    @property
    def filed(self) -> date:
        """The day of the filing."""
        return self.today - timedelta(days=self.age)

    def after(self, days: int) -> date:
        """A day after the filing, today at the latest."""
        return min(self.filed + timedelta(days=days), self.today)

    @property
    def case_number(self) -> str:
        """The number on every paper."""
        return f"4207-{self.filed.year}-{self.nth:06d}"

    @property
    def reported(self) -> bool:
        """Whether the report is signed."""
        return self.stage in (Stage.RECTIFYING, Stage.ARCHIVED)

    @property
    def closed(self) -> date | None:
        """The day on which the case ended."""
        if self.stage is Stage.ARCHIVED:
            return self.after(150 + self.nth % 120)
        return self.after(30) if self.stage is Stage.DISCONTINUED else None


def life(nth: int, cases: int, today: date, town: Town, ids: Numbers) -> Life:
    """Return the case with a number: the first is the oldest."""
    age = YEARS * (cases - nth) // cases
    mine = nth % 5 == 0
    officer = town.busy if mine else town.officers[nth * 7 % len(town.officers)]
    return Life(nth, today, age, officer.unit, officer, _stage(nth, age), town, ids)


def _stage(nth: int, age: int) -> Stage:
    if nth % 97 == 0 and age > 30:
        return Stage.DISCONTINUED
    if age < 55:
        return Stage.INVESTIGATING
    if age <= SERVED:
        return Stage.REVIEWING if nth % 3 else Stage.INVESTIGATING
    return Stage.RECTIFYING if age < 150 + nth % 120 else Stage.ARCHIVED


def write_case(rows: Rows, one: Life) -> None:
    """Add every row of a case."""
    _accident(rows, one)
    _findings(rows, one)
    held = hands(rows, one) if one.stage is not Stage.DISCONTINUED else []
    papers.write(rows, one, held)
    _clocks(rows, one)
    _messages(rows, one, held)
    last = chained(rows, one, EVENTS)
    _case(rows, one, last)


def _accident(rows: Rows, one: Life) -> None:
    n, day = one.nth, one.filed - timedelta(days=1)
    road = n * 7919 % ROADS
    rows.add(
        "accidents",
        id=n,
        accident_number=f"4207{n:012d}",
        title=_title(n),
        occurred_at=rows.moment(day, f"{n % 24:02d}:{n % 60:02d}:{n // 60 % 60:02d}"),
        division_code=DIVISIONS[n % 3],
        place=f"鄂州市{_place(n)}{n}号",
        road_name=_place(n) if n % 2 else f"乡道{road}线",
        road_number=f"S{road}" if n % 3 == 0 else None,
        stake=f"K{n % 180}+{n % 1000:03d}" if n % 3 == 0 else None,
        stake_m=n % 180 * 1000 + n % 1000 if n % 3 == 0 else None,
        longitude=114.5 + n * 104729 % 60_000 / 100_000,
        latitude=30.1 + n * 15485863 % 40_000 / 100_000,
        deaths=n % 7 % 3,
        serious_injuries=n % 3,
        minor_injuries=n % 4,
        property_loss=n % 50 * 1000,
        summary="小型轿车沿道路由东向西行驶，与横过道路的行人相撞，造成人员伤亡。",
    )
    rows.add(
        "vehicles",
        id=n,
        accident_id=n,
        ref="V1",
        plate=f"鄂G{n:05d}",
        type="小型轿车",
        owner_id=one.town.agencies[n % len(one.town.agencies)].unit if n % 10 == 0 else None,
        defects="[]",
    )
    rows.add(
        "people",
        id=n,
        accident_id=n,
        ref="P1",
        name=f"驾驶人{n}",
        role="driver",
        vehicle_id=n,
        outcome="unhurt",
    )


def _place(n: int) -> str:
    return PLACES[n * 31 % len(PLACES)]


def _title(n: int) -> str:
    return f"{_place(n)}{n}号交通事故"


def _findings(rows: Rows, one: Life) -> None:
    for place, (level, aspect, text) in enumerate(
        (("direct", "person", "驾驶人超速行驶，未注意避让行人。"), ("indirect", "road", "路段照明不足，标志缺失。"))
    ):
        rows.add(
            "findings",
            id=2 * one.nth - 1 + place,
            case_id=one.nth,
            ref=f"F{place + 1}",
            position=place + 1,
            level=level,
            aspect=aspect,
            text=text,
            cause_tags="[]",
            legal_basis="[]",
            duty_failure=False,
        )


def _clocks(rows: Rows, one: Life) -> None:
    """Our own two: the investigation's, and the evaluation's a year after the report."""
    done = one.after(REPORTED) if one.reported else one.closed
    clock(rows, one, "investigation.report", "D1", one.filed, 60, unit=one.unit, turn="ours", met=done)
    if not one.reported:
        return
    signed = one.after(REPORTED)
    evaluated = signed + timedelta(days=310 + one.nth % 60)
    over = signed + timedelta(days=370) < one.today
    met = evaluated if over or (evaluated < one.today and one.nth % 6) else None
    opens = signed + timedelta(days=304)
    clock(rows, one, "effect.evaluate", "", signed, 365, unit=one.unit, turn="ours", met=met, opens=opens)


def clock(
    rows: Rows,
    one: Life,
    rule: str,
    about: str,
    start: date,
    days: int,
    *,
    unit: int,
    turn: str,
    met: date | None = None,
    due: date | None = None,
    opens: date | None = None,
    document: int | None = None,
    hand: int | None = None,
    reply: int | None = None,
) -> int:
    """Add a clock; returns its row number."""
    row_id, due = next(one.ids.deadlines), due or start + timedelta(days=days)
    rows.add(
        "deadlines",
        id=row_id,
        key=f"{one.case_number}/{rule}/{about}/{row_id}",
        case_id=one.nth,
        document_id=document,
        assignment_id=hand,
        reply_id=reply,
        organisation_id=unit,
        turn=turn,
        rule_code=rule,
        rule_version=1,
        excluded_days=0,
        changes="{}",
        start_event="文书送达",
        started_at=rows.moment(start),
        due_on=str(due),
        opens_on=None if opens is None else str(opens),
        first_due_on=str(due),
        provisional=False,
        calendar_version="2026",
        half_on=str(start + (due - start) / 2),
        near_on=str(due - timedelta(days=4)),
        next_look_on=None if met else str(max(due, one.today) + timedelta(days=1)),
        version=1,
        state="met" if met else "open",
        closed_at=rows.moment(met) if met else None,
    )
    return row_id


def _messages(rows: Rows, one: Life, held: list[Hand]) -> None:
    """To the officer and a leader, and to the units that hold a measure; the older ones were read."""
    to = [(None, one.officer.id), (None, one.town.leaders[one.nth % len(one.town.leaders)].id)]
    to += [(unit, None) for unit in dict.fromkeys(hand.unit for hand in held if hand.served)]
    to += [(None, one.officer.id)] if one.reported else []
    for nth, (unit, person) in enumerate(to):
        day = one.after(30 + 20 * nth)
        rows.add(
            "messages",
            key=f"bench/{one.nth}/{nth}",
            case_id=one.nth,
            organisation_id=unit,
            user_id=person,
            subject="期限提醒",
            body=f"{one.case_number} {_title(one.nth)}：请按期办理，并在系统中反馈。",
            sent_at=rows.moment(day),
            read_at=rows.moment(day, "06:00:00") if one.nth % 3 and day < one.today else None,
            planned_at=rows.moment(day),
        )


def _case(rows: Rows, one: Life, last_hash: str) -> None:
    n = one.nth
    rows.add(
        "cases",
        id=n,
        case_number=one.case_number,
        accident_id=n,
        title=_title(n),
        unit_id=one.unit,
        officer_id=one.officer.id,
        sponsor_id=one.town.leaders[n % 30].id if n % 20 == 0 else None,
        stage=one.stage.value,
        stage_reason="不属于调查范围。" if one.stage is Stage.DISCONTINUED else None,
        grade="ordinary",
        grade_provisional=False,
        trigger="scope",
        filed_at=rows.moment(one.filed),
        clock_from=rows.moment(one.filed - timedelta(days=1)),
        report_approved_at=rows.moment(one.after(REPORTED)) if one.reported else None,
        closed_at=rows.moment(one.closed) if one.closed else None,
        version=2,
        last_seq=EVENTS,
        last_hash=last_hash,
    )


__all__ = ["EVENTS", "MEASURES", "Life", "clock", "life", "numbers", "spelled", "write_case"]
