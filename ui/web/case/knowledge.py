"""知识库 beside a case: from a few words to the duty, its law on the day of the accident, the finding and what mends it."""

from __future__ import annotations

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.knowledge.queries import EntryShown, suggested
from ui.web.case.opened import Opened
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.words import plain

HINT = "如：路侧没有护栏、动态监控没有处置疲劳驾驶报警"


def show(case: Opened) -> None:
    """Offer the entries nearest to what the investigator types; taking one over fills the forms, and all stays editable."""
    if not may(case.visitor.actor, "add-finding"):
        return
    with st.expander(said("从知识库选用问题和措施")):
        words = st.text_input(said("用几个词描述查到的情况"), placeholder=HINT, key=f"knowledge/{case.number}").strip()
        if not words:
            return
        today = local_date(case.visitor.installation.clock())
        happened = local_date(case.view.accident.occurred_at)
        found = {one.key: one for one in suggested(words, today, breach=happened)}
        if not found:
            st.caption(said("知识库里没有相近的条目，请直接登记问题。"))
            return
        chosen = st.radio(
            said("相近的条目"),
            list(found),
            format_func=lambda key: found[key].title,
            key=f"knowledge/{case.number}/{words}",
        )
        _taken_over(case, found[chosen])


def _taken_over(case: Opened, one: EntryShown) -> None:
    st.markdown(plain(f"职责：{one.duty}"))
    for cited in one.basis:
        st.caption(plain(cited.told))
    st.markdown(f"**{said('增加问题')}**")
    st.caption(said("【】内请改写为本案的事实。"))
    action_form(case.visitor, case.number, "add-finding", case.choices, begins=_begins(one), key=one.key)
    st.markdown(f"**{said('增加整改措施')}**")
    table(
        ("措施", "一般由谁办", "以什么证明", "通常几日"),
        [(measure.text, measure.by.label, measure.proof, measure.days) for measure in one.measures],
        narrow=(1, 3),
    )
    for at, measure in enumerate(one.measures):
        with st.expander(plain(measure.text)):
            begins = {"text": f"{measure.text}。", "proof": measure.proof}
            action_form(case.visitor, case.number, "add-measure", case.choices, begins=begins, key=f"{one.key}/{at}")


def _begins(one: EntryShown) -> dict[str, object]:
    """Return what the form of a finding begins with: only a basis that was compared with the published text."""
    return {
        "text": one.finding,
        "aspect": one.aspect,
        "tags": list(one.causes),
        "legal_basis": [cited.name for cited in one.basis if cited.checked],
        "duty_failure": True,
    }
