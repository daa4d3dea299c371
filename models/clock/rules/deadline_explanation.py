"""Why this date: the count of a deadline told in Chinese, for those who keep the rules and for those who keep the date."""

from __future__ import annotations

from datetime import date
from itertools import groupby

from models.kernel.calendar.local_time import chinese_date

from .deadline_rules import Unit
from .due import DAY, DayEntry, Due, Pause

# Up to this many working days the count is told day by day; longer ones are summed up.
DAY_BY_DAY = 10


def explain(due: Due, *, event: str | None = None) -> str:
    """Return the paragraphs, one a line: limit, basis, count, what changed it, result, calendar version.

    `event` is what started this count, where it is not what the rule says in general.
    """
    paragraphs = (
        _limit(due),
        _basis(due),
        _counting(due, event or due.rule.starts_at),
        *_changes(due),
        _result(due),
        _calendar(due),
    )
    return "\n".join(paragraphs)


def count_in_words(due: Due, *, event: str | None = None) -> str:
    """Return the count as an office tells it to whom it binds: no name of a rule, no version, no mark of ours.

    One paragraph a line. A limit that is not set by law is a demand, and no law is named for it.
    """
    if due.given:
        told = [f"期限：专门确定为{chinese_date(_first_given(due))}。"]
    else:
        told = [f"期限：{_length(due)}。", _counting(due, event or due.rule.starts_at)]
    law = [] if due.rule.borrowed else [_basis(due)]
    return "\n".join((*told, *law, *_changes(due), _ends(due) + _unpublished(due)))


def _limit(due: Due) -> str:
    rule = due.rule
    if due.given:
        length = f"{chinese_date(_first_given(due))}前（专门确定的期限）{_excluded(due)}"
    else:
        other = due.amount != rule.amount
        length = f"{due.amount}{rule.unit.label}"
        length += f"（规则为{rule.amount}{rule.unit.label}，本次另行确定）" if other else ""
        length += _excluded(due)
    reminder = "本时限仅为本单位自我提醒，不约束对方。" if rule.reminder_only else ""
    return f"时限：{rule.name}，{length}（规则{rule.code}，第{rule.version}版）。{reminder}"


def _first_given(due: Due) -> date:
    return due.extension.previous if due.extension else due.due_on


def _length(due: Due) -> str:
    return f"{due.amount}{due.rule.unit.label}{_excluded(due)}"


def _excluded(due: Due) -> str:
    return f"，另有{due.excluded_days}{_day_label(due)}不计入期限" if due.excluded_days else ""


def _basis(due: Due) -> str:
    mark = "参照（参考值，可由本单位调整）" if due.rule.borrowed else "依据"
    return f"{mark}：{due.rule.basis}。"


def _counting(due: Due, event: str) -> str:
    start = f"起算：{event}，{chinese_date(due.start)}，当日不计入。"
    days = due.days
    counted = [entry for entry in days if entry.number]
    if not counted:
        return f"{start}其间没有计入期限的日期。"
    if not due.counts_workdays:
        first, last = chinese_date(counted[0].day), chinese_date(counted[-1].day)
        return f"{start}自{first}起连续计算，节假日计入，至{last}共{len(counted)}日。"
    if len(counted) <= DAY_BY_DAY:
        return f"{start}逐日计算：{_day_by_day(due, days)}。"
    return f"{start}{_summed(due, days, counted)}。"


def _day_by_day(due: Due, days: tuple[DayEntry, ...]) -> str:
    """Name every counted day; a run of days left out for one reason is told as one."""
    told: list[str] = []
    for (is_counted, reason), run in groupby(days, key=lambda entry: (entry.number > 0, entry.reason)):
        entries = list(run)
        if is_counted:
            note = "" if reason == "工作日" else f"（{reason}）"
            told.extend(f"{_short(due, entry.day)}第{entry.number}日{note}" for entry in entries)
        else:
            told.append(f"{_span(due, entries)}{reason}，不计")
    return "；".join(told)


def _summed(due: Due, days: tuple[DayEntry, ...], counted: list[DayEntry]) -> str:
    """Name the first and last counted day, and between them only what an ordinary week does not explain."""
    first, last = chinese_date(counted[0].day), chinese_date(counted[-1].day)
    parts = [f"自{first}起逐个工作日计算，至{last}共{len(counted)}个工作日"]
    weekends = sum(1 for entry in days if entry.reason == "周末" and not entry.number)
    if weekends:
        parts.append(f"其间周末{weekends}日，不计")
    for reason, run in groupby(days, key=lambda entry: entry.reason):
        if reason in ("工作日", "周末"):
            continue
        entries = list(run)
        parts.append(f"{_span(due, entries)}{reason}，{'计入' if entries[0].number else '不计'}")
    return "；".join(parts)


def _changes(due: Due) -> list[str]:
    told = [_pause(pause) for pause in due.pauses]
    if due.extension is not None:
        extension = due.extension
        told.append(
            f"延期：{chinese_date(extension.asked_on)}申请，理由为{extension.reason}，"
            f"由{chinese_date(extension.previous)}延至{chinese_date(extension.new)}。"
        )
    if due.rolled:
        why = due.calendar.why(due.ends_on)
        told.append(f"顺延：最后一日{chinese_date(due.ends_on)}为{why}，顺延至其后第一个工作日。")
    return told


def _pause(pause: Pause) -> str:
    if pause.until == pause.since:
        return f"中止：{chinese_date(pause.since)}中止并于当日恢复，理由为{pause.reason}。"
    return (
        f"中止：{chinese_date(pause.since + DAY)}至{chinese_date(pause.until)}不计入，"
        f"理由为{pause.reason}；中止时剩余的天数自恢复次日起接续计算。"
    )


def _result(due: Due) -> str:
    doubt = f"{_years(due)}放假安排尚未公布，该日期为暂定，公布后重新核定并告知。" if due.provisional else ""
    return f"结果：{_ends(due)}{doubt}"


def _ends(due: Due) -> str:
    opening = f"可自{chinese_date(due.opens_on)}起进行。" if due.opens_on else ""
    return (
        f"{opening}届满日为{chinese_date(due.due_on)}，当日24时前完成不为逾期，"
        f"{chinese_date(due.due_on + DAY)}零时起为逾期。"
    )


def _unpublished(due: Due) -> str:
    return f"{_years(due)}放假安排尚未公布，公布后重新核定，有变动的另行告知。" if due.provisional else ""


def _years(due: Due) -> str:
    years = (year for year in range(due.start.year, due.due_on.year + 1) if not due.calendar.published(year))
    return "、".join(f"{year}年" for year in years)


def _calendar(due: Due) -> str:
    return f"日历版本：{due.calendar_version}。"


def _day_label(due: Due) -> str:
    return Unit.WORKING_DAYS.label if due.counts_workdays else Unit.CALENDAR_DAYS.label


def _span(due: Due, days: list[DayEntry]) -> str:
    first, last = _short(due, days[0].day), _short(due, days[-1].day)
    return first if first == last else f"{first}至{last}"


def _short(due: Due, day: date) -> str:
    return f"{day.month}月{day.day}日" if day.year == due.start.year else chinese_date(day)
