"""证据: what supports the findings; files are dropped in and looked at by their bytes."""

from __future__ import annotations

import streamlit as st

from models.overview.queries.case_contents import EvidenceShown
from ui.event_sentence import when
from ui.web.case.opened import Opened
from ui.web.files_out import evidence_address, file_link
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html

KILOBYTE = 1024


def show(case: Opened) -> None:
    """Show the evidence, and the form that takes in more."""
    st.subheader(said("证据"))
    found = case.choices.contents.evidence
    if found:
        rows = [
            (
                one.ref,
                one.title,
                one.finding,
                _file(case, one, one.file_name) if one.file_name else one.reference,
                when(one.added_at),
                (one.sha256 or "")[:12],
            )
            for one in found
        ]
        table(("编号", "名称", "支持的问题", "文件或存放处", "登记时间", "校验值"), rows, narrow=(0, 2, 4, 5))
    else:
        empty("还没有证据。", "把照片、笔录、鉴定意见等文件拖到下面的表单里登记。")
    if may(case.visitor.actor, "add-evidence"):
        st.markdown(f"**{step_title('add-evidence')}**")
        action_form(case.visitor, case.number, "add-evidence", case.choices)
        if found:
            with st.expander(step_title("withdraw-evidence")):
                action_form(case.visitor, case.number, "withdraw-evidence", case.choices)


def _file(case: Opened, one: EvidenceShown, name: str) -> Html:
    kilobytes = -(-(one.size or 0) // KILOBYTE)
    return Html(f"{file_link(evidence_address(case.number, one.ref), name)}（{kilobytes} KB）")
