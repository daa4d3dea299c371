"""督办看板: what is late at the others and with us, what waits for a decision, the four indices, who completes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from models.queries.cases import case_list
from models.queries.dashboard.as_of import AsOf
from models.queries.dashboard.places import points
from models.queries.dashboard.ranking import ranked
from models.queries.waits import Wait
from models.queries.worklists import decisions
from models.rules.divisions import name as division_name
from models.rules.local_time import local_date
from models.rules.vocabulary import Role, Turn
from ui.desk import Reader
from ui.event_sentence import when
from ui.web.leading import late, places, remembered
from ui.web.leading.asked import as_of, counted
from ui.web.leading.figures import cards, months
from ui.web.navigation import Screen
from ui.web.parts.language import said
from ui.web.parts.seat import Seat
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import told
from ui.web.parts.waiting import about, step_address
from ui.web.parts.words import Html, lamp, link

SHOWN, DECISIONS = 10, 20
UNITS = ("名次", "单位", "措施", "办结", "完成率", "预警次数")
WAITING = ("待决定事项", "内容", "案件", "期限", "预警", "由谁办理")


def show(seat: Seat) -> None:
    """Show the page as it stands at the end of a day, today unless the address names another."""
    head, day = st.columns((4, 1), vertical_alignment="bottom")
    head.title(said("督办看板"))
    with day:
        at = as_of(local_date(seat.desk.clock()))
    now, sums = remembered.late(seat.desk, seat.actor, at), remembered.years(seat.desk, seat.actor, at)
    st.html(late.totals(now.cells, at))
    counted_at = when(min(now.counted_at, sums.counted_at))
    st.caption(f"各项数字统计于 {counted_at}，每 {remembered.SECONDS:g} 秒更新；等待决定的事项随时更新。")
    with seat.reading() as reader:
        _decisions(reader, at)
        _late(now.cells, at)
        _sponsored(reader, at)
        _indices(sums, at)
        _units(ranked(sums.completion, now.warnings), at)
        _places(reader, sums.divisions, at, seat)


def _decisions(reader: Reader, at: AsOf) -> None:
    """What waits now: a decision is taken today, whatever day the page shows."""
    waiting = decisions(reader.session, reader.actor, at.today, limit=DECISIONS)
    st.subheader(said("等待决定"))
    if not waiting:
        empty("没有等待决定的督办单、延期申请、约谈建议或职责争议。", "督办阶梯拟出新的文书后会出现在这里。")
        return
    table(WAITING, [_decision(wait) for wait in waiting], narrow=(0, 3, 4, 5))


def _decision(wait: dict[str, Any]) -> tuple[Any, ...]:
    mine = Html('<b class="sc-mine">由您决定</b>') if wait["mine"] else Html("其他人员")
    return (
        link(wait["label"], decision_address(wait)),
        about(wait),
        wait["title"],
        wait["due_on"],
        lamp(wait["light"]),
        mine,
    )


def decision_address(wait: dict[str, Any]) -> str:
    """Return where the decision is taken: its own page for talks, extensions and disputes, the paper's for papers."""
    if wait["talk"] is not None:
        return f"/decide?number={wait['case_number']}&talk={wait['talk']}"
    if wait["wait"] == Wait.ADJUDICATE.value:
        return f"/decide?number={wait['case_number']}&dispute={wait['reply']}"
    if wait["reply"] is not None:
        return f"/decide?number={wait['case_number']}&reply={wait['reply']}"
    return step_address(wait)


def _late(cells: list[dict[str, Any]], at: AsOf) -> None:
    for turn, title in ((Turn.THEIRS, "协办单位超期和临期"), (Turn.OURS, "本单位办案超期和临期")):
        st.subheader(said(title))
        lines = late.rows(cells, turn, at)
        if not lines:
            st.caption("没有超期或临期的事项。")
            continue
        table(late.HEADS, lines[: late.SHOWN], narrow=(1, 2, 3, 4, 5, 6))
        if len(lines) > late.SHOWN:
            st.html(link(f"查看全部 {len(lines)} 个单位的事项", counted(at, "late", turn=turn.value)))


def _sponsored(reader: Reader, at: AsOf) -> None:
    found = case_list(reader.session, reader.actor, at.day, sponsored=True, limit=SHOWN)
    if not found:
        return
    st.subheader(said("我包案的案件"))
    rows = [
        (
            link(case["case_number"], f"/case?number={case['case_number']}"),
            case["title"],
            case["stage"],
            lamp(case["light"]),
        )
        for case in found
    ]
    table(("案件编号", "名称", "阶段", "预警"), rows, narrow=(0, 2, 3))


def _indices(sums: remembered.Years, at: AsOf) -> None:
    st.subheader(said(f"{at.day.year}年1月1日至{at.day.month}月{at.day.day}日四项指数"))
    st.html(cards(sums.indices, at))
    st.html(months(sums.months, at.day.year))


def _units(units: list[dict[str, Any]], at: AsOf) -> None:
    st.subheader(said("各单位完成情况"))
    if not units:
        st.caption("本年还没有送达的整改通知。")
        return
    table(UNITS, [_unit(unit, at) for unit in units], narrow=(0, 2, 3, 4, 5))


def _unit(unit: dict[str, Any], at: AsOf) -> tuple[Any, ...]:
    who = unit["organisation_id"]

    def figure(number: int, what: str, **more: Any) -> Html:
        return Html("0") if not number else link(f"{number:,}", counted(at, what, unit=who, **more))

    return (
        unit["rank"],
        unit["organisation"],
        figure(unit["measures"], "measures"),
        figure(unit["closed"], "measures", closed=1),
        f"{unit['completion']:.0%}",
        figure(unit["warnings"], "warnings"),
    )


def _places(reader: Reader, counts: list[dict[str, Any]], at: AsOf, seat: Seat) -> None:
    st.subheader(said("本年事故分布"))
    if not counts:
        st.caption("本年还没有事故。")
        return
    picture, listed = st.columns((3, 2), gap="large")
    with listed:
        rows = [(division_name(row["division_code"], at.day), row["accidents"], row["deaths"]) for row in counts]
        table(("区划", "事故", "死亡"), rows, narrow=(1, 2))
    with picture, told():
        districts = places.outline(seat.desk.settings.outline)
        if districts:
            st.html(places.drawn(points(reader.session, reader.actor, at), districts))
        else:
            st.caption("没有设置辖区边界文件（SHENCHA_OUTLINE），只按区划列出。")


SCREEN = Screen("督办看板", "dashboard", "领导", show, frozenset({Role.LEADER, Role.SIGNER}))
