"""案件列表: one line a case, the newest first, a page at a time."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.queries.cases import case_list
from models.rules.local_time import local_date
from ui.desk import Desk
from ui.signs import LEGEND, signs
from ui.web.parts.words import lit, plain

PAGE = 20
WIDTHS = (2, 5, 1, 1, 2, 1)
HEADS = ("案件编号", "名称", "等级", "阶段", "五个文书", "预警")


def show(desk: Desk) -> None:
    """Show a page of cases, or what to do where there is none."""
    st.title("深度调查案件")
    # The last case number of every page before this one: going back needs no counting.
    before: list[str] = st.session_state.setdefault("pages_before", [])
    with desk.reading(None) as reader:
        found = case_list(
            reader.session,
            reader.actor,
            local_date(reader.at),
            after=before[-1] if before else None,
            limit=PAGE + 1,
        )
    if not found and not before:
        st.info(
            "还没有案件。请准备案情卷（格式见 shencha case schema），在服务器上运行 shencha case file 案情卷.json 立案。"
        )
        return
    for column, head in zip(st.columns(WIDTHS), HEADS, strict=True):
        column.caption(head)
    for case in found[:PAGE]:
        _line(case)
    st.caption(LEGEND)
    _turn_pages(before, found)


def _line(case: dict[str, Any]) -> None:
    number, title, grade, stage, papers, light = st.columns(WIDTHS, vertical_alignment="center")
    if number.button(case["case_number"], key=f"open-{case['case_number']}", type="tertiary"):
        st.query_params["case"] = case["case_number"]
        st.rerun()
    title.markdown(plain(case["title"]))
    grade.markdown(f"{case['grade'].label}{'（暂定）' if case['grade_provisional'] else ''}")
    stage.markdown(case["stage"].label)
    papers.markdown(signs(case["progress"]))
    light.markdown(lit(case["light"]))


def _turn_pages(before: list[str], found: list[dict[str, Any]]) -> None:
    if not before and len(found) <= PAGE:
        return
    back, place, on = st.columns((1, 2, 1), vertical_alignment="center")
    if before and back.button("上一页"):
        before.pop()
        st.rerun()
    place.caption(f"第 {len(before) + 1} 页")
    if len(found) > PAGE and on.button("下一页"):
        before.append(found[PAGE - 1]["case_number"])
        st.rerun()
