"""来文: what was demanded of us in any case of the territory: what is owed, or everything that came in."""

from __future__ import annotations

import streamlit as st

from models.case.queries.incoming import IncomingShown, incoming_list
from models.kernel.calendar.local_time import local_date
from ui.web.files_out import file_link, incoming_address
from ui.web.navigation import POLICE, Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page
from ui.web.parts.words import Html, cell, lamp, link

ADDRESS = "incoming"
HEADS = ("来文", "来文机关和文号", "办理要求", "案件", "期限", "预警", "办理结果")
PARTS = {"owed": "待办理的来文", "all": "全部来文"}


def show(visitor: Visitor) -> None:
    """Show a page of what is owed, or of everything."""
    st.title(said("来文"))
    part = st.query_params.get("part", "owed")
    part = part if part in PARTS else "owed"
    parts_of_page("来文", ADDRESS, PARTS, part)
    key = after() or ""
    with visitor.reading() as read:
        found = incoming_list(
            read.session,
            read.actor,
            local_date(read.at),
            everything=part == "all",
            after=int(key) if key.isdecimal() else None,
            limit=PAGE + 1,
        )
    if not found:
        empty(
            "没有待办理的来文。" if part == "owed" else "还没有登记来文。",
            "检察建议、督办、批示等在案件的“文书”中登记。",
        )
        return
    incoming_table(found[:PAGE])
    pager(ADDRESS, found, lambda one: one.id, part=part)


def incoming_table(found: list[IncomingShown]) -> None:
    """Show papers that came in, each with its scan and what became of it."""
    table(HEADS, [_row(one) for one in found], narrow=(4, 5))


def _row(one: IncomingShown) -> tuple[object, ...]:
    due = f"{one.due_on}{'（暂定）' if one.provisional else ''}"
    scan = file_link(incoming_address(one.case_number, one.ref), f"{one.kind.label}（{one.ref}）")
    result: object = one.outcome
    if one.closing_name is not None:
        closing = file_link(f"{incoming_address(one.case_number, one.ref)}/closing", one.closing_number or "扫描件")
        result = Html(f"{cell(one.outcome)}<br>{closing}")
    elif one.closing_number is not None:
        result = f"{one.outcome}（{one.closing_number}）"
    return (
        scan,
        f"{one.sender}（{one.number}，{one.dated}）",
        one.demand,
        link(one.case_number, f"/case?number={one.case_number}&part=papers"),
        due,
        None if one.light is None else lamp(one.light),
        result,
    )


SCREEN = Screen("来文", ADDRESS, "行文", show, POLICE, pictured=("", "?part=all"))
