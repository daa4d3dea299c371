"""The escalation ladder as data (default borrowed from 三明, 宿迁, 广元) and the rungs that a deadline has reached."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from models.kernel.calendar.workdays import Calendar
from models.kernel.errors import Fault
from models.kernel.vocabulary import Light, Turn, Word
from models.office.rules.writing_rules import WhenLate

from .deadlines import NEAR_WORKDAYS
from .due import DAY


class When(Word):
    """What must have happened for a rung to be reached; in the order in which a deadline meets them."""

    HALF_USED = "half_used", "时限过半"
    NEAR = "near", "届满前若干工作日"
    OVERDUE = "overdue", "超期"
    ORDER_OVERDUE = "order_overdue", "督办超期"
    RED_FOR = "red_for", "红灯满若干工作日"
    TALK_HELD_OR_DUTY_FAILURE = "talk_held_or_duty_failure", "约谈后仍未完成，或者问题属于未履行职责"


class Addressee(Word):
    """Who is told."""

    RECIPIENT = "recipient", "责任单位"
    OFFICER = "officer", "承办民警"
    SPONSOR = "sponsor", "包案领导"
    LEADERS = "leaders", "本单位领导"


@dataclass(frozen=True, slots=True)
class Rung:
    """One step. `working_days` belongs to `when` (3 before due, red for 10); `needs_approval`: a draft, a person sends.

    `rules` are the codes of the deadlines that carry the rung, None for all; `light` is what it turns on.
    """

    code: str
    when: When
    what: str
    addressees: tuple[Addressee, ...] = ()
    working_days: int = 0
    needs_approval: bool = False
    light: Light | None = None
    rules: frozenset[str] | None = None


# What the last rung holds against a unit; the proposal about it tells the orders and talks, not the accident's causes.
DISOBEYED = "经督办仍未在规定期限内落实整改措施。"
RECIPIENT_RULES = frozenset({"notice.plan", "measure.complete", "returned.rework"})
ORDER_RULES = frozenset({"order.complete"})

DEFAULT_LADDER: tuple[Rung, ...] = (
    Rung("remind.half", When.HALF_USED, "提醒责任单位时限已过半", (Addressee.RECIPIENT,)),
    Rung(
        "remind.near",
        When.NEAR,
        "提醒责任单位时限临近",
        (Addressee.RECIPIENT,),
        working_days=NEAR_WORKDAYS,
        light=Light.BLUE,
    ),
    Rung(
        "warn",
        When.OVERDUE,
        "预警并计次，告知责任单位、承办民警、包案领导",
        (Addressee.RECIPIENT, Addressee.OFFICER, Addressee.SPONSOR),
        light=Light.YELLOW,
    ),
    Rung("order", When.OVERDUE, "拟制限期落实督办单", needs_approval=True, rules=RECIPIENT_RULES),
    Rung(
        "order.again",
        When.ORDER_OVERDUE,
        "再次拟制限期落实督办单",
        needs_approval=True,
        light=Light.RED,
        rules=ORDER_RULES,
    ),
    Rung("talk", When.RED_FOR, "提出约谈建议", working_days=10, needs_approval=True, rules=ORDER_RULES),
    Rung(
        "account",
        When.TALK_HELD_OR_DUTY_FAILURE,
        "拟制倒查问责建议书",
        needs_approval=True,
        rules=ORDER_RULES,
    ),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the ladder must know of one deadline version.

    `half_on`, `near_on` come from `deadlines.half_used` and `near`; `open` is false once met, suspended or withdrawn.
    `order_open`: an order for the same notice is out or drafted, and one order lists all that is late.
    `red_since` is the first red day (default: the day after the due date). `fired` are this version's rungs; the
    clock of a second order takes `red_since` and the fired `order.again`, `talk`, `account` over from the first, so
    that the recipient climbs on instead of starting again.
    """

    rule: str
    turn: Turn
    start: date
    due_on: date
    half_on: date | None
    near_on: date | None
    open: bool = True
    when_late: WhenLate = WhenLate.ORDER
    reminder_only: bool = False
    order_open: bool = False
    red_since: date | None = None
    talk_held_on: date | None = None
    duty_failure: bool = False
    fired: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class DueRung:
    """A rung to fire now: who is told, its light, whether it counts as a warning and drafts a 报告 for our leaders."""

    rung: Rung
    addressees: tuple[Addressee, ...]
    light: Light | None
    counts_as_warning: bool
    drafts_report: bool


def due_rungs(
    standing: Standing, today: date, calendar: Calendar, ladder: Sequence[Rung] = DEFAULT_LADDER
) -> tuple[DueRung, ...]:
    """Return the rungs that are reached on `today` and have not fired for this version, in the ladder's order.

    A reminder that was missed (downtime) is not sent after the due date, where the warning says more. From `order`
    on, only a recipient that may get an order climbs. Our own late clocks tell our officer, sponsor and leaders.
    """
    if not standing.open:
        return ()
    reached = (rung for rung in ladder if rung.code not in standing.fired and _reached(rung, standing, today, calendar))
    return tuple(_due(rung, standing) for rung in reached if _applies(rung, standing))


def next_look(
    standing: Standing, calendar: Calendar, *, today: date, ladder: Sequence[Rung] = DEFAULT_LADDER
) -> date | None:
    """Return the first day from `today` on which a rung not yet fired is reached; None when none is left.

    A sweep reads only the deadlines whose day has come, so it must be asked again when a fact of `standing` changes.
    """
    if not standing.open:
        return None
    rungs = (rung for rung in ladder if rung.code not in standing.fired and _applies(rung, standing))
    windows = (_window(rung, standing, calendar) for rung in rungs)
    return min((max(window[0], today) for window in windows if window and today <= window[1]), default=None)


def look_days(standing: Standing, calendar: Calendar, ladder: Sequence[Rung] = DEFAULT_LADDER) -> tuple[date, ...]:
    """Return the first day of every rung that the rule of a deadline carries, whatever else stands in its way now.

    What stands in the way (an open order, a talk not held) may be gone on that day, so the day is looked at anyway.
    """
    rungs = (rung for rung in ladder if rung.rules is None or standing.rule in rung.rules)
    windows = (_window(rung, replace(standing, duty_failure=True), calendar) for rung in rungs)
    return tuple(sorted({window[0] for window in windows if window is not None}))


def _reached(rung: Rung, standing: Standing, today: date, calendar: Calendar) -> bool:
    window = _window(rung, standing, calendar)
    return window is not None and window[0] <= today <= window[1]


def _window(rung: Rung, standing: Standing, calendar: Calendar) -> tuple[date, date] | None:
    """Return the first and last day on which a rung may fire; None where it cannot."""
    late_on = standing.due_on + DAY
    red_on = standing.red_since or late_on
    match rung.when:
        case When.HALF_USED:
            return None if standing.half_on is None else (standing.half_on, standing.due_on)
        case When.NEAR:
            near_on = _near_on(rung, standing, calendar)
            return None if near_on is None else (near_on, standing.due_on)
        case When.OVERDUE | When.ORDER_OVERDUE:
            return late_on, date.max
        case When.RED_FOR:
            return calendar.add_workdays(red_on, rung.working_days), date.max
        case When.TALK_HELD_OR_DUTY_FAILURE:
            if standing.duty_failure:
                return red_on, date.max
            if standing.talk_held_on is None:
                return None
            return max(red_on, standing.talk_held_on + DAY), date.max
    raise AssertionError(rung.when)


def _near_on(rung: Rung, standing: Standing, calendar: Calendar) -> date | None:
    """`near_on` None means that the limit is too short for this rung; a ladder may set another number of days."""
    if standing.near_on is None or rung.working_days == NEAR_WORKDAYS:
        return standing.near_on
    return max(calendar.add_workdays(standing.due_on, -rung.working_days), standing.start + DAY)


def _applies(rung: Rung, standing: Standing) -> bool:
    if rung.rules is not None and standing.rule not in rung.rules:
        return False
    if rung.needs_approval and (standing.turn is Turn.OURS or standing.when_late is not WhenLate.ORDER):
        return False
    if rung.when is When.OVERDUE and rung.needs_approval and standing.order_open:
        return False
    return not standing.reminder_only or rung.when is When.OVERDUE


def _due(rung: Rung, standing: Standing) -> DueRung:
    overdue = rung.when is When.OVERDUE
    report = overdue and standing.turn is Turn.THEIRS and standing.when_late is not WhenLate.ORDER
    if standing.reminder_only:
        return DueRung(rung, (Addressee.OFFICER,), None, counts_as_warning=False, drafts_report=False)
    if standing.turn is Turn.OURS:
        ours = (Addressee.OFFICER, Addressee.SPONSOR, Addressee.LEADERS) if overdue else (Addressee.OFFICER,)
        return DueRung(rung, ours, rung.light, counts_as_warning=False, drafts_report=False)
    told = rung.addressees
    if report:
        told = (*told, Addressee.LEADERS)
    if overdue and standing.when_late is WhenLate.REPORT_TO_LEADERS:
        told = tuple(person for person in told if person is not Addressee.RECIPIENT)
    lit = rung.light if standing.when_late is WhenLate.ORDER else None
    counted = overdue and not rung.needs_approval and not report
    return DueRung(rung, told, lit, counts_as_warning=counted, drafts_report=report)


# A rung stands on the one before it: without it the ladder has a gap.
_STANDS_ON = {"order": "warn", "order.again": "order", "talk": "order.again", "account": "talk"}
_DAYS_NEEDED = (When.NEAR, When.RED_FOR)


def check_ladder(ladder: Iterable[Rung], known_rules: Container[str] | None = None) -> list[Fault]:
    """Return every fault of a ladder: empty, doubled or missing rungs, wrong order, no days, papers sent unapproved,
    and, where `known_rules` are given, a rung for a rule that does not exist."""
    rungs = list(ladder)
    codes = [rung.code for rung in rungs]
    order = list(When)
    faults = [] if rungs else [Fault("ladder", "督办阶梯没有任何一级，请至少保留预警一级。", "ladder_empty")]
    for place, rung in enumerate(rungs):
        path = f"ladder[{place}]"
        if rung.code in codes[:place]:
            faults.append(Fault(path, f"“{rung.code}”出现了两次，请删去一个。", "ladder_duplicate"))
        below = _STANDS_ON.get(rung.code)
        if below is not None and below not in codes[:place]:
            faults.append(Fault(path, f"“{rung.code}”之前缺少“{below}”，请补上或者删去这一级。", "ladder_gap"))
        if place and order.index(rung.when) < order.index(rungs[place - 1].when):
            faults.append(Fault(path, f"“{rung.code}”早于它的前一级，请调整顺序。", "ladder_order"))
        if (rung.when in _DAYS_NEEDED) != (rung.working_days > 0):
            wanted = "必须写明大于0的工作日数" if rung.when in _DAYS_NEEDED else "不需要工作日数"
            faults.append(Fault(path, f"“{rung.code}”{wanted}，请修改。", "ladder_days"))
        unknown = sorted(code for code in rung.rules or () if known_rules is not None and code not in known_rules)
        if unknown:
            faults.append(Fault(path, f"“{rung.code}”适用的规则“{'、'.join(unknown)}”不存在，请修改。", "ladder_rule"))
        if rung.code in _STANDS_ON and not rung.needs_approval:
            faults.append(Fault(path, f"“{rung.code}”会对外发文，必须由人审批，请设为需要审批。", "ladder_approval"))
    return faults
