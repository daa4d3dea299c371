"""Starts, meets, withdraws and re-plans the deadlines of a case; each keeps how it was counted."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Protocol, TypedDict, Unpack

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.clocks import FIRM, due_of
from models.clock.queries.rulebook import Rulebook, rules_of
from models.clock.rules import deadlines as counting
from models.clock.rules.deadline_rules import DeadlineRule
from models.clock.rules.due import DAY, Due
from models.clock.rules.escalation import Standing, look_days
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import WrongStage
from models.kernel.events import record
from models.kernel.vocabulary import ReplyKind, Turn

# What a clock keeps in `changes` when it is counted from another event or to another date.
_LASTING = ("red_since", "fired", FIRM)

Columns = dict[str, object]  # columns of a statement and what goes into them


@dataclass(frozen=True, slots=True)
class Subject:
    """What a clock is about. `key` is its short name inside the case and makes the clock unique."""

    key: str
    organisation_id: int
    document_id: int | None = None
    assignment_id: int | None = None
    reply_id: int | None = None
    milestone_id: int | None = None


def start(
    act: Act,
    case: Case,
    code: str,
    subject: Subject,
    at: datetime,
    *,
    given_on: date | None = None,
    event: str | None = None,
    turn: Turn | None = None,
) -> Deadline:
    """Start a clock at an event. `given_on` is a date that a person set, which then counts instead of the rule's length;
    `turn` is whose move it is, where the rule speaks of others and we do it ourselves.

    Raises Conflict (by the key) where the same clock runs already.
    """
    accident_rule = rules_of(act).rule(code)
    firm = _firm(act, case, accident_rule)
    rule = accident_rule.for_case(grade=case.grade, production_safety=firm)
    amount = rule.amount if rule.amount != accident_rule.amount else None
    calendar = rules_of(act).calendar
    if given_on is not None:
        due = counting.given_date(rule, at, given_on, calendar)
    else:
        due = counting.compute(rule, at, calendar, amount=amount)
    deadline = Deadline(
        key=f"{case.case_number}/{code}/{subject.key}",
        case_id=case.id,
        document_id=subject.document_id,
        assignment_id=subject.assignment_id,
        reply_id=subject.reply_id,
        milestone_id=subject.milestone_id,
        organisation_id=subject.organisation_id,
        turn=turn or rule.turn,
        rule_code=code,
        rule_version=rule.version,
        amount=amount,
        given_on=given_on,
        excluded_days=0,
        changes={FIRM: True} if firm else {},
        start_event=event or rule.starts_at,
        started_at=at,
        first_due_on=due.due_on,
        version=1,
        state="open",
    )
    _write(act, deadline, due)
    act.session.add(deadline)
    return deadline


def _firm(act: Act, case: Case, rule: DeadlineRule) -> bool:
    """Whether no rest day moves the end of this limit in this case (令493 art. 29 knows no roll-over)."""
    if rule.rolls_if_production_safety is not False or case.accident_id is None:
        return False
    return bool(act.session.get_one(Accident, case.accident_id).production_safety)


def follow_nature(act: Act, case: Case) -> None:
    """Count the running limits of a case anew after it was said whether its accident is one of production safety."""
    for deadline in open_ones(act, case):
        firm = _firm(act, case, rules_of(act).rule(deadline.rule_code, deadline.rule_version))
        if firm == (FIRM in deadline.changes):
            continue
        others = {name: value for name, value in deadline.changes.items() if name != FIRM}
        deadline.changes = others | ({FIRM: True} if firm else {})
        before, due = deadline.due_on, due_of(deadline, rules_of(act))
        if due.due_on != before:
            new_version(act, deadline, due)
            _record_replanned(act, case, deadline, before, "认定是否生产安全事故，按适用的规定重新核定")


def _write(act: Act, deadline: Deadline, due: Due) -> None:
    """Put a computed date into the row, with the days on which the ladder has to look at it."""
    for name, value in planned(deadline, due, rules_of(act)).columns().items():
        setattr(deadline, name, value)


class Counted(Protocol):
    """What a plan must know of a row beside its count."""

    @property
    def rule_code(self) -> str: ...
    @property
    def turn(self) -> Turn: ...
    @property
    def changes(self) -> Json: ...


class Running(Counted, Protocol):
    """What the ladder must know of a row by itself."""

    @property
    def started_at(self) -> datetime: ...
    @property
    def due_on(self) -> date: ...
    @property
    def half_on(self) -> date | None: ...
    @property
    def near_on(self) -> date | None: ...


@dataclass(frozen=True, slots=True)
class Plan:
    """The columns that follow from a count: dates, doubt, calendar, and the first day the ladder must look."""

    due_on: date
    provisional: bool
    calendar_version: str
    opens_on: date | None
    half_on: date | None
    near_on: date | None
    next_look_on: date | None

    def columns(self) -> Columns:
        """Return what is written, by the names of the columns."""
        return {column.name: getattr(self, column.name) for column in fields(self)}


def planned(deadline: Counted, due: Due, rules: Rulebook) -> Plan:
    """Return what is written of a count."""
    half_on, near_on = counting.half_used(due), counting.near(due)
    counted = Standing(
        rule=deadline.rule_code,
        turn=deadline.turn,
        start=due.start,
        due_on=due.due_on,
        half_on=half_on,
        near_on=near_on,
        red_since=_red_since(deadline, due.due_on),
    )
    looks = look_days(counted, rules.calendar, rules.ladder)
    return Plan(
        due_on=due.due_on,
        provisional=due.provisional,
        calendar_version=due.calendar_version,
        opens_on=due.opens_on,
        half_on=half_on,
        near_on=near_on,
        next_look_on=min((day for day in looks if day > due.start), default=None),
    )


def red_since(deadline: Running) -> date:
    """Return the first red day of an order's clock: a second order goes on where the first one stood."""
    return _red_since(deadline, deadline.due_on)


def _red_since(deadline: Counted, due_on: date) -> date:
    carried = deadline.changes.get("red_since")
    return date.fromisoformat(carried) if carried else due_on + DAY


def next_look(deadline: Running, rules: Rulebook, *, after: date) -> date | None:
    """Return the first day after `after` on which a rung of the ladder can become due; None when none is left.

    The sweep reads only rows whose day has come, so that a million quiet clocks cost nothing.
    """
    looks = look_days(standing(deadline), rules.calendar, rules.ladder)
    return min((day for day in looks if day > after), default=None)


def standing(clock: Running, *, fired: frozenset[str] = frozenset()) -> Standing:
    """Return what a row alone (a Deadline or its columns) says to the ladder: nothing else stands in the way."""
    return Standing(
        rule=clock.rule_code,
        turn=clock.turn,
        start=local_date(clock.started_at),
        due_on=clock.due_on,
        half_on=clock.half_on,
        near_on=clock.near_on,
        red_since=_red_since(clock, clock.due_on),
        duty_failure=True,
        fired=fired | frozenset(clock.changes.get("fired", ())),
    )


class About(TypedDict, total=False):
    """What clocks are looked for by, as keywords: the row they are about, where None is none."""

    organisation_id: int | None
    document_id: int | None
    assignment_id: int | None
    milestone_id: int | None
    reply_id: int | None
    answered_by_id: int | None


def open_ones(act: Act, case: Case, *codes: str, **about: Unpack[About]) -> list[Deadline]:
    """Return the running clocks of a case with one of the rules, about one paper, measure or reply."""
    return _in_state(act, case, ("open", "suspended"), codes, about)


def _in_state(act: Act, case: Case, states: tuple[str, ...], codes: tuple[str, ...], about: About) -> list[Deadline]:
    query = select(Deadline).where(Deadline.case_id == case.id, Deadline.state.in_(states))
    if codes:
        query = query.where(Deadline.rule_code.in_(codes))
    for name, value in about.items():
        query = query.where(getattr(Deadline, name) == value)
    return list(act.session.scalars(query.order_by(Deadline.id)))


def meet(act: Act, case: Case, at: datetime, *codes: str, **about: Unpack[About]) -> list[Deadline]:
    """Stop the clocks whose duty was done at `at`; they stay readable with that moment."""
    return _close(act, case, "met", at, codes, about)


def withdraw(act: Act, case: Case, at: datetime, *codes: str, **about: Unpack[About]) -> list[Deadline]:
    """Stop the clocks whose duty fell away; one that was answered keeps the moment of that."""
    for deadline in answered_ones(act, case, *codes, **about):
        deadline.state = "withdrawn"
    return _close(act, case, "withdrawn", at, codes, about)


def answer(act: Act, case: Case, at: datetime, reply_id: int, /, *codes: str, **about: Unpack[About]) -> list[Deadline]:
    """Stop the clocks that a reply answers, until it is judged: they run no more, and are not met before it is accepted.

    Whether they were kept in time is decided by the moment of the reply, however long we judge.
    """
    stopped = _close(act, case, "answered", at, codes, about)
    for deadline in stopped:
        deadline.answered_by_id = reply_id
    return stopped


def answered_ones(act: Act, case: Case, *codes: str, **about: Unpack[About]) -> list[Deadline]:
    """Return the clocks that a reply stopped and none has met, with one of the rules, about one measure or reply."""
    return _in_state(act, case, ("answered",), codes, about)


def _close(act: Act, case: Case, state: str, at: datetime, codes: tuple[str, ...], about: About) -> list[Deadline]:
    closed = open_ones(act, case, *codes, **about)
    for deadline in closed:
        _end(deadline, state, at)
    return closed


def meet_one(deadline: Deadline, at: datetime) -> None:
    """Stop one running clock whose duty was done at `at`."""
    _end(deadline, "met", at)


def _end(deadline: Deadline, state: str, at: datetime) -> None:
    deadline.state, deadline.closed_at, deadline.next_look_on = state, at, None


def reopen(act: Act, case: Case, code: str, **about: Unpack[About]) -> None:
    """Let a clock run on from where it was met: what met it was sent back. Its date stays."""
    for deadline in _in_state(act, case, ("met",), (code,), about):
        run_on(act, deadline)


def run_on(act: Act, deadline: Deadline) -> None:
    """Let one closed clock run on, or stand still as it did; its date stays."""
    deadline.state = "suspended" if "suspension" in deadline.changes else "open"
    deadline.closed_at = deadline.answered_by_id = None
    if deadline.state == "open":
        deadline.next_look_on = next_look(deadline, rules_of(act), after=act.today - DAY)


def run_on_recounted(act: Act, case: Case, deadline: Deadline) -> None:
    """Let an answered clock run on by the calendar of today: while it stood still, no re-planning reached it.

    It is looked at today where a day to look at it may have passed meanwhile.
    """
    run_on(act, deadline)
    before, due = deadline.due_on, due_of(deadline, rules_of(act))
    if deadline.state == "open" and due.due_on != before:
        new_version(act, deadline, due)
        _record_replanned(act, case, deadline, before, "恢复计时，按现行日历重新核定")
    if deadline.state == "open" and _passed(deadline, act.today):
        deadline.next_look_on = act.today


def _passed(deadline: Deadline, today: date) -> bool:
    return deadline.due_on < today or any(
        day is not None and day <= today for day in (deadline.half_on, deadline.near_on)
    )


# The recipient's own work: what an order can demand.
THEIR_WORK = ("notice.plan", "measure.complete", "returned.rework")


def wake(act: Act, case: Case, organisation_id: int | None) -> None:
    """Let the ladder look again at what a unit is late with: the order that stood in the way is gone.

    What became late while an order was open is in no order yet, and its day to be looked at has passed.
    """
    for deadline in open_ones(act, case, *THEIR_WORK, organisation_id=organisation_id):
        if deadline.state == "open" and deadline.due_on < act.today:
            deadline.next_look_on = act.today


def restart(act: Act, case: Case, deadline: Deadline, at: datetime, event: str) -> None:
    """Count a clock anew from an earlier event than the one assumed: a receipt came before its own limit ended."""
    deadline.started_at, deadline.start_event = at, event
    due = due_of(deadline, rules_of(act))
    _write(act, deadline, due)
    deadline.first_due_on = due.due_on


def start_anew(act: Act, case: Case, deadline: Deadline, at: datetime, *, event: str, why: str) -> None:
    """Count a clock from a later event: what it was about was put right. Pauses and extension belonged to the old count."""
    before = deadline.due_on
    deadline.started_at, deadline.start_event = at, event
    deadline.changes = {name: value for name, value in deadline.changes.items() if name in _LASTING}
    deadline.excluded_days = 0
    new_version(act, deadline, due_of(deadline, rules_of(act)))
    _record_replanned(act, case, deadline, before, why)


def set_date(act: Act, case: Case, deadline: Deadline, due_on: date, *, why: str) -> None:
    """Let a clock end on a date that a person sets instead. Raises Invalid for one that is not after its start."""
    before = deadline.due_on
    deadline.given_on, deadline.amount = due_on, None
    deadline.changes = {name: value for name, value in deadline.changes.items() if name in _LASTING}
    new_version(act, deadline, due_of(deadline, rules_of(act)))
    _record_replanned(act, case, deadline, before, why)


def _record_replanned(act: Act, case: Case, deadline: Deadline, before: date, why: str) -> None:
    record(
        act,
        case,
        "deadline_replanned",
        why=why,
        deadline=deadline.key,
        before=before.isoformat(),
        after=deadline.due_on.isoformat(),
    )


def extend(act: Act, case: Case, deadline: Deadline, new_due_on: date, *, asked_at: datetime, reason: str) -> None:
    """Grant the one extension. Raises Invalid where the rule does not allow it (late, twice, too long), WrongStage while
    the clock is stopped."""
    if deadline.state == "suspended":
        raise WrongStage("该时限已中止，请先恢复计时，再决定延期。", code="suspended")
    answered = deadline.state == "answered"
    before = deadline.due_on
    due = counting.extend(due_of(deadline, rules_of(act)), new_due_on, asked_at=asked_at, reason=reason)
    assert due.extension is not None
    deadline.changes = {
        **deadline.changes,
        "extension": {
            "previous": due.extension.previous.isoformat(),
            "new": due.extension.new.isoformat(),
            "asked_on": due.extension.asked_on.isoformat(),
            "reason": due.extension.reason,
        },
    }
    new_version(act, deadline, due)
    if answered:  # the date moves, the clock stands until the answer is judged
        deadline.next_look_on = None
    record(
        act,
        case,
        "deadline_replanned",
        why=reason,
        deadline=deadline.key,
        before=before.isoformat(),
        after=due.due_on.isoformat(),
    )


def new_version(act: Act, deadline: Deadline, due: Due) -> None:
    """Write a changed count: each rung of the ladder may fire once more."""
    _write(act, deadline, due)
    deadline.version += 1


ANSWERED_BY = {
    # What a reply of a kind does for the recipient's clocks: it stops these until it is judged.
    ReplyKind.PLAN: ("notice.plan", "returned.rework"),
    ReplyKind.COMPLETION: ("notice.plan", "measure.complete", "returned.rework"),
    ReplyKind.REFUSAL: ("notice.plan", "measure.complete", "returned.rework"),
    ReplyKind.PROGRESS: (),
    ReplyKind.EXTENSION: (),
    ReplyKind.DISPUTE: (),
}
