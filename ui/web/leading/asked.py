"""截至日期 and what else the leaders' pages carry in their addresses."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

import streamlit as st

from models.queries.dashboard.as_of import AsOf
from ui.web.parts.language import said

ON = "on"
COUNTED = "counted"


def as_of(today: date, *, chosen: bool = True) -> AsOf:
    """Return the day in the address, today where there is none or no day; `chosen` offers a field to change it."""
    try:
        day = date.fromisoformat(st.query_params.get(ON, ""))
    except ValueError:
        day = today
    if chosen:
        picked = st.date_input(said("截至日期"), value=day, format="YYYY-MM-DD", key=f"as-of/{day}")
        if isinstance(picked, date) and picked != day:
            _go_to(picked, today)
    return AsOf(day, today)


def _go_to(day: date, today: date) -> None:
    if day == today:
        del st.query_params[ON]
    else:
        st.query_params[ON] = day.isoformat()
    st.rerun()


def counted(at: AsOf, what: str, **cell: Any) -> str:
    """Return where the rows behind a figure stand."""
    given = {name: str(value) for name, value in cell.items() if value is not None}
    day = {ON: at.day.isoformat()} if at.day != at.today else {}
    return f"/{COUNTED}?{urlencode({'what': what, **given, **day})}"
