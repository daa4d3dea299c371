"""What a leader or signer decides about a running clock: stop it, start it again, leave appraisal out, extend our own."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from models.clock import local_date
from models.errors import Conflict, Invalid, NotFound, WrongStage
from models.queries.clocks import due_of
from models.queries.visible_clocks import visible_deadlines
from models.rules import deadlines as counting
from models.rules import policy
from models.rules.deadlines import Suspended
from models.rules.local_time import chinese_date
from models.rules.sending import PAPER_WAITS
from models.rules.vocabulary import Turn
from models.tables import Case, Deadline, Document, Message

from . import deadlines
from .act import Act, lock_case, record, unit_path
from .moments import happened
from .reasons import require_reason
from .restricted import readers_among

# Technical appraisal is left out of this limit only (令493 art. 27).
APPRAISAL_RULES = ("investigation.report",)


def suspend(act: Act, case_number: str, *, deadline: str, reason: str, happened_at: datetime | None = None) -> None:
    """Stop a clock (jurisdiction dispute, technical appraisal); the day of the decision still counts.

    Raises NotAllowed, NotFound, WrongStage (not running), Invalid (no reason, before the start, after the due date).
    """
    case, clock = _decided(act, case_number, deadline)
    at = happened(act, happened_at)
    if clock.state == "suspended":
        raise Conflict(f"该时限已于{_since(clock)}中止。", code="suspended_before")
    _require_running(clock)
    stopped = counting.suspend(due_of(clock, act.rules), at, reason=require_reason(reason))
    clock.changes = {
        **clock.changes,
        "suspension": {
            "since": stopped.since.isoformat(),
            "remaining": stopped.remaining,
            "reason": stopped.reason,
            "approved_by": act.actor.name,
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
    _tell(act, case, clock, "suspended", f"{left}，理由：{stopped.reason}。")


def resume(
    act: Act, case_number: str, *, deadline: str, reason: str | None = None, happened_at: datetime | None = None
) -> date:
    """Start a stopped clock after the day of the decision with exactly what was left; returns the new date.

    Raises NotAllowed, NotFound, WrongStage (not stopped), Invalid (before it was stopped).
    """
    case, clock = _decided(act, case_number, deadline)
    at = happened(act, happened_at)
    if clock.state != "suspended":
        raise WrongStage("该时限没有中止，无需恢复。", code="not_suspended")
    stopped = clock.changes["suspension"]
    due = due_of(clock, act.rules)
    since = min(date.fromisoformat(stopped["since"]), due.ends_on)
    left = Suspended(due, since, due.units(since, due.ends_on), stopped["reason"])
    again = counting.resume(left, at, act.rules.calendar)
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
    _tell(act, case, clock, "resumed", f"自{chinese_date(local_date(at))}次日起恢复计时，期限{moved}。")
    return clock.due_on


def exclude_appraisal(act: Act, case_number: str, *, deadline: str, since: date, until: date, reason: str) -> date:
    """Leave the days after `since` (commissioned) up to `until` (report received) out of a limit; returns the new date.

    令493 art. 27: the time of a technical appraisal is not part of the investigation's limit. Raises NotAllowed,
    NotFound, WrongStage (another limit, not running), Invalid (days outside the clock, in the future, counted twice).
    """
    case, clock = _decided(act, case_number, deadline)
    if clock.rule_code not in APPRAISAL_RULES:
        raise WrongStage("只有提交调查分析报告的期限可以扣除技术鉴定时间，其他时限请申请中止。", code="no_appraisal")
    _require_running(clock)
    why = require_reason(reason)
    earlier = [(date.fromisoformat(e["since"]), date.fromisoformat(e["until"])) for e in _excluded(clock)]
    start = local_date(clock.started_at)
    if not start <= since < until:
        raise Invalid(
            f"鉴定委托日不得早于起算日{chinese_date(start)}，收到鉴定意见日必须晚于委托日，请核对。",
            code="appraisal_dates",
        )
    if until > act.today:
        raise Invalid("尚未收到鉴定意见，收到后再扣除鉴定时间。", code="in_the_future")
    if since > clock.due_on:
        raise Invalid(f"委托鉴定时期限已于{chinese_date(clock.due_on)}届满，不能再扣除。", code="appraisal_late")
    if any(since < end and begin < until for begin, end in earlier):
        raise Invalid("与已扣除的鉴定时间重叠，请核对起止日期。", code="appraisal_overlap")
    days = (until - since).days
    before = clock.due_on
    entry = {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "days": days,
        "reason": why,
        "approved_by": act.actor.name,
    }
    clock.excluded_days += days
    clock.changes = {**clock.changes, "excluded": [*_excluded(clock), entry]}
    deadlines.new_version(act, clock, due_of(clock, act.rules))
    record(
        act,
        case,
        "deadline_replanned",
        why=f"扣除技术鉴定时间{days}日：{why}",
        deadline=clock.key,
        before=before.isoformat(),
        after=clock.due_on.isoformat(),
        excluded_days=clock.excluded_days,
    )
    _tell(act, case, clock, f"excluded-{clock.version}", f"扣除技术鉴定时间{days}日，{_moved(before, clock)}。")
    return clock.due_on


def extend(act: Act, case_number: str, *, deadline: str, until: date, reason: str) -> date:
    """Grant the one extension of a limit of our own (`investigation.report`: at most 60 days); returns the new date.

    A recipient asks with a reply, which `decide_extension` answers. Raises NotAllowed, NotFound, WrongStage (theirs,
    not running), Invalid (late, twice, too long, no reason).
    """
    case, clock = _decided(act, case_number, deadline)
    if clock.turn is not Turn.OURS:
        raise WrongStage("对方的期限由对方提出延期申请后决定。", code="not_ours")
    _require_running(clock)
    before = clock.due_on
    deadlines.extend(act, case, clock, until, asked_at=act.at, reason=require_reason(reason))
    _tell(act, case, clock, "extended", f"经批准延期，{_moved(before, clock)}。")
    return clock.due_on


def find_clock(act: Act, case: Case, deadline: str) -> Deadline:
    """Return a clock of the case by its key or row number. Raises NotFound."""
    same = Deadline.id == int(deadline) if deadline.isascii() and deadline.isdigit() else Deadline.key == deadline
    found = act.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, same, visible_deadlines(act.actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"本案没有时限“{deadline}”。", code="deadline_not_found")
    return found


def _decided(act: Act, case_number: str, deadline: str) -> tuple[Case, Deadline]:
    case = lock_case(act, case_number)
    policy.require(act.actor, "deadline.decide", unit_path=unit_path(act, case))
    return case, find_clock(act, case, deadline)


def _require_running(clock: Deadline) -> None:
    if clock.state == "suspended":
        raise WrongStage("该时限已中止，请先恢复计时。", code="suspended")
    if clock.state != "open":
        raise WrongStage("该时限已经结束，不能再改动。", code="closed")


def _since(clock: Deadline) -> str:
    return chinese_date(date.fromisoformat(clock.changes["suspension"]["since"]))


def _excluded(clock: Deadline) -> list[dict[str, str]]:
    return list(clock.changes.get("excluded", ()))


def _moved(before: date, clock: Deadline) -> str:
    return f"期限由{chinese_date(before)}改为{chinese_date(clock.due_on)}"


def _days(act: Act, clock: Deadline) -> str:
    due = due_of(clock, act.rules)
    return "个工作日" if due.counts_workdays else "日"


def _tell(act: Act, case: Case, clock: Deadline, occasion: str, what: str) -> None:
    """Tell the officer, and the recipient where the clock is theirs."""
    rule = act.rules.rule(clock.rule_code, clock.rule_version)
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
