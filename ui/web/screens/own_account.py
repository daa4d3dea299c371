"""我的账号: who I am here, what I may do, and where I am signed in."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from models.kernel.vocabulary import Role
from models.office.commands.signing_in import end_own_session
from models.office.queries.signing_in import OpenSession, open_sessions
from ui.event_sentence import when
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.done import show_done, take
from ui.web.parts.language import in_english, said
from ui.web.parts.table import table
from ui.web.parts.visitor import Visitor, session_here
from ui.web.parts.words import Html

SECOND_FACTOR = '<a href="/auth/second">动态口令</a>'
WAYS = {"password": "账号密码", "oidc": "统一身份认证"}


def show(visitor: Visitor) -> None:
    """Show the account, its sessions, and the language of the menu."""
    st.title(said("我的账号"))
    show_done()
    assert visitor.actor.id is not None
    with visitor.reading() as read:
        sessions = open_sessions(read.session, visitor.actor.id, session_here())
    roles = "、".join(role.label for role in visitor.actor.roles)
    table(("账号", "姓名", "角色"), [(visitor.account, visitor.actor.name, roles)])
    st.subheader(said("登录记录"))
    st.caption("以下设备没有退出登录。修改密码后，本机以外的登录全部失效。")
    table(
        ("登录时间", "最近使用", "方式", "地址", "设备"),
        [
            (when(one.began_at), when(one.seen_at), WAYS.get(one.way, one.way), one.address, "本机" if one.here else "")
            for one in sessions
        ],
    )
    _take_back(visitor, [one for one in sessions if not one.here])
    other, label = ("zh", "中文") if in_english() else ("en", "English")
    st.html(
        Html(
            '<nav class="sc-account"><a href="/auth/password">修改密码</a>'
            f"{SECOND_FACTOR if visitor.installation.settings.second_factor_on else ''}"
            f'<a href="/auth/language?to={other}">{label}</a><a href="/auth/logout">退出登录</a></nav>'
        )
    )


def _take_back(visitor: Visitor, others: Sequence[OpenSession]) -> None:
    """Let the person end one of their other sessions, as of a telephone left behind."""
    if not others:
        return
    with st.expander("收回其他登录"):
        chosen = st.selectbox("登录", others, format_func=lambda one: f"{when(one.began_at)}　{one.address or ''}")
        if not st.button("收回", key="own_account/take_back"):
            return

        def ended() -> str:
            with visitor.acting() as act:
                end_own_session(act, chosen.id)
            return "收回登录：已办理。"

        take(ended)


SCREEN = Screen("我的账号", "account", "我的", show, EVERYONE | {Role.AUDITOR})
