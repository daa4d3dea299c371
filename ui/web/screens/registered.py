"""One accident of the register: all that is known of it, its case, what happened at its place, and how it was corrected."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import streamlit as st

from models.accident.rules.grading import Casualties, trigger
from models.case.commands.case_drafts import keep_draft
from models.kernel.base import Json
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import Invalid, Refused
from models.kernel.installation import Reading
from models.kernel.vocabulary import Role
from models.register.queries.around import Place, place_of
from models.register.queries.duplicates import Duplicate, duplicates_of
from models.register.queries.places import AccidentThere, PlaceKnown, accidents_there, place_known
from models.register.queries.registered import ChangeShown, PartyShown, RegisteredShown, Told, registered
from models.register.rules.grid import AROUND_M, NEAR_M
from ui.event_sentence import when
from ui.register_words import SOURCES, dead, division, injured
from ui.web.navigation import POLICE, Screen
from ui.web.parts.admin import folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.register_parts import ONE, PLACE, REGISTER, to_accident, to_case, to_enterprise
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, cell, link, plain

PARTIES = ("序号", "角色", "号牌", "车辆类型", "使用性质", "所有人或运营单位", "驾驶人单位", "责任", "伤害程度", "驾龄")
CHANGES = ("时间", "栏目", "原内容", "现内容", "更正人", "理由")
EARLIER = ("序号", "日期", "地点", "事故形态", "死亡", "受伤", "案件编号")
PROMISED = ("案件编号", "措施", "承办单位", "状态", "办结方式")
SHOWN = 10


def show(visitor: Visitor) -> None:
    """Show the accident that the address names."""
    st.title(said("事故"))
    show_done()
    number = st.query_params.get("id", "")
    if not number.isdecimal() or len(number) > 10:
        empty("没有指定事故。", "请从事故台账打开。", link("事故台账", f"/{REGISTER}"))
        return
    with visitor.reading() as read:
        try:
            one = registered(read.session, read.actor, int(number))
        except Refused as refusal:
            empty(refusal.message, "请从事故台账打开。", link("事故台账", f"/{REGISTER}"))
            return
        twice = duplicates_of(read.session, read.actor, one.id) if one.exclusion is None else []
        place = place_of(one.east_m, one.north_m, one.road_number, one.stake_m, AROUND_M)
        known = place_known(read.session, read.actor, place, local_date(read.at)) if place is not None else None
        near = _near(read, one)
    _head(visitor, one)
    _columns(one)
    _parties(one.parties)
    _there(one, place, known, near)
    _twice(one, twice)
    _changes(one.changes)
    _steps(visitor, one)


def _near(read: Reading, one: RegisteredShown) -> list[AccidentThere]:
    place = place_of(one.east_m, one.north_m, None, None, NEAR_M)
    if place is None:
        return []
    return accidents_there(read.session, read.actor, place, before=one.occurred_at)


def _head(visitor: Visitor, one: RegisteredShown) -> None:
    lines = [f"序号 {one.id}　{when(one.occurred_at)}　死亡 {dead(one)}　受伤 {injured(one)}"]
    if one.exclusion is not None:
        reason = f"（{one.exclusion_reason}）" if one.exclusion_reason else ""
        lines.append(f"不计入统计：{one.exclusion.label}{reason}")
    st.html("".join(f"<p>{cell(line)}</p>" for line in lines))
    if one.merged_into_id is not None:
        st.html(f"<p>与序号 {to_accident(one.merged_into_id)} 为同一事故，由该行计入统计。</p>")
    if one.same:
        st.html(f"<p>已并入本行：{'、'.join(to_accident(row) for row in one.same)}</p>")
    if one.case_number is not None:
        st.html(f"<p>深度调查案件：{to_case(one.case_number)} {cell(one.case_title)}</p>")
    elif one.investigated:
        st.html("<p>该事故已立案。</p>")
    elif one.exclusion is None:
        _propose(visitor, one)


def _propose(visitor: Visitor, one: RegisteredShown) -> None:
    """Say whether the accident lies within what the unit investigates, and let an officer begin to file it."""
    light = (one.light or 0) + (one.injured_unspecified or 0)
    casualties = Casualties(one.deaths, one.serious, None, unspecified=one.injured_unspecified)
    try:
        why = trigger(casualties, visitor.installation.settings.scope, other_injuries=light)
        st.html(f"<p>按伤亡情况属于“{cell(why.label)}”，建议立案调查；是否立案由办案民警确认。</p>")
    except Invalid:
        st.html("<p>按伤亡情况不在本单位深度调查范围内；确需调查的，立案时写明理由。</p>")
    if visitor.has(Role.OFFICER) and st.button("据此起草立案"):
        _begin(visitor, one)


def _begin(visitor: Visitor, one: RegisteredShown) -> None:
    def begun() -> str:
        with visitor.acting() as act:
            draft, _ = keep_draft(act, _draft(one))
        return f"已建立立案草稿（第{draft}号），请在“立案”页接着填写。"

    take(begun)


def _draft(one: RegisteredShown) -> Json:
    told = {column.name: column.text for column in one.columns}
    at: datetime = one.occurred_at.astimezone(SHANGHAI)
    same = ("accident_number", "division_code", "place", "road_name", "road_number", "stake", "weather", "pattern")
    return {
        **{name: told[name] for name in same if told[name]},
        "title": told["title"] or f"“{at.month}·{at:%d}”道路交通事故",
        "occurred_on": at.date().isoformat(),
        "occurred_at": at.time().isoformat(),
        "light": told["light_condition"],
        "deaths": one.deaths,
        "serious_injuries": one.serious,
        "minor_injuries": one.light,
        "injured_unspecified": one.injured_unspecified,
    }


def _columns(one: RegisteredShown) -> None:
    """Show what is known, column by column; what nobody knows is named in one line."""
    lines = "".join(
        f"<dt>{cell(said(column.label))}</dt><dd>{cell(_text(one, column))}{'（已更正）' if column.edited else ''}</dd>"
        for column in one.columns
        if column.text
    )
    st.html(f'<dl class="sc-known">{lines}</dl>')
    unknown = [column.label for column in one.columns if not column.text and column.name != "exclusion"]
    if unknown:
        st.caption(plain(f"不详：{'、'.join(unknown)}"))
    source = SOURCES.get(one.source) or f"{one.source}，来源编号 {one.source_key}"
    st.caption(plain(f"来源：{source}；{when(one.recorded_at)} 记入台账"))
    if one.details:
        with st.expander("来源的其他栏目"):
            table(("栏目", "内容"), sorted(one.details.items()))


def _text(one: RegisteredShown, column: Told) -> str:
    """Return what a column says; a division with its name."""
    if column.name != "division_code":
        return column.text
    return f"{division(column.text, one.occurred_at.date())}（{column.text}）"


def _parties(parties: Sequence[PartyShown]) -> None:
    if not parties:
        return
    st.subheader(said("当事方"))
    table(
        PARTIES,
        [
            (
                one.position,
                one.role,
                one.plate,
                one.vehicle_kind,
                one.vehicle_use,
                to_enterprise(one.owner, one.owner_id),
                one.employer,
                one.liability,
                one.injury,
                None if one.years_driving is None else f"{one.years_driving}年",
            )
            for one in parties
        ],
        narrow=(0, 1, 2, 7, 8, 9),
    )


def _there(one: RegisteredShown, place: Place | None, known: PlaceKnown | None, near: Sequence[AccidentThere]) -> None:
    """Show what happened at this place before, and what was promised there."""
    st.subheader(said("该点段以前的事故"))
    if place is None or known is None:
        st.caption("坐标和桩号不详，不能查找该点段的其他事故。")
        return
    earlier = [row for row in known.accidents if row.occurred_at < one.occurred_at and row.id != one.id]
    how = "" if one.east_m is None else f"{NEAR_M}米内{len(near)}起，"
    way = link("查看该点段", f"/{PLACE}?accident={one.id}&reach={AROUND_M}")
    within = f"{AROUND_M}米内" if one.east_m is not None else f"桩号前后各{AROUND_M}米"
    st.html(f"<p>{how}{within}{len(earlier)}起。　{way}</p>")
    if earlier:
        table(EARLIER, [_earlier(row) for row in earlier[:SHOWN]], narrow=(0, 1, 4, 5, 6))
    if known.promised:
        st.subheader(said("该点段的整改措施"))
        table(
            PROMISED,
            [
                (to_case(row.case_number), f"{row.ref} {row.text}", row.organisation, row.state, row.outcome)
                for row in known.promised[:SHOWN]
            ],
            narrow=(0, 3, 4),
        )


def _earlier(row: AccidentThere) -> tuple[object, ...]:
    place = row.place or row.stake
    return (to_accident(row.id), row.occurred_on, place, row.pattern, dead(row), injured(row), to_case(row.case_number))


def _twice(one: RegisteredShown, found: Sequence[Duplicate]) -> None:
    if not found:
        return
    st.subheader(said("疑似重复"))
    rows = [
        (to_accident(pair.other.id if pair.one.id == one.id else pair.one.id), pair.likeness.score, _why(pair))
        for pair in found[:SHOWN]
    ]
    table(("序号", "相似度", "依据"), rows, narrow=(0, 1))


def _why(pair: Duplicate) -> Html:
    return Html("；".join(cell(reason) for reason in pair.likeness.reasons))


def _changes(changes: Sequence[ChangeShown]) -> None:
    if not changes:
        return
    st.subheader(said("更正记录"))
    rows = [(when(one.changed_at), one.label, one.before, one.after, one.by, one.reason) for one in changes]
    table(CHANGES, rows, narrow=(0, 1, 4))


def _steps(visitor: Visitor, one: RegisteredShown) -> None:
    """Show what officers and clerks can do: correct, merge, split, link to a case."""
    choices, row = Choices(visitor), {"accident": one.id}
    if one.merged_into_id is not None:
        folded(visitor, "split-registered-accident", choices, fixed=row)
        return
    _correct(visitor, choices, one)
    folded(visitor, "merge-registered-accidents", choices, fixed=row)
    folded(visitor, "tell-accidents-apart", choices, fixed=row)
    if not one.investigated:
        folded(visitor, "link-registered-accident", choices, fixed=row)


def _correct(visitor: Visitor, choices: Choices, one: RegisteredShown) -> None:
    """Let a column be chosen; its form begins with what stands there."""
    if not visitor.has(Role.OFFICER, Role.CLERK):
        return
    columns = {column.name: column for column in one.columns}
    chosen = st.selectbox(
        said("更正哪一栏"),
        list(columns),
        index=None,
        format_func=lambda name: columns[name].label,
        placeholder="请选择",
        key=f"{ONE}/{one.id}/column",
    )
    if chosen is not None:
        fixed = {"accident": one.id, "field": chosen, "seen_version": one.version}
        folded(
            visitor,
            "correct-registered-accident",
            choices,
            fixed=fixed,
            current={"value": columns[chosen].text},
            open_now=True,
        )


SCREEN = Screen("事故", ONE, "事故", show, POLICE, listed=False, pictured=("?id=1",))
