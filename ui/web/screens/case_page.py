"""One case: where it stands, its papers, its measures with date and light, what happened last."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.queries.cases import case_view
from models.queries.rulebook import rulebook
from models.rules.vocabulary import AssignmentState
from ui.event_sentence import about, when
from ui.signs import sign
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import said
from ui.web.parts.seat import Seat
from ui.web.parts.table import empty, table
from ui.web.parts.words import lamp, link, lit, plain

EVENTS = 15


def show(seat: Seat) -> None:
    """Show the case that the address names. Raises NotFound for one that is not there or not to be seen."""
    number = st.query_params.get("number", "")
    if not number:
        empty("没有指明案件。", "请从案件列表或待办中打开一个案件。", link("案件列表", "/cases"))
        return
    with seat.reading() as reader:
        view = case_view(reader.session, reader.actor, number, rulebook(reader.session), reader.at)
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
    st.subheader(said("文书"))
    rows = [
        (
            paper["ref"],
            paper["kind"],
            paper["number"],
            paper["recipient"],
            f"{paper['status'].label}{'，已签收' if paper['acknowledged_at'] else ''}",
            paper["issued_on"],
        )
        for paper in papers
    ]
    table(("编号", "文书", "文号", "主送", "状态", "签发日期"), rows, narrow=(0, 4, 5))


def _measures(measures: list[dict[str, Any]]) -> None:
    st.subheader(said("整改措施"))
    rows: list[tuple[Any, ...]] = []
    for measure in measures:
        first = (measure["ref"], measure["text"])
        if not measure["organisations"]:
            rows.append((*first, "未确认", None, None, None))
        for hand in measure["organisations"]:
            closed = hand["state"] is AssignmentState.CLOSED
            state = hand["outcome"] if closed and hand["outcome"] else hand["state"]
            rows.append((*first, hand["organisation"], state, None if closed else hand["due_on"], lamp(hand["light"])))
            first = ("", "")
    table(("编号", "措施", "责任单位", "状态", "下一期限", "预警"), rows, narrow=(0, 3, 4, 5))


def _events(events: list[dict[str, Any]]) -> None:
    st.subheader(said("事项记录"))
    rows = [
        (when(event["happened_at"]), f"{event['what']}{about(event)}", event["by"])
        for event in reversed(events[-EVENTS:])
    ]
    table(("时间", "事项", "办理人"), rows, narrow=(0, 2))


SCREEN = Screen("案件办理", "case", "案件", show, EVERYONE, listed=False, pictured=("?number={case}",))
