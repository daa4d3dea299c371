"""事故台账: every accident that came in, found by days, place, road, casualties and words; a page at a time."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from models.kernel import divisions
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.vocabulary import Procedure
from models.register.queries.register_list import (
    MOST_COUNTED,
    Found,
    Listed,
    Wanted,
    register_found,
    register_list,
    within,
)
from ui.register_out import TAKING
from ui.register_words import NOTE, dead, division, happened, injured, place_in_words
from ui.web.files_out import REGISTER_FILE
from ui.web.navigation import POLICE, Screen
from ui.web.parts.language import said
from ui.web.parts.register_parts import (
    MAP,
    REGISTER,
    TWICE,
    in_address,
    to_accident,
    to_case,
    wanted_in,
)
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import link, plain, way_out

HEADS = ("序号", "时间", "行政区划", "地点", "事故形态", "处理程序", "死亡", "受伤", "案件编号")
DEATHS = {"": "不限", "1": "有死亡", "3": "死亡3人以上"}
INVESTIGATED = {"": "不限", "1": "已立案", "0": "未立案"}
COUNTED = {"": "计入统计", "0": "不计入统计"}


def show(visitor: Visitor) -> None:
    """Show a page of what the address looks for, with how many there are."""
    st.title(said("事故台账"))
    try:
        with visitor.reading() as read:
            today = local_date(read.at)
            asked = wanted_in(st.query_params)
            wanted = within(asked, today)
        _filters(visitor, asked)
        with visitor.reading() as read:
            found = register_list(read.session, read.actor, wanted, after=after(), limit=PAGE + 1)
            sums = register_found(read.session, read.actor, wanted) if found else None
    except Refused as refusal:
        st.error(plain(refusal.message))
        return
    if sums is None:
        _nothing(asked)
        return
    _told(visitor, asked, wanted, sums)
    table(HEADS, [_row(one) for one in found[:PAGE]], narrow=(0, 1, 2, 5, 6, 7, 8))
    pager(REGISTER, found, lambda one: one.key, page=PAGE, **in_address(asked))
    st.caption(NOTE)


def _told(visitor: Visitor, asked: Wanted, wanted: Wanted, sums: Found) -> None:
    """Say how many there are, and lead to the map, to what may have come twice, and to the file."""
    many = (
        f"超过{MOST_COUNTED:,}起" if sums.more else f"共{sums.accidents:,}起，死亡{sums.deaths}人，受伤{sums.injured}人"
    )
    lately = "" if wanted == asked else "；只在最近一年的地点中查找，可以指定起止日期"
    ways = [link("事故分布", f"/{MAP}"), link("疑似重复", f"/{TWICE}")]
    if visitor.has(*TAKING):
        ways.append(way_out("导出表格", f"{REGISTER_FILE}?{urlencode(in_address(wanted))}"))
    st.html(f"<p>{many}{lately}。　{'　'.join(ways)}</p>")


def _filters(visitor: Visitor, asked: Wanted) -> None:
    """Show the filters as the address has them, and let them be changed; a reload keeps them."""
    today = local_date(visitor.installation.clock())
    places = divisions.below(f"{visitor.installation.settings.unit_division[:4]}00", today)
    now = in_address(asked)
    with st.form("filters", border=False, enter_to_submit=True):
        by_words, first_day, last_day, go = st.columns((4, 2, 2, 1), vertical_alignment="bottom")
        words = by_words.text_input(
            "事故编号、号牌或地点", value=asked.words or "", placeholder="如 鄂G12345，或 新民街 路口"
        )
        since = first_day.date_input("自", value=asked.since, format="YYYY-MM-DD")
        until = last_day.date_input("至", value=asked.until, format="YYYY-MM-DD")
        with st.expander("更多条件", expanded=bool(now.keys() - {"words", "since", "until"})):
            above, below = st.columns(4), st.columns(3)
        where = above[0].selectbox(
            "行政区划",
            places,
            index=places.index(asked.division) if asked.division in places else None,
            format_func=lambda code: divisions.own_name(code, today),
            placeholder="全部",
        )
        road = above[1].text_input("道路编号或名称", value=asked.road or "", placeholder="如 G316")
        deaths = _one_of(above[2], "伤亡", DEATHS, now.get("deaths", ""))
        pattern = above[3].text_input("事故形态", value=asked.pattern or "", placeholder="如 追尾碰撞")
        procedure = below[0].selectbox(
            "处理程序",
            list(Procedure),
            index=None if asked.procedure is None else list(Procedure).index(asked.procedure),
            format_func=lambda word: word.label,
            placeholder="全部",
        )
        investigated = _one_of(below[1], "深度调查", INVESTIGATED, now.get("investigated", ""))
        counted = _one_of(below[2], "统计", COUNTED, now.get("counted", ""))
        if go.form_submit_button("查找", width="stretch"):
            given = {
                "words": words.strip(),
                "since": since,
                "until": until,
                "division": where,
                "road": road.strip(),
                "deaths": deaths,
                "procedure": procedure,
                "pattern": pattern.strip(),
                "investigated": investigated,
                "counted": counted,
            }
            st.query_params.from_dict({name: str(value) for name, value in given.items() if value})
            st.rerun()


def _one_of(place: st.delta_generator.DeltaGenerator, label: str, words: dict[str, str], now: str) -> str:
    values = list(words)
    chosen = place.selectbox(
        label, values, index=values.index(now) if now in values else 0, format_func=lambda one: words[one]
    )
    return str(chosen)


def _row(one: Listed) -> tuple[object, ...]:
    return (
        to_accident(one.id),
        happened(one.occurred_at, one.hour),
        division(one.division_code, one.occurred_on),
        place_in_words(one),
        one.pattern,
        one.procedure,
        dead(one),
        injured(one),
        to_case(one.case_number) or ("已立案" if one.investigated else None),
    )


def _nothing(asked: Wanted) -> None:
    if asked == Wanted() and after() is None:
        empty("事故台账还没有事故。", "案件立案后，或从事故系统导入后，会出现在这里。")
    else:
        empty("没有符合条件的事故。", "请减少或更换查找条件。", link("全部事故", f"/{REGISTER}"))


SCREEN = Screen("事故台账", REGISTER, "事故", show, POLICE, pictured=("", "?deaths=1"))
