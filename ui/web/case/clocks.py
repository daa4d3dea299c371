"""时限: every deadline with its light, the picture with today, and why a date is what it is, day by day."""

from __future__ import annotations

import streamlit as st

from models.clock.queries.clock_lists import DeadlineShown
from models.clock.queries.explain import STATES, explain_deadline
from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from ui.web.case.opened import Opened
from ui.web.case.pictures import timeline
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty, table
from ui.web.parts.ways import ways
from ui.web.parts.words import Html, cell, lamp, link, plain

DECISIONS = ("extend", "suspend", "resume", "exclude-appraisal")
BARS = 40
RUNNING = ("open", "suspended")


def show(case: Opened) -> None:
    """Show the deadlines, or why one of them ends when it does."""
    st.subheader(said("时限"))
    clocks = case.view.deadlines
    if not clocks:
        empty("本案没有时限。", "立案、送达和反馈会自动产生时限。")
        return
    if (asked := case.asked("deadline")) is not None:
        _why(case, asked)
        return
    with case.visitor.reading() as read:
        today = local_date(read.at)
    shown = _page(case, clocks)
    st.html(timeline(shown, today))
    rows = [_row(case, clock) for clock in shown]
    table(("时限", "谁办", "起算", "届满", "状态", "预警", "说明"), rows, narrow=(2, 3, 4, 5, 6))
    for action in DECISIONS:
        if may(case.visitor.actor, action):
            with st.expander(step_title(action)):
                action_form(case.visitor, case.number, action, case.choices)


def _page(case: Opened, clocks: list[DeadlineShown]) -> list[DeadlineShown]:
    """Return the page that the address asks for, and show the ways to all pages: running ones stand first, by date."""
    ordered = sorted(clocks, key=lambda clock: (clock.state not in RUNNING, clock.due_on, clock.id))
    pages = -(-len(ordered) // BARS)
    asked = case.asked("page") or ""
    page = min(max(int(asked), 1), pages) if asked.isdecimal() else 1
    if pages > 1:
        st.caption(f"共 {len(ordered)} 个时限，进行中的在前，按届满日排列。")
        numbers = range(1, pages + 1)
        ways("时限分页", ((f"第{one}页", case.at("clocks", page=str(one)), one == page) for one in numbers))
    return ordered[(page - 1) * BARS : page * BARS]


def _row(case: Opened, clock: DeadlineShown) -> tuple[object, ...]:
    about = clock.measure or clock.paper or clock.reply
    return (
        f"{clock.name}{'　' + about if about else ''}",
        clock.organisation,
        local_date(clock.started_at),
        Html(f"{clock.due_on}{'（暂定）' if clock.provisional else ''}"),
        STATES[clock.state],
        lamp(clock.light),
        link("为什么", case.at("clocks", deadline=str(clock.id))),
    )


def _why(case: Opened, asked: str) -> None:
    with case.visitor.reading() as read:
        told = explain_deadline(read.session, read.actor, asked, rulebook(read.session))
    st.html(link("全部时限", case.at("clocks")))
    st.markdown(f"**{plain(told.name)}**　{plain(told.organisation)}　届满日 {plain(told.due_on)}")
    st.html("".join(f"<p>{cell(line)}</p>" for line in told.explanation.splitlines()))
    with st.expander("逐日计算"):
        table(("日期", "第几日", "说明"), [(one.day, one.number, one.reason) for one in told.days])
