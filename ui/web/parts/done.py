"""Feedback after a step: kept in the window's session, so that a newer click cannot come between the step and its message.

Streamlit gives way to a newer click at every call and at every access of its session state. Whoever takes a step
therefore fetches a plain object before and changes it after, where nothing gives way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from models.kernel.errors import Refused
from ui.web.parts.trouble import tell
from ui.web.parts.words import plain

DONE = "done"


def held(name: str) -> dict[str, Any]:  # as Streamlit's own session state: each form keeps what it needs
    """Return the plain object that this window keeps under a name, empty at first; it is changed in place."""
    kept: dict[str, Any] = st.session_state.setdefault(f"held/{name}", {})
    return kept


def take(step: Callable[[], str], *, leave: bool = False) -> None:
    """Take a step and draw the page anew, which says at its head what the step returned; a refusal is said in place.

    With `leave` the page is drawn anew as it is without what its address picked out.
    """
    done = held(DONE)
    try:
        done["told"] = step()
    except Refused as refusal:
        tell(refusal)
        return
    if leave:
        st.query_params.clear()
    st.rerun()


def show_done() -> None:
    """Say once that the last step was taken; for the head of a page with forms."""
    done = held(DONE)
    if "told" in done:
        st.success(plain(done["told"]))
        del done["told"]
