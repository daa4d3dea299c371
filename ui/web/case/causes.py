"""致因图 on a case's page: a picture with a link over each finding and measure, and the same in words below it."""

from __future__ import annotations

from base64 import b64encode
from html import escape

import streamlit as st

from documents.causes.drawing import Box, Drawing, drawings, told
from documents.causes.svg import svg
from models.case.queries.causes import causes
from models.papers.content.causes import Causes
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import empty
from ui.web.parts.words import Html, cell


def show(case: Opened) -> None:
    """Show the picture, as high as it must be, and what happened here before."""
    with case.visitor.reading(of_one_case=True) as read:
        found = causes(read.session, read.actor, case.number)
    st.subheader(said("致因图"))
    pages = drawings(found, height=None)
    for drawing in pages:
        st.html(_picture(case, drawing, found))
        with st.expander(said("致因图的文字说明")):
            st.html("".join(f"<p>{cell(line)}</p>" for line in told(found)))
    if not pages:
        empty("还没有可画的原因。", "登记问题和整改措施后，这里画出它们与事故的关系。")


def _picture(case: Opened, drawing: Drawing, found: Causes) -> Html:
    """Return the drawing as a picture of its own, because pages let no drawing through that is not one."""
    shown = b64encode(svg(drawing).encode()).decode()
    spots = "".join(_spot(case, box, drawing) for box in drawing.boxes)
    return Html(
        f'<div class="sc-causes"><img src="data:image/svg+xml;base64,{shown}" '
        f'alt="{escape(told(found)[0])}">{spots}</div>'
    )


def _spot(case: Opened, box: Box, drawing: Drawing) -> str:
    """Return the link that lies over a box; none over what is no finding and no measure."""
    item = box.item
    if item is None or not (item.finding or item.measure):
        return ""
    about = {"finding": item.finding} if item.finding else {"measure": item.measure or ""}
    at = (
        f"left:{100 * box.x / drawing.width:.2f}%;top:{100 * box.y / drawing.height:.2f}%;"
        f"width:{100 * box.width / drawing.width:.2f}%;height:{100 * box.height / drawing.height:.2f}%"
    )
    words = escape(f"{item.words}：{item.whole}" if item.whole not in item.words else item.words)
    return (
        f'<a class="sc-in" href="{escape(case.at("measures", **about))}" style="{at}" title="{words}" '
        f'aria-label="{words}"></a>'
    )
