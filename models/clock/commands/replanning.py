"""Set-based recount of all running deadlines after the calendar or a rule changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, exists, select, update

from models.case.tables import Case
from models.clock.queries.clocks import due_of
from models.clock.queries.rulebook import Rulebook, rules_of
from models.clock.rules.due import Due
from models.clock.rules.escalation import ORDER_RULES
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.record import event_chain as chain
from models.kernel.record.bulk_events import Head, Record, among, append
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.rights.visible import may_read
from models.kernel.tables import Message
from models.kernel.vocabulary import Grade, Turn
from models.office.tables import Organisation, User
from models.papers.tables import Document

from . import deadlines
from .deadlines import Columns, Plan

RUNNING = Deadline.state.in_(("open", "suspended"))
COMPARED = ("due_on", "provisional", "calendar_version", "half_on", "near_on")
# Rows per statement: below what either database takes as parameters.
AT_ONCE = 5000
# So many clocks of one unit in one case are named in a message; the rest is counted.
NAMED = 8


@dataclass(frozen=True, slots=True)
class Replanned:
    """What a re-plan did: how many running clocks it looked at, and how many dates moved in how many cases."""

    looked_at: int
    moved: int
    cases: int

    @property
    def sentence(self) -> str:
        """Say it in Chinese."""
        return f"核对时限{self.looked_at}个，其中{self.cases}件案件的{self.moved}个改期并已告知。"


class Clock(NamedTuple):
    """The columns of a running clock that its new count needs, with those that `planned` reads."""

    id: int
    key: str
    case_id: int
    organisation_id: int
    turn: Turn
    rule_code: str
    rule_version: int
    amount: int | None
    given_on: date | None
    excluded_days: int
    changes: Json
    started_at: datetime
    due_on: date
    provisional: bool
    calendar_version: str
    half_on: date | None
    near_on: date | None
    state: str
    grade: Grade | None
    restricted: bool | None
    officer_reads: bool  # whether the case's officer may know of a restricted paper


LockedCase = Row[int, str, str, int, int, int, str]


@dataclass(frozen=True, slots=True)
class Change:
    """What is written to clocks that come out the same: their columns, and whether their date moved."""

    values: Columns
    moved: bool
    clocks: list[int]


class Move(NamedTuple):
    """A clock whose date moved."""

    clock: Clock
    due_on: date


def replan(
    act: Act, rules: Rulebook, chosen: ColumnElement[bool], *, occasion: str, why: str, by_newest_rule: bool = False
) -> Replanned:
    """Count the chosen running clocks by `rules`; each that moves gets a new version, an event and messages.

    `occasion` names the change (calendar/2026-2) and makes the messages unique. `by_newest_rule` counts by the newest
    version of each clock's rule instead of the one it was counted by. Case rows are locked first, in order.
    """
    act.session.flush()
    cases = {row.id: row for row in _lock_cases(act, chosen)}
    clocks = _clocks(act, chosen)
    counts: dict[Hashable, tuple[Due, Plan]] = {}
    changed: dict[Hashable, Change] = {}
    moves: dict[int, list[Move]] = defaultdict(list)
    for clock in clocks:
        if by_newest_rule:
            clock = _by_newest_rule(clock, rules)
        key = _same_count(clock)
        found = counts.get(key)
        if found is None:
            due = due_of(clock, rules)
            found = counts[key] = (due, deadlines.planned(clock, due, rules))
        due, plan = found
        moved = plan.due_on != clock.due_on
        if not moved and not by_newest_rule and all(getattr(plan, name) == getattr(clock, name) for name in COMPARED):
            continue
        values = _values(clock, due, plan, moved)
        like = (key, moved, len(values), clock.state)
        changed.setdefault(like, Change(values, moved, [])).clocks.append(clock.id)
        if moved:
            moves[clock.case_id].append(Move(clock, plan.due_on))
    _write(act, changed.values())
    _record(act, cases, moves, why)
    _tell(act, cases, moves, occasion, why)
    act.session.expire_all()
    return Replanned(len(clocks), sum(map(len, moves.values())), len(moves))


def _lock_cases(act: Act, chosen: ColumnElement[bool]) -> list[LockedCase]:
    concerned = select(Deadline.case_id).where(RUNNING, chosen)
    query = (
        select(
            Case.id,
            Case.case_number,
            Case.title,
            Case.officer_id,
            Case.version,
            Case.last_seq,
            Case.last_hash,
        )
        .where(Case.id.in_(concerned))
        .order_by(Case.id)
        .with_for_update()
    )
    return [*act.session.execute(query)]


def _clocks(act: Act, chosen: ColumnElement[bool]) -> list[Clock]:
    columns = [getattr(Deadline, name) for name in Clock._fields[:-3]]
    reads = exists(
        select(1)
        .where(User.id == Case.officer_id, may_read(User, Document.__table__.c.id), Document.restricted)
        .correlate(Case, Document)
    )
    rows = act.session.execute(
        select(*columns, Case.grade, Document.restricted, reads)
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Document, Document.id == Deadline.document_id)
        .where(RUNNING, chosen)
        .order_by(Deadline.case_id, Deadline.id)
    )
    return [Clock._make(row) for row in rows]


def _by_newest_rule(clock: Clock, rules: Rulebook) -> Clock:
    rule = rules.rule(clock.rule_code)
    fitting = rule.for_case(grade=clock.grade).amount
    amount = fitting if clock.given_on is None and fitting != rule.amount else None
    return clock._replace(rule_version=rule.version, amount=amount)


def _same_count(clock: Clock) -> Hashable:
    """Clocks with the same answer here end on the same day, so they are counted once."""
    return (
        clock.rule_code,
        clock.rule_version,
        clock.turn,
        clock.amount,
        clock.given_on,
        clock.excluded_days,
        _day(clock.started_at),
        chain.canonical(clock.changes) if clock.changes else None,
    )


_day = lru_cache(maxsize=10_000)(local_date)


def _values(clock: Clock, due: Due, plan: Plan, moved: bool) -> Columns:
    """Return what is written: a moved date is a new version, whose rungs may fire anew."""
    looks_differ = (plan.half_on, plan.near_on) != (clock.half_on, clock.near_on)
    values: Columns = {**plan.columns(), "rule_version": clock.rule_version, "amount": clock.amount}
    if not moved and not looks_differ and clock.rule_code not in ORDER_RULES:
        del values["next_look_on"]
    if clock.state == "suspended":
        values["changes"] = _changes(clock, due)
    return values


def _changes(clock: Clock, due: Due) -> Json:
    """A stopped clock keeps what was left of it; by another calendar that may be another number of days."""
    stopped = clock.changes["suspension"]
    since = min(date.fromisoformat(stopped["since"]), due.ends_on)
    return {**clock.changes, "suspension": {**stopped, "remaining": due.units(since, due.ends_on)}}


def _write(act: Act, changed: Iterable[Change]) -> None:
    """Write each set of values once, for all clocks that get it."""
    table: Any = Deadline.__table__
    for change in changed:
        more = {"version": table.c.version + 1} if change.moved else {}
        for first in range(0, len(change.clocks), AT_ONCE):
            some = among(table.c.id, change.clocks[first : first + AT_ONCE])
            act.session.connection().execute(update(table).where(some).values(**change.values, **more))


def _record(act: Act, cases: dict[int, LockedCase], moves: dict[int, list[Move]], why: str) -> None:
    """Append one event per moved clock to the chain of its case."""
    events = Record(act)
    for case_id, moved in moves.items():
        case = cases[case_id]
        head = Head(case_id, case.case_number, case.version, case.last_seq, case.last_hash)
        for move in moved:
            before, after = move.clock.due_on.isoformat(), move.due_on.isoformat()
            events.add(head, "deadline_replanned", why=why, deadline=move.clock.key, before=before, after=after)
    events.write()


def _tell(act: Act, cases: dict[int, LockedCase], moves: dict[int, list[Move]], occasion: str, why: str) -> None:
    """Tell the officer of each case everything, and each unit what moved of its own: one message each.

    What moved of a restricted paper is told in a second one, which says only that a paper waits.
    """
    query = select(Organisation.id, Organisation.name)
    names = {row.id: row.name for row in act.session.execute(query)} if moves else {}
    messages: list[Columns] = []
    for case_id, moved in moves.items():
        case = cases[case_id]
        told: dict[tuple[str, bool], tuple[int | None, int | None, list[str]]] = {}
        for move in moved:
            clock, secret = move.clock, bool(move.clock.restricted)
            if not secret or clock.officer_reads:
                officer = told.setdefault((f"u{case.officer_id}", secret), (None, case.officer_id, []))
                officer[2].append(_line(act, move, names))
            reminds = rules_of(act).rule(clock.rule_code).reminder_only
            if clock.turn is Turn.THEIRS and not reminds and not secret:
                unit = told.setdefault((f"o{clock.organisation_id}", secret), (clock.organisation_id, None, []))
                unit[2].append(_line(act, move, None))
        messages += [
            {
                "key": f"replan/{occasion}/{case.case_number}/{'restricted/' if secret else ''}{who}",
                "case_id": case_id,
                "organisation_id": organisation,
                "user_id": user,
                "subject": PAPER_WAITS if secret else f"时限重算：{why}",
                "body": PAPER_WAITS if secret else f"{case.title}（{case.case_number}）：{_listed(lines)}",
                "restricted": secret,
                "sent_at": act.at,
            }
            for (who, secret), (organisation, user, lines) in told.items()
        ]
    append(act.session, Message.__table__, messages)


def _line(act: Act, move: Move, names: dict[int, str] | None) -> str:
    clock = move.clock
    unit = "" if names is None or clock.turn is Turn.OURS else names[clock.organisation_id]
    return f"{unit}“{rules_of(act).rule(clock.rule_code).name}”由{chinese_date(clock.due_on)}改为{chinese_date(move.due_on)}"


def _listed(lines: Iterable[str]) -> str:
    told = list(lines)
    rest = f"；另有{len(told) - NAMED}项" if len(told) > NAMED else ""
    return "；".join(told[:NAMED]) + rest + "。"
