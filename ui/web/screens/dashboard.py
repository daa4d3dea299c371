"""督办看板: what is late at the others and with us, what waits for a decision, the four indices, who completes."""

from __future__ import annotations

from datetime import date
from html import escape

import streamlit as st

from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Invalid
from models.kernel.vocabulary import Role, Turn
from models.overview.queries.brief import brief, last_week
from models.overview.queries.cases import CaseListed
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.waiting.rows import Wait
from models.overview.queries.worklists import Waiting
from models.papers.rules.periods import Period
from models.papers.rules.shares import in_words
from models.register.queries.counting import Counted
from models.register.rules.figures import SMALL
from ui.brief_words import HEADS, row, sentences
from ui.event_sentence import when
from ui.web.leading import cached_figures, territory
from ui.web.leading.cached_figures import LONGEST_LATE, Late, Years
from ui.web.leading.drawn import Drawn, drawn
from ui.web.leading.figures import cards, months
from ui.web.leading.places import ENOUGH
from ui.web.leading.url_parameters import as_of
from ui.web.navigation import Screen
from ui.web.parts.language import said
from ui.web.parts.record_banner import record_banner
from ui.web.parts.stuck_steps import nobody
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.waiting import about, step_address
from ui.web.parts.words import Html, lamp, link, plain

LATE_HEADS = ("单位", "逾期未完成事项", "原定日期", "逾期天数", "单位说明")
WAITING = ("待决定事项", "内容", "案件", "期限", "预警", "由谁办理")


def show(visitor: Visitor) -> None:
    """Show the page as it stands at the end of a day, today unless the address names another."""
    head, day = st.columns((4, 1), vertical_alignment="bottom")
    head.title(said("督办看板"))
    with day:
        at = as_of(local_date(visitor.installation.clock()))
    if visitor.has(Role.LEADER):
        nobody(visitor)
        record_banner(visitor)
    stand = cached_figures.stand(visitor.installation, visitor.actor)
    now = cached_figures.late(visitor.installation, visitor.actor, at, stand)
    sums = cached_figures.years(visitor.installation, visitor.actor, at, stand)
    parts = drawn(visitor.installation, visitor.actor, now, sums, at)
    st.html(parts.totals)
    counted_at = min(now.counted_at, sums.counted_at)
    old = (visitor.installation.clock() - counted_at).total_seconds() > cached_figures.SECONDS
    fresh = "正在重新统计，刷新后可见" if old else f"每 {cached_figures.SECONDS:g} 秒更新"
    st.caption(f"各项数字统计于 {when(counted_at)}，{plain(fresh)}；等待决定的事项随时更新。")
    live = cached_figures.live(visitor.installation, visitor.actor, at, stand)
    _decisions(live.waiting)
    for turn, title in ((Turn.THEIRS, "协办单位超期和临期"), (Turn.OURS, "本单位办案超期和临期")):
        _part(title, parts.late[turn], "没有超期或临期的事项。")
    _sponsored(live.sponsored)
    _indices(visitor, at)
    _brief(visitor, at.today)
    _units(visitor, parts, sums, now)
    _places(parts)


def _units(visitor: Visitor, parts: Drawn, sums: Years, late: Late) -> None:
    """Show what is late with its reasons first, then how the units kept their days, ours too."""
    settings = visitor.installation.settings
    st.subheader(said("逾期未完成的整改措施和说明"))
    if late.items:
        rows = [(one.unit, one.matter, one.planned, one.days_late, one.reason) for one in late.items]
        table(LATE_HEADS, rows, narrow=(2, 3))
        st.caption(f"逾期最久的{LONGEST_LATE}项；说明为责任单位最近一次反馈。")
    else:
        st.caption("没有逾期未完成的整改措施。")
    _part("各单位按期情况", parts.units, "本年没有到期或者未到期的整改措施。")
    league = (
        f"名次依据{settings.league_table}，置信区间重叠的并列。"
        if settings.league_table
        else "按到期措施多少排列，不是名次。"
    )
    told = (
        "到期：本年内期限已过的整改措施，以及上年期限已过、年初仍未办结的，今日到期的不算；按期完成：本年到期的措施中按期的；"
        f"按期率：期限内报告完成且未被退回的比例，不足{settings.fewest_due}项的样本过少，不计算；中位天数：自送达至完成；一次采纳：完成反馈中未被退回的。"
        f"各单位措施的难易和资金不同，数字只供参考。{league}"
    )
    st.caption(plain(told))
    own = sums.own
    share = in_words(own.on_time, own.due)
    st.caption(plain(f"本单位办案时限：本年到期{own.due}项，按期{own.on_time}项，按期率{share}。"))


def _indices(visitor: Visitor, at: AsOf) -> None:
    """Show the indices of the territory, from New Year to the day: all accidents, investigated or not."""
    period = Period(at.day.replace(month=1, day=1), at.day)
    counted = Counted(visitor.installation.settings.unit_division)
    with visitor.reading() as read:
        told = territory.figures(visitor.installation, read, counted, period, at.today)
        rows = territory.months(visitor.installation, read, counted, at.day.year, at.day)
    _part(f"{period.days}四项指数", Html(cards(told.cumulative) + months(rows, at.day.year)), "")
    st.caption(
        f"{plain(told.note)}。取自事故台账，一般程序处理的事故全部计入，不论是否开展深度调查；不详的不作为0；"
        f"上年同期不足{SMALL}的先列数字，上年同期为0的不计算百分比。"
    )
    st.html(link("事故数据", f"/figures?from={period.since.isoformat()}&to={period.until.isoformat()}"))


def _brief(visitor: Visitor, today: date) -> None:
    """Show the week that is over, whatever day the page shows, and what falls due in the one after it."""
    week = last_week(today)
    with visitor.reading() as read:
        accidents = territory.week(visitor.installation, read, week, today)
        told = brief(read.session, read.actor, rulebook(read.session), week, today, accidents)
    st.subheader(said("一周简报"))
    st.html(f"<p>{plain(week.days)}</p><ul>{''.join(f'<li>{escape(line)}</li>' for line in sentences(told))}</ul>")
    if told.falls_due:
        with st.expander(said("到期的时限")):
            rows = [
                (*row(one)[:-1], link(one.case_number, f"/case?number={one.case_number}")) for one in told.falls_due
            ]
            table(HEADS, rows, narrow=(0, 4))


def _part(title: str, shown: Html | None, nothing: str) -> None:
    st.subheader(said(title))
    if shown is None:
        st.caption(plain(nothing))
    else:
        st.html(shown)


def _decisions(waiting: list[Waiting]) -> None:
    """What waits now: a decision is taken today, whatever day the page shows."""
    st.subheader(said("等待决定"))
    if not waiting:
        empty("没有等待决定的督办单、延期申请、约谈建议或职责争议。", "督办阶梯拟出新的文书后会出现在这里。")
        return
    table(WAITING, [_decision(wait) for wait in waiting], narrow=(0, 3, 4, 5))


def _decision(wait: Waiting) -> tuple[object, ...]:
    mine = Html('<b class="sc-mine">由您决定</b>') if wait.mine else Html("其他人员")
    return (
        link(wait.label, decision_address(wait)),
        about(wait),
        wait.title,
        wait.due_on,
        lamp(wait.light),
        mine,
    )


def decision_address(wait: Waiting) -> str:
    """Return where the decision is taken: its own page for talks, extensions and disputes, the paper's for papers."""
    if wait.talk is not None:
        return f"/decide?number={wait.case_number}&talk={wait.talk}"
    if wait.wait is Wait.ADJUDICATE:
        return f"/decide?number={wait.case_number}&dispute={wait.reply}"
    if wait.reply is not None:
        return f"/decide?number={wait.case_number}&reply={wait.reply}"
    return step_address(wait)


def _sponsored(found: list[CaseListed]) -> None:
    if not found:
        return
    st.subheader(said("我包案的案件"))
    rows = [
        (
            link(case.case_number, f"/case?number={case.case_number}"),
            case.title,
            case.stage,
            lamp(case.light),
        )
        for case in found
    ]
    table(("案件编号", "名称", "阶段", "预警"), rows, narrow=(0, 2, 3))


def _places(parts: Drawn) -> None:
    st.subheader(said("本年深度调查事故分布"))
    if parts.divisions is None:
        st.caption("本年还没有开展深度调查的事故。")
        return
    picture, listed = st.columns((3, 2), gap="large")
    listed.html(parts.divisions)
    with picture:
        if isinstance(parts.map, Invalid):
            tell(parts.map)
        elif parts.map is not None:
            st.html(parts.map)
        else:
            st.caption(f"还没有辖区边界图，登记经纬度的案件不足{ENOUGH}件，只按区划列出。")


SCREEN = Screen("督办看板", "dashboard", "领导", show, frozenset({Role.LEADER, Role.SIGNER}))
