"""调查: what is known of the accident, part by part, as tables that are saved while somebody types in them."""

from __future__ import annotations

from html import escape

import streamlit as st

from models.accident.sheets import Sheet, sheet
from models.case.queries.fact_progress import FactsFilled, facts_filled
from models.kernel.vocabulary import Role, Stage
from ui.web.case.opened import Opened
from ui.web.facts.parts import PARTS, FactsPart
from ui.web.facts.progress import in_words, look, together
from ui.web.parts.language import said
from ui.web.parts.words import link

BARRED = {
    Stage.REVIEWING: "报告正在审批，情况不能修改；需要修改的，请审批人退回报告。",
    Stage.RECTIFYING: "报告已签发。有误的在格内“更正”并写明理由，载有原内容的文书会标记为需要更正；其他步骤见{more}。",
    Stage.ARCHIVED: "案件已归档，情况不能修改。",
    Stage.DISCONTINUED: "案件已终止，情况不能修改。",
}


def show(case: Opened) -> None:
    """Show the part of the investigation that the address names."""
    part = PARTS.get(case.asked("of") or "") or next(iter(PARTS.values()))
    with case.visitor.reading(of_one_case=True) as read:
        names = [name for one in PARTS.values() for name in one.sheets]
        filled = facts_filled(read.session, read.actor, case.number, names)
    _parts(case, part, filled)
    if not filled.editable and case.visitor.has(Role.OFFICER):
        _barred(case)
    for name in part.sheets:
        if name in filled.sheets:
            grid(case, sheet(name))


def _barred(case: Opened) -> None:
    """Say why nothing can be typed, and what can be done instead."""
    told = BARRED.get(case.view.stage)
    if told:
        st.html(f'<p class="sc-turn">{told.format(more=link("其他办理", case.at("more")))}</p>')


def _parts(case: Opened, chosen: FactsPart, filled: FactsFilled) -> None:
    links = []
    for part in PARTS.values():
        far = together(filled.sheets[name] for name in part.sheets if name in filled.sheets)
        current = f' data-part="{part.name}"{" aria-current=page" if part is chosen else ""}'
        links.append(
            f'<a class="sc-in" href="{escape(case.at("facts", of=part.name))}"{current}>{escape(said(part.title))}'
            f'<small class="sc-far-{look(far)}">{escape(in_words(far))}</small></a>'
        )
    st.html(f'<nav class="sc-facts" aria-label="调查各部分">{"".join(links)}</nav>')


def grid(case: Opened, of: Sheet) -> None:
    """Put the table, or the form, of one sheet on the page."""
    st.subheader(said(of.title))
    form = "" if of.many else ' as="form"'
    # One component a sheet for everybody: whose case it is the element reads in the address.
    element = st.components.v2.component(
        f"facts-{of.name}", html=f'<sc-grid sheet="{of.name}"{form}></sc-grid>', isolate_styles=False
    )
    element(key=f"facts-{case.number}-{of.name}")
