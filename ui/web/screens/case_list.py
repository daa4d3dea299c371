"""案件列表: one line a case, the newest first, found by words, stage and grade; a page at a time."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import Grade, Role, Stage, Word
from models.overview.queries.cases import CaseListed, case_list
from ui.case_words import grade_told
from ui.signs import LEGEND, signs
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, lamp, link

HEADS = ("案件编号", "名称", "等级", "阶段", "五个文书", "承办人", "预警")
ADDRESS = "cases"
W = TypeVar("W", bound=Word)


def show(visitor: Visitor) -> None:
    """Show a page of cases, or what to do where there is none."""
    st.title(said("案件列表"))
    words, stage, grade = _filters(visitor.installation.settings.unit_division)
    with visitor.reading() as read:
        found = case_list(
            read.session,
            read.actor,
            local_date(read.at),
            after=after(),
            limit=PAGE + 1,
            stage=stage,
            grade=grade,
            words=words,
        )
    if not found:
        _nothing(visitor, asked=bool(words or stage or grade))
        return
    table(HEADS, [_row(case) for case in found[:PAGE]], narrow=(0, 2, 3, 4, 6))
    st.caption(LEGEND)
    pager(ADDRESS, found, lambda case: case.case_number, words=words, stage=stage, grade=grade)


def _filters(division: str) -> tuple[str | None, Stage | None, Grade | None]:
    """Read the filters from the address, and let them be changed; a reload keeps them."""
    asked = st.query_params
    with st.form("filters", border=False, enter_to_submit=True):
        by_words, by_stage, by_grade, go = st.columns((4, 2, 2, 1), vertical_alignment="bottom")
        words = by_words.text_input(
            "编号、名称或地点",
            value=asked.get("words", ""),
            placeholder=f"如 {division[:4]}-2026-0001，或 G318",
        )
        stage = by_stage.selectbox(
            "阶段", list(Stage), index=_place(Stage, asked.get("stage")), format_func=_label, placeholder="全部"
        )
        grade = by_grade.selectbox(
            "等级", list(Grade), index=_place(Grade, asked.get("grade")), format_func=_label, placeholder="全部"
        )
        if go.form_submit_button("查找", width="stretch"):
            chosen = {"words": words.strip(), "stage": stage, "grade": grade}
            st.query_params.from_dict({name: str(value) for name, value in chosen.items() if value})
            st.rerun()
    return asked.get("words") or None, _word(Stage, asked.get("stage")), _word(Grade, asked.get("grade"))


def _label(word: Word) -> str:
    return word.label


def _word(words: type[W], value: str | None) -> W | None:
    return words(value) if value in list(words) else None


def _place(words: type[Word], value: str | None) -> int | None:
    return list(words).index(words(value)) if value in list(words) else None


def _row(case: CaseListed) -> tuple[object, ...]:
    return (
        link(case.case_number, f"/case?number={case.case_number}"),
        case.title,
        grade_told(case),
        case.stage,
        Html(f'<span class="sc-signs" title="{LEGEND}">{signs(case.progress)}</span>'),
        case.officer,
        lamp(case.light),
    )


def _nothing(visitor: Visitor, *, asked: bool) -> None:
    if asked or after() is not None:
        empty("没有符合条件的案件。", "请减少或更换查找条件。", link("查看全部案件", f"/{ADDRESS}"))
    elif visitor.has(Role.OFFICER):
        empty("还没有案件。", "事故发生后在“立案”页填写，或上传案情卷立案。", link("去立案", "/file"))
    else:
        empty("还没有与您有关的案件。", "案件立案、或文书送达本单位后，会出现在这里。")


SCREEN = Screen("案件列表", ADDRESS, "案件", show, EVERYONE)
