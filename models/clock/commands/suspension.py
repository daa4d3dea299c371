"""Suspends and resumes a deadline; the days that were left are kept exactly."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.clocks import due_of
from models.clock.queries.rulebook import rules_of
from models.clock.rules import deadlines as counting
from models.clock.rules.deadlines import Suspended
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import Conflict, WrongStage
from models.kernel.events import record
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.tables import Message
from models.kernel.vocabulary import Turn
from models.office.commands.restricted import readers_among
from models.papers.tables import Document

from . import deadlines


def stop_clock(act: Act, case: Case, clock: Deadline, at: datetime, *, reason: str, until: str | None = None) -> None:
    """Stop a running clock; the day of `at` still counts. `until` names what it waits for, which alone lets it run on.

    Raises Conflict (stopped already), WrongStage (ended), Invalid (before the start, after the due date).
    """
    if clock.state == "suspended":
        raise Conflict(f"该时限已于{_since(clock)}中止。", code="suspended_before")
    require_running(clock)
    stopped = counting.suspend(due_of(clock, rules_of(act)), at, reason=reason)
    clock.changes = {
        **clock.changes,
        "suspension": {
            "since": stopped.since.isoformat(),
            "remaining": stopped.remaining,
            "reason": stopped.reason,
            "approved_by": act.actor.name,
            **({} if until is None else {"until": until}),
        },
    }
    clock.state, clock.next_look_on = "suspended", None
    record(
        act,
        case,
        "deadline_suspended",
        why=stopped.reason,
        happened_at=at,
        deadline=clock.key,
        since=stopped.since.isoformat(),
        remaining=stopped.remaining,
        due_on=clock.due_on.isoformat(),
    )
    left = f"自{chinese_date(stopped.since)}起中止计时，剩余{stopped.remaining}{_days(act, clock)}"
    tell(act, case, clock, "suspended", f"{left}，理由：{stopped.reason}。")


def run_on(
    act: Act, case: Case, clock: Deadline, at: datetime, *, reason: str | None = None, until: str | None = None
) -> date:
    """Start a stopped clock after the day of `at` with exactly what was left; returns the new date.

    Raises WrongStage (not stopped, or stopped until something else), Invalid (before it was stopped).
    """
    if clock.state != "suspended":
        raise WrongStage("该时限没有中止，无需恢复。", code="not_suspended")
    stopped = clock.changes["suspension"]
    if stopped.get("until") != until:
        raise WrongStage(f"该时限因“{stopped['reason']}”中止，待该事项办结时恢复。", code="suspended_until")
    due = due_of(clock, rules_of(act))
    since = min(date.fromisoformat(stopped["since"]), due.ends_on)
    left = Suspended(due, since, due.units(since, due.ends_on), stopped["reason"])
    again = counting.resume(left, at, rules_of(act).calendar)
    before = clock.due_on
    pause = {
        "since": stopped["since"],
        "until": local_date(at).isoformat(),
        "reason": stopped["reason"],
        "approved_by": stopped["approved_by"],
    }
    kept = {name: value for name, value in clock.changes.items() if name != "suspension"}
    clock.changes = {**kept, "pauses": [*kept.get("pauses", ()), pause]}
    clock.state = "open"
    deadlines.new_version(act, clock, again)
    record(
        act,
        case,
        "deadline_resumed",
        why=reason,
        happened_at=at,
        deadline=clock.key,
        before=before.isoformat(),
        after=clock.due_on.isoformat(),
        remaining=left.remaining,
    )
    moved = f"由{chinese_date(before)}改为{chinese_date(clock.due_on)}"
    tell(act, case, clock, "resumed", f"自{chinese_date(local_date(at))}次日起恢复计时，期限{moved}。")
    return clock.due_on


def stop_work(act: Act, case: Case, assignment_id: int, at: datetime, *, reason: str, until: str) -> None:
    """Stop what a unit still owes for a measure; what a leader stopped before stays as it is.

    Raises WrongStage where something is late: nothing is left of it that could be kept.
    """
    clocks = deadlines.open_ones(act, case, *deadlines.THEIR_WORK, assignment_id=assignment_id)
    running = [clock for clock in clocks if clock.state == "open"]
    late = min((clock.due_on for clock in running if clock.due_on < local_date(at)), default=None)
    if late is not None:
        raise WrongStage(f"该措施的期限已于{chinese_date(late)}届满，不能再中止计时。", code="late")
    for clock in running:
        stop_clock(act, case, clock, at, reason=reason, until=until)


def run_work_on(act: Act, case: Case, assignment_id: int, at: datetime, *, until: str, reason: str | None) -> None:
    """Let what was stopped until something happened run on: it happened."""
    for clock in deadlines.open_ones(act, case, *deadlines.THEIR_WORK, assignment_id=assignment_id):
        if clock.state == "suspended" and clock.changes["suspension"].get("until") == until:
            run_on(act, case, clock, at, reason=reason, until=until)


def require_running(clock: Deadline) -> None:
    """Refuse to change a clock that stands still or has ended."""
    if clock.state == "suspended":
        raise WrongStage("该时限已中止，请先恢复计时。", code="suspended")
    if clock.state == "answered":
        raise WrongStage("该时限已因反馈停止计时，研判后再改动。", code="answered")
    if clock.state != "open":
        raise WrongStage("该时限已经结束，不能再改动。", code="closed")


def _since(clock: Deadline) -> str:
    return chinese_date(date.fromisoformat(clock.changes["suspension"]["since"]))


def _days(act: Act, clock: Deadline) -> str:
    due = due_of(clock, rules_of(act))
    return "个工作日" if due.counts_workdays else "日"


def tell(act: Act, case: Case, clock: Deadline, occasion: str, what: str) -> None:
    """Tell the officer, and the recipient where the clock is theirs."""
    rule = rules_of(act).rule(clock.rule_code, clock.rule_version)
    restricted = clock.document_id is not None and act.session.scalar(
        select(Document.restricted).where(Document.id == clock.document_id)
    )
    subject = PAPER_WAITS if restricted else f"时限变更：“{rule.name}”"
    body = PAPER_WAITS if restricted else f"{case.title}（{case.case_number}）：“{rule.name}”{what}"
    told: list[tuple[int | None, int | None]] = [(None, case.officer_id)]
    if clock.turn is Turn.THEIRS:
        told.append((clock.organisation_id, None))
    if restricted:
        told = [(None, reader) for reader in readers_among(act, clock.document_id, [case.officer_id])]
    act.session.add_all(
        Message(
            key=f"{clock.key}/v{clock.version}/{occasion}/{f'o{unit}' if unit else f'u{user}'}",
            case_id=case.id,
            organisation_id=unit,
            user_id=user,
            subject=subject,
            body=body,
            restricted=bool(restricted),
            sent_at=act.at,
        )
        for unit, user in told
    )
