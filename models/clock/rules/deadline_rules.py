"""Limits as data: each row is one kind of deadline with its length, start event, basis and whose turn it is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from models.kernel.errors import Invalid
from models.kernel.vocabulary import Grade, Turn, Word


class Unit(Word):
    """What a limit counts; the label follows the figure (7个工作日)."""

    CALENDAR_DAYS = "calendar_days", "日"
    WORKING_DAYS = "working_days", "个工作日"
    MONTHS = "months", "个月"


# Longer limits are slips of the pen, and every date must be explained day by day.
LONGEST = {Unit.CALENDAR_DAYS: 3650, Unit.WORKING_DAYS: 2500, Unit.MONTHS: 120}


def require_amount(unit: Unit, amount: int) -> int:
    """Return `amount`; Invalid unless it is a whole number from 1 to the longest that makes sense."""
    if isinstance(amount, bool) or not isinstance(amount, int) or not 1 <= amount <= LONGEST[unit]:
        raise Invalid(
            f"时限必须是1至{LONGEST[unit]}之间的整数（单位：{unit.label}），请修改。", code="limit_out_of_range"
        )
    return amount


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """One kind of limit. `amount` is in `unit`; `borrowed` marks a reference value (参考值) that a unit may change.

    `turn` is who must act. `extension_limit` is the most calendar days of the one extension (None: no fixed most);
    `opens_after` is the earliest time to act, in `unit`; `reminder_only` limits remind us and bind nobody.
    """

    code: str
    name: str
    unit: Unit
    amount: int
    starts_at: str
    basis: str
    turn: Turn
    borrowed: bool = True
    roll_over: bool = True
    version: int = 1
    amount_if_exceptional: int | None = None
    borrowed_if_production_safety: bool | None = None
    rolls_if_production_safety: bool | None = None
    extension_limit: int | None = None
    opens_after: int | None = None
    reminder_only: bool = False

    def __post_init__(self) -> None:
        require_amount(self.unit, self.amount)
        if self.amount_if_exceptional is not None:
            require_amount(self.unit, self.amount_if_exceptional)
        if self.extension_limit is not None:
            require_amount(Unit.CALENDAR_DAYS, self.extension_limit)
        if self.opens_after is not None and not 0 < self.opens_after < self.amount:
            raise Invalid(f"规则{self.code}的最早开始时间必须早于届满时间，请修改。", code="window_reversed")

    def for_case(self, *, grade: Grade | None = Grade.ORDINARY, production_safety: bool = False) -> DeadlineRule:
        """Return the rule as it applies to a case, without a grade where there is no accident: 特别重大 may have its own
        length, a production-safety accident its own basis where others only borrow it, and an end that no rest day moves
        where its regulation knows none."""
        amount, borrowed, rolls = self.amount, self.borrowed, self.roll_over
        if grade is Grade.EXCEPTIONAL and self.amount_if_exceptional is not None:
            amount = self.amount_if_exceptional
        if production_safety and self.borrowed_if_production_safety is not None:
            borrowed = self.borrowed_if_production_safety
        if production_safety and self.rolls_if_production_safety is not None:
            rolls = rolls and self.rolls_if_production_safety
        return replace(self, amount=amount, borrowed=borrowed, roll_over=rolls)


_ACCIDENT_ORDER = "《生产安全事故报告和调查处理条例》（国务院令第493号）"
_COMMON_PRACTICE = "同类督办工作的通行做法"

DEFAULT_RULES: tuple[DeadlineRule, ...] = (
    DeadlineRule(
        code="investigation.report",
        name="提交调查分析报告",
        unit=Unit.CALENDAR_DAYS,
        amount=60,
        starts_at="事故发生（移送的案件为收到移送）",
        basis=f"{_ACCIDENT_ORDER}第二十七条、第二十九条，技术鉴定所需时间不计入",
        turn=Turn.OURS,
        borrowed_if_production_safety=False,
        rolls_if_production_safety=False,
        extension_limit=60,
    ),
    DeadlineRule(
        code="report.approve",
        name="批复调查分析报告",
        unit=Unit.CALENDAR_DAYS,
        amount=15,
        amount_if_exceptional=30,
        starts_at="报告报送审批",
        basis=f"{_ACCIDENT_ORDER}第三十二条",
        turn=Turn.OURS,
        borrowed_if_production_safety=False,
    ),
    DeadlineRule(
        code="notice.issue",
        name="制发整改报告通知书",
        unit=Unit.WORKING_DAYS,
        amount=3,
        starts_at="报告签发",
        basis="《道路交通事故处理程序规定》（公安部令第146号）第六十五条",
        turn=Turn.OURS,
    ),
    DeadlineRule(
        code="notice.acknowledge",
        name="签收文书",
        unit=Unit.WORKING_DAYS,
        amount=3,
        starts_at="文书送达",
        basis=_COMMON_PRACTICE,
        turn=Turn.THEIRS,
    ),
    DeadlineRule(
        code="notice.plan",
        name="报送整改方案",
        unit=Unit.WORKING_DAYS,
        amount=7,
        starts_at="签收文书（最迟为签收期限届满之日）",
        basis="武汉市7个工作日内反馈的做法",
        turn=Turn.THEIRS,
    ),
    DeadlineRule(
        code="measure.complete",
        name="完成整改措施",
        unit=Unit.CALENDAR_DAYS,
        amount=30,
        starts_at="文书送达",
        basis=f"{_COMMON_PRACTICE}；措施另定期限的从其期限",
        turn=Turn.THEIRS,
    ),
    DeadlineRule(
        code="reply.assess",
        name="研判整改反馈",
        unit=Unit.WORKING_DAYS,
        amount=5,
        starts_at="收到反馈",
        basis=_COMMON_PRACTICE,
        turn=Turn.OURS,
    ),
    DeadlineRule(
        code="returned.rework",
        name="退回后重新整改",
        unit=Unit.WORKING_DAYS,
        amount=5,
        starts_at="退回整改",
        basis=_COMMON_PRACTICE,
        turn=Turn.THEIRS,
    ),
    DeadlineRule(
        code="order.complete",
        name="落实督办事项",
        unit=Unit.WORKING_DAYS,
        amount=10,
        starts_at="督办单送达",
        basis=_COMMON_PRACTICE,
        turn=Turn.THEIRS,
    ),
    DeadlineRule(
        code="reminder.answer",
        name="函复催办事项",
        unit=Unit.WORKING_DAYS,
        amount=5,
        starts_at="收到本函",
        basis=_COMMON_PRACTICE,
        turn=Turn.THEIRS,
        reminder_only=True,
    ),
    DeadlineRule(
        code="accountability.feedback",
        name="了解倒查问责建议的办理情况",
        unit=Unit.CALENDAR_DAYS,
        amount=30,
        starts_at="建议书移交",
        basis=_COMMON_PRACTICE,
        turn=Turn.OURS,
        reminder_only=True,
    ),
    DeadlineRule(
        code="incoming.answer",
        name="办理来文",
        unit=Unit.CALENDAR_DAYS,
        amount=30,
        starts_at="收到来文",
        basis=f"{_COMMON_PRACTICE}；来文另定期限的从其期限",
        turn=Turn.OURS,
    ),
    DeadlineRule(
        code="effect.evaluate",
        name="整改评估",
        unit=Unit.MONTHS,
        amount=12,
        opens_after=10,
        starts_at="报告批复",
        basis="《中华人民共和国安全生产法》第八十六条；安委办〔2021〕4号",
        turn=Turn.OURS,
        borrowed_if_production_safety=False,
    ),
)

_BY_CODE = {rule.code: rule for rule in DEFAULT_RULES}


def default_rule(code: str) -> DeadlineRule:
    """Return the default rule of that code; Invalid when there is none."""
    if code not in _BY_CODE:
        raise Invalid(f"没有名为“{code}”的时限规则，可用的有：{'、'.join(_BY_CODE)}。", code="unknown_rule")
    return _BY_CODE[code]
