"""Many cases at once, as rows: cases in rectification with measures in hands, running clocks and sound event chains.

Filing them through the commands would take hours. Rows are written in bulk and dates come from the rules themselves;
what no bench reads (people, vehicles, findings, the frozen content of papers) is left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from models.clock.commands import deadlines
from models.clock.queries.rulebook import Rulebook, rulebook
from models.clock.rules.deadlines import compute, given_date
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.base import Base
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.record import event_chain as chain
from models.kernel.record.bulk_events import Head, Record, append
from models.kernel.rights.policy import Actor
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.kernel.vocabulary import (
    AssignmentState,
    DeliveryMode,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    Grade,
    OrganisationKind,
    Part,
    Role,
    Stage,
    Trigger,
    Turn,
)
from models.office.commands.organisations import add_organisation, own_unit
from models.office.tables import User, UserRole

SERVED = datetime(2026, 3, 2, 10, tzinfo=SHANGHAI)
COUNTED = date(2026, 4, 1)  # thirty days after SERVED
FIRST = date(2026, 4, 7)  # a day at whose end clocks may run out, in a week without holidays
QUIET = timedelta(days=400)  # clocks that no sweep of a bench shall meet end after this time
UNITS = 40
CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Plan:
    """What to seed: cases, each with one notice to one unit, `measures` in its hands and a running clock for each.

    `late` says on how many cases the first clock runs out at the end of which day; all other clocks run on quietly.
    `counted` clocks end where the rule says and not on given dates: all on COUNTED, a day that may become a holiday.
    Each case gets `events` more events than the four that its stage needs.
    """

    cases: int
    measures: int = 5
    late: Mapping[date, int] = field(default_factory=dict)
    counted: bool = False
    events: int = 0


def seed(database: Database, plan: Plan) -> None:
    """Put the plan's rows into a database that `tests.stories.staffed` prepared and that holds no case yet."""
    with _hastily(database) as hasty:
        with hasty.writing() as session:
            units = _units(session)
        late_on = _late_days(plan)
        for first in range(0, plan.cases, CHUNK):
            with hasty.writing() as session:
                trust(session)
                numbers = range(first + 1, min(first + CHUNK, plan.cases) + 1)
                _chunk(session, _Town(session, units), plan, numbers, late_on)
        with hasty.writing() as session:
            go_on_counting(session)
    analyse(database)


@contextmanager
def _hastily(database: Database) -> Iterator[Database]:
    """Open the database once more, without waiting for the disk: a seed that was cut off is thrown away."""
    hasty = Database(database.url, durable=False)
    try:
        yield hasty
    finally:
        hasty.close()


def trust(session: Session) -> None:
    """Let PostgreSQL believe the foreign keys of this transaction: looking each up costs it most of the time."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SET LOCAL session_replication_role = replica"))


def _units(session: Session) -> list[int]:
    """Add the units that answer for measures; they may get an order."""
    return [
        add_organisation(session, f"鄂州市第{nth}责任单位", OrganisationKind.TRANSPORT, division_code="420700").id
        for nth in range(1, UNITS + 1)
    ]


def _late_days(plan: Plan) -> Iterator[date | None]:
    """Spread the late cases over all: neighbours in the index are none in the table of cases."""
    days = [day for day, count in plan.late.items() for _ in range(count)]
    if len(days) > plan.cases:
        raise ValueError(f"{len(days)} late clocks, each in a case of its own, in {plan.cases} cases")
    every = plan.cases // len(days) if days else 0
    for nth in range(plan.cases):
        place, off = divmod(nth, every) if every else (0, 1)
        yield days[place] if not off and place < len(days) else None


class _Town:
    """The people and units that all cases share, and the dates of clocks, each counted once."""

    def __init__(self, session: Session, units: Sequence[int]) -> None:
        self.units = units
        self.unit = own_unit(session)
        self.rules: Rulebook = rulebook(session)
        people = {row.role: row for row in session.execute(_PEOPLE)}
        self.officer, self.leader = people[Role.OFFICER], people[Role.LEADER]
        actor = Actor(self.officer.id, self.officer.account, self.officer.name, self.unit.id, "/", frozenset())
        session.info["rules"] = self.rules
        self.act = Act(session, actor, SERVED, Settings())
        self._clocks: dict[date | None, dict[str, Any]] = {}

    @cached_property
    def rule(self) -> Any:
        """The rule by which a measure is to be complete."""
        return self.rules.rule("measure.complete")

    def clock(self, given_on: date | None) -> dict[str, Any]:
        """Return the columns of a measure's clock that ends on a given date, or is counted."""
        if given_on not in self._clocks:
            if given_on is None:
                due = compute(self.rule, SERVED, self.rules.calendar)
            else:
                due = given_date(self.rule, SERVED, given_on, self.rules.calendar)
            row = _Row(self.rule.code, Turn.THEIRS, {})
            self._clocks[given_on] = {**deadlines.planned(row, due, self.rules).columns(), "first_due_on": due.due_on}
        return self._clocks[given_on]


@dataclass(frozen=True, slots=True)
class _Row:
    rule_code: str
    turn: Turn
    changes: dict[str, Any]


_PEOPLE = (
    select(UserRole.role, func.min(User.id).label("id"), func.min(User.account).label("account"), User.name)
    .join(User, User.id == UserRole.user_id)
    .group_by(UserRole.role, User.name)
    .order_by(func.min(User.id).desc())
)


def _chunk(session: Session, town: _Town, plan: Plan, numbers: Sequence[int], late_on: Iterator[date | None]) -> None:
    """Write some cases: their rows table by table, as the foreign keys want it."""
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    record = Record(town.act)
    for number in numbers:
        _case(rows, record, town, plan, number, next(late_on))
    for table in Base.metadata.sorted_tables:
        append(session, table, rows.get(table.name, ()))
    record.write()


def _case(
    rows: dict[str, list[dict[str, Any]]], record: Record, town: _Town, plan: Plan, number: int, late: date | None
) -> None:
    case_number, unit = f"4207-2026-{number:06d}", town.units[number % len(town.units)]
    accident = SERVED - timedelta(days=60, minutes=number)
    rows["accidents"].append(
        {
            "id": number,
            "accident_number": f"42070120260{number:07d}",
            "title": f"华容区临江路{number}号交通事故",
            "occurred_at": accident,
            "division_code": "420703",
            "place": f"鄂州市华容区临江路{number}号",
            "road_name": "临江路",
            "deaths": 1,
            "summary": "小型轿车与行人相撞。",
        }
    )
    rows["cases"].append(
        {
            "id": number,
            "case_number": case_number,
            "accident_id": number,
            "title": f"华容区临江路{number}号交通事故",
            "unit_id": town.unit.id,
            "officer_id": town.officer.id,
            "sponsor_id": town.leader.id,
            "stage": Stage.RECTIFYING.value,
            "grade": Grade.ORDINARY.value,
            "grade_provisional": False,
            "trigger": Trigger.SCOPE.value,
            "filed_at": SERVED,
            "clock_from": accident,
            "report_approved_at": SERVED,
            "version": 1,
            "last_seq": 0,
            "last_hash": chain.GENESIS,
        }
    )
    report, notice = 2 * number - 1, 2 * number
    papers = (
        (report, "D1", DocumentKind.ANALYSIS_REPORT, DocumentForm.REPORT, None, DocumentStatus.SEALED, "调"),
        (notice, "D2", DocumentKind.RECTIFICATION_NOTICE, DocumentForm.LETTER, unit, DocumentStatus.DELIVERED, "整"),
    )
    for row_id, ref, kind, form, recipient, status, code in papers:
        rows["documents"].append(
            {
                "id": row_id,
                "case_id": number,
                "ref": ref,
                "kind": kind.value,
                "form": form.value,
                "issuer_id": town.unit.id,
                "recipient_id": recipient,
                "occasion": 1,
                "title": f"关于华容区临江路{number}号交通事故的{kind.label}",
                "status": status.value,
                "round": 1,
                "restricted": False,
                "number": f"鄂州公交{code}〔2026〕{number}号",
                "content": {},
                "content_version": 1,
                "drafted_at": SERVED,
                "issued_at": SERVED,
                "issued_on": SERVED.date(),
                "version": 1,
            }
        )
    rows["deliveries"].append(
        {
            "id": number,
            "case_id": number,
            "document_id": notice,
            "recipient_id": unit,
            "mode": DeliveryMode.DIRECT.value,
            "delivered_at": SERVED,
            "recorded_at": SERVED,
            "recorded_by": town.officer.id,
            "acknowledged_at": SERVED,
            "received_by": "周某",
            "receipt_on_behalf": False,
        }
    )
    for nth in range(1, plan.measures + 1):
        _measure(rows, town, plan, number, nth, unit, notice, case_number, late if nth == 1 else None)
    head = Head(number, case_number, 0, 0, chain.GENESIS)
    record.add(head, "case_filed", grade=Grade.ORDINARY.value, deaths=1, measures=plan.measures)
    record.add(head, "paper_issued", paper="D1", kind=DocumentKind.ANALYSIS_REPORT.value)
    record.add(head, "paper_delivered", paper="D2", kind=DocumentKind.RECTIFICATION_NOTICE.value, mode="direct")
    record.add(head, "paper_acknowledged", paper="D2", received_by="周某")
    for nth in range(plan.events):
        record.add(head, "measure_changed", measure=f"M{nth % plan.measures + 1}", text="补充巡查要求。")


def _measure(
    rows: dict[str, list[dict[str, Any]]],
    town: _Town,
    plan: Plan,
    case: int,
    nth: int,
    unit: int,
    notice: int,
    case_number: str,
    late: date | None,
) -> None:
    row_id = (case - 1) * plan.measures + nth
    quiet = None if plan.counted else (SERVED + QUIET + timedelta(days=row_id % 300)).date()
    given_on = late or quiet
    rows["measures"].append(
        {"id": row_id, "case_id": case, "ref": f"M{nth}", "position": nth, "text": "修复路侧护栏。"}
    )
    rows["assignments"].append(
        {
            "id": row_id,
            "case_id": case,
            "measure_id": row_id,
            "organisation_id": unit,
            "part": Part.LEAD.value,
            "due_on": given_on,
            "state": AssignmentState.AWAITING_COMPLETION.value,
            "notice_id": notice,
        }
    )
    rows["document_assignments"].append({"document_id": notice, "assignment_id": row_id})
    rows["deadlines"].append(
        {
            "id": row_id,
            "key": f"{case_number}/measure.complete/D2/M{nth}",
            "case_id": case,
            "document_id": notice,
            "assignment_id": row_id,
            "organisation_id": unit,
            "turn": Turn.THEIRS.value,
            "rule_code": town.rule.code,
            "rule_version": town.rule.version,
            "given_on": given_on,
            "excluded_days": 0,
            "changes": {},
            "start_event": "文书送达",
            "started_at": SERVED,
            "version": 1,
            "state": "open",
            **town.clock(given_on),
            # A clock that runs out soon has had its reminders.
            **({"next_look_on": late + timedelta(days=1)} if late else {}),
        }
    )
    if late:
        rows["rungs_fired"] += [
            {"deadline_id": row_id, "deadline_version": 1, "rung": rung, "fired_at": SERVED}
            for rung in ("remind.half", "remind.near")
        ]


def multiply_clocks(database: Database, times: int) -> None:
    """Put beside each running clock `times - 1` more of the same; of the indexes only the sweep's own is kept."""
    columns = [column.name for column in Base.metadata.tables["deadlines"].columns if column.name not in ("id", "key")]
    named = ", ".join(columns)
    with _hastily(database) as hasty, hasty.writing() as session:
        trust(session)
        for index in Deadline.__table__.indexes:
            if index.name != "ix_deadlines_sweep":
                session.execute(text(f"DROP INDEX {index.name}"))
        last = session.scalar(select(func.max(Deadline.id)))
        for nth in range(2, times + 1):
            copies = text(
                f"INSERT INTO deadlines (key, {named}) SELECT key || '/{nth}', {named} FROM deadlines"
                " WHERE next_look_on IS NOT NULL AND state = 'open' AND id <= :last"
            )
            session.execute(copies, {"last": last})
    analyse(database)


def go_on_counting(session: Session) -> None:
    """Rows came with their own row numbers: let PostgreSQL count on behind them. SQLite does so by itself."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in Base.metadata.sorted_tables:
        if "id" in table.columns and table.columns["id"].autoincrement:
            sequence = f"pg_get_serial_sequence('{table.name}', 'id')"
            session.execute(text(f"SELECT setval({sequence}, max(id)) FROM {table.name}"))


def analyse(database: Database) -> None:
    """Tell the planner what it would know of a database that has lived."""
    if database.engine.dialect.name == "sqlite":
        database.analyse()
        return
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


def moment(day: date) -> datetime:
    """Return the morning of a day, when a bench sweeps."""
    return datetime.combine(day, time(1), SHANGHAI)
