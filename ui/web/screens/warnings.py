"""风险预警: what the register warns of; officers work it off, leaders answer for lists and dismissals; how it all did."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from models.kernel.errors import Refused
from models.kernel.vocabulary import ListState, WarningKind, WarningState
from models.prevention.queries.criteria import criteria_shown
from models.prevention.queries.helped import effects_known
from models.prevention.queries.warnings import (
    EvidenceShown,
    ListShown,
    WarningShown,
    WarningWhole,
    waiting_warnings,
    warning_lists,
    warning_results,
    warning_rows,
    warning_whole,
)
from ui.warning_words import likely, record_of, truth_of, what_it_rests_on
from ui.web.navigation import POLICE, Screen
from ui.web.parts.admin import folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import parts_of_page, ways
from ui.web.parts.words import link, plain
from ui.web.warning_drawings import along_time, on_the_ground

ADDRESS = "warnings"
HANDLE_WITH_CARE = "工作秘密，仅供研判和办理，不得外传、不导出。概率是提示，不是结论；没有列入的地点也会发生事故。"
HEADS = ("编号", "对象", "依据", "事故起数", "预期起数", "一年内再发生严重事故的概率", "研判期限", "状态")


def show(visitor: Visitor) -> None:
    """Show one warning, one list, or a part of the page."""
    st.title(said("风险预警"))
    st.caption(HANDLE_WITH_CARE)
    number, of_list = st.query_params.get("number"), st.query_params.get("list", "")
    part = st.query_params.get("part", "open")
    part = part if part in PARTS else "open"
    parts_of_page("风险预警", ADDRESS, {name: title for name, (title, _) in PARTS.items()}, part)
    show_done()
    try:
        if number:
            _whole(visitor, number)
        elif of_list.isdecimal() and len(of_list) < 10:
            _list(visitor, int(of_list))
        else:
            PARTS[part][1](visitor)
    except Refused as refusal:
        tell(refusal)


def _open(visitor: Visitor) -> None:
    """Show the warnings of one state, what waits first chosen."""
    asked = st.query_params.get("state", WarningState.OPEN.value)
    state = next((one for one in WarningState if one.value == asked), WarningState.OPEN)
    ways("状态", ((one.label, f"/{ADDRESS}?state={one.value}", one is state) for one in WarningState))
    with visitor.reading() as read:
        rows = warning_rows(read.session, read.actor, state=state, after=after(), limit=PAGE + 1)
    if not rows:
        empty(
            f"没有“{state.label}”的风险预警。",
            "系统每天按判定标准、每季度按近三年事故筛查；名单见“名单”。",
            link("预警名单", f"/{ADDRESS}?part=lists"),
        )
        return
    _table(rows[:PAGE])
    pager(ADDRESS, rows, lambda row: row.key, state=state.value)


def _table(rows: list[WarningShown]) -> None:
    table(HEADS, [_row(row) for row in rows], narrow=(0, 3, 4, 6, 7))


def _row(row: WarningShown) -> tuple[object, ...]:
    judged = {None: row.state.label, True: f"{row.state.label}；命中", False: f"{row.state.label}；未发生"}
    return (
        link(row.number, f"/{ADDRESS}?number={row.number}"),
        f"{row.division} {row.title}",
        row.by,
        row.observed,
        None if row.expected is None else f"{row.expected:.1f}",
        likely(row.probability, row.base_rate),
        row.lapses_on,
        judged[row.hit],
    )


def _lists(visitor: Visitor) -> None:
    """Show the lists, those that wait for a leader marked by their state."""
    with visitor.reading() as read:
        found = warning_lists(read.session, read.actor, after=after(), limit=PAGE + 1)
    if not found:
        empty(
            "还没有预警名单。",
            "登记三年以上事故后，每季度第一天自动筛查；判定标准每天检查。",
            link("判定标准", f"/{ADDRESS}?part=criteria"),
        )
        return
    heads = ("名单", "条数", "状态", "以往同样做法", "一年后")
    table(heads, [_list_row(one) for one in found[:PAGE]], narrow=(1, 2))
    pager(ADDRESS, found, lambda one: one.id, part="lists")


def _list_row(one: ListShown) -> tuple[object, ...]:
    before = one.records.get(one.method.value)
    return (
        link(one.title, f"/{ADDRESS}?list={one.id}"),
        one.length,
        one.state.label,
        None if before is None else before.words,
        None if one.judged is None else one.judged.words,
    )


def _list(visitor: Visitor, list_id: int) -> None:
    with visitor.reading() as read:
        found = warning_lists(read.session, read.actor, after=str(list_id + 1), limit=1)
        rows = warning_rows(read.session, read.actor, list_id=list_id, limit=500)
    if not found or found[0].id != list_id:
        empty("没有这份名单。", "请从名单列表打开。", link("预警名单", f"/{ADDRESS}?part=lists"))
        return
    one = found[0]
    st.subheader(plain(one.title))
    told = [f"{one.state.label}，由{one.unit}办理，共{one.length}条。"]
    if one.decided_by:
        told.append(f"{one.decided_by}{f'：{one.decision_reason}' if one.decision_reason else '批准'}。")
    told += [f"以往名单（{plain_method(name)}）：{tally.words}。" for name, tally in one.records.items()]
    if one.judged is not None:
        told.append(f"{one.judged_on}评判：{one.judged.words}。")
    for line in told:
        st.markdown(plain(line))
    _table(rows)
    if one.state is ListState.DRAFTED and one.judged_on is None:
        fixed = {"warning_list": one.id, "seen_version": one.version}
        folded(visitor, "approve-warning-list", Choices(visitor), fixed=fixed, open_now=True)


def plain_method(name: str) -> str:
    """Return what a way of listing is called."""
    return {"three_year": "近三年事故数", "probability": "概率"}.get(name, name)


def _whole(visitor: Visitor, number: str) -> None:
    with visitor.reading() as read:
        whole = warning_whole(read.session, read.actor, visitor.installation.settings, number)
    row = whole.row
    st.subheader(plain(f"{row.number} {row.title}"))
    st.markdown(plain(f"{row.division}，{row.kind.label}，{row.by}，{row.state.label}"))
    for line in what_it_rests_on(whole):
        st.markdown(plain(line))
    _actions(visitor, whole)
    st.subheader(said("依据的事故"))
    st.html(along_time(whole))
    ground = on_the_ground(whole)
    if ground is not None:
        st.html(ground)
    _accidents(whole.evidence)
    if whole.since:
        st.subheader(said("列入以后又发生的事故"))
        _accidents(whole.since)
    st.subheader(said("此前的措施"))
    if not whole.promised:
        st.caption("附近和该单位此前没有案件提出过措施。")
        return
    table(
        ("案件", "措施", "内容", "单位", "状态"),
        [
            (link(case, f"/case?number={case}"), one.measure, one.text, one.organisation, one.standing)
            for case, one in whole.promised
        ],
        narrow=(0, 1, 4),
    )


def _accidents(rows: tuple[EvidenceShown, ...]) -> None:
    table(
        ("日期", "地点", "形态", "原因", "死亡", "重伤", "轻伤", "案件"),
        [
            (
                one.occurred_on,
                one.place,
                one.pattern,
                one.cause,
                one.deaths,
                one.serious,
                one.light,
                link(one.case_number, f"/case?number={one.case_number}") if one.case_number else None,
            )
            for one in rows
        ],
        narrow=(0, 4, 5, 6, 7),
    )


def _actions(visitor: Visitor, whole: WarningWhole) -> None:
    row, choices = whole.row, Choices(visitor)
    fixed = {"warning": row.number, "seen_version": row.version}
    if row.state in (WarningState.OPEN, WarningState.LAPSED):
        folded(visitor, "confirm-warning", choices, fixed=fixed)
        folded(visitor, "dismiss-warning", choices, fixed=fixed)
    if row.state is WarningState.PROPOSED:
        folded(visitor, "decide-dismissal", choices, fixed=fixed, open_now=True)
    if row.kind in (WarningKind.ENTERPRISE, WarningKind.EMPLOYER):
        folded(visitor, "record-objection", choices, fixed=fixed)


def _results(visitor: Visitor) -> None:
    """Show how judged warnings did, and what became of places where measures were taken."""
    with visitor.reading() as read:
        results = warning_results(read.session, read.actor)
        day, helped = effects_known(read.session, read.actor)
    st.subheader(said("预警准不准"))
    st.caption("每份名单满一年后评判：列出的对象一年内是否发生严重事故，并与随机抽取、同样长度的近三年事故数名单比较。")
    if results:
        table(
            ("依据", "结果", "概率准不准"),
            [(one.origin, one.tally.words, truth_of(one.calibration)) for one in results],
        )
    else:
        empty(
            "还没有满一年的预警。", "名单满一年并且事故登记完整后自动评判。", link("预警名单", f"/{ADDRESS}?part=lists")
        )
    for one in results:
        if one.calibration is not None:
            table(
                ("预计概率", "实际发生", "条数"),
                [(f"{b.foreseen:.0%}", f"{b.happened:.0%}", b.sites) for b in one.calibration.bins],
            )
    st.subheader(said("措施有没有效"))
    st.caption("同类措施合并计算，与条件相近、没有采取措施的地点比较；单个地点的前后变化不能说明问题。")
    if day is None or not helped:
        empty(
            "还没有可以比较的措施。", "验收满一年、有位置的道路和环境类措施，每月自动比较。", link("案件列表", "/cases")
        )
        return
    st.caption(plain(f"{day}比较"))
    for kind in helped:
        st.markdown(plain(kind.words))


def _criteria(visitor: Visitor) -> None:
    """Show the criteria with their records; an administrator changes them elsewhere."""
    with visitor.reading() as read:
        found = criteria_shown(read.session, read.actor)
    table(
        ("名称", "针对", "触发情形", "依据", "本地回测"),
        [
            (
                one.criterion.name if one.criterion.in_force else f"{one.criterion.name}（停用）",
                one.criterion.kind.label,
                one.criterion.fires,
                f"{'参考值：' if one.criterion.borrowed else ''}{one.criterion.basis}（第{one.criterion.version}版）",
                record_of(one.record, one.tried_on),
            )
            for one in found
        ],
        narrow=(1,),
    )
    st.caption("判定标准由管理员在“规则”页修改；每月按本单位以往各年的登记回测。")


PARTS: dict[str, tuple[str, Callable[[Visitor], None]]] = {
    "open": ("预警事项", _open),
    "lists": ("名单", _lists),
    "results": ("是否有效", _results),
    "criteria": ("判定标准", _criteria),
}


def _badge(visitor: Visitor) -> int:
    with visitor.reading() as read:
        return waiting_warnings(read.session, read.actor)


SCREEN = Screen(
    "风险预警",
    ADDRESS,
    "案件",
    show,
    POLICE,
    badge=_badge,
    pictured=("", "?part=lists", "?part=results", "?part=criteria"),
)
