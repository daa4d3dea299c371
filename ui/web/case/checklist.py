"""调查清单: what an accident of this kind must answer, aspect by aspect, with what was answered so far."""

from __future__ import annotations

import streamlit as st

from models.case.queries.checklist import AspectShown, QuestionShown, checklist
from models.kernel.vocabulary import AnswerState
from ui.event_sentence import when
from ui.web.case.opened import Opened
from ui.web.parts.action_form import action_form, may
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty
from ui.web.parts.words import cell, link, plain

STEPS = ("answer-question", "exclude-question", "waive-question")
COLOUR = {AnswerState.ANSWERED: "green", AnswerState.NOT_APPLICABLE: "blue", AnswerState.WAIVED: "yellow"}


def show(case: Opened) -> None:
    """Show the questions by aspect, or the one that the address names with the forms that settle it."""
    with case.visitor.reading(of_one_case=True) as read:
        aspects = checklist(read.session, read.actor, case.number)
    questions = {one.key: one for aspect in aspects for one in aspect.questions}
    chosen = questions.get(case.asked("question") or "")
    if chosen is not None:
        _one(case, chosen, list(questions))
        return
    st.subheader(said("调查清单"))
    if not aspects:
        empty("没有需要回答的问题。", "填写事故和车辆情况后，清单按事故的种类列出问题。")
        return
    settled = sum(aspect.settled for aspect in aspects)
    st.caption(plain(f"按本案的车辆、道路和事故形态列出，共 {len(questions)} 问，已办 {settled} 问。"))
    for aspect in aspects:
        _aspect(case, aspect)


def _aspect(case: Opened, aspect: AspectShown) -> None:
    total = len(aspect.questions)
    st.markdown(plain(f"{aspect.aspect.label}　{aspect.settled}/{total}"))
    st.progress(aspect.settled / total)
    st.html(f'<ol class="sc-questions">{"".join(_line(case, one) for one in aspect.questions)}</ol>')


def _line(case: Opened, one: QuestionShown) -> str:
    state = "" if one.answer is None else _lamp(one.answer.state)
    told = "" if one.answer is None else f"<br>{cell(one.answer.text)}"
    return f"<li>{link(one.text, case.at('checklist', question=one.key))} {state}{told}</li>"


def _lamp(state: AnswerState) -> str:
    return f'<span class="sc-light sc-{COLOUR[state]}">{said(state.label)}</span>'


def _one(case: Opened, one: QuestionShown, keys: list[str]) -> None:
    at = keys.index(one.key)
    further = [("上一问", at - 1), ("下一问", at + 1)]
    links = [link(said("全部问题"), case.at("checklist"))] + [
        link(said(word), case.at("checklist", question=keys[to])) for word, to in further if 0 <= to < len(keys)
    ]
    st.html(f'<nav class="sc-pager">{"".join(links)}</nav>')
    st.subheader(plain(one.text))
    if one.answer is not None:
        proofs = f"　证据：{'、'.join(one.answer.evidence)}" if one.answer.evidence else ""
        st.html(f"<p>{_lamp(one.answer.state)} {cell(one.answer.text)}</p>")
        st.caption(plain(f"{one.answer.by}　{when(one.answer.at)}{proofs}"))
    current = {"text": one.answer.text} if one.answer and one.answer.state is AnswerState.ANSWERED else None
    for step in STEPS:
        if may(case.visitor.actor, step):
            with st.expander(step_title(step), expanded=step == STEPS[0]):
                action_form(
                    case.visitor,
                    case.number,
                    step,
                    case.choices,
                    fixed={"question": one.key},
                    begins=current if step == STEPS[0] else None,
                )
