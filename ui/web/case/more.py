"""其他办理: forms for every action that this person's roles allow on the case."""

from __future__ import annotations

import streamlit as st

from models.actions import ACTIONS
from ui.web.case.opened import Opened
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty


def show(case: Opened) -> None:
    """Show the chosen step's form; which one is chosen stands in the address."""
    st.subheader(said("其他办理"))
    offered = [action for action in ACTIONS if may(case.visitor.actor, action)]
    if not offered:
        empty("您的角色在案件中没有可以办理的步骤。", "需要办理请联系管理员。")
        return
    asked = case.asked("action")
    chosen = st.selectbox(
        "办理什么",
        offered,
        index=offered.index(asked) if asked in offered else None,
        format_func=step_title,
        placeholder="请选择",
    )
    if chosen is None:
        st.caption("选择后填写表单；不该在此时办理的，系统会说明原因。")
        return
    st.query_params["action"] = chosen
    action_form(case.visitor, case.number, chosen, case.choices)
