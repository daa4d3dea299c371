"""我的账号: who I am here, what I may do, and where I am signed in."""

from __future__ import annotations

import streamlit as st

from models.office.queries.signing_in import open_sessions
from ui.event_sentence import when
from ui.web.navigation import EVERYONE, Screen
from ui.web.parts.language import in_english, said
from ui.web.parts.table import table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html

WAYS = {"password": "账号密码", "oidc": "统一身份认证"}


def show(visitor: Visitor) -> None:
    """Show the account, its sessions, and the language of the menu."""
    st.title(said("我的账号"))
    assert visitor.actor.id is not None
    with visitor.reading() as read:
        sessions = open_sessions(read.session, visitor.actor.id)
    roles = "、".join(role.label for role in visitor.actor.roles)
    table(("账号", "姓名", "角色"), [(visitor.account, visitor.actor.name, roles)])
    st.subheader(said("登录记录"))
    st.caption("以下设备没有退出登录。修改密码后，本机以外的登录全部失效。")
    table(
        ("登录时间", "最近使用", "方式", "地址"),
        [(when(one.began_at), when(one.seen_at), WAYS.get(one.way, one.way), one.address) for one in sessions],
    )
    other, label = ("zh", "中文") if in_english() else ("en", "English")
    st.html(
        Html(
            '<nav class="sc-account"><a href="/auth/password">修改密码</a>'
            f'<a href="/auth/language?to={other}">{label}</a><a href="/auth/logout">退出登录</a></nav>'
        )
    )


SCREEN = Screen("我的账号", "account", "我的", show, EVERYONE)
