"""档案检索: volumes by number, case, words, year, retention and unit; and those whose retention is about to end."""

from __future__ import annotations

import streamlit as st

from models.archive.queries.archives import ArchiveShown, Sought, archive_list, ended_unarchived
from models.archive.queries.audits import PackageToAudit, packages_to_audit
from models.archive.queries.disposals import disposals
from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import OrganisationKind, Role
from models.office.queries.people import organisation_list
from models.papers.rules.retention import Retention
from ui.web.navigation import Screen
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.ways import ways
from ui.web.parts.words import Html, link

ADDRESS = "archives"
ARCHIVISTS = frozenset({Role.ARCHIVIST})
FAULTS, MOST = 5, 500
HEADS = ("档号", "题名", "案件编号", "保管期限", "保管至", "归档日期", "件数", "状态")


def show(visitor: Visitor) -> None:
    """Show a page of volumes, or what to do where there is none."""
    st.title(said("档案检索"))
    asked = st.query_params
    view = asked.get("view", "")
    _views("due" if asked.get("due") == "1" else view)
    if view == "audit":
        _audits(visitor)
        return
    if view == "ended":
        _ended(visitor)
        return
    if view == "disposals":
        _disposals(visitor)
        return
    _filters(visitor)
    year, unit, term = asked.get("year", ""), asked.get("unit", ""), asked.get("retention", "")
    with visitor.reading() as read:
        today = local_date(read.at)
        sought = Sought(
            words=asked.get("words") or None,
            year=int(year) if year.isdecimal() and len(year) == 4 else None,
            retention=Retention(term) if term in list(Retention) else None,
            unit=int(unit) if unit.isdecimal() else None,
            due=today.replace(month=12, day=31) if asked.get("due") == "1" else None,
        )
        found = archive_list(read.session, read.actor, sought, after=after(), limit=PAGE + 1)
    if not found:
        if sought == Sought() and after() is None:
            empty("还没有案卷。", "案件办结归档后会出现在这里；待归档的案件在“我的待办”中。", link("我的待办", "/todo"))
        else:
            empty("没有符合条件的案卷。", "请减少或更换查找条件。", link("全部案卷", f"/{ADDRESS}"))
        return
    table(HEADS, [_row(volume) for volume in found[:PAGE]], narrow=(0, 2, 3, 4, 5, 6, 7))
    pager(
        ADDRESS,
        found,
        lambda row: row.key,
        words=asked.get("words"),
        year=asked.get("year"),
        retention=asked.get("retention"),
        unit=asked.get("unit"),
        due=asked.get("due"),
    )


def _audits(visitor: Visitor) -> None:
    """Show every package in force with its last look; what was not sound, and what is due, first."""
    with visitor.reading() as read:
        packages = packages_to_audit(read.session, read.actor)
        now = read.at
    packages.sort(key=lambda one: (one.sound is not False, not one.due(now)))
    st.caption(said("每卷每年至少核查一次，由档案员运行 shencha archive audit。"))
    if not packages:
        empty("还没有已封装的案卷。", "案卷封装后会出现在这里。", link("全部案卷", f"/{ADDRESS}"))
        return
    table(
        ("档号", "题名", "最近核查", "结果", "情况"),
        [
            (
                link(one.number, f"/volume?number={one.number.partition('-补')[0]}"),
                one.title,
                one.audited_at and local_date(one.audited_at),
                _outcome(one, due=one.due(now)),
                "；".join(f"{fault['path']}：{fault['message']}" for fault in one.faults[:FAULTS]),
            )
            for one in packages[:MOST]
        ],
        narrow=(0, 2, 3),
    )


def _outcome(one: PackageToAudit, *, due: bool) -> Html:
    word, colour = ("应核查", "yellow") if due else ("未满一年", "green")
    if one.sound is not None and not due:
        word = "完整可读"
    if one.sound is False:
        word, colour = "有问题", "red"
    return Html(f'<span class="sc-light sc-{colour}">{word}</span>')


def _ended(visitor: Visitor) -> None:
    """Show the cases that were ended before their time and have no volume yet."""
    with visitor.reading() as read:
        found = ended_unarchived(read.session, read.actor)
    if not found:
        empty("没有待归档的终止案件。", "案件终止后会出现在这里；归档前先看缺项。", link("全部案卷", f"/{ADDRESS}"))
        return
    table(
        ("案件编号", "题名", "理由", "终止日期"),
        [
            (
                link(one.case_number, f"/case?number={one.case_number}&part=complete"),
                one.title,
                one.reason,
                one.closed_at and local_date(one.closed_at),
            )
            for one in found
        ],
        narrow=(0, 3),
    )


def _disposals(visitor: Visitor) -> None:
    """Show the 销毁清册."""
    with visitor.reading() as read:
        found = disposals(read.session, read.actor)
    if not found:
        empty("没有提出销毁的案卷。", "保管期满、经鉴定的案卷，在案卷页提出销毁。", link("全部案卷", f"/{ADDRESS}"))
        return
    table(
        ("档号", "题名", "保管至", "件数", "理由", "提出人", "决定人", "状态"),
        [
            (
                link(one.archive_number, f"/volume?number={one.archive_number}"),
                one.title,
                one.keep_until,
                one.items,
                one.reason,
                one.proposed_by,
                one.decided_by,
                one.state,
            )
            for one in found[:MOST]
        ],
        narrow=(0, 2, 3, 5, 6, 7),
    )


def _views(chosen: str) -> None:
    links = (
        ("全部案卷", "", chosen == ""),
        ("今年内到期待鉴定", "?due=1", chosen == "due"),
        ("终止待归档", "?view=ended", chosen == "ended"),
        ("可读性核查", "?view=audit", chosen == "audit"),
        ("销毁清册", "?view=disposals", chosen == "disposals"),
    )
    ways("档案", ((said(label), f"/{ADDRESS}{query}", chosen) for label, query, chosen in links))


def _filters(visitor: Visitor) -> None:
    """Let what the address asks for be changed; a reload keeps it."""
    asked = st.query_params
    with visitor.reading() as read:
        units = {
            str(unit.id): unit.name
            for unit in organisation_list(read.session, read.actor)
            if unit.kind is OrganisationKind.POLICE
        }
    terms = list(Retention)
    with st.form("filters", border=False, enter_to_submit=True):
        words_at, year_at, term_at, unit_at, go = st.columns((4, 1, 2, 3, 1), vertical_alignment="bottom")
        words = words_at.text_input(
            "档号、案件编号或题名",
            value=asked.get("words", ""),
            placeholder=f"如 {visitor.installation.settings.unit_division[:4]}-2026-0001",
        )
        year = year_at.text_input("年份", value=asked.get("year", ""), placeholder="全部").strip()
        term = term_at.selectbox(
            "保管期限",
            terms,
            index=terms.index(Retention(asked["retention"])) if asked.get("retention") in terms else None,
            format_func=lambda one: one.label,
            placeholder="全部",
        )
        unit = unit_at.selectbox(
            "立卷单位",
            list(units),
            index=list(units).index(asked["unit"]) if asked.get("unit") in units else None,
            format_func=lambda one: units[one],
            placeholder="全部",
        )
        if go.form_submit_button("查找", width="stretch"):
            chosen = {"words": words.strip(), "year": year, "retention": term, "unit": unit, "due": asked.get("due")}
            st.query_params.from_dict({name: str(value) for name, value in chosen.items() if value})
            st.rerun()


def state_of(volume: ArchiveShown) -> Html:
    """Return how a package stands, as a coloured word."""
    word, colour = "已封装", "green"
    if volume.destroyed_at:
        word, colour = "已销毁", "yellow"
    elif volume.reopened_at:
        word, colour = "案件已重新办理", "yellow"
    elif volume.packed_at is None:
        word, colour = "待封装", "blue"
    return Html(f'<span class="sc-light sc-{colour}">{word}</span>')


def _row(volume: ArchiveShown) -> tuple[object, ...]:
    restricted = "（含限定查阅文书）" if volume.restricted else ""
    return (
        link(volume.archive_number, f"/volume?number={volume.archive_number}"),
        f"{volume.title}{restricted}",
        volume.case_number,
        volume.retention,
        volume.keep_until or "永久",
        local_date(volume.archived_at),
        volume.item_count,
        state_of(volume),
    )


SCREEN = Screen("档案检索", ADDRESS, "档案", show, ARCHIVISTS, pictured=("", "?due=1", "?view=audit"))
