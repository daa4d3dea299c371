"""一周简报 in sentences, the same at the command line and on the leaders' page."""

from __future__ import annotations

from datetime import date

from documents.kinds.circular.accidents import in_words
from models.overview.queries.brief import Brief, FallsDue
from models.papers.rules.periods import Period


def title(told: Brief) -> str:
    """Return what the brief is called."""
    return f"一周简报（{Period(told.since, told.until).days}）"


def sentences(told: Brief) -> list[str]:
    """Return the brief, a paragraph each; what falls due is listed apart."""
    accidents = told.accidents
    lines = []
    if accidents is None:
        lines.append("事故台账没有这一周的全部事故（只有立案调查的不作统计），不列事故数据。")
    else:
        lines.append(in_words("这一周共", accidents.figures))
        lines.append(f"事故数据按管辖统计，为{accidents.note}。{''.join(accidents.beside)}")
    waiting = f"，另有{told.warnings_proposed}条拟不采纳、待领导批准" if told.warnings_proposed else ""
    lines.append(f"风险预警：待研判{told.warnings_open}条{waiting}；这一周采纳和不采纳共{told.warnings_decided}条。")
    orders = f"，其中隐患交办{told.late_orders}项" if told.late_orders else ""
    lines.append(f"整改措施：至今逾期未完成{told.late_measures}项{orders}。")
    span = f"{_short(told.due_since)}至{_short(told.due_until)}"
    more = f"，先列{len(told.falls_due)}项" if told.due > len(told.falls_due) else ""
    lines.append(f"{span}到期的时限{told.due}项{more}。")
    return lines


def row(one: FallsDue) -> tuple[object, ...]:
    """Return a line of what falls due, in the order of `HEADS`."""
    return one.due_on, one.organisation, one.name, one.measure or "", one.case_number


HEADS = ("期限", "单位", "时限名称", "整改措施", "案件")


def _short(day: date) -> str:
    return f"{day.month}月{day.day}日"
