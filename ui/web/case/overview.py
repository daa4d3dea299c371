"""概况: how far the five documents are, whose turn it is, what I can do now, the deadlines with today."""

from __future__ import annotations

from datetime import date

import streamlit as st

from models.kernel.calendar.local_time import chinese_date, local_date
from models.overview.queries.case_view import HazardShown
from models.overview.queries.worklists import Waiting, waiting_on
from ui.related_case_lines import kin
from ui.web.case import effect
from ui.web.case.opened import Opened
from ui.web.case.pictures import process, timeline
from ui.web.parts.language import said
from ui.web.parts.stuck_steps import nobody_in
from ui.web.parts.table import empty, table
from ui.web.parts.waiting import about, step_address
from ui.web.parts.words import Html, cell, lamp, link

CLOCKS = 12


def show(case: Opened) -> None:
    """Show where the case stands."""
    with case.visitor.reading(of_one_case=True) as read:
        today = local_date(read.at)
        mine = waiting_on(read.session, read.actor, today, limit=50, case_number=case.number)
    st.html(process(case.view.progress))
    st.html(f'<p class="sc-turn"><strong>轮到谁：</strong>{cell(case.view.turn)}</p>')
    nobody_in(case.visitor, case.number)
    if lines := list(kin(case.view.joined)):
        st.html("".join(f'<p class="sc-turn">{cell(line)}</p>' for line in lines))
    st.subheader(said("轮到我办理"))
    if mine:
        table(("事项", "内容", "期限", "预警"), [_mine(wait) for wait in mine], narrow=(0, 2, 3))
    else:
        empty(
            "本案没有等您办理的事项。", "可以查看各部分内容；其他操作在“其他办理”。", link("其他办理", case.at("more"))
        )
    _clocks(case, today)
    effect.show(case)
    _recipients(case)
    _facts(case)


def _mine(wait: Waiting) -> tuple[object, ...]:
    return link(wait.label, step_address(wait)), about(wait), wait.due_on, lamp(wait.light)


def _clocks(case: Opened, today: date) -> None:
    clocks = case.view.deadlines
    running = [clock for clock in clocks if clock.state in ("open", "suspended")]
    every = sorted(running or clocks, key=lambda clock: (clock.due_on, clock.id))
    shown = every[:CLOCKS]
    if not shown:
        return
    st.subheader(said("时限"))
    st.html(timeline(shown, today))
    if len(every) > len(shown):
        st.html(link(f"还有 {len(every) - len(shown)} 个时限，全部时限及日期怎么算出来的", case.at("clocks")))
    else:
        st.html(link("每个日期怎么算出来的", case.at("clocks")))


def _recipients(case: Opened) -> None:
    if not case.view.recipients:
        return
    st.subheader(said("各单位办理情况"))
    rows = [
        (
            unit.organisation,
            "，".join(f"{words} {count} 项" for words, count in unit.standings.items()),
            unit.due_on,
            lamp(unit.light),
        )
        for unit in case.view.recipients
    ]
    table(("单位", "状态", "下一期限", "预警"), rows, narrow=(2, 3))


def _hazard(case: Opened, hazard: HazardShown) -> None:
    with st.expander(said("隐患情况"), expanded=True):
        grave = f"（{hazard.severity.label}）" if hazard.severity else ""
        lines = [
            f"隐患编号{hazard.hazard_number}{grave}，{hazard.state.label}。{chinese_date(hazard.found_on)}发现，"
            f"来源：{hazard.source.label}。",
            f"{hazard.where}：{hazard.description}",
            *(f"现场核查：{one}" for one in hazard.seen),
        ]
        if case.view.inside is not None:
            lines.append(f"承办人：{case.view.inside.officer}。")
        st.html(Html("".join(f"<p>{cell(line)}</p>" for line in lines)))


def _facts(case: Opened) -> None:
    if case.view.hazard is not None:
        _hazard(case, case.view.hazard)
    facts = case.view.accident
    if facts is None:
        return
    with st.expander(said("事故情况")):
        hurt = "，".join(
            f"{label} {'不详' if number is None else number} 人"
            for number, label in (
                (facts.deaths, "死亡"),
                (facts.serious_injuries, "重伤"),
                (facts.minor_injuries, "轻伤"),
            )
        )
        lines = [f"{facts.place}；{hurt}。", facts.summary]
        if case.view.inside is not None and case.view.inside.trigger is not None:
            lines.append(f"立案依据：{case.view.inside.trigger.label}。承办人：{case.view.inside.officer}。")
        st.html(Html("".join(f"<p>{cell(line)}</p>" for line in lines)))
