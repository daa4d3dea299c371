"""Confirmation before steps that draw a number or start a deadline: what the step will do, in words, and two buttons.

What is told is what would really happen: the step is taken and taken back (`foresee`). A step that would be refused is
refused here already.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

from models.actions import REGISTRY
from models.kernel.act import Act
from models.kernel.errors import Conflict, Refused
from models.kernel.vocabulary import DeliveryMode
from models.overview.commands.foreseeing import Clock, Foreseen, foresee
from models.papers.queries.documents import PaperShown, document_list
from ui.event_sentence import when
from ui.web.parts.language import said
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import cell

FURTHER = {"open_work": "despite_open_work", "hazard_alike": "despite_similar"}
"""Refusals that a person may go on in spite of, by their codes: the answer that says so."""
SHOWN = 12


def question(
    visitor: Visitor, case_number: str | None, action: str, step: Callable[[Act], object], answers: Mapping[str, Any]
) -> tuple[list[str], dict[str, bool]] | None:
    """Return what a step would do, a line each, and what confirming adds to the answers; None where nothing is to be
    asked. Raises Refused where the step would be refused."""
    if REGISTRY[action].asks is None:
        return None
    foreseen = foreseen_by(visitor, [step])
    [result] = foreseen.results
    if isinstance(result, Conflict) and result.code in FURTHER:
        return [result.message], {FURTHER[result.code]: True}
    if isinstance(result, Refused):
        raise result
    if case_number is None or (action == "record-decision" and not isinstance(result, str)):
        return None  # nothing lies with the person; a decision that passes a paper on draws no number
    paper = _paper(visitor, case_number, answers["paper"])
    return [_about(action, paper, result, answers), *clock_lines(foreseen), *_told(action, paper)], {}


def foreseen_by(visitor: Visitor, steps: Sequence[Callable[[Act], object]]) -> Foreseen:
    """Return what steps of the person would do now."""
    return foresee(
        visitor.installation.database,
        visitor.installation.settings,
        visitor.account,
        visitor.installation.clock(),
        steps,
    )


def panel(lines: Sequence[str], action: str, key: str) -> bool | None:
    """Show the question; returns True where it was confirmed, False where it was taken back, None before either."""
    items = "".join(f"<li>{cell(line)}</li>" for line in lines)
    st.html(f'<div class="sc-turn" role="alert"><strong>{cell(REGISTRY[action].asks)}</strong><ul>{items}</ul></div>')
    yes, no = st.columns(2)
    if yes.button(said("确认"), type="primary", width="stretch", key=f"{key}/yes"):
        return True
    if no.button(said("取消"), width="stretch", key=f"{key}/no"):
        return False
    return None


def clock_lines(foreseen: Foreseen) -> list[str]:
    """Return the clocks that would start, move or stop, those of one rule, unit and date together."""
    lines = [
        *_grouped(foreseen.started, lambda one: f"开始计算：{_clock(one)}"),
        *_grouped(foreseen.moved, lambda one: f"改期：{_clock(one)}（原为 {one.before}）"),
        *_grouped(foreseen.met, lambda one: f"按期限 {one.due_on} 结清：{one.rule}（{one.organisation}）"),
    ]
    more = len(lines) - SHOWN
    return lines if more <= 0 else [*lines[:SHOWN], f"另有 {more} 项时限，见案件的“时限”"]


def _grouped(clocks: Sequence[Clock], told: Callable[[Clock], str]) -> list[str]:
    counts = Counter(told(clock) for clock in sorted(clocks, key=lambda one: (one.due_on, one.rule)))
    return [f"{line}，{count} 项" if count > 1 else line for line, count in counts.items()]


def _clock(clock: Clock) -> str:
    tentative = "（暂定）" if clock.provisional else ""
    return f"{clock.rule}（{clock.organisation}），至 {clock.due_on}{tentative}"


def _paper(visitor: Visitor, case_number: str, ref: str) -> PaperShown:
    with visitor.reading(of_one_case=True) as read:
        return next(one for one in document_list(read.session, read.actor, case_number) if one.ref == ref)


def _about(action: str, paper: PaperShown, result: object, answers: Mapping[str, Any]) -> str:
    named = f"{paper.ref}《{paper.title}》"
    to = f"，主送{paper.recipient}" if paper.recipient else ""
    if action == "deliver":
        at = answers.get("happened_at")
        mode = answers.get("mode", DeliveryMode.DIRECT)
        return f"{named}{paper.number}以{mode.label}送达{paper.recipient}，{f'时间 {when(at)}' if at else '时间为现在'}"
    if action == "acknowledge":
        return f"{named}{paper.number}由{paper.recipient}的{answers['received_by']}签收"
    drawn = "" if answers.get("number") else "；他人先签发的，文号顺延"
    return f"{named}编号 {result}{to}{drawn}"


def _told(action: str, paper: PaperShown) -> list[str]:
    """Say who is told: a restricted paper is announced to nobody."""
    if action == "deliver":
        return ["限制公开的文书，系统不通知任何单位" if paper.restricted else f"系统通知{paper.recipient}"]
    if action == "acknowledge":
        return []
    return ["生成正式文件，转内勤用印、送达；送达前不通知对方"] if paper.recipient else []
