"""The links between the parts of one page, the open one marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape

import streamlit as st

from ui.web.parts.language import said


def ways(label: str, links: Iterable[tuple[str, str, bool]]) -> None:
    """Show links as (what it says, its address, whether it is the open one); `label` tells a screen reader what they are."""
    shown = "".join(
        f'<a class="sc-in" href="{escape(address)}"{" aria-current=page" if chosen else ""}>{escape(title)}</a>'
        for title, address, chosen in links
    )
    st.html(f'<nav class="sc-parts" aria-label="{label}">{shown}</nav>')


def parts_of_page(label: str, address: str, titles: Mapping[str, str], chosen: str) -> None:
    """Show the ways to the parts of a page that its address names: /rules?part=limits."""
    ways(label, ((said(title), f"/{address}?part={name}", name == chosen) for name, title in titles.items()))
