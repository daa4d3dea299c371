"""Drill-down from a figure of the leaders' page to exactly the rows it counts, a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import streamlit as st

from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.installation import Reading
from models.kernel.vocabulary import Light, Role, Turn, Word
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Age, Cell, LateClock, late_clocks
from models.overview.queries.dashboard.ranking import CountedMeasure, CountedWarning, counted_measures, counted_warnings
from ui.web.leading.url_parameters import COUNTED, ON, as_of
from ui.web.navigation import Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, lamp, link, plain

W = TypeVar("W", bound=Word)


@dataclass(frozen=True, slots=True)
class Found:
    """A page of rows as the table shows them, and the key of each, by which the next page begins."""

    heads: tuple[str, ...]
    lines: list[tuple[object, ...]]
    keys: list[str]


def show(visitor: Visitor) -> None:
    """Show the rows that the address asks for."""
    what = st.query_params.get("what", "late")
    title, rows = KINDS.get(what, KINDS["late"])
    st.html(link("返回督办看板", f"/dashboard{_day()}"))
    with visitor.reading() as read:
        at = as_of(local_date(read.at), chosen=False)
        st.title(said(title))
        st.caption(f"截至 {plain(at.day)}")
        found = rows(read, at)
    if not found.lines:
        empty("没有符合条件的事项。", "数字变化后，从看板重新打开即可。")
        return
    table(found.heads, found.lines[:PAGE])
    asked = st.query_params
    pager(
        COUNTED,
        found.keys,
        str,
        what=what,
        unit=asked.get("unit"),
        turn=asked.get("turn"),
        light=asked.get("light"),
        age=asked.get("age"),
        closed=asked.get("closed"),
        due=asked.get("due"),
        on=asked.get(ON),
    )


def _day() -> str:
    return f"?{ON}={st.query_params[ON]}" if ON in st.query_params else ""


def _word(words: type[W], name: str) -> W | None:
    value = st.query_params.get(name)
    return words(value) if value in list(words) else None


def _number(name: str) -> int | None:
    value = st.query_params.get(name, "")
    return int(value) if value.isdecimal() else None


def _case(row: LateClock | CountedMeasure | CountedWarning) -> Html:
    return link(row.case_number, f"/case?number={row.case_number}")


def _late(read: Reading, at: AsOf) -> Found:
    cell = Cell(_number("unit"), _word(Turn, "turn"), _word(Light, "light"), _word(Age, "age"))
    rules = rulebook(read.session)
    found = late_clocks(read.session, read.actor, rules, at, cell, after=after(), limit=PAGE + 1)
    lines: list[tuple[object, ...]] = [
        (
            lamp(row.light),
            row.name,
            row.organisation,
            row.measure_text or row.paper or row.title,
            _case(row),
            f"{row.due_on}{'（暂定）' if row.provisional else ''}",
            f"{row.days_late} 天" if row.days_late else "未超期",
        )
        for row in found
    ]
    return Found(("预警", "时限", "单位", "内容", "案件编号", "期限", "超期"), lines, [str(row.key) for row in found])


def _measures(read: Reading, at: AsOf) -> Found:
    closed = {"1": True, "0": False}.get(st.query_params.get("closed", ""))
    due = st.query_params.get("due") != "0"
    unit = _number("unit") or 0
    found = counted_measures(
        read.session, read.actor, at, unit, due=due, closed=closed, after=_number("after"), limit=PAGE + 1
    )
    lines: list[tuple[object, ...]] = [
        (
            _case(row),
            row.measure,
            row.measure_text,
            row.part,
            "已中止计时" if row.stopped else row.due_on,
            row.outcome or row.standing,
            None if row.closed_at is None else local_date(row.closed_at),
        )
        for row in found
    ]
    return Found(
        ("案件编号", "编号", "措施", "分工", "期限", "状态", "办结日期"), lines, [str(row.key) for row in found]
    )


def _warnings(read: Reading, at: AsOf) -> Found:
    unit = _number("unit") or 0
    rules = rulebook(read.session)
    found = counted_warnings(read.session, read.actor, at, unit, after=_number("after"), limit=PAGE + 1)
    lines: list[tuple[object, ...]] = [
        (_case(row), row.title, rules.rule(row.rule_code).name, row.due_on, local_date(row.fired_at)) for row in found
    ]
    return Found(("案件编号", "名称", "时限", "期限", "预警日期"), lines, [str(row.key) for row in found])


KINDS: dict[str, tuple[str, Callable[[Reading, AsOf], Found]]] = {
    "late": ("超期和临期的事项", _late),
    "measures": ("计入完成率的整改措施", _measures),
    "warnings": ("计入的预警", _warnings),
}

SCREEN = Screen(
    "看板明细",
    COUNTED,
    "领导",
    show,
    frozenset({Role.LEADER, Role.SIGNER}),
    listed=False,
    pictured=("?what=late",),
)
