"""事项记录: who did what, when and why, the newest first, a page at a time."""

from __future__ import annotations

import streamlit as st

from models.overview.queries.event_groups import EventGroup, grouped
from ui.event_sentence import about, door, when
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.words import link

EVENTS = 30


def show(case: Opened) -> None:
    """Show a page of the record; cells that were typed in one go are one line."""
    st.subheader(said("事项记录"))
    groups = grouped(reversed(case.view.events))
    before = case.asked("before")
    if before is not None and before.isdecimal():
        groups = [group for group in groups if group.newest.seq < int(before)]
    shown = groups[:EVENTS]
    rows = [
        (
            _numbers(group),
            when(group.newest.happened_at),
            f"{group.newest.what}{about(group.events)}",
            group.newest.by,
            door(group.newest),
        )
        for group in shown
    ]
    table(("序号", "时间", "事项", "办理人", "途径"), rows, narrow=(0, 1, 3, 4))
    if len(groups) > EVENTS:
        st.html(link("更早的事项", case.at("record", before=str(shown[-1].newest.seq))))


def _numbers(group: EventGroup) -> str:
    first, last = group.oldest.seq, group.newest.seq
    return str(last) if first == last else f"{first}—{last}"
