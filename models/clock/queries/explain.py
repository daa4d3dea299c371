"""Explains a due date day by day: of a stored deadline, or of any rule from any start."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import Integer, Row, Select, bindparam, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.rules.deadline_explanation import count_in_words, explain
from models.clock.rules.deadline_rules import Unit
from models.clock.rules.deadlines import compute
from models.clock.rules.due import DAY, Due, Extension, Pause
from models.clock.tables import Deadline
from models.kernel.base import Json, JsonList
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Grade, Role
from models.office.tables import Organisation
from models.rectification.tables import Milestone

from .clocks import due_of
from .rulebook import Rulebook
from .visible_clocks import visible_deadlines

STATES = {
    "open": "正在计时",
    "suspended": "中止",
    "answered": "已反馈，未认可",
    "met": "已完成",
    "withdrawn": "不再计时",
}


@dataclass(frozen=True, slots=True)
class DayCounted:
    """One day of a count: its place in it, None where it was not counted, and why."""

    day: date
    number: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class Count:
    """Why an event is due when: the rule, what it counts from, each day, and all of it in words."""

    rule: str
    name: str
    rule_version: int
    amount: int
    unit: Unit
    start_event: str
    start: date
    due_on: date
    late_from: date
    opens_on: date | None
    provisional: bool
    basis: str
    borrowed: bool
    calendar_version: str
    rolled_from: date | None
    excluded_days: int
    extension: Extension | None
    pauses: tuple[Pause, ...]
    days: tuple[DayCounted, ...]
    explanation: str


@dataclass(frozen=True, slots=True)
class DeadlineExplained(Count):
    """Why a stored deadline ends when it does, and what has become of it. Appraisals and suspension are told as the row
    has them: values of JSON."""

    id: int
    key: str
    case_number: str
    organisation: str
    state: str
    closed_at: datetime | None
    deadline_version: int
    first_due_on: date
    appraisals: JsonList
    suspension: Json | None


def explain_rule(
    rules: Rulebook, code: str, start: datetime, *, amount: int | None = None, grade: Grade = Grade.ORDINARY
) -> Count:
    """Return why an event at `start` would be due when, by the rule in force; `amount` replaces its length.

    Raises NotFound, Invalid (no zone, no length).
    """
    return _count(compute(rules.rule(code).for_case(grade=grade), start, rules.calendar, amount=amount))


def explain_deadline(session: Session, actor: Actor, deadline: int | str, rules: Rulebook) -> DeadlineExplained:
    """Return why a deadline, named by key or row number, ends when it does. One statement.

    Raises NotFound for one that is not there or that the actor may not know of.
    """
    by_id = isinstance(deadline, int) or (deadline.isascii() and deadline.isdigit())
    asked = {"clock": int(deadline) if by_id else deadline}
    clock = session.execute(_asked(actor, by_id=by_id), asked).one_or_none()
    if clock is None:
        raise NotFound(f"没有时限“{deadline}”，或您无权查看。", code="deadline_not_found")
    due = due_of(clock, rules, production_safety=clock.production_safety)
    count = _count(due, event=clock.start_event)
    told = count.explanation
    if not actor.roles - {Role.AGENCY}:  # whom it binds: the names and versions of rules are for those who keep them
        told = count_in_words(due, event=clock.start_event)
    stopped = clock.changes.get("suspension")
    count = replace(
        count,
        name=count.name if clock.text is None else f"{clock.kind.label}：{clock.text}",
        explanation=told + _since_then(clock, due, stopped),
    )
    return DeadlineExplained(
        **{one.name: getattr(count, one.name) for one in fields(count)},
        id=clock.id,
        key=clock.key,
        case_number=clock.case_number,
        organisation=clock.name,
        state=clock.state,
        closed_at=clock.closed_at,
        deadline_version=clock.version,
        first_due_on=clock.first_due_on,
        appraisals=list(clock.changes.get("excluded", ())),
        suspension=stopped,
    )


@lru_cache(maxsize=256)  # by actor, as the predicate in it: making the statement takes longer than asking it
def _asked(actor: Actor, *, by_id: bool) -> Select[*tuple[object, ...]]:
    same = Deadline.id == bindparam("clock", type_=Integer) if by_id else Deadline.key == bindparam("clock")
    return (
        select(
            Deadline.id,
            Deadline.key,
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.amount,
            Deadline.given_on,
            Deadline.excluded_days,
            Deadline.changes,
            Deadline.start_event,
            Deadline.started_at,
            Deadline.due_on,
            Deadline.first_due_on,
            Deadline.state,
            Deadline.closed_at,
            Deadline.version,
            Case.case_number,
            Organisation.name,
            Accident.production_safety,
            Milestone.kind,
            Milestone.text,
        )
        .join(Case, Case.id == Deadline.case_id)
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .join(Organisation, Organisation.id == Deadline.organisation_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .where(same, visible_deadlines(actor))
    )


def _count(due: Due, *, event: str | None = None) -> Count:
    """Return a count as it is told; `event` is what started it where a row says so, else what the rule says."""
    return Count(
        rule=due.rule.code,
        name=due.rule.name,
        rule_version=due.rule.version,
        amount=due.amount,
        unit=due.rule.unit,
        start_event=event or due.rule.starts_at,
        start=due.start,
        due_on=due.due_on,
        late_from=due.due_on + DAY,
        opens_on=due.opens_on,
        provisional=due.provisional,
        basis=due.rule.basis,
        borrowed=due.rule.borrowed,
        calendar_version=due.calendar_version,
        rolled_from=due.ends_on if due.rolled else None,
        excluded_days=due.excluded_days,
        extension=due.extension,
        pauses=due.pauses,
        days=tuple(DayCounted(entry.day, entry.number or None, entry.reason) for entry in due.days),
        explanation=explain(due, event=event),
    )


def _since_then(clock: Row[*tuple[object, ...]], due: Due, stopped: Json | None) -> str:
    """Say what the count itself does not: appraisals by their dates, a clock that stands still, one that is over."""
    lines = [
        f"扣除：{_on(entry['since'])}委托、{_on(entry['until'])}收到鉴定意见，{entry['days']}日不计入，"
        f"理由为{entry['reason']}。"
        for entry in clock.changes.get("excluded", ())
    ]
    if clock.state == "suspended" and stopped is not None:
        unit = "个工作日" if due.counts_workdays else "日"
        lines.append(
            f"现状：自{_on(stopped['since'])}起中止计时，剩余{stopped['remaining']}{unit}，理由为{stopped['reason']}；"
            "恢复后接续计算，上述届满日届时重新核定。"
        )
    elif clock.closed_at is not None:
        lines.append(f"现状：{chinese_date(local_date(clock.closed_at))}{STATES[clock.state]}。")
    return "".join(f"\n{line}" for line in lines)


def _on(day: str) -> str:
    return chinese_date(date.fromisoformat(day))
