"""Decisions of leaders and signers on a running deadline: suspend, resume, exclude appraisal, extend."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.clocks import due_of
from models.clock.queries.rulebook import rules_of
from models.clock.queries.visible_clocks import visible_deadlines
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.calendar.moments import happened
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import DeadlineRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Turn

from . import deadlines
from .suspension import require_running, run_on, stop_clock, tell

# Technical appraisal is left out of this limit only (令493 art. 27).
APPRAISAL_RULES = ("investigation.report",)


@action("suspend", title="中止一个时限", rights=("deadline.decide",), decides=True)
def suspend(
    act: Act, case_number: str, *, deadline: DeadlineRef, reason: str, happened_at: datetime | None = None
) -> None:
    """Stop a clock (jurisdiction dispute, technical appraisal); the day of the decision still counts.

    Raises NotAllowed, NotFound, WrongStage (not running), Invalid (no reason, before the start, after the due date).
    """
    case, clock = _decided(act, case_number, deadline)
    stop_clock(act, case, clock, happened(act, happened_at), reason=require_reason(reason))


@action("resume", title="恢复中止的时限", rights=("deadline.decide",), decides=True)
def resume(
    act: Act, case_number: str, *, deadline: DeadlineRef, reason: str | None = None, happened_at: datetime | None = None
) -> date:
    """Start a stopped clock after the day of the decision with exactly what was left; returns the new date.

    Raises NotAllowed, NotFound, WrongStage (not stopped), Invalid (before it was stopped).
    """
    case, clock = _decided(act, case_number, deadline)
    return run_on(act, case, clock, happened(act, happened_at), reason=reason)


@action("exclude-appraisal", title="扣除技术鉴定时间", rights=("deadline.decide",), decides=True)
def exclude_appraisal(
    act: Act, case_number: str, *, deadline: DeadlineRef, since: date, until: date, reason: str
) -> date:
    """Leave the days after `since` (commissioned) up to `until` (report received) out of a limit; returns the new date.

    令493 art. 27: the time of a technical appraisal is not part of the investigation's limit. Raises NotAllowed,
    NotFound, WrongStage (another limit, not running), Invalid (days outside the clock, in the future, counted twice).
    """
    case, clock = _decided(act, case_number, deadline)
    if clock.rule_code not in APPRAISAL_RULES:
        raise WrongStage("只有提交调查分析报告的期限可以扣除技术鉴定时间，其他时限请申请中止。", code="no_appraisal")
    require_running(clock)
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
    deadlines.new_version(act, clock, due_of(clock, rules_of(act)))
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
    tell(act, case, clock, f"excluded-{clock.version}", f"扣除技术鉴定时间{days}日，{_moved(before, clock)}。")
    return clock.due_on


@action("extend", title="延长本单位的时限（一次）", rights=("deadline.decide",), decides=True)
def extend(act: Act, case_number: str, *, deadline: DeadlineRef, until: date, reason: str) -> date:
    """Grant the one extension of a limit of our own (`investigation.report`: at most 60 days); returns the new date.

    A recipient asks with a reply, which `decide_extension` answers. Raises NotAllowed, NotFound, WrongStage (theirs,
    not running), Invalid (late, twice, too long, no reason).
    """
    case, clock = _decided(act, case_number, deadline)
    if clock.turn is not Turn.OURS:
        raise WrongStage("对方的期限由对方提出延期申请后决定。", code="not_ours")
    require_running(clock)
    before = clock.due_on
    deadlines.extend(act, case, clock, until, asked_at=act.at, reason=require_reason(reason))
    tell(act, case, clock, "extended", f"经批准延期，{_moved(before, clock)}。")
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


def _excluded(clock: Deadline) -> list[dict[str, str]]:
    return list(clock.changes.get("excluded", ()))


def _moved(before: date, clock: Deadline) -> str:
    return f"期限由{chinese_date(before)}改为{chinese_date(clock.due_on)}"
