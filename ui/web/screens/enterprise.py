"""企业: everything known about the owner of vehicles — its accidents, liability, cases, notices and what it answered."""

from __future__ import annotations

import streamlit as st

from models.kernel.errors import Refused
from models.register.queries.enterprises import EnterpriseKnown, enterprise_known
from ui.event_sentence import when
from ui.register_words import NOTE, UNKNOWN
from ui.web.navigation import POLICE, Screen
from ui.web.parts.language import said
from ui.web.parts.register_parts import ENTERPRISE, REGISTER, to_accident, to_case
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import cell, link

ACCIDENTS = ("序号", "日期", "地点", "号牌", "车辆类型", "责任", "死亡", "案件编号")
PAPERS = ("案件编号", "文书", "文号", "名称", "送达时间", "签收时间")
MEASURES = ("案件编号", "措施", "状态", "最近反馈")
SHOWN = 50


def show(visitor: Visitor) -> None:
    """Show the enterprise that the address names."""
    number = st.query_params.get("unit", "")
    if not number.isdecimal() or len(number) > 10:
        st.title(said("企业"))
        empty("没有指定企业。", "从事故的当事方打开。", link("事故台账", f"/{REGISTER}"))
        return
    try:
        with visitor.reading() as read:
            known = enterprise_known(read.session, read.actor, int(number))
    except Refused as refusal:
        st.title(said("企业"))
        empty(refusal.message, "从事故的当事方打开。", link("事故台账", f"/{REGISTER}"))
        return
    st.title(said("企业"))
    st.html(f"<p><strong>{cell(known.name)}</strong></p>")
    _accidents(known)
    _papers(known)
    _measures(known)
    st.caption(NOTE)


def _accidents(known: EnterpriseKnown) -> None:
    st.subheader(said("所属车辆的事故"))
    if not known.accidents:
        empty("没有所属车辆的事故。", "台账中的车辆对应到该企业后，会出现在这里。")
        return
    years = "，".join(f"{year}年{count}起" for year, count in sorted(known.years.items(), reverse=True))
    liable = "，".join(
        f"{UNKNOWN if word is None else word.label}{count}次" for word, count in known.liabilities.items()
    )
    st.html(f"<p>{cell(years)}。责任：{cell(liable)}。</p>")
    rows = [
        (
            to_accident(one.id),
            one.occurred_on,
            one.place,
            one.plate,
            one.vehicle_kind,
            one.liability,
            UNKNOWN if one.deaths is None else one.deaths,
            to_case(one.case_number),
        )
        for one in known.accidents[:SHOWN]
    ]
    table(ACCIDENTS, rows, narrow=(0, 1, 3, 5, 6, 7))


def _papers(known: EnterpriseKnown) -> None:
    if not known.papers:
        return
    st.subheader(said("送达的文书"))
    rows = [
        (
            to_case(one.case_number),
            one.kind,
            one.number,
            one.title,
            when(one.delivered_at),
            None if one.acknowledged_at is None else when(one.acknowledged_at),
        )
        for one in known.papers[:SHOWN]
    ]
    table(PAPERS, rows, narrow=(0, 2, 4, 5))


def _measures(known: EnterpriseKnown) -> None:
    if not known.measures:
        return
    st.subheader(said("承办的整改措施"))
    rows = [
        (
            to_case(one.case_number),
            f"{one.ref} {one.text}",
            one.outcome or one.state,
            None if one.answered_at is None else when(one.answered_at),
        )
        for one in known.measures[:SHOWN]
    ]
    table(MEASURES, rows, narrow=(0, 2, 3))


SCREEN = Screen("企业", ENTERPRISE, "事故", show, POLICE, listed=False, pictured=("?unit=4",))
