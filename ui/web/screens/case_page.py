"""案件办理: one case on one page. Its head says where it stands; its parts stand in the address, and so outlive a reload."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.kernel.vocabulary import CaseKind
from models.overview.queries.case_view import CaseRead
from ui.case_words import kind_told
from ui.event_sentence import sent_back
from ui.web.case import (
    causes,
    checklist,
    clocks,
    completeness,
    evidence,
    facts,
    measures,
    more,
    overview,
    papers,
    record,
    runs,
    trace,
)
from ui.web.case.opened import Opened
from ui.web.facts.parts import PARTS as FACTS
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import empty
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import back_mark, cell, lamp, link, plain

# What only the police have: the inside of a case.
INSIDE = ("facts", "causes", "checklist", "evidence", "complete", "runs")
OF_ACCIDENT = ("facts", "causes", "checklist")
PARTS: dict[str, tuple[str, Callable[[Opened], None]]] = {
    "overview": ("概况", overview.show),
    "facts": ("调查", facts.show),
    "measures": ("问题与措施", measures.show),
    "causes": ("致因分析", causes.show),
    "checklist": ("调查清单", checklist.show),
    "evidence": ("证据", evidence.show),
    "papers": ("文书", papers.show),
    "clocks": ("时限", clocks.show),
    "trace": ("回溯", trace.show),
    "record": ("事项记录", record.show),
    "complete": ("归档前检查", completeness.show),
    "runs": ("流程运行", runs.show),
    "more": ("其他办理", more.show),
}


def show(visitor: Visitor) -> None:
    """Show the part of the case that the address names. Raises NotFound for a case that is not to be seen."""
    number = st.query_params.get("number", "")
    if not number:
        st.title(said("案件办理"))
        empty("没有指明案件。", "请从案件列表或待办中打开一个案件。", link("案件列表", "/cases"))
        return
    installation = visitor.installation
    view = CaseRead(
        lambda: installation.database.reading(of_one_case=True), visitor.actor, number, installation.clock()
    )
    case = Opened(visitor, number, view, Choices.of_case(visitor, view))
    with view.reading():
        _head(case)
    part = case.asked("part") or "overview"
    parts = {name: told for name, told in PARTS.items() if _offered(case, name)}
    _parts(case, part, {name: title for name, (title, _) in parts.items()})
    show_done()
    parts.get(part, parts["overview"])[1](case)


def _offered(case: Opened, part: str) -> bool:
    """Whether a part is shown: the inside to the police alone, and of a work order nothing that is about an accident."""
    if part in OF_ACCIDENT and case.view.kind is CaseKind.HAZARD:
        return False
    return case.whole or part not in INSIDE


def _head(case: Opened) -> None:
    view = case.view
    st.title(plain(view.title))
    st.html(
        f'<p class="sc-head"><span>{cell(view.case_number)}</span><span>{kind_told(view)}</span>'
        f"<span>阶段：{view.stage.label}</span><span>预警：{lamp(view.light)}</span></p>"
    )
    for paper in view.documents:
        if paper.returned:
            named = link(f"{paper.ref} {paper.title}", case.at("papers", paper=paper.ref))
            st.html(f'<p class="sc-turn">{back_mark()}{named}<br>{cell(sent_back(paper.returned))}</p>')


def _parts(case: Opened, chosen: str, titles: dict[str, str]) -> None:
    ways("案件内容", ((said(title), case.at(name), name == chosen) for name, title in titles.items()))


SCREEN = Screen(
    "案件办理",
    "case",
    "案件",
    show,
    EVERYONE,
    listed=False,
    pictured=(
        "?number={case}",
        *(f"?number={{case}}&part={part}" for part in PARTS if part != "overview"),
        *(f"?number={{case}}&part=facts&of={part}" for part in FACTS),
    ),
)
