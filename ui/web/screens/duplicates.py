"""疑似重复: rows of the register that may be one accident, the most alike first; a person says whether they are."""

from __future__ import annotations

from datetime import date, timedelta

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.vocabulary import Role
from models.register.commands.editing import merge_registered_accidents, tell_accidents_apart
from models.register.queries.duplicates import Duplicate, suspected
from models.register.rules.duplicates import Record
from ui.event_sentence import when
from ui.web.navigation import POLICE, Screen
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.register_parts import REGISTER, TWICE, to_accident, wanted_in
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link, plain

HEADS = ("相似度", "一起", "另一起", "依据", "处理")
SPAN, LONGEST = timedelta(days=30), timedelta(days=92)
MOST = 50


def show(visitor: Visitor) -> None:
    """Show what may have come twice in the days of the address, and the form for the pair that it names."""
    st.title(said("疑似重复"))
    show_done()
    try:
        since, until = _days(visitor)
        with visitor.reading() as read:
            found = suspected(read.session, read.actor, since, until, limit=MOST)
    except Refused as refusal:
        st.error(plain(refusal.message))
        return
    st.caption("按时间、地点、号牌和伤亡比较。合并后只计一起；确认不是同一起的，不再提示。")
    if not found:
        empty("没有疑似重复的事故。", "可以查看其他日期。", link("事故台账", f"/{REGISTER}"))
        return
    table(HEADS, [_row(pair, since, until) for pair in found], narrow=(0, 4))
    _chosen(visitor, found)


def _days(visitor: Visitor) -> tuple[date, date]:
    """Read the days from the address, the last thirty where it has none, and let them be changed."""
    asked, today = wanted_in(st.query_params), local_date(visitor.installation.clock())
    until = asked.until or today
    since = asked.since or until - SPAN
    with st.form("days", border=False):
        first, second, go = st.columns((2, 2, 1), vertical_alignment="bottom")
        begin = first.date_input("自", value=since, format="YYYY-MM-DD")
        end = second.date_input("至", value=until, format="YYYY-MM-DD")
        if go.form_submit_button("查找", width="stretch"):
            st.query_params.from_dict({"since": str(begin), "until": str(end)})
            st.rerun()
    if until - since > LONGEST:
        st.info(plain(f"一次最多比较{LONGEST.days}天，只比较至{until}的{LONGEST.days}天。"))
        since = until - LONGEST
    return since, until


def _row(pair: Duplicate, since: date, until: date) -> tuple[object, ...]:
    here = f"/{TWICE}?since={since}&until={until}&pair={pair.one.id}-{pair.other.id}"
    return (
        pair.likeness.score,
        _told(pair.one),
        _told(pair.other),
        "；".join(pair.likeness.reasons),
        link("处理", here),
    )


def _told(one: Record) -> Html:
    plates = f"（{'、'.join(sorted(one.plates))}）" if one.plates else ""
    return Html(
        f"{to_accident(one.id)} {cell(when(one.occurred_at))} {cell(one.place)}{cell(plates) if plates else ''}"
    )


def _chosen(visitor: Visitor, found: list[Duplicate]) -> None:
    """Let a person say what the pair of the address is."""
    asked = st.query_params.get("pair", "")
    pair = next((one for one in found if asked == f"{one.one.id}-{one.other.id}"), None)
    if pair is None or not visitor.has(Role.OFFICER, Role.CLERK):
        return
    with st.container(border=True):
        st.subheader(plain(f"序号 {pair.one.id} 和 {pair.other.id}"))
        reason = st.text_input("理由", key=f"{asked}/reason").strip()
        keep_one, keep_other, apart = st.columns(3)
        for place, stays, gone in ((keep_one, pair.one, pair.other), (keep_other, pair.other, pair.one)):
            if place.button(plain(f"是同一起，保留 {stays.id}"), width="stretch", key=f"{asked}/{stays.id}"):
                _merge(visitor, gone.id, stays.id, reason)
        if apart.button("不是同一起", width="stretch", key=f"{asked}/apart"):
            _apart(visitor, pair, reason)


def _merge(visitor: Visitor, gone: int, stays: int, reason: str) -> None:
    def merged() -> str:
        with visitor.acting() as act:
            merge_registered_accidents(act, accident=gone, stays=stays, reason=reason)
        return f"序号 {gone} 已并入序号 {stays}。"

    take(merged)


def _apart(visitor: Visitor, pair: Duplicate, reason: str) -> None:
    def told() -> str:
        with visitor.acting() as act:
            tell_accidents_apart(act, accident=pair.one.id, another=pair.other.id, reason=reason)
        return f"已记录：序号 {pair.one.id} 和 {pair.other.id} 不是同一起事故。"

    take(told)


SCREEN = Screen("疑似重复", TWICE, "事故", show, POLICE)
