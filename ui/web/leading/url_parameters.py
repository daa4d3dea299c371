"""URL parameters of the leaders' pages: 截至日期 and the others."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from models.overview.queries.dashboard.as_of import AsOf
from ui.web.parts.done import held
from ui.web.parts.language import said

ON = "on"
COUNTED = "counted"
FIELD = "as-of"


def as_of(today: date, *, chosen: bool = True) -> AsOf:
    """Return the day in the address, today where there is none or no day; `chosen` offers a field to change it.

    A day that is typed arrives part by part, each a day of its own, so the field stays the same one all along.
    """
    try:
        day = date.fromisoformat(st.query_params.get(ON, ""))
    except ValueError:
        day = today
    if chosen:
        window, typed = held(FIELD), st.session_state.get(FIELD)
        if isinstance(typed, date) and typed != window.get("shown", typed):
            day = typed
            _say(day, today)
        elif typed != day:
            st.session_state[FIELD] = day
        window["shown"] = day
        st.date_input(said("截至日期"), format="YYYY-MM-DD", key=FIELD)
    return AsOf(day, today)


def _say(day: date, today: date) -> None:
    """Let the address name the day."""
    if day != today:
        st.query_params[ON] = day.isoformat()
    elif ON in st.query_params:
        del st.query_params[ON]


def counted(at: AsOf, what: str, **cell: object) -> str:
    """Return where the rows behind a figure stand."""
    given = {name: str(value) for name, value in cell.items() if value is not None}
    day = {ON: at.day.isoformat()} if at.day != at.today else {}
    return f"/{COUNTED}?{urlencode({'what': what, **given, **day})}"
