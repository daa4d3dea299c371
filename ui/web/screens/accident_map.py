"""事故分布: where accidents happened, shaded by cells, with the busiest places numbered and in a table."""

from __future__ import annotations

from collections.abc import Hashable
from datetime import date

import streamlit as st

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.register.queries.heat import Heat, HeatCell, heat
from models.register.rules.grid import AROUND_M
from ui.register_words import NOTE
from ui.web.cache import Memory
from ui.web.navigation import POLICE, Screen
from ui.web.parts import maps
from ui.web.parts.language import said
from ui.web.parts.register_parts import MAP, PLACE, REGISTER, wanted_in
from ui.web.parts.table import empty, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link, plain

HEADS = ("排序", "地点（其中一起）", "事故", "其中有死亡或重伤", "死亡", "点段")
TOP, SIDE = 10, 500
MOST_DRAWN = 2000
"""Cells that are drawn, the busiest; a picture of more says nothing more."""
SECONDS = 300.0
HEATS: Memory[Hashable, Heat] = Memory(SECONDS, most=50, grace=10 * SECONDS)


def show(visitor: Visitor) -> None:
    """Show the map of the days that the address names, of the last three years where it names none."""
    st.title(said("事故分布"))
    try:
        since, until = _days(visitor)
        found = _heat(visitor, since, until)
        if not found.cells:
            empty(
                "这段时间没有已知坐标的事故。", "请更换日期，或在事故台账补充坐标。", link("事故台账", f"/{REGISTER}")
            )
            return
        st.html(_drawn(visitor, found, since, until))
    except Refused as refusal:
        st.error(plain(refusal.message))
        return
    table(HEADS, [_row(place, cell) for place, cell in enumerate(found.cells[:TOP], 1)], narrow=(0, 2, 3, 4, 5))
    missing = f"另有{found.without_point:,}起坐标不详，没有画出。" if found.without_point else ""
    st.caption(plain(f"按固定的{SIDE}米方格计数，含简易程序处理的事故；起数多不等于风险高。{missing}{NOTE}"))


def _days(visitor: Visitor) -> tuple[date, date]:
    asked, today = wanted_in(st.query_params), local_date(visitor.installation.clock())
    until = asked.until or today
    since = asked.since or date(until.year - 3, until.month, 1)
    with st.form("days", border=False):
        first, second, go = st.columns((2, 2, 1), vertical_alignment="bottom")
        begin = first.date_input("自", value=since, format="YYYY-MM-DD")
        end = second.date_input("至", value=until, format="YYYY-MM-DD")
        if go.form_submit_button("查看", width="stretch"):
            st.query_params.from_dict({"since": str(begin), "until": str(end)})
            st.rerun()
    return since, until


def _heat(visitor: Visitor, since: date, until: date) -> Heat:
    """Return the cells, counted anew after some minutes: they are the same for every reader of this page."""

    def count() -> Heat:
        with visitor.reading() as read:
            return heat(read.session, read.actor, since, until, side=SIDE, named=TOP)

    return HEATS.of((visitor.installation.settings.database, since, until), count)


def _drawn(visitor: Visitor, found: Heat, since: date, until: date) -> Html:
    districts = maps.outline(visitor.installation.settings.outline)
    cells = [maps.Shaded(*cell.corners, cell.accidents) for cell in found.cells[:MOST_DRAWN]]
    sites = [_site(place, cell) for place, cell in enumerate(found.cells[:TOP], 1)]
    total = sum(cell.accidents for cell in found.cells)
    told = f"{since}至{until}共{total}起事故按{SIDE}米方格分布，事故最多的{len(sites)}处已编号，见下表。"
    return maps.map_figure(districts, cells, sites, told=told)


def _site(place: int, cell: HeatCell) -> maps.Site:
    west, south, east, north = cell.corners
    told = f"{cell.place or '地点不详'}，{cell.accidents}起"
    return maps.Site((west + east) / 2, (south + north) / 2, str(place), told, _address(cell))


def _address(cell: HeatCell) -> str:
    east, north = cell.middle
    return f"/{PLACE}?east={east}&north={north}&reach={AROUND_M}"


def _row(place: int, cell: HeatCell) -> tuple[object, ...]:
    return (place, cell.place, cell.accidents, cell.severe, cell.deaths, link("查看", _address(cell)))


SCREEN = Screen("事故分布", MAP, "事故", show, POLICE)
