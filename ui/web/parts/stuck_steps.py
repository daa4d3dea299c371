"""无人可办: warning about steps that no account may take, with reason and remedy."""

from __future__ import annotations

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.rights.visible import POLICE
from models.overview.queries.stuck import StuckStep, stuck_steps
from ui.stuck_words import about_stuck
from ui.web.cached_worklists import STUCK
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link, plain

MOST = 10
RED = Html('<span class="sc-light sc-red">无人可办</span>')


def nobody(visitor: Visitor) -> None:
    """Show the steps that nobody may take, of the person's territory, or of every unit to an administrator."""
    today = local_date(visitor.installation.clock())

    def look() -> list[StuckStep]:
        with visitor.reading() as read:
            return stuck_steps(read.session, read.actor, today, settings=visitor.installation.settings, limit=MOST)

    found = STUCK.of((visitor.person, today), look)
    if not found:
        return
    st.subheader(said("无人可办的步骤"))
    inside = found[0].inside is not None
    heads = ("步骤", "内容", "案件", "原因", "怎么解决") if inside else ("步骤", "办案单位", "案件", "原因", "怎么解决")
    table(heads, [_row(step) for step in found], narrow=(0,))
    if found[0].total > len(found):
        st.caption(plain(f"共 {found[0].total} 项，以上是前 {len(found)} 项；解决后其余的会显示出来。"))


def nobody_in(visitor: Visitor, case_number: str) -> None:
    """Show the steps of one case that nobody may take, to the police who see it."""
    if not visitor.has(*POLICE):
        return
    with visitor.reading(of_one_case=True) as read:
        found = stuck_steps(
            read.session,
            read.actor,
            local_date(read.at),
            settings=visitor.installation.settings,
            case_number=case_number,
            limit=MOST,
        )
    for step in found:
        what = about_stuck(step)
        st.html(
            f'<p class="sc-turn">{RED} {cell(step.label)}{"：" + cell(what) if what else ""}<br>'
            f"{cell(step.reason)}。{cell(step.helps)}。</p>"
        )


def _row(step: StuckStep) -> tuple[object, ...]:
    what: str | None = step.unit
    case: str | None = step.case_number
    if step.inside is not None:
        what, case = about_stuck(step), link(step.inside.title, f"/case?number={step.case_number}")
    return Html(f"{RED} {step.label}"), what, case, f"{step.reason}。", f"{step.helps}。"
