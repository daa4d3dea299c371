"""通报: what a period's circular would say, before it is drafted; and the circulars there are, for members too."""

from __future__ import annotations

from datetime import date

import streamlit as st

from documents.kinds.circular.accidents import amount, change
from models.clock.queries.rulebook import competence, rulebook
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.rights import policy
from models.kernel.vocabulary import Rhythm, Role
from models.overview.queries.circular_accidents import accident_figures
from models.overview.queries.circular_figures import circular_figures
from models.overview.queries.circulars import CircularShown, circulars
from models.papers.kinds.circular.content import AccidentFigures, Figures
from models.papers.rules.periods import Period, last_ended
from models.papers.rules.shares import in_words
from ui.figure_words import NOTHING
from ui.web.files_out import address, circular_address, file_link
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.action_form import action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import link, plain

ADDRESS = "circular"


def show(visitor: Visitor) -> None:
    """Show the circulars; to the police the figures of a period first, with the form to draft from them."""
    st.title(said("通报"))
    show_done()
    if visitor.has(*policy.POLICE):
        _period(visitor)
    _list(visitor)


def _period(visitor: Visitor) -> None:
    with visitor.reading() as read:
        today, rules = local_date(read.at), rulebook(read.session)
        rhythm = rules.rhythm(today)
        usual = last_ended(Rhythm.QUARTER if rhythm is Rhythm.NEVER else rhythm, today)
        try:
            period = Period.ended(_asked("from", usual.since), _asked("until", usual.until), today)
        except Refused as refusal:
            tell(refusal)
            period = usual
        ours = competence(read.session, today)
        counted = circular_figures(read.session, read.actor, rules, period, today)
        territory = visitor.installation.settings.unit_division
        accidents = accident_figures(read.session, read.actor, territory, period, today)
    st.subheader(said("时期统计"))
    if ours is None or not ours.circulates:
        empty(
            "还没有登记可以依据的道路交通安全委员会规则。",
            "通报须依据其规则；由内勤或者管理员登记行文凭据后，这里显示统计并可以拟制。",
            link("我的待办", "/todo"),
        )
        return
    before = last_ended(period.rhythm or Rhythm.QUARTER, period.since)
    st.html(
        "　".join(
            link(one.called, f"/{ADDRESS}?from={one.since.isoformat()}&until={one.until.isoformat()}")
            for one in dict.fromkeys((usual, before))
        )
    )
    _figures(counted.figures, period)
    _accidents(accidents)
    if may(visitor.actor, "draft-circular") and counted.named:
        with st.expander(said("拟制通报")):
            fixed = {"period_from": period.since, "period_until": period.until}
            action_form(visitor, None, "draft-circular", Choices(visitor), fixed=fixed)


def _asked(name: str, usual: date) -> date:
    try:
        return date.fromisoformat(st.query_params.get(name, ""))
    except ValueError:
        return usual


def _figures(figures: Figures, period: Period) -> None:
    st.markdown(
        f"{plain(period.days)}，在办深度调查案件{plain(figures.open_cases)}件，"
        f"到期整改措施{plain(figures.total.due)}项。"
        "只统计可以通报的单位，由牵头单位统计，不作名次。"
    )
    if not figures.units and not figures.matters:
        empty("这一时期没有到期或者逾期的措施。", "各单位的时限在看板和“我的待办”中。", link("我的待办", "/todo"))
        return
    rows = [
        (one.unit, one.due, one.on_time, one.done_late, one.late, in_words(one.on_time, one.due))
        for one in figures.units
    ]
    table(("单位", "到期措施", "按期完成", "逾期后完成", "逾期未完成", "按期完成率"), rows, narrow=(1, 2, 3, 4))
    if figures.matters:
        late = [(one.unit, one.matter, one.planned, one.days_late, one.reason or "") for one in figures.matters]
        table(("单位", "逾期未完成事项", "原定日期", "逾期天数", "单位说明"), late, narrow=(2, 3))


def _accidents(told: AccidentFigures | None) -> None:
    if told is None:
        st.caption("事故台账没有这一时期的全部事故（只有立案调查的不作统计），通报不含事故数据。")
        return
    st.caption(plain(f"事故数据：{told.note}。"))
    rows = [
        (
            one.indicator.label,
            amount(one, one.now),
            NOTHING if one.before is None else amount(one, one.before),
            change(one),
        )
        for one in told.figures
    ]
    table(("指标", "本期", "上年同期", "同比"), rows, narrow=(1, 2))


def _list(visitor: Visitor) -> None:
    with visitor.reading() as read:
        found = circulars(read.session, read.actor)
    st.subheader(said("已拟制的通报"))
    if not found:
        empty("没有通报。", "拟制和收到的通报会出现在这里。", link("消息", "/inbox"))
        return
    inside = visitor.has(*policy.POLICE)
    table(("标题", "文号", "文书状态", "成文日期", "数据表"), [_row(one, inside) for one in found], narrow=(1, 2, 3, 4))


def _row(one: CircularShown, inside: bool) -> tuple[object, ...]:
    opened = (
        link(one.title, f"/case?number={one.case_number}&part=papers&paper={one.ref}")
        if inside
        else file_link(address(one.case_number, one.ref, "docx"), one.title)
    )
    tables = file_link(circular_address(one.case_number, one.ref), "xlsx") if one.period_until else ""
    return opened, one.number or "", one.status.label, one.issued_on or "", tables


SCREEN = Screen("通报", ADDRESS, "案件", show, EVERYONE - {Role.ADMIN})
