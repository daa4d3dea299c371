"""What the administrators' pages share: who they are for, a field to search by, forms folded away."""

from __future__ import annotations

import streamlit as st

from models.kernel.vocabulary import Role
from ui.web.parts.action_form import Answers, Only, action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.language import step_title
from ui.web.parts.visitor import Visitor

ADMIN = frozenset({Role.ADMIN})
SECTION = "管理"


def searched(label: str, example: str) -> str | None:
    """Show the field to search by and return what the address asks for; a reload keeps it."""
    with st.form("search", border=False):
        field, go = st.columns((5, 1), vertical_alignment="bottom")
        typed = field.text_input(label, value=st.query_params.get("words", ""), placeholder=example).strip()
        if go.form_submit_button("查找", width="stretch"):
            st.query_params.from_dict({"words": typed} if typed else {})
            st.rerun()
    return st.query_params.get("words") or None


def folded(
    visitor: Visitor,
    action: str,
    choices: Choices,
    *,
    fixed: Answers | None = None,
    current: Answers | None = None,
    only: Only | None = None,
    open_now: bool = False,
) -> None:
    """Show the form of a step of the office behind its title, where the person may take it at all."""
    if may(visitor.actor, action):
        with st.expander(step_title(action), expanded=open_now):
            action_form(visitor, None, action, choices, fixed=fixed, only=only, current=current)


def not_system(parameter: str, value: object) -> bool:
    """Leave out the role that no person holds."""
    return not (parameter == "roles" and value is Role.SYSTEM)
