"""我的反馈记录: everything a unit has answered, the newest first, with what the police said of it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.kernel.vocabulary import Role
from models.rectification.queries.agency import own_replies
from ui.event_sentence import when
from ui.web.files_out import file_links
from ui.web.navigation import Screen
from ui.web.parts.choices import short
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link, wished
from ui.web.screens.my_measures import verdict

HEADS = ("时间", "案件编号", "措施", "反馈", "内容", "单位", "研判意见", "事项记录")
ADDRESS, LONGEST = "replies", 80


def show(visitor: Visitor) -> None:
    """Show a page of replies."""
    st.title(said("我的反馈记录"))
    key = after() or ""
    with visitor.reading() as read:
        found = own_replies(read.session, read.actor, after=int(key) if key.isdecimal() else None, limit=PAGE + 1)
    if not found:
        empty("还没有反馈。", "在“我的整改”中打开一项措施即可反馈。", link("我的整改", "/mine"))
        return
    table(HEADS, [_row(reply) for reply in found[:PAGE]], narrow=(0, 1, 3))
    pager(ADDRESS, found, lambda row: row["key"])


def _row(reply: dict[str, Any]) -> tuple[Any, ...]:
    number = reply["case_number"]
    behalf = "（代录）" if reply["on_behalf"] else ""
    granted = f"，准予延至 {reply['granted_due_on']}" if reply["granted_due_on"] else ""
    files = f"<br>附件：{file_links(number, reply['ref'], reply['files'])}" if reply["files"] else ""
    measure = reply["measure"]
    shown = link(measure, f"/notice?number={number}&paper={reply['paper']}") if reply["paper"] else Html(measure)
    return (
        when(reply["happened_at"]),
        number,
        shown,
        f"{reply['kind'].label}{behalf}",
        Html(f"{cell(short(reply['text'], LONGEST))}{wished(reply['requested_due_on'])}{files}"),
        reply["organisation"],
        f"{_verdict(reply)}{granted}",
        link("查看", f"/case?number={number}&part=record"),
    )


def _verdict(reply: dict[str, Any]) -> str | None:
    return verdict(reply["kind"], reply["verdict"], reply["reason"], withdrawn=reply["withdrawn_at"] is not None)


SCREEN = Screen("我的反馈记录", ADDRESS, "整改", show, frozenset({Role.AGENCY}))
