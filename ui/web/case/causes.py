"""致因分析: the picture of causes, with a link over each finding and measure, and earlier accidents like this one."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from urllib.parse import urlencode

import streamlit as st

from documents.causes.marks import drawing, share
from documents.causes.pages import Box, Page, pages_of, told
from documents.drawing.svg import PLAIN, svg
from models.case.queries.causes import causes
from models.papers.content.causes import Causes
from models.prevention.queries.similar import SimilarAccident, similar_accidents
from ui.similar_words import HEADS, NONE, of_accident, of_measure
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, cell, link, pictured


def show(case: Opened) -> None:
    """Show the picture, as high as it must be, and what happened here before."""
    with case.visitor.reading(of_one_case=True) as read:
        found = causes(read.session, read.actor, case.number)
    st.subheader(said("致因图"))
    pages = pages_of(found, height=None)
    for page in pages:
        st.html(_picture(case, page, found))
        with st.expander(said("致因图的文字说明")):
            st.html("".join(f"<p>{cell(line)}</p>" for line in told(found)))
    if not pages:
        empty("还没有可画的原因。", "登记问题和整改措施后，这里画出它们与事故的关系。")
    _before(case)


def _before(case: Opened) -> None:
    """Show earlier accidents like this one: what they have in common, what was promised then, how it stands now."""
    with case.visitor.reading(of_one_case=True) as read:
        earlier = similar_accidents(read.session, read.actor, case.number, case.visitor.installation.settings)
    st.subheader(said("类似事故"))
    if not earlier:
        empty(NONE, "按地点、路段、车辆、企业和同一区县的同类原因，与本系统的案件比对。")
        return
    st.caption("本系统中此前发生的、与本起事故有共同点的事故，及当时提出的整改措施现在的状态。")
    rows = [row for one in earlier for row in _lines(one)]
    table(HEADS, rows, narrow=(0, 1, 6))


def _lines(one: SimilarAccident) -> Iterator[tuple[object, ...]]:
    """Yield a line for each measure in each unit's hands; the accident stands in the first."""
    number, *rest = of_accident(one)
    first: tuple[object, ...] = (link(number, f"/case?{urlencode({'number': number})}"), *rest)
    for promised in one.measures:
        text, unit, standing = of_measure(promised)
        look = "green" if promised.done else "yellow"
        yield (*first, text, unit, Html(f'<span class="sc-light sc-{look}">{cell(standing)}</span>'))
        first = (Html(""),) * 4
    if not one.measures:
        yield (*first, "没有整改措施", None, None)


def _picture(case: Opened, page: Page, found: Causes) -> Html:
    name = told(found)[0]
    spots = "".join(_spot(case, box, page) for box in page.boxes)
    return Html(f'<div class="sc-causes">{pictured(svg(drawing(page), name, fonts=PLAIN), name)}{spots}</div>')


def _spot(case: Opened, box: Box, page: Page) -> str:
    """Return the link that lies over a box; none over what is no finding and no measure."""
    item = box.item
    if item is None or not (item.finding or item.measure):
        return ""
    about = {"finding": item.finding} if item.finding else {"measure": item.measure or ""}
    left, top, width, height = share(box, page)
    at = f"left:{left:.2f}%;top:{top:.2f}%;width:{width:.2f}%;height:{height:.2f}%"
    words = escape(f"{item.words}：{item.whole}" if item.whole not in item.words else item.words)
    return (
        f'<a class="sc-in" href="{escape(case.at("measures", **about))}" style="{at}" title="{words}" '
        f'aria-label="{words}"></a>'
    )
