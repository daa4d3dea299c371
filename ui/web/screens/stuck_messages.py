"""未送达的消息: what could not be sent or is uncertain, and a person's word on each: send again, or settled otherwise."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.kernel.vocabulary import Role
from models.overview.commands.messages import resend, settle
from models.overview.queries.messages import TroubledSend, troubled_sends
from ui.web.navigation import Screen
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.waiting import UNSENT
from ui.web.parts.words import cell, link, plain

ADDRESS = UNSENT
HEADS = ("外发编号", "状态", "案件编号", "事项", "发给", "方式", "次数", "原因")


def show(visitor: Visitor) -> None:
    """Show a page of what did not arrive, and the form for the one that the address names."""
    st.title(said("未送达的消息"))
    show_done()
    key, chosen = after() or "", st.query_params.get("send", "")
    with visitor.reading() as read:
        found = troubled_sends(read.session, read.actor, after=int(key) if key.isdecimal() else None, limit=PAGE + 1)
        picked = troubled_sends(read.session, read.actor, after=int(chosen) - 1, limit=1) if chosen.isdecimal() else []
    if not found:
        empty("没有未送达的消息。", "外发失败或不能确定是否送达的消息会出现在这里，等您处理。")
        return
    table(HEADS, [_row(send) for send in found[:PAGE]], narrow=(0, 1, 2, 5, 6))
    pager(ADDRESS, found, lambda send: send.id)
    if chosen.isdecimal() and str(picked[0].id if picked else "") != chosen:
        st.info(f"外发消息 {plain(chosen)} 已有人处理或者已经送达，无需再处理。")
    elif picked:
        _one(visitor, picked[0])


def _row(send: TroubledSend) -> tuple[object, ...]:
    number = send.case_number
    return (
        link(str(send.id), f"/{ADDRESS}?send={send.id}"),
        send.state,
        None if number is None else link(number, f"/case?number={number}"),
        _subject(send),
        send.recipient,
        send.medium,
        send.tries,
        send.last_error,
    )


def _subject(found: TroubledSend) -> str:
    return found.subject or f"{found.digest_on} 汇总（{found.messages}条）"


def _one(visitor: Visitor, found: TroubledSend) -> None:
    send = found.id
    with st.container(border=True):
        st.subheader(f"外发消息 {plain(send)}")
        st.html(f"<p>{cell(_subject(found))}　{cell(found.recipient)}　{cell(found.state)}</p>")
        note = st.text_area("核实的情况", key=f"send/{send}/note", height=80).strip()
        again, done = st.columns(2)
        if again.button("重新发送", type="primary", width="stretch"):
            _take(visitor, resend, send, note, f"外发消息 {send} 将重新发送。")
        if done.button("已另行处理，不再发送", width="stretch"):
            _take(visitor, settle, send, note, f"外发消息 {send} 已登记处理结果。")


def _take(visitor: Visitor, step: Callable[..., None], send: int, note: str, told: str) -> None:
    def taken() -> str:
        with visitor.acting() as act:
            step(act, send, note=note)
        return told

    take(taken, leave=True)


SCREEN = Screen("未送达的消息", ADDRESS, "待办", show, frozenset({Role.OFFICER, Role.CLERK}))
