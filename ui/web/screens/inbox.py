"""消息: what was told to this person or this unit, the newest first."""

from __future__ import annotations

import streamlit as st

from models.overview.queries.messages import MessageShown, inbox
from ui.event_sentence import when
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import link


def show(visitor: Visitor) -> None:
    """Show a page of messages."""
    st.title(said("消息"))
    asked = after()
    with visitor.reading() as read:
        found = inbox(
            read.session,
            read.actor,
            before=int(asked) if asked and asked.isdecimal() else None,
            limit=PAGE + 1,
        )
    if not found:
        empty("没有消息。", "提醒、退回和送达的消息会出现在这里；要办的事项在“我的待办”。", link("我的待办", "/todo"))
        return
    table(("时间", "事项", "内容", "案件编号"), [_row(message) for message in found[:PAGE]], narrow=(0, 3))
    pager("inbox", found, lambda message: message.id)


def _row(message: MessageShown) -> tuple[object, ...]:
    number = message.case_number
    case = "" if number is None else link(number, f"/case?number={number}")  # a restricted one names no case
    return when(message.sent_at), message.subject, message.body, case


SCREEN = Screen("消息", "inbox", "待办", show, EVERYONE)
