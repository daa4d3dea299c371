"""证据: what supports the findings; files are dropped in and looked at by their bytes."""

from __future__ import annotations

import streamlit as st

from models.accident.sheets import sheet
from models.overview.queries.case_contents import EvidenceShown
from ui.event_sentence import when
from ui.web.case.facts import grid
from ui.web.case.opened import Opened
from ui.web.files_out import evidence_address, file_link
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.words import Html

KILOBYTE = 1024


def show(case: Opened) -> None:
    """Show the evidence, and the form that takes in more."""
    grid(case, sheet("evidence"))
    files = [
        (one.ref, one.title, _file(case, one, one.file_name), when(one.added_at), (one.sha256 or "")[:12])
        for one in case.choices.contents.evidence
        if one.file_name
    ]
    if files:
        st.subheader(said("电子文件"))
        table(("编号", "名称", "文件", "登记时间", "校验值"), files, narrow=(0, 3, 4))
    if may(case.visitor.actor, "add-evidence"):
        st.subheader(said("登记证据文件"))
        action_form(case.visitor, case.number, "add-evidence", case.choices)


def _file(case: Opened, one: EvidenceShown, name: str) -> Html:
    kilobytes = -(-(one.size or 0) // KILOBYTE)
    return Html(f"{file_link(evidence_address(case.number, one.ref), name)}（{kilobytes} KB）")
