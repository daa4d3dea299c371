"""Tables: real HTML, which phones fold into cards and screen readers read; paged by the key of the last row shown.

Not the tables of Streamlit: those are drawn on a canvas (docs/decisions/0015).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import TypeVar
from urllib.parse import urlencode

import streamlit as st

from ui.web.parts.language import said
from ui.web.parts.words import Html, cell

PAGE = 20
T = TypeVar("T")
# Dates, times and numbers of cases are read as one, and never broken over two lines.
_WHOLE = re.compile(r"[\d\- :.%]+天?|[\d\-]+（暂定）")
_NOTHING = ("", "—", "0")
_MARK = re.compile(r"<[^>]*>")


def table(heads: Sequence[str], rows: Iterable[Sequence[object]], *, narrow: Sequence[int] = ()) -> None:
    """Show rows below their heads; `narrow` are the columns that never wrap."""
    st.html(table_html(heads, rows, narrow=narrow))


def table_html(heads: Sequence[str], rows: Iterable[Sequence[object]], *, narrow: Sequence[int] = ()) -> Html:
    """Return a table. Each cell carries its head, for the window in which the heads have no room."""
    names = [escape(said(head)) for head in heads]
    top = "".join(f'<th scope="col">{name}</th>' for name in names)
    body = "".join(
        f"<tr>{''.join(_cell(names[n], cell(value), n in narrow) for n, value in enumerate(row))}</tr>" for row in rows
    )
    return Html(f'<table class="sc-table"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>')


def _cell(head: str, shown: str, narrow: bool) -> str:
    """Return a cell. One that says nothing is left out where rows are cards: thirty noughts hide the one figure."""
    text = _MARK.sub("", shown)
    looks = [
        *(["sc-narrow"] if narrow or _WHOLE.fullmatch(text) else []),
        *(["sc-nothing"] if text in _NOTHING else []),
    ]
    return f'<td data-head="{head}" class="{" ".join(looks)}">{shown}</td>'


def after() -> str | None:
    """Return the key after which the page asked for begins; None for the first."""
    return st.query_params.get("after")


def pager(
    address: str, found: Sequence[T], key: Callable[[T], object], *, page: int = PAGE, **kept: str | None
) -> None:
    """Show the links to the first and the next page, where there is one; `kept` are the filters in the address.

    `found` holds one row more than the page where there are more, `key` is what the following page begins after. Going
    back is the browser's own way back.
    """
    filters = {name: value for name, value in kept.items() if value}
    links = []
    if after() is not None:
        links.append(f'<a class="sc-in" href="/{address}?{escape(urlencode(filters))}">回到首页</a>')
    if len(found) > page:
        following = urlencode({**filters, "after": str(key(found[page - 1]))})
        links.append(f'<a class="sc-in" href="/{address}?{escape(following)}">下一页</a>')
    if links:
        st.html(f'<nav class="sc-pager" aria-label="翻页">{"".join(links)}</nav>')


def empty(what: str, then: str, *further: Html) -> None:
    """Show that a list is empty, and what to do next."""
    ways = "".join(f"<p>{way}</p>" for way in further)
    st.html(f'<div class="sc-empty"><strong>{escape(what)}</strong><p>{escape(then)}</p>{ways}</div>')
