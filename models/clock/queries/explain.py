"""Explains a due date day by day: of a stored deadline, or of any rule from any start."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.rules.deadline_explanation import count_in_words, explain
from models.clock.rules.deadlines import compute
from models.clock.rules.due import DAY, Due
from models.clock.tables import Deadline
from models.kernel.errors import NotFound
from models.kernel.local_time import chinese_date, local_date
from models.kernel.policy import Actor
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


def explain_rule(
    rules: Rulebook, code: str, start: datetime, *, amount: int | None = None, grade: Grade = Grade.ORDINARY
) -> dict[str, Any]:
    """Return why an event at `start` would be due when, by the rule in force; `amount` replaces its length.

    Raises NotFound, Invalid (no zone, no length).
    """
    return _told(compute(rules.rule(code).for_case(grade=grade), start, rules.calendar, amount=amount))


def explain_deadline(session: Session, actor: Actor, deadline: int | str, rules: Rulebook) -> dict[str, Any]:
    """Return why a deadline, named by key or row number, ends when it does. One statement.

    Raises NotFound for one that is not there or that the actor may not know of.
    """
    by_id = isinstance(deadline, int) or (deadline.isascii() and deadline.isdigit())
    asked = {"clock": int(deadline) if by_id else deadline}
    clock = session.execute(_asked(actor, by_id=by_id), asked).one_or_none()
    if clock is None:
        raise NotFound(f"没有时限“{deadline}”，或您无权查看。", code="deadline_not_found")
    due = due_of(clock, rules, production_safety=clock.production_safety)
    told = _told(due, event=clock.start_event)
    if not actor.roles - {Role.AGENCY}:  # whom it binds: the names and versions of rules are for those who keep them
        told["explanation"] = count_in_words(due, event=clock.start_event)
    if clock.text is not None:
        told["name"] = f"{clock.kind.label}：{clock.text}"
    stopped = clock.changes.get("suspension")
    return {
        "id": clock.id,
        "key": clock.key,
        "case_number": clock.case_number,
        "organisation": clock.name,
        **told,
        "state": clock.state,
        "closed_at": None if clock.closed_at is None else clock.closed_at.isoformat(),
        "deadline_version": clock.version,
        "first_due_on": clock.first_due_on.isoformat(),
        "appraisals": list(clock.changes.get("excluded", ())),
        "suspension": stopped,
        "explanation": told["explanation"] + _since_then(clock, due, stopped),
    }


@lru_cache(maxsize=256)  # by actor, as the predicate in it: making the statement takes longer than asking it
def _asked(actor: Actor, *, by_id: bool) -> Select[*tuple[Any, ...]]:
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
        .join(Accident, Accident.id == Case.accident_id)
        .join(Organisation, Organisation.id == Deadline.organisation_id)
        .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
        .where(same, visible_deadlines(actor))
    )


def _told(due: Due, *, event: str | None = None) -> dict[str, Any]:
    """Return a count as plain values; `event` is what started it where a row says so, else what the rule says."""
    return {
        "rule": due.rule.code,
        "name": due.rule.name,
        "rule_version": due.rule.version,
        "amount": due.amount,
        "unit": due.rule.unit.value,
        "start_event": event or due.rule.starts_at,
        "start": due.start.isoformat(),
        "due_on": due.due_on.isoformat(),
        "late_from": (due.due_on + DAY).isoformat(),
        "opens_on": None if due.opens_on is None else due.opens_on.isoformat(),
        "provisional": due.provisional,
        "basis": due.rule.basis,
        "borrowed": due.rule.borrowed,
        "calendar_version": due.calendar_version,
        "rolled_from": due.ends_on.isoformat() if due.rolled else None,
        "excluded_days": due.excluded_days,
        "extension": None
        if due.extension is None
        else {
            "previous": due.extension.previous.isoformat(),
            "new": due.extension.new.isoformat(),
            "asked_on": due.extension.asked_on.isoformat(),
            "reason": due.extension.reason,
        },
        "pauses": [
            {"since": pause.since.isoformat(), "until": pause.until.isoformat(), "reason": pause.reason}
            for pause in due.pauses
        ],
        "days": [
            {"day": entry.day.isoformat(), "number": entry.number or None, "reason": entry.reason} for entry in due.days
        ],
        "explanation": explain(due, event=event),
    }


def _since_then(clock: Any, due: Due, stopped: dict[str, Any] | None) -> str:
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
