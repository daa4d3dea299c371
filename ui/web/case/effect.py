"""整改评估 and 整改后又发生 on a case's page: did the measures help, and what happened again?"""

from __future__ import annotations

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.prevention.queries.helped import effect_of_measure
from models.prevention.queries.recurrences import RecurrenceShown
from models.rectification.queries.effects import MeasureEvaluated
from ui.event_sentence import when
from ui.web.case.opened import Opened
from ui.web.parts.language import said
from ui.web.parts.table import table
from ui.web.parts.words import plain


def show(case: Opened) -> None:
    """Show both, where there is anything to show."""
    if recurrences := case.view.recurrences:
        st.subheader(said("整改后又发生"))
        heads = ("编号", "新案", "发生时间", "原案", "原措施", "内容", "原因", "处理")
        table(heads, [_again(one) for one in recurrences], narrow=(0, 1, 2, 3, 4))
    effect = case.view.effect
    if effect is not None and effect.state != "withdrawn":
        st.subheader(said("整改评估"))
        with case.visitor.reading() as read:
            open_now = effect.opens_on is None or local_date(read.at) >= effect.opens_on
        begins = effect.opens_on
        st.caption(
            f"{plain(begins) + '起，' if begins else ''}至{plain(effect.due_on)}{'' if open_now else '；现在还不能评估'}"
        )
        if not open_now and not any(one.result for one in effect.measures):
            return  # a year ahead of its time it would only stand in the way
        shown = ("措施", "内容", "结果", "整改前", "整改后", "结论", "评估人")
        table(shown, [_evaluated(one) for one in effect.measures], narrow=(0, 2, 3, 4, 6))
        _elsewhere(case)


def _elsewhere(case: Opened) -> None:
    """Show what became of other places where the same kinds of measures were taken: what an evaluation may lean on."""
    with case.visitor.reading() as read:
        known = effect_of_measure(read.session, read.actor, case.view.case_number)
    kinds = {one.kind: one for of_measure in known.values() for one in of_measure}
    if kinds:
        st.caption("同类措施在其他地点（供评估时参考；单个地点的前后变化不能说明问题）：")
    for one in kinds.values():
        refs = "、".join(ref for ref, of_measure in known.items() if one in of_measure)
        st.markdown(f"- {plain(refs)}：{plain(one.words)}")


def _again(one: RecurrenceShown) -> tuple[object, ...]:
    metres = "" if one.distance_m is None else f"，相距{one.distance_m}米"
    why = f"{one.reason.label}{metres}{'：' + one.enterprise if one.enterprise else ''}"
    decided = "更正后不再成立" if one.lapsed_at else one.decision.label if one.decision else "待处理"
    return (
        one.ref,
        one.case_number,
        when(one.occurred_at),
        one.old_case_number,
        one.measure,
        one.measure_text,
        why,
        decided,
    )


def _evaluated(one: MeasureEvaluated) -> tuple[object, ...]:
    result = None if one.result is None else one.result.label
    return (
        one.measure,
        one.text,
        f"{result}（整改后又发生）" if one.refuted else result,
        one.before,
        one.after,
        one.conclusion,
        one.evaluated_by,
    )
