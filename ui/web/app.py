"""The Streamlit program: finds the signed-in person, builds the menu, shows the screen that the address names."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st
from streamlit.navigation.page import Page

from models.kernel.errors import Refused
from ui.web.garbage import after_run
from ui.web.navigation import Screen, screens_of
from ui.web.parts.language import said
from ui.web.parts.trouble import told
from ui.web.parts.visitor import Visitor, who_is_signed_in
from ui.web.parts.warnings import warn
from ui.web.parts.words import plain

SIGN_IN = "/auth/login"


def main() -> None:
    """Show the page that the address asks for; whatever is refused is one Chinese sentence with a way out."""
    st.set_page_config(page_title="深查", layout="wide")
    try:
        visitor = who_is_signed_in()
    except Refused as refusal:
        st.info(plain(refusal.message))
        return
    if visitor is None:
        st.info("登录已结束，请重新登录。没有提交的立案草稿已经保存。")
        st.html(f'<a class="sc-go" href="{SIGN_IN}">重新登录</a>')
        return
    mine = screens_of(visitor.actor.roles)
    if not mine:
        st.info("您的账号还没有可以使用的页面，请联系管理员分配角色。")
        _account(visitor)
        return
    page = st.navigation(_menu(visitor, mine), position="sidebar", expanded=True)
    _account(visitor)
    warn(visitor)
    page.run()


def _menu(visitor: Visitor, mine: list[Screen]) -> dict[str, list[Page]]:
    menu: dict[str, list[Page]] = {}
    for screen in mine:
        waiting = screen.badge(visitor) if screen.badge is not None else 0
        menu.setdefault(said(screen.section), []).append(
            st.Page(
                _run(visitor, screen),
                title=f"{said(screen.title)}（{waiting}）" if waiting else said(screen.title),
                url_path=screen.address,
                visibility="visible" if screen.listed else "hidden",
            )
        )
    first = next(iter(menu.values()))[0]
    # Every screen keeps an address of its own: the root leads on to the first.
    start = st.Page(lambda: st.switch_page(first), title="深查", url_path="start", default=True, visibility="hidden")
    return {**menu, "": [start]}


def _run(visitor: Visitor, screen: Screen) -> Callable[[], None]:
    def run() -> None:
        with told():
            try:
                screen.show(visitor)
            except Refused:
                st.title(said(screen.title))
                raise

    return run


def _account(visitor: Visitor) -> None:
    with st.sidebar:
        roles = "、".join(role.label for role in visitor.actor.roles)
        st.caption(f"{plain(visitor.actor.name)}　{plain(roles)}")
        st.html(
            f'<nav class="sc-account"><a href="/auth/password">{said("修改密码")}</a>'
            f'<a href="/auth/logout">{said("退出登录")}</a></nav>'
        )


try:
    main()
finally:
    after_run()
