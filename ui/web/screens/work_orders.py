"""隐患交办: what was looked at and waits for an order, and the orders under way with their lights."""

from __future__ import annotations

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import CaseKind, HazardState
from models.overview.queries.cases import CaseListed, case_list
from models.overview.queries.work_orders import (
    HazardToOrder,
    hazard_to_order,
    hazards_by_state,
    hazards_to_order,
)
from ui.web.navigation import POLICE, Screen
from ui.web.parts.action_form import action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import cell, lamp, link, plain

ADDRESS = "work-orders"
WAITING = 50


def show(visitor: Visitor) -> None:
    """Show the hazards that wait and the orders there are, or the form by which one is opened."""
    st.title(said("隐患交办"))
    show_done()
    with visitor.reading() as read:
        counted = hazards_by_state(read.session, read.actor)
        waiting = hazards_to_order(read.session, read.actor, limit=WAITING)
        found = case_list(
            read.session,
            read.actor,
            local_date(read.at),
            after=after(),
            limit=PAGE + 1,
            kind=CaseKind.HAZARD,
        )
        number = st.query_params.get("hazard")
        chosen = None if number is None else hazard_to_order(read.session, read.actor, number)
    st.html(f'<p class="sc-turn">{cell(_funnel(counted))}</p>')
    if chosen is not None and may(visitor.actor, "open-work-order"):
        _form(visitor, chosen)
    _waiting(visitor, waiting)
    _orders(found)


def _funnel(counted: dict[HazardState, int]) -> str:
    return "，".join(f"{state.label} {count} 处" for state, count in counted.items()) + "。"


def _form(visitor: Visitor, hazard: HazardToOrder) -> None:
    st.subheader(f"{said('交办隐患')}：{plain(hazard.where)}")
    lines = [f"{hazard.hazard_number}：{hazard.description}", *(f"现场核查：{one}" for one in hazard.seen)]
    st.html("".join(f"<p>{cell(line)}</p>" for line in lines))
    st.caption("先交办一项措施；其他措施、其他责任单位在案件的“问题与措施”中增加，再拟制通知。")
    action_form(
        visitor,
        None,
        "open-work-order",
        Choices(visitor),
        fixed={"hazard": hazard.hazard_number},
        key=hazard.hazard_number,
    )


def _waiting(visitor: Visitor, waiting: list[HazardToOrder]) -> None:
    st.subheader(said("待交办的隐患"))
    if not waiting:
        empty("没有待交办的隐患。", "隐患经现场核查后会出现在这里。", link("案件列表", "/cases"))
        return
    orders = may(visitor.actor, "open-work-order")
    rows = [
        (
            link(one.hazard_number, f"/{ADDRESS}?hazard={one.hazard_number}") if orders else one.hazard_number,
            one.where,
            one.description,
            one.severity,
            one.checked_on,
        )
        for one in waiting
    ]
    table(("隐患编号", "地点或单位", "隐患描述", "等级", "核查日期"), rows, narrow=(0, 3, 4))
    if orders:
        st.caption("点隐患编号填写措施、责任单位和期限。")


def _orders(found: list[CaseListed]) -> None:
    st.subheader(said("已交办的隐患"))
    if not found:
        empty("还没有交办的隐患。", "交办后会出现在这里，按措施、时限和文书办理。", link("案件列表", "/cases"))
        return
    rows = [
        (
            link(one.case_number, f"/case?number={one.case_number}"),
            one.title,
            one.place,
            one.stage,
            one.officer,
            lamp(one.light),
        )
        for one in found[:PAGE]
    ]
    table(("案件编号", "名称", "地点或单位", "阶段", "承办人", "预警"), rows, narrow=(0, 3, 4, 5))
    pager(ADDRESS, found, lambda one: one.case_number)


SCREEN = Screen("隐患交办", ADDRESS, "案件", show, POLICE)
