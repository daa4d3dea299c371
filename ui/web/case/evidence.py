"""证据: what supports the findings, the pictures among it, and which of them the report shows."""

from __future__ import annotations

from datetime import datetime
from html import escape

import streamlit as st

from documents.drawing.scene import scene
from documents.drawing.svg import svg
from models.accident.sheets import sheet
from models.case.queries.fact_progress import facts_filled
from models.case.queries.scene import scene_of
from models.kernel.vocabulary import CaseKind, FileState
from models.overview.queries.case_contents import EvidenceShown
from models.papers.content import ScenePlan
from ui.event_sentence import when
from ui.web.case.facts import grid
from ui.web.case.opened import Opened
from ui.web.files_out import evidence_address, file_link, small_address
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty, table
from ui.web.parts.words import Html, pictured

KILOBYTE = 1024


def show(case: Opened) -> None:
    """Show the evidence, the forms that take in more, and the figures of the report."""
    investigated = case.view.kind is CaseKind.ACCIDENT
    if investigated:
        grid(case, sheet("evidence"))
    files = [
        (
            one.ref,
            _small(case, one),
            one.title,
            _file(case, one, one.file_name),
            _taken(one),
            when(one.added_at),
            (one.sha256 or "")[:12],
        )
        for one in case.choices.contents.evidence
        if one.file_name
    ]
    if files:
        st.subheader(said("电子文件"))
        table(("编号", "图", "名称", "文件", "拍摄情况", "登记时间", "校验值"), files, narrow=(0, 5, 6))
    if may(case.visitor.actor, "add-evidence"):
        for step in ("add-evidence", "add-pictures"):
            with st.expander(step_title(step)):
                action_form(case.visitor, case.number, step, case.choices)
    if case.whole and investigated:
        _figures(case)


def _file(case: Opened, one: EvidenceShown, name: str) -> Html:
    kilobytes = -(-(one.size or 0) // KILOBYTE)
    others = f"，又名{escape('、'.join(one.other_names))}" if one.other_names else ""
    link = file_link(evidence_address(case.number, one.ref), name)
    return Html(f"{link}（{kilobytes} KB{others}）{_warning(one)}")


def _warning(one: EvidenceShown) -> str:
    """What whoever is about to open the file should know."""
    told = []
    if one.known is not None and one.known.state is FileState.FOUND:
        locked = "，不能打开" if one.known.locked else "，管理员已放行"
        told.append(f"查出恶意程序（{one.known.found}）{locked}")
    if one.known is not None and one.known.acts:
        told.append(f"含有{'、'.join(one.known.acts)}，打开时会起作用，请小心")
    return f"<br><strong>{escape('；'.join(told))}</strong>" if told else ""


def _small(case: Opened, one: EvidenceShown) -> Html:
    if not one.shown:
        return Html("")
    large = escape(evidence_address(case.number, one.ref))
    small = escape(small_address(case.number, one.ref))
    picture = f'<img class="sc-small" src="{small}" alt="{escape(one.title)}" loading="lazy">'
    return Html(f'<a href="{large}" target="_blank" rel="noopener">{picture}</a>')


def _taken(one: EvidenceShown) -> str:
    """When, by whom and where a picture was taken, as far as somebody or the camera said."""
    told = [one.details.get(name) for name in ("taken_at", "taken_by", "place")]
    at = _moment(told[0])
    return "，".join(filter(None, (at, *(str(part) for part in told[1:] if part))))


def _moment(value: object) -> str:
    try:
        return when(datetime.fromisoformat(str(value))) if value else ""
    except ValueError:
        return str(value)  # half typed


def _figures(case: Opened) -> None:
    """The plan of the scene, as the facts give it, and the list of what the report shows."""
    with case.visitor.reading(of_one_case=True) as read:
        plan = scene_of(read.session, read.actor, case.number)
        filled = facts_filled(read.session, read.actor, case.number, ("scene", "figures"))
    # What can be filled in no more, and never was, is nothing to look at.
    shown = {name for name, told in filled.sheets.items() if filled.editable or told.rows}
    if "scene" in shown:
        grid(case, sheet("scene"))
        _plan(case, plan, editable=filled.editable)
    if "figures" in shown:
        grid(case, sheet("figures"))


def _plan(case: Opened, plan: ScenePlan | None, *, editable: bool) -> None:
    if plan is None and editable:
        empty("还没有现场图。", "在上表填写车辆、碰撞点等的沿路距离和距路中心距离，刷新后即绘出现场图。")
    if plan is not None:
        st.html(f'<figure class="sc-scene">{pictured(svg(scene(plan), "现场图"), "现场图")}</figure>')
        if may(case.visitor.actor, "draw-scene"):
            with st.expander(step_title("draw-scene")):
                action_form(case.visitor, case.number, "draw-scene", case.choices)
