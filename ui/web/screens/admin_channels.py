"""外发地址: where messages of people and units go beside the inbox; each can be entered, tried and taken out of use."""

from __future__ import annotations

import streamlit as st

from flows.trial_message import try_address
from models.kernel.errors import Refused
from models.kernel.settings import CHAT_ADDRESSES, channel_secrets
from models.office.commands.channels import disable_channel, try_channel
from models.office.queries.channels import ChannelShown, channel_list
from ui.event_sentence import when
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded
from ui.web.parts.choices import Choices
from ui.web.parts.done import show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.trouble import tell
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import link, plain

ADDRESS = "channels"
HEADS = ("编号", "方式", "地址", "属于", "上次发送", "状态")


def show(visitor: Visitor) -> None:
    """Show a page of addresses, or the one that the address of the page names."""
    st.title(said("外发地址"))
    show_done()
    key, chosen = after() or "", st.query_params.get("channel", "")
    with visitor.reading() as read:
        found = channel_list(
            read.session,
            read.actor,
            secrets=channel_secrets().keys(),
            everything=True,
            after=int(key) if key.isdecimal() else None,
            limit=PAGE + 1,
        )
    if found:
        table(HEADS, [_row(channel) for channel in found[:PAGE]], narrow=(0, 1, 4, 5))
        pager(ADDRESS, found, lambda row: row.id)
    else:
        empty("没有登记外发地址。", "消息只进系统内的收件箱；在下面登记邮件地址或聊天群后也会外发。")
    if chosen.isdecimal():
        _one(visitor, int(chosen))
    folded(visitor, "add-channel", Choices(visitor))
    st.caption(f"聊天群地址写在服务器的环境变量或设置文件里，这里只填变量名，如 {CHAT_ADDRESSES}ZHIDUI。")


def _row(channel: ChannelShown) -> tuple[object, ...]:
    unset = "（密钥未设置）" if channel.secret_set is False else ""
    off = channel.disabled_at
    return (
        channel.id if off else link(str(channel.id), f"/{ADDRESS}?channel={channel.id}"),
        channel.medium,
        f"{channel.address}{unset}",
        channel.user or channel.organisation,
        when(channel.last_sent_at) if channel.last_sent_at else None,
        f"已停用：{channel.disabled_reason}" if off else "在用",
    )


def _disable(visitor: Visitor, number: int, reason: str) -> str:
    with visitor.acting() as act:
        settled = disable_channel(act, number, reason=reason)
    return f"已停用地址 {number}，{settled}条等待中的消息不再发往那里。"


def _one(visitor: Visitor, number: int) -> None:
    with st.container(border=True):
        st.markdown(f"**地址 {plain(number)}**")
        reason = st.text_input("停用理由", key=f"channel/{number}/reason").strip()
        tried, disabled = st.columns(2)
        try:
            if tried.button("试发一条消息", width="stretch"):
                with visitor.acting() as act:
                    channel = try_channel(act, number)
                with st.spinner("正在试发…"):
                    try_address(
                        visitor.installation.settings, channel.medium, channel.address, visitor.installation.clock()
                    )
                st.success(f"已试发到 {plain(channel.address)}，请在对方处确认收到。")
            if disabled.button("停用", width="stretch"):
                take(lambda: _disable(visitor, number, reason), leave=True)
        except Refused as refusal:
            tell(refusal)


SCREEN = Screen("外发地址", ADDRESS, SECTION, show, ADMIN)
