"""事项记录: who did what, when and why, the newest first, a page at a time."""

from __future__ import annotations

import streamlit as st

from ui.event_sentence import about, door, when
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.words import link

EVENTS = 30


def show(case: Opened) -> None:
    """Show a page of the record."""
    st.subheader(said("事项记录"))
    events = list(reversed(case.view.events))
    before = case.asked("before")
    if before is not None and before.isdecimal():
        events = [event for event in events if event.seq < int(before)]
    shown = events[:EVENTS]
    rows = [
        (event.seq, when(event.happened_at), f"{event.what}{about(event)}", event.by, door(event)) for event in shown
    ]
    table(("序号", "时间", "事项", "办理人", "途径"), rows, narrow=(0, 1, 3, 4))
    if len(events) > EVENTS:
        st.html(link("更早的事项", case.at("record", before=str(shown[-1].seq))))
