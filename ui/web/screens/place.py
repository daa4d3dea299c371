"""点段: everything known about a place — accidents by year, cases, measures promised there, hazards, before and after."""

from __future__ import annotations

import re

import streamlit as st

from models.accident.rules.places import stake_metres
from models.accident.rules.stakes import Stake
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid, Refused
from models.kernel.installation import Reading
from models.register.queries.around import Around, Place, Section, place_of
from models.register.queries.places import PlaceKnown, PromisedThere, place_known
from models.register.queries.registered import registered
from models.register.rules.grid import AROUND_M, NEAR_M, degrees
from ui.register_words import NOTE, dead, injured
from ui.web.navigation import POLICE, Screen
from ui.web.parts import maps
from ui.web.parts.language import said
from ui.web.parts.register_parts import PLACE, REGISTER, to_accident, to_case
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import cell, link, plain

YEARS = ("年份", "事故", "其中有死亡或重伤", "死亡", "受伤")
ACCIDENTS = ("序号", "日期", "地点", "事故形态", "死亡", "受伤", "案件编号")
PROMISED = ("案件编号", "措施", "承办单位", "状态", "办结日期", "办结前一年", "办结后")
HAZARDS = ("隐患编号", "内容", "排查时间", "状态")
SHOWN = 50
_POINT = re.compile(r"\d{7,9}")


def show(visitor: Visitor) -> None:
    """Show the place that the address names: by an accident, by a stake of a road, by a point of the grid."""
    st.title(said("点段"))
    try:
        with visitor.reading() as read:
            place = _asked(read)
            known = None if place is None else place_known(read.session, read.actor, place, local_date(read.at))
    except Refused as refusal:
        st.error(plain(refusal.message))
        return
    _by_stake()
    if place is None or known is None:
        empty("没有指定点段。", "从事故打开，或输入道路编号和桩号。", link("事故台账", f"/{REGISTER}"))
        return
    _reach(place)
    st.subheader(said("历年事故"))
    if not known.accidents:
        empty("该点段没有计入统计的事故。", "可以扩大范围，或更换桩号。")
    else:
        rows = [(one.year, one.accidents, one.severe, one.deaths, one.injured) for one in known.years]
        table(YEARS, rows, narrow=range(5))
        _map(visitor, place)
        _accidents(known)
    _promised(known)
    if known.hazards:
        st.subheader(said("隐患"))
        rows_of_hazards = [(one.hazard_number, one.description, one.found_on, one.state) for one in known.hazards]
        table(HAZARDS, rows_of_hazards, narrow=(0, 2, 3))
    st.caption(NOTE)


def _asked(read: Reading) -> Place | None:
    asked = st.query_params
    said_reach = asked.get("reach", "")
    reach = int(said_reach) if said_reach in (str(NEAR_M), str(AROUND_M)) else AROUND_M
    number, east, north = (asked.get(name, "") for name in ("accident", "east", "north"))
    if number.isdecimal() and len(number) <= 10:
        one = registered(read.session, read.actor, int(number))
        place = place_of(one.east_m, one.north_m, one.road_number, one.stake_m, reach)
        if place is None:
            raise Invalid("该事故的坐标和桩号不详，不能确定点段。", code="no_place")
        return place
    if _POINT.fullmatch(east) and _POINT.fullmatch(north):
        return Around(int(east), int(north), reach)
    road, stake = asked.get("road", "").strip().upper(), asked.get("stake", "").strip()
    if not (road and stake):
        return None
    metres = stake_metres(stake)
    if metres is None:
        raise Invalid(f"“{stake}”不是桩号，请写作 K145+370。", code="bad_stake")
    return Section(road, metres, AROUND_M)


def _by_stake() -> None:
    with st.form("stake", border=False, enter_to_submit=True):
        road_at, stake_at, go = st.columns((2, 2, 1), vertical_alignment="bottom")
        road = road_at.text_input("道路编号", value=st.query_params.get("road", ""), placeholder="如 G316")
        stake = stake_at.text_input("桩号", value=st.query_params.get("stake", ""), placeholder="如 K145+370")
        if go.form_submit_button("查找", width="stretch"):
            st.query_params.from_dict({"road": road.strip(), "stake": stake.strip()})
            st.rerun()


def _reach(place: Place) -> None:
    """Say how far the place reaches, and lead to the other reach."""
    if isinstance(place, Section):
        at = Stake(place.stake_m)
        st.html(f"<p>{cell(f'{place.road_number} {at} 前后各{place.reach}米')}</p>")
        return
    here = f"/{PLACE}?east={place.east_m}&north={place.north_m}"
    ways(
        "范围",
        tuple((f"{reach}米内", f"{here}&reach={reach}", place.reach == reach) for reach in (NEAR_M, AROUND_M)),
    )


def _map(visitor: Visitor, place: Place) -> None:
    if not isinstance(place, Around) or visitor.installation.settings.outline is None:
        return
    longitude, latitude = degrees(place.east_m, place.north_m)
    site = maps.Site(longitude, latitude, "", "该点段")
    try:
        drawn = maps.map_figure(
            maps.outline(visitor.installation.settings.outline), [], [site], told="该点段在辖区中的位置"
        )
    except Invalid as refusal:
        st.error(plain(refusal.message))
        return
    st.html(drawn)


def _accidents(known: PlaceKnown) -> None:
    st.subheader(said("事故明细"))
    rows = [
        (
            to_accident(one.id),
            one.occurred_on,
            one.place or one.stake,
            one.pattern,
            dead(one),
            injured(one),
            to_case(one.case_number),
        )
        for one in known.accidents[:SHOWN]
    ]
    table(ACCIDENTS, rows, narrow=(0, 1, 4, 5, 6))
    if len(known.accidents) > SHOWN:
        st.caption(plain(f"只列最近{SHOWN}起，共{len(known.accidents)}起。"))


def _promised(known: PlaceKnown) -> None:
    if not known.promised:
        return
    st.subheader(said("该点段的整改措施"))
    table(PROMISED, [_measure(one) for one in known.promised], narrow=(0, 3, 4, 5, 6))
    st.caption("单个点段样本不足，办结前后的起数只作对照，不能据此判断措施是否有效。")


def _measure(one: PromisedThere) -> tuple[object, ...]:
    return (
        to_case(one.case_number),
        f"{one.ref} {one.text}",
        one.organisation,
        one.outcome or one.state,
        one.closed_on,
        None if one.before is None else f"{one.before}起",
        None if one.since is None else f"{one.since}起（{one.days_since}天）",
    )


SCREEN = Screen("点段", PLACE, "事故", show, POLICE, pictured=("?accident=1",))
