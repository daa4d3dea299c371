"""案卷: one volume: its catalogue, its package and whether it is whole, what was supplemented, and the ways to go on."""

from __future__ import annotations

import streamlit as st

from models.archive.queries.archives import ArchiveShown, ItemShown, SupplementShown, archive_shown
from models.archive.queries.disposals import disposals
from models.archive.queries.life import life_of
from models.kernel.base import JsonList
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from ui.event_sentence import when
from ui.package_out import checked
from ui.web.files_out import archive_address
from ui.web.navigation import Screen
from ui.web.parts.action_form import action_form, may
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done
from ui.web.parts.language import said, step_title
from ui.web.parts.table import empty, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link, listed, plain
from ui.web.screens.archives import ARCHIVISTS, state_of

ITEMS = ("序号", "责任者", "文号", "题名", "日期", "页数", "备注")
FAULTS = 20


def show(visitor: Visitor) -> None:
    """Show the volume that the address names. Raises NotFound for one that is not to be seen."""
    number = st.query_params.get("number", "")
    st.html(link("返回档案检索", "/archives"))
    if not number:
        st.title(said("案卷"))
        empty("没有指明案卷。", "请从档案检索中打开一个案卷。", link("档案检索", "/archives"))
        return
    with visitor.reading() as read:
        opened = archive_shown(read.session, read.actor, number)
    volume = opened.archive
    st.title(plain(volume.title))
    show_done()
    _head(volume)
    _package(visitor, number, sealed=volume.packed_at is not None and volume.destroyed_at is None)
    st.subheader(said("卷内目录"))
    if opened.items:
        table(ITEMS, [_item(item) for item in opened.items], narrow=(0, 4, 5))
    else:
        empty("卷内目录在封装后生成。", "后台工作进程会自动封装；长时间没有封装的，请告知管理员。")
    _supplements(opened.supplements)
    _life(visitor, number)
    _steps(visitor, volume)


def _head(volume: ArchiveShown) -> None:
    table(
        ("档号", "案件编号", "立卷单位", "保管期限", "保管至", "原件存放位置", "归档", "状态"),
        [
            (
                volume.archive_number,
                link(volume.case_number, f"/case?number={volume.case_number}"),
                volume.unit,
                volume.retention,
                volume.keep_until or "永久",
                volume.shelf_place,
                f"{volume.archived_by} {local_date(volume.archived_at)}",
                state_of(volume),
            )
        ],
    )
    if volume.reopened_at and volume.reopened_reason:
        st.info(
            f"本案已于 {when(volume.reopened_at)} 重新办理：{plain(volume.reopened_reason)}。本卷保持封装时的内容。"
        )
    if volume.manifest_sha256 and volume.packed_at:
        st.caption(f"封装于 {when(volume.packed_at)}，清单校验值 {plain(volume.manifest_sha256)}")


def _package(visitor: Visitor, number: str, *, sealed: bool) -> None:
    if not sealed:
        return
    st.html(
        f'<nav class="sc-pager"><a class="sc-go" href="{archive_address(number)}" download>下载档案包（zip）</a></nav>'
    )
    if st.button("校验档案包", key=f"verify/{number}"):
        try:
            with st.spinner("正在逐个文件校验…"):
                found = checked(visitor.installation, visitor.account, number)
        except Refused as refusal:
            tell(refusal)
            return
        if found.ok:
            st.success("档案包完整，与封装时记录的校验值一致。")
            if found.remarks:
                silent = "、".join(remark.path for remark in found.remarks)
                st.caption(plain(f"由早期版本封装，下列文件无法由事件链核对：{silent}。"))
            return
        faults = [f"{fault.path or number}：{fault.message}" for fault in found.faults[:FAULTS]]
        st.error(listed(f"档案包有 {len(found.faults)} 处问题：", faults))


def _item(item: ItemShown) -> tuple[object, ...]:
    return item.position, item.responsible, item.number, item.title, item.dated, item.pages, item.note


def _supplements(supplements: list[SupplementShown]) -> None:
    if not supplements:
        return
    st.subheader(said("补充归档"))
    table(
        ("档号", "题名", "责任者", "日期", "理由", "补充时间", "档案包"),
        [
            (
                one.archive_number,
                one.title,
                one.responsible,
                one.dated,
                one.reason,
                when(one.added_at),
                _supplement_package(one),
            )
            for one in supplements
        ],
        narrow=(0, 3, 5),
    )


def _supplement_package(one: SupplementShown) -> Html | str:
    if one.packed_at is None:
        return "待封装"
    return Html(f'<a class="sc-in" href="{archive_address(one.archive_number)}" download>下载</a>')


def _life(visitor: Visitor, number: str) -> None:
    """Show the yearly looks, transfers, and what was decided of a disposal."""
    with visitor.reading() as read:
        audits, transfers = life_of(read.session, read.actor, number)
        decided = [one for one in disposals(read.session, read.actor) if one.archive_number == number]
    if audits:
        st.subheader(said("可读性核查"))
        looks = [
            (
                one.number,
                when(one.audited_at),
                one.audited_by,
                one.files,
                "完整可读" if one.sound else _wrong(one.faults),
            )
            for one in audits
        ]
        table(("档号", "核查时间", "核查人", "文件数", "结果"), looks, narrow=(0, 1, 2, 3))
    if transfers:
        st.subheader(said("移交"))
        handed = [(one.recipient, when(one.transferred_at), one.transferred_by, one.list_sha256) for one in transfers]
        table(("接收单位", "移交时间", "移交人", "校验值清单"), handed, narrow=(1, 2))
    if decided:
        st.subheader(said("销毁"))
        told = [(one.reason, one.proposed_by, one.decided_by, one.decision_reason, one.state) for one in decided]
        table(("理由", "提出人", "决定人", "意见", "状态"), told, narrow=(1, 2, 4))


def _wrong(faults: JsonList) -> str:
    return "；".join(f"{fault['path']}：{fault['message']}" for fault in faults[:FAULTS])


def _steps(visitor: Visitor, volume: ArchiveShown) -> None:
    if volume.reopened_at or volume.packed_at is None or volume.destroyed_at:
        return
    choices = Choices(visitor)
    for action in ("supplement-archive", "reopen-archive", "propose-disposal"):
        if may(visitor.actor, action):
            with st.expander(step_title(action)):
                action_form(visitor, volume.case_number, action, choices)


SCREEN = Screen("案卷", "volume", "档案", show, ARCHIVISTS, listed=False, pictured=("?number={volume}",))
