"""回溯: where one thing of the case comes from and what came of it, and other cases with something in common."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from urllib.parse import urlencode

import streamlit as st

from models.overview.queries.traced import Trace, trace
from models.overview.rules.tracing import Node, Step, Traced
from ui.trace_words import AGAIN, ELSEWHERE, HEADS, NONE_ELSEWHERE, parts, rows, told
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, cell, link

DEEPEST = 8
"""So many steps are indented: a phone has no room for more, and the lines are in order anyway."""

PLACES = {
    Traced.FINDING: ("measures", "finding"),
    Traced.MEASURE: ("measures", "measure"),
    Traced.PAPER: ("papers", "paper"),
}
"""Where a thing itself is shown: the part of the page, and what its address calls it."""


def show(case: Opened) -> None:
    """Show the trace of what the address names, else of all of the case. Each line leads to its own trace."""
    visitor = case.visitor
    with visitor.reading(of_one_case=True) as read:
        found = trace(read.session, read.actor, case.number, case.asked("of"), visitor.installation.settings, read.at)
    if found.start:
        st.html(f'<p class="sc-head">{link(said("全案脉络"), case.at("trace"))}</p>')
    for heading, steps, nothing in parts(found):
        st.subheader(said(heading))
        if steps:
            st.html(_tree(case, found, steps))
        else:
            empty(nothing, "登记证据、问题、措施，送达文书，收到反馈后，这里逐项显示它们的关系。")
    if found.inside:
        st.subheader(said(ELSEWHERE))
        _elsewhere(found)


def _tree(case: Opened, found: Trace, steps: Sequence[Step]) -> Html:
    lines = "".join(_line(case, found.graph.nodes[step.key], step, found.start) for step in steps)
    return Html(f'<ul class="sc-trace">{lines}</ul>')


def _line(case: Opened, node: Node, step: Step, start: Sequence[str]) -> str:
    # Indented by a style and not by lists in lists: those leave no room on a phone.
    named, again = node.ref or node.what, AGAIN if step.again else ""
    rest = escape(told(node).removeprefix(named) + again)
    here = f"<strong>{escape(named)}</strong>" if step.key in start else link(named, case.at("trace", of=node.key))
    return f'<li style="margin-left:{min(step.depth, DEEPEST) * 0.9:.1f}rem">{here}{rest}{_open(case, node)}</li>'


def _open(case: Opened, node: Node) -> str:
    """Return the link to where a thing itself is shown; nothing where it has no place of its own."""
    if node.kind not in PLACES:
        return ""
    part, about = PLACES[node.kind]
    words = f"{said('打开')} {node.ref}"  # with its name: a list of links read out by themselves must tell them apart
    return f" {link(words, case.at(part, **{about: node.ref}))}"


def _elsewhere(found: Trace) -> None:
    lines = [(by, named, _to(number), at, title, refs) for by, named, number, at, title, refs in rows(found.elsewhere)]
    if lines:
        table(HEADS, lines, narrow=(0, 3))
    else:
        st.caption(NONE_ELSEWHERE)


def _to(number: str) -> Html:
    return link(number, f"/case?{urlencode({'number': number, 'part': 'trace'})}") if number else Html(cell(""))
