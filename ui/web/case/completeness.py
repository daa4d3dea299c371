"""归档前检查: what the case lacks before it is archived, each with the place where it is mended, and who may let it be."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from models.archive.queries.completeness import GapShown, completeness, is_archived
from models.archive.rules.gaps import GapKind
from ui.gap_words import OTHERS, summary, way_out
from ui.web.case.opened import Opened
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, cell, link, plain

EXCUSE, ARCHIVE = "excuse-missing", "archive"


def show(case: Opened) -> None:
    """Show the list, the form for who may let something be missing, and the way on to the archiving itself."""
    st.subheader(said("归档前检查"))
    visitor = case.visitor
    with visitor.reading(of_one_case=True) as read:
        archived = is_archived(read.session, read.actor, case.number)
        gaps = completeness(read.session, read.actor, case.number, visitor.installation.files)
    if archived:
        empty("本案已归档。", "归档时经批准的缺项见案卷的备考表。")
        return
    st.html(f'<p class="sc-turn">{cell(summary(gaps))}</p>')
    if gaps:
        table(("缺项", "内容", "单位", "文号", "怎么办"), [_row(case, gap) for gap in gaps], narrow=(0, 3))
    st.caption(OTHERS)
    standing = [gap for gap in gaps if gap.blocks]
    if may(visitor.actor, EXCUSE):
        _excuse(case, standing)
    if not standing and may(visitor.actor, ARCHIVE):
        st.html(link("去归档", case.at("more", action=ARCHIVE)))


def _row(case: Opened, gap: GapShown) -> tuple[object, ...]:
    name, _, value = (gap.about or "").partition("=")
    text = link(gap.text, case.at(gap.part, **({name: value} if name else {}))) if gap.key else cell(gap.text)
    return GapKind(gap.kind).label, Html(text), gap.unit, gap.number, way_out(gap)


def _excuse(case: Opened, standing: Sequence[GapShown]) -> None:
    """Let gaps be chosen and excused together."""
    excusable = {gap.key: gap.text for gap in standing if gap.excusable and gap.key}
    if not excusable:
        return
    name = f"excuse/{case.number}"
    every = st.checkbox(said("全部选择"), key=f"{name}/all")
    chosen = st.multiselect(
        said("准予的缺项"),
        list(excusable),
        default=list(excusable) if every else None,
        format_func=lambda key: plain(excusable[key]),
        key=f"{name}/{every}",
    )
    if chosen:
        action_form(case.visitor, case.number, EXCUSE, case.choices, fixed={"missing": chosen})
