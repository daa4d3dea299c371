"""One case: where it stands, its papers, its measures with date and light, what happened last."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.queries.cases import case_view
from models.queries.rulebook import rulebook
from models.rules.vocabulary import AssignmentState
from ui.desk import Desk
from ui.event_sentence import about, when
from ui.signs import sign
from ui.web.parts.words import lit, plain

EVENTS = 15


def show(desk: Desk, number: str) -> None:
    """Show the case. Raises NotFound for one that is not there or not to be seen."""
    with desk.reading(None) as reader:
        view = case_view(reader.session, reader.actor, number, rulebook(reader.session), reader.at)
    st.button("返回案件列表", on_click=st.query_params.clear)
    st.title(view["title"])
    provisional = "（暂定）" if view["grade_provisional"] else ""
    st.markdown(
        f"{plain(view['case_number'])}　{view['grade'].label}事故{provisional}　{view['stage'].label}　"
        f"预警 {lit(view['light'])}"
    )
    st.markdown(plain(view["turn"]))
    for column, step in zip(st.columns(5), view["progress"], strict=True):
        column.markdown(f"{sign(step['state'])} {step['kind'].label}")
        column.caption(step["state"].label)
    _papers(view["documents"])
    _measures(view["measures"])
    _events(view["events"])


def _papers(papers: list[dict[str, Any]]) -> None:
    st.subheader("文书")
    _table(
        ("编号", "文书", "文号", "主送", "状态", "签发日期"),
        [
            (
                paper["ref"],
                paper["kind"].label,
                plain(paper["number"] or "—"),
                plain(paper["recipient"] or "—"),
                f"{paper['status'].label}{'，已签收' if paper['acknowledged_at'] else ''}",
                str(paper["issued_on"] or "—"),
            )
            for paper in papers
        ],
        empty="还没有文书。",
    )


def _measures(measures: list[dict[str, Any]]) -> None:
    st.subheader("整改措施")
    rows = []
    for measure in measures:
        first = [measure["ref"], plain(measure["text"])]
        if not measure["organisations"]:
            rows.append((*first, "未确认", "—", "—", "—"))
        for hand in measure["organisations"]:
            closed = hand["state"] is AssignmentState.CLOSED
            state = hand["outcome"] if closed and hand["outcome"] else hand["state"]
            due = "—" if closed or hand["due_on"] is None else str(hand["due_on"])
            rows.append((*first, plain(hand["organisation"]), state.label, due, lit(hand["light"])))
            first = ["", ""]
    st.html("<style>.st-key-measures th, .st-key-measures td:nth-child(n+4) {white-space: nowrap}</style>")
    with st.container(key="measures"):
        _table(("编号", "措施", "责任单位", "状态", "下一期限", "预警"), rows, empty="没有整改措施。")


def _events(events: list[dict[str, Any]]) -> None:
    st.subheader("最近事项")
    _table(
        ("时间", "事项", "办理人"),
        [
            (when(event["happened_at"]), plain(f"{event['what']}{about(event)}"), plain(event["by"]))
            for event in reversed(events[-EVENTS:])
        ],
        empty="没有事项。",
    )


def _table(heads: tuple[str, ...], rows: list[tuple[str, ...]], *, empty: str) -> None:
    if not rows:
        st.caption(empty)
        return
    lines = ["|".join(("", *cells, "")) for cells in (heads, ("---",) * len(heads), *rows)]
    st.markdown("\n".join(lines))
