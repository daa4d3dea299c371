"""签发前检查: what a paper still lacks, each with the place where it is put right, and who may let it pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from models.papers.preflight import Place, Weight
from models.papers.queries.preflight import RemarkShown, preflight
from ui.web.case.opened import Opened
from ui.web.case.preflight_places import ROWS, SHEETS
from ui.web.draft_page import address as draft_address
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said
from ui.web.parts.words import cell, link, plain, way_out

WAIVE = "waive-remarks"


def show(case: Opened, paper: str) -> None:
    """Show what the paper lacks before it can be signed; below it the form for who may let it pass."""
    remarks = remarks_of(case, paper)
    standing = [one for one in remarks if one.blocks]
    title = f"签发前检查：{len(standing)}处缺项" if standing else "签发前检查：没有缺项"
    with st.expander(plain(title), expanded=bool(standing)):
        if remarks:
            st.html(f'<ul class="sc-remarks">{"".join(_line(case, paper, same) for same in alike(remarks))}</ul>')
        _waive(case, paper, standing)


def remarks_of(case: Opened, paper: str) -> tuple[RemarkShown, ...]:
    """Return what the paper lacks today, as the person at the page may read it."""
    visitor = case.visitor
    with visitor.reading(of_one_case=True) as read:
        return preflight(
            read.session,
            read.actor,
            case.number,
            paper,
            settings=visitor.installation.settings,
            rules=rulebook(read.session),
            today=local_date(read.at),
        )


def alike(remarks: Iterable[RemarkShown]) -> list[tuple[RemarkShown, ...]]:
    """Return remarks in their order, those together that say the same of several findings or measures."""
    groups: dict[object, list[RemarkShown]] = {}
    for one in remarks:
        several = one.place in ROWS and one.row is not None and one.text.count(one.row) == 1
        said = (one.text.replace(one.row or "", "…"), one.weight, one.waived) if several else one.key
        groups.setdefault(said, []).append(one)
    return [tuple(same) for same in groups.values()]


def _line(case: Opened, paper: str, same: Sequence[RemarkShown]) -> str:
    one = same[0]
    colour = "yellow" if one.weight is Weight.DOUBTFUL or one.waived else "red"
    state = "已准予不补" if one.waived else one.weight.label
    text = _linked(case, paper, one) if len(same) == 1 else _rows(case, paper, same)
    told = cell(f"（{one.waived.by}：{one.waived.reason}）") if one.waived else ""
    return f'<li><span class="sc-light sc-{colour}">{said(state)}</span> {text}{told}</li>'


def _linked(case: Opened, paper: str, one: RemarkShown) -> str:
    at = _where(case, paper, one)
    to = way_out if one.place is Place.PAPER else link
    return to(one.text, at) if at else cell(one.text)


def _rows(case: Opened, paper: str, same: Sequence[RemarkShown]) -> str:
    """Say once what several rows lack, each row with its own way."""
    before, _, after = same[0].text.partition(same[0].row or "")
    named = "、".join(link(one.row or "", _where(case, paper, one) or "") for one in same)
    return f"{escape(before)}{named}{escape(after)}"


def _where(case: Opened, paper: str, one: RemarkShown) -> str | None:
    """Return where the thing is put right; what is the administrator's has no place here."""
    if one.place in SHEETS:
        return case.at("facts", of=SHEETS[one.place])
    if one.place in ROWS:
        return case.at("measures", **({ROWS[one.place]: one.row} if one.row else {}))
    if one.place is Place.PAPER:
        return draft_address(case.number, paper)
    return case.at("more") if one.place is Place.ACCOUNTABILITY else None


def _waive(case: Opened, paper: str, standing: list[RemarkShown]) -> None:
    waivable = {one.key: one.text for one in standing if one.waivable}
    if not waivable or not may(case.visitor.actor, WAIVE):
        return
    name = f"waive/{case.number}/{paper}"
    every = st.checkbox(said("全部选择"), key=f"{name}/all")
    chosen = st.multiselect(
        said("准予不补的缺项"),
        list(waivable),
        default=list(waivable) if every else None,
        format_func=lambda key: waivable[key],
        key=f"{name}/{every}",
    )
    if chosen:
        action_form(case.visitor, case.number, WAIVE, case.choices, fixed={"paper": paper, "remarks": chosen})
