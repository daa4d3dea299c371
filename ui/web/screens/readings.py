"""查阅记录: who read what, for the auditor alone, who sees nothing else."""

from __future__ import annotations

import streamlit as st

from models.kernel.vocabulary import Role
from models.office.queries.readings import ReadingShown, reading_list
from ui.event_sentence import when
from ui.web.navigation import Screen
from ui.web.parts.admin import searched
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor

ADDRESS = "readings"
HEADS = ("序号", "时间", "姓名", "账号", "方式", "类别", "查阅内容", "案件编号")


def show(visitor: Visitor) -> None:
    """Show a page of readings, of one account or case where the address names it."""
    st.title(said("查阅记录"))
    about, key = searched("账号或者案件编号", "如 li，或 4207-2026-0001"), after() or ""
    with visitor.reading() as read:
        before = int(key) if key.isdecimal() else None
        found = reading_list(read.session, read.actor, about=about, after=before, limit=PAGE + 1)
    if not found:
        empty("没有查阅记录。", "查阅限制公开文书、显示个人信息和导出的，都会记录在这里。")
        return
    table(HEADS, [_row(one) for one in found[:PAGE]], narrow=(0, 1, 3, 4, 5, 7))
    pager(ADDRESS, found, lambda one: one.seq, words=about)


def _row(one: ReadingShown) -> tuple[object, ...]:
    return (one.seq, when(one.at), one.name, one.account, one.door, one.kind, one.what, one.case_number)


SCREEN = Screen("查阅记录", ADDRESS, "审计", show, frozenset({Role.AUDITOR}))
