"""账号: who may sign in and as what; one account with its roles, password, sessions."""

from __future__ import annotations

import streamlit as st

from models.office.commands.users import set_password
from models.office.queries.administration import AccountListed, account_page, account_shown
from ui.event_sentence import when
from ui.passwords import first_password, hashed
from ui.web.navigation import Screen
from ui.web.parts.admin import ADMIN, SECTION, folded, not_system, searched
from ui.web.parts.choices import Choices
from ui.web.parts.done import held, show_done, take
from ui.web.parts.language import said
from ui.web.parts.table import PAGE, after, empty, pager, table
from ui.web.parts.visitor import Visitor
from ui.web.parts.words import Html, link, plain

ADDRESS = "accounts"
HEADS = ("账号", "姓名", "单位", "角色", "登录密码", "状态", "建立时间")
ONCE = "accounts/password"


def show(visitor: Visitor) -> None:
    """Show a page of accounts, or the one that the address names."""
    account = st.query_params.get("account")
    if account:
        _one(visitor, account)
        return
    st.title(said("账号"))
    show_done()
    words = searched("账号、姓名或单位", "如 李某")
    key = after() or ""
    with visitor.reading() as read:
        found = account_page(
            read.session, read.actor, words=words, after=int(key) if key.isdecimal() else None, limit=PAGE + 1
        )
    if found:
        table(HEADS, [_row(one) for one in found[:PAGE]], narrow=(0, 4, 5, 6))
        pager(ADDRESS, found, lambda row: row.key, words=words)
    else:
        empty("没有符合条件的账号。", "请更换查找条件。", link("全部账号", f"/{ADDRESS}"))
    choices = Choices(visitor)
    folded(visitor, "add-user", choices, only=not_system)
    folded(visitor, "hand-over", choices)


def _row(one: AccountListed) -> tuple[object, ...]:
    password = "未设置" if not one.has_password else "首次登录须修改" if one.must_change_password else "已设置"
    return (
        link(one.account, f"/{ADDRESS}?account={one.account}"),
        one.name,
        one.organisation,
        "、".join(role.label for role in one.roles),
        password,
        "已停用" if one.disabled_at else "在用",
        when(one.created_at),
    )


def _one(visitor: Visitor, account: str) -> None:
    st.html(link("全部账号", f"/{ADDRESS}"))
    with visitor.reading() as read:
        one = account_shown(read.session, read.actor, account)
    st.title(f"{plain(one.name)}（{plain(account)}）")
    show_done()
    _told_once()
    state = f"{when(one.disabled_at)} 停用" if one.disabled_at else "在用"
    roles = "、".join(role.label for role in one.roles)
    table(("单位", "角色", "状态", "正在使用的登录"), [(one.organisation, roles, state, one.sessions)])
    if one.disabled_at:
        st.caption("停用的账号不能登录，也不再办理任何事项；已办的事项不变。")
        folded(visitor, "enable-user", Choices(visitor), fixed={"account": account})
        return
    choices = Choices(visitor)
    if not one.has_password:
        st.caption("该账号没有登录密码，重设后本人才能用密码登录。")
    _password(visitor, account)
    fixed = {"user": account}
    folded(visitor, "set-roles", choices, fixed=fixed, only=not_system)
    folded(visitor, "revoke-sessions", choices, fixed=fixed)
    folded(visitor, "reset-second-factor", choices, fixed=fixed)
    folded(visitor, "hand-over", choices, fixed={"from_account": account})
    folded(visitor, "disable-user", choices, fixed={"account": account})


def _password(visitor: Visitor, account: str) -> None:
    with st.expander("重设登录密码"):
        st.caption("系统生成一个新密码，只显示一次；原有登录随即失效，本人首次登录须修改。")
        if not st.button("重设登录密码", type="primary"):
            return
        once, password = held(ONCE), first_password()

        def reset() -> str:
            with visitor.acting() as act:
                set_password(act, account, hashed(password))
            once.update(account=account, password=password)
            return "重设登录密码：已办理。"

        take(reset)


def _told_once() -> None:
    once = held(ONCE)
    if once:
        account, password = once["account"], once["password"]
        st.html(Html(f'<p class="sc-turn">账号 <b>{link(account, f"/{ADDRESS}?account={account}")}</b> 的新密码</p>'))
        st.code(password, language=None)
        once.clear()


SCREEN = Screen("账号", ADDRESS, SECTION, show, ADMIN, pictured=("", "?account=li"))
