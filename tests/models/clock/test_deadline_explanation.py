"""A date explains itself in sentences that an order can print."""

from __future__ import annotations

from datetime import date, datetime

from models.clock.rules.deadline_explanation import explain
from models.clock.rules.deadline_rules import default_rule
from models.clock.rules.deadlines import compute, extend, given_date, resume, suspend
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.workdays import Calendar


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_seven_working_days_over_the_national_holiday_are_told_day_by_day(calendar: Calendar) -> None:
    told = explain(compute(default_rule("notice.plan"), at("2026-09-25T09:00"), calendar)).split("\n")
    assert told == [
        "时限：报送整改方案，7个工作日（规则notice.plan，第1版）。",
        "参照（参考值，可由本单位调整）：武汉市7个工作日内反馈的做法。",
        "起算：签收文书（最迟为签收期限届满之日），2026年9月25日，当日不计入。逐日计算："
        "9月26日至9月27日中秋节假期，不计；9月28日第1日；9月29日第2日；9月30日第3日；"
        "10月1日至10月7日国庆节假期，不计；10月8日第4日；10月9日第5日；10月10日第6日（国庆节调休上班）；"
        "10月11日周末，不计；10月12日第7日。",
        "结果：届满日为2026年10月12日，当日24时前完成不为逾期，2026年10月13日零时起为逾期。",
        "日历版本：2026-1。",
    ]


def test_a_long_count_is_summed_up_but_names_holidays_and_make_up_workdays(calendar: Calendar) -> None:
    told = explain(compute(default_rule("notice.plan"), at("2026-09-25T09:00"), calendar, amount=60))
    assert "60个工作日（规则为7个工作日，本次另行确定）" in told
    assert "10月1日至10月7日国庆节假期，不计" in told
    assert "10月10日国庆节调休上班，计入" in told
    assert "第4日" not in told
    assert len(told) < 500


def test_a_calendar_day_limit_tells_how_it_rolled(calendar: Calendar) -> None:
    told = explain(compute(default_rule("measure.complete"), at("2026-09-25T09:00"), calendar))
    assert "连续计算，节假日计入，至2026年10月25日共30日" in told
    assert "顺延：最后一日2026年10月25日为周末，顺延至其后第一个工作日。" in told


def test_a_basis_of_its_own_is_not_called_a_reference_value(calendar: Calendar) -> None:
    rule = default_rule("investigation.report")
    own = explain(compute(rule.for_case(production_safety=True), at("2026-03-05T09:00"), calendar))
    assert "依据：《生产安全事故报告和调查处理条例》（国务院令第493号）第二十七条、第二十九条" in own
    assert "参考值" not in own
    assert "参考值" in explain(compute(rule, at("2026-03-05T09:00"), calendar))


def test_a_provisional_date_says_which_year_is_missing(calendar: Calendar) -> None:
    told = explain(compute(default_rule("effect.evaluate"), at("2026-09-25T09:00"), calendar))
    assert "2027年放假安排尚未公布，该日期为暂定" in told
    assert "可自2027年7月25日起进行" in told


def test_extension_suspension_and_appraisal_are_told(calendar: Calendar) -> None:
    due = compute(default_rule("investigation.report"), at("2026-03-05T09:00"), calendar, excluded_days=20)
    assert "60日，另有20日不计入期限" in explain(due)
    due = resume(suspend(due, at("2026-03-10T09:00"), reason="管辖争议"), at("2026-03-15T09:00"), calendar)
    due = extend(due, date(2026, 7, 1), asked_at=at("2026-04-01T09:00"), reason="鉴定复杂")
    told = explain(due)
    assert "中止：2026年3月11日至2026年3月15日不计入，理由为管辖争议" in told
    assert "延期：2026年4月1日申请，理由为鉴定复杂，由2026年5月29日延至2026年7月1日。" in told


def test_a_date_of_its_own_and_a_mere_reminder_say_so(calendar: Calendar) -> None:
    own = given_date(default_rule("measure.complete"), at("2026-03-05T09:00"), date(2026, 5, 31), calendar)
    assert "2026年5月31日前（专门确定的期限）" in explain(own)
    reminder = compute(default_rule("accountability.feedback"), at("2026-03-05T09:00"), calendar)
    assert "仅为本单位自我提醒，不约束对方" in explain(reminder)
