"""我的整改: what a unit has to do, by when and why, one row a measure, the next date first; and its ledger as a file."""

from __future__ import annotations

import streamlit as st

from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import AssignmentState, ReplyKind, Role, Verdict
from models.rectification.queries.agency import MeasureInHand, measures_in_hand
from ui.web.files_out import LEDGER
from ui.web.navigation import Screen
from ui.web.parts.choices import short
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import Html, lamp, link

HEADS = ("期限", "要办的事", "措施", "通知书", "案件编号", "预警", "状态", "研判意见")
ADDRESS, ALL = "mine", "all"
STATES = tuple(state for state in AssignmentState if state is not AssignmentState.UNISSUED)


def show(visitor: Visitor) -> None:
    """Show a page of measures, or what to do where there is none."""
    st.title(said("我的整改"))
    state, closed = _filter()
    with visitor.reading() as read:
        found = measures_in_hand(
            read.session,
            read.actor,
            rulebook(read.session),
            local_date(read.at),
            state=state,
            closed=closed,
            after=after(),
            limit=PAGE + 1,
        )
    if not found:
        _nothing(asked=bool(state or closed))
    else:
        table(HEADS, [_row(hand) for hand in found[:PAGE]], narrow=(0, 4, 5, 6))
        pager(ADDRESS, found, lambda row: row.key, state=st.query_params.get("state"))
    st.html(
        f'<nav class="sc-pager"><a class="sc-go" href="{LEDGER}" download>导出整改台账（xlsx）</a>'
        f"{link('我的反馈记录', '/replies')}</nav>"
    )


def _filter() -> tuple[AssignmentState | None, bool]:
    """Read the state from the address, and let it be changed; a reload keeps it."""
    asked = st.query_params.get("state", "")
    links = [(None, "未办结"), *((state.value, state.label) for state in STATES), (ALL, "全部")]
    at = ((label, f"/{ADDRESS}{f'?state={value}' if value else ''}", (value or "") == asked) for value, label in links)
    ways("按状态筛选", at)
    return (AssignmentState(asked) if asked in list(STATES) else None), asked == ALL


def _row(hand: MeasureInHand) -> tuple[object, ...]:
    number, paper = hand.case_number, hand.paper
    due = None if hand.due_on is None else Html(f"{hand.due_on}{'（暂定）' if hand.provisional else ''}")
    helper = f"（转{hand.delegated_to}）" if hand.delegated_to else ""
    return (
        due,
        _task(hand),
        link(f"{hand.measure} {short(hand.measure_text)}", f"/notice?number={number}&paper={paper}"),
        f"{hand.number or hand.notice}{helper}",
        number,
        lamp(hand.light),
        hand.outcome or hand.standing,
        verdict(hand.reply_kind, hand.verdict, hand.verdict_reason),
    )


def _task(hand: MeasureInHand) -> str:
    if hand.state is AssignmentState.CLOSED:
        return "无需再办"
    return hand.why or "等待交警部门研判或复查"


def verdict(
    kind: ReplyKind | None, given: Verdict | None, reason: str | None, *, withdrawn: bool = False
) -> str | None:
    """Return what was said of a reply, or that it was taken back; None where there is no reply."""
    if kind is None:
        return None
    if withdrawn:
        return f"{kind.label}　已撤回"
    why = f"：{reason}" if reason else ""
    return f"{kind.label}　{given.label if given else '等待研判'}{why}"


def _nothing(*, asked: bool) -> None:
    if asked or after() is not None:
        empty("没有符合条件的整改措施。", "请更换筛选条件。", link("查看未办结的措施", f"/{ADDRESS}"))
    else:
        empty("没有需要本单位办理的整改措施。", "整改通知书送达本单位后，会出现在这里。")


SCREEN = Screen("我的整改", ADDRESS, "整改", show, frozenset({Role.AGENCY}), pictured=("", "?state=all"))
