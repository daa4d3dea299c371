"""The banner over leaders' and administrators' pages where the record of cases does not hold."""

from __future__ import annotations

import streamlit as st

from models.kernel.record.watching import first_fault
from ui.event_sentence import when
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import plain


def record_banner(visitor: Visitor) -> None:
    """Say that something in the record does not hold, since when and what to do; nothing where all holds.

    Which case it is stands with whoever runs the machine: leaders of one place need not learn of another's.
    """
    with visitor.reading() as read:
        found = first_fault(read.session)
    if found is not None:
        st.error(
            f"办案记录核对不符：自 {when(found.found_at)} 起发现 {plain(found.count)} 处。请不要改动数据库和日志，"
            "并通知管理员在服务器上运行 shencha record verify，与备份和库外检查点核对。"
        )
