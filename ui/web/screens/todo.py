"""我的待办: what waits on this person, the most urgent first; the number in the menu counts exactly these rows."""

from __future__ import annotations

from datetime import date

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.record.event_record import latest_event
from models.kernel.vocabulary import Role
from models.office.queries.administration import pending_count
from models.overview.queries.worklists import Waiting, waiting_on
from models.register.queries.hazards import hazards_to_check
from ui.event_sentence import sent_back
from ui.web.cached_worklists import LISTS, WAITING
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import said
from ui.web.parts.stuck_steps import nobody
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.waiting import about, step_address
from ui.web.parts.words import Html, back_mark, cell, lamp, link

HEADS = ("事项", "内容", "案件", "期限", "预警")


def show(visitor: Visitor) -> None:
    """Show a page of what waits."""
    st.title(said("我的待办"))
    if visitor.has(Role.LEADER) and after() is None:
        nobody(visitor)
    if visitor.has(Role.ADMIN) and after() is None:
        _units(visitor)
    if visitor.has(Role.OFFICER) and after() is None:
        _hazards(visitor)
    found = _found(visitor, local_date(visitor.installation.clock()), after())
    if after() is None:
        _correct(visitor, _total(found))
    if not found:
        empty("没有等您办理的事项。", "新的事项会自动出现在这里，并按期限排列。", link("查看案件列表", "/cases"))
        return
    table(HEADS, [_row(wait) for wait in found[:PAGE]], narrow=(0, 3, 4))
    pager("todo", found, lambda wait: wait.key)


def _units(visitor: Visitor) -> None:
    """Tell an administrator how many units wait to be confirmed; they stand on the page of units."""
    with visitor.reading() as read:
        waiting = pending_count(read.session, read.actor)
    if waiting:
        st.html(f'<p class="sc-turn">有 {waiting} 个单位待确认：{link("核对并确认", "/units")}</p>')


def _hazards(visitor: Visitor) -> None:
    """Tell an officer how many hazards wait for a site check; they stand on the page of hazards."""
    with visitor.reading() as read:
        waiting = hazards_to_check(read.session, read.actor)
    if waiting:
        way = link("去核查", "/hazards?part=open&state=reported")
        st.html(f'<p class="sc-turn">有 {waiting} 处隐患待现场核查：{way}</p>')


def _found(visitor: Visitor, today: date, key: str | None) -> list[Waiting]:
    """Return a page of what waits, as the newest event left it."""
    with visitor.installation.database.reading() as session:
        newest = latest_event(session)

    def look() -> list[Waiting]:
        with visitor.installation.database.reading() as session:
            return waiting_on(session, visitor.actor, today, after=key, limit=PAGE + 1)

    return LISTS.of((visitor.person, today, key, newest), look)


def _row(wait: Waiting) -> tuple[object, ...]:
    due = Html("—") if wait.due_on is None else Html(f"{wait.due_on}{'（暂定）' if wait.provisional else ''}")
    what: Html | str = about(wait)
    if wait.returned:
        what = Html(f"{cell(what)}<br>{back_mark()}{cell(sent_back(wait.returned))}")
    return (link(wait.label, step_address(wait)), what, wait.title, due, lamp(wait.light))


def _badge(visitor: Visitor) -> int:
    # What comes to be counted comes to be looked at: the page that follows finds its rows read.
    return WAITING.of(visitor.person, lambda: _total(_found(visitor, local_date(visitor.installation.clock()), None)))


def _total(found: list[Waiting]) -> int:
    return found[0].total if found else 0


def _correct(visitor: Visitor, total: int) -> None:
    """Let the number in the menu be that of the list below: where another was remembered, the page is made anew."""
    stale = WAITING.known(visitor.person) not in (None, total)
    WAITING.put(visitor.person, total)
    if stale:
        st.rerun()


SCREEN = Screen("我的待办", "todo", "待办", show, EVERYONE, badge=_badge)
