"""事故数据: the figures of a span from the register, compared, broken down and as a trend; the same for every reader."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

import streamlit as st

from models.kernel import divisions
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.vocabulary import Breakdown, Coverage, Indicator, Rhythm
from models.papers.rules.periods import Period, last_ended
from models.register.queries.counting import Counted
from models.register.queries.figures import Line, Month, Report, asked_period
from models.register.queries.sentences import amount, beside
from models.register.queries.totals import earlier_totals
from models.register.rules.figures import SMALL, change_in_words
from ui.figure_words import NOTHING
from ui.web.files_out import FIGURES_FILE
from ui.web.leading import territory
from ui.web.leading.charts import MOST, breakdown_chart, outliers, trend_chart
from ui.web.leading.figures import cards, rows_address
from ui.web.navigation import POLICE, Screen
from ui.web.parts.action_form import action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.figure_parts import by_in, counted_in, in_address, period_in
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import link, plain, way_out

ADDRESS = "figures"
ENTERING = ("enter-earlier-totals", "enter-denominator", "close-month", "reopen-month")
TABLED = (Indicator.ACCIDENTS, Indicator.FATAL_ACCIDENTS, Indicator.DEATHS, Indicator.INJURED, Indicator.PROPERTY_LOSS)


def show(visitor: Visitor) -> None:
    """Show the figures of the span in the address, from New Year to yesterday where there is none."""
    st.title(said("事故数据"))
    show_done()
    today, asked = local_date(visitor.installation.clock()), st.query_params.to_dict()
    try:
        period = period_in(asked, today)
    except Refused as refusal:
        tell(refusal)
        period = asked_period(None, None, today)
    by, counted = by_in(asked), counted_in(asked, visitor.installation.settings.unit_division)
    _spans(period, counted, today)
    with visitor.reading() as read:
        told = territory.figures(visitor.installation, read, counted, period, today, by)
        months = territory.months(visitor.installation, read, counted, period.until.year, today)
    st.subheader(plain(_called(period, counted)))
    st.caption(f"{plain(told.note)}。点击数字查看计入的事故；上年同期或者上期不足{SMALL}的先列数字。")
    st.html(cards(told.figures))
    st.html(way_out("导出表格", f"{FIGURES_FILE}?{in_address(period, counted, by=by.value)}"))
    st.html(f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in beside(told))}</ul>")
    if period.since != date(period.until.year, 1, 1):
        st.subheader(said("本年累计"))
        st.html(cards(told.cumulative))
    _trend(months, period.until.year)
    _breakdown(told, period, by)
    _explained(told)
    _entering(visitor)


def _called(period: Period, counted: Counted) -> str:
    where = divisions.name(counted.division) if counted.division else ""
    return f"{period.called}{where}{counted.road or ''}（{counted.coverage.label}）"


def _address(period: Period, counted: Counted, **more: str) -> str:
    return f"/{ADDRESS}?{in_address(period, counted, **more)}"


def _spans(period: Period, counted: Counted, today: date) -> None:
    """Show the ways to the spans that people ask for, to the other coverage, and fields for any other span."""
    yesterday = today - timedelta(days=1)
    usual = {
        "本年累计": asked_period(None, None, today),
        "本月": Period(today.replace(day=1), max(today.replace(day=1), yesterday)),
        "上月": last_ended(Rhythm.MONTH, today),
        "上季度": last_ended(Rhythm.QUARTER, today),
        "上年": last_ended(Rhythm.YEAR, today),
    }
    ways("时期", [(said(title), _address(span, counted), span == period) for title, span in usual.items()])
    swapped = [Counted(counted.territory, coverage, counted.division, counted.road) for coverage in Coverage]
    ways("口径", [(said(one.coverage.label), _address(period, one), one == counted) for one in swapped])
    if counted.division or counted.road:
        st.html(link("不限区划和道路", _address(period, Counted(counted.territory, counted.coverage))))
    with st.expander(said("其他时期")), st.form("span", border=False):
        first, last = st.columns(2)
        since = first.date_input(said("首日"), period.since, format="YYYY-MM-DD", min_value=date(1951, 1, 1))
        until = last.date_input(said("末日"), period.until, format="YYYY-MM-DD", min_value=date(1951, 1, 1))
        if st.form_submit_button(said("统计")) and isinstance(since, date) and isinstance(until, date):
            st.query_params.update({"from": since.isoformat(), "to": until.isoformat()})
            st.rerun()


def _trend(months: Sequence[Month], year: int) -> None:
    st.subheader(said("各月趋势"))
    st.altair_chart(trend_chart(months, year), width="stretch")
    expected = any(one.low is not None for one in months)
    band = "灰色区域为近几年同月推算的期望区间（泊松，95%），" if expected else "此前不足三年的数据，不作期望区间；"
    outside = outliers(months)
    told = f"超出区间的月份：{'、'.join(f'{one.month.month}月' for one in outside)}。" if outside else ""
    inside = "没有月份超出区间。" if expected and not outside else ""
    st.caption(plain(f"实线为{year}年，虚线为上年；{band}空心点的月份尚未结束。{told}{inside}"))
    with st.expander(said("各月数字")):
        table(
            ("月份", "事故起数", "上年同月", "期望区间", "死亡人数", "上年同月死亡"),
            [
                (
                    f"{one.month.month}月{'' if one.whole else '（未结束）'}",
                    one.accidents,
                    NOTHING if one.before_accidents is None else one.before_accidents,
                    NOTHING if one.low is None else f"{one.low}至{one.high}",
                    one.deaths,
                    NOTHING if one.before_deaths is None else one.before_deaths,
                )
                for one in months
            ],
            narrow=(0, 1, 2, 3, 4, 5),
        )


def _breakdown(told: Report, period: Period, by: Breakdown) -> None:
    st.subheader(said("分组统计"))
    counted = Counted("", told.coverage, told.division, told.road)
    ways("分组", [(said(one.label), _address(period, counted, by=one.value), one is by) for one in Breakdown])
    if not told.lines:
        empty("这一时期没有事故。", "导入事故台账，或者换一个时期。")
        return
    st.altair_chart(breakdown_chart(told.lines, by.label), width="stretch")
    more = f"图中只画前{MOST}组，全部见下表。" if len(told.lines) > MOST else ""
    several = "一起事故有几类车辆的，各类分别计入。" if by is Breakdown.VEHICLE else ""
    st.caption(plain(f"横条为本期，竖线为上年同期。{more}{several}"))
    heads = (by.label, *(one.label for one in TABLED), "事故起数同比", "死亡人数同比")
    table(heads, [_line(line) for line in told.lines], narrow=(1, 2, 3, 4, 5))


def _line(line: Line) -> tuple[object, ...]:
    opened: object = link(line.label, rows_address(line.rows)) if line.rows else line.label
    compared = [
        change_in_words(one, line.figures[one], line.before[one]) for one in (Indicator.ACCIDENTS, Indicator.DEATHS)
    ]
    return (opened, *(amount(one, line.figures[one]) for one in TABLED), *compared)


def _explained(told: Report) -> None:
    with st.expander(said("各项数字的含义")):
        table(("指标", "含义"), [(one.indicator.label, one.explained) for one in told.figures], narrow=(0,))
        st.caption(
            "按管辖：由本单位及所属单位处理的和未写明管辖单位的；按地域：发生在本辖区的和区划不详的。"
            "同比为上年同一时期，环比为上一时期；基数为0的记“—”。历史总数和统计基数由民警、内勤录入并注明来源。"
        )


def _entering(visitor: Visitor) -> None:
    """Show what was entered of earlier years, and the forms to enter and to close."""
    with visitor.reading() as read:
        totals = earlier_totals(read.session)
    if totals:
        with st.expander(said("已登记的历史总数")):
            heads = ("时期", "区划", *(one.label for one in Indicator), "来源")
            rows = [
                (
                    Period(one.since, one.until).called,
                    divisions.name(one.division_code),
                    *(amount(indicator, one.figures[indicator]) for indicator in Indicator),
                    one.basis,
                )
                for one in totals
            ]
            table(heads, rows, narrow=(0, 1))
    forms = [action for action in ENTERING if may(visitor.actor, action)]
    if not forms:
        return
    st.subheader(said("登记和关账"))
    choices = Choices(visitor)
    for action in forms:
        with st.expander(said(TITLES[action])):
            action_form(visitor, None, action, choices)


TITLES = {
    "enter-earlier-totals": "登记历史总数",
    "enter-denominator": "登记统计基数",
    "close-month": "月度关账",
    "reopen-month": "撤销关账",
}
SCREEN = Screen("事故数据", ADDRESS, "领导", show, POLICE, pictured=("", "?by=hour"))
