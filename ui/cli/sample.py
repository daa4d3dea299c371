"""`shencha demo`: something to look at before there is a case."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.options import Json
from ui.cli.rehearsal import bar

NOTHING: dict[str, Any] = {"created": False, "case_number": None, "under_way": [], "viewer": None, "accounts": []}


def demo(
    context: typer.Context,
    if_empty: Annotated[bool, typer.Option("--if-empty", help="系统中已有案件时什么也不做，不算出错")] = False,
    json: Json = False,
) -> None:
    """Make the demo; a second time changes nothing."""
    from models.kernel.errors import Conflict
    from ui.installation import open_installation

    answer: Answer = context.obj
    with open_installation() as installation:
        try:
            told = make(installation)
        except Conflict:
            if not if_empty:
                raise
            told = NOTHING
    answer.give(told, lambda: show(told))


def make(installation: Any) -> dict[str, Any]:
    """Make the demo where there is none yet, and return what a person wants to know of it."""
    from ui import demo as demos

    if demos.exists(installation):
        return NOTHING
    with bar("建立演示数据") as progress:
        made = demos.make(installation, progress)
    return {
        "created": True,
        "case_number": made.case_number,
        "under_way": list(made.under_way),
        "viewer": demos.VIEWER,
        "accounts": made.accounts,
    }


def accounts_told(installation: Any) -> str:
    """Return who may sign in to a demo, in demo mode only; else nothing."""
    if not installation.settings.demo:
        return ""
    from models.kernel.errors import Conflict
    from ui import demo as demos
    from ui.demo_accounts import DEMO_PASSWORD, one_of_each

    try:
        if not demos.exists(installation):
            return ""
    except Conflict:
        return ""
    people = "、".join(f"{account}（{roles}）" for account, roles in one_of_each(installation))
    return f"演示模式，可用下列账号登录，密码均为 {DEMO_PASSWORD}：{people}。"


def show(told: dict[str, Any]) -> None:
    """Print the demo for people; the passwords are shown this once."""
    if not told["created"]:
        say("已有数据，没有再建立演示数据。")
        return
    begun = f"和在办案件 {'、'.join(told['under_way'])}" if told["under_way"] else ""
    say(
        f"已建立演示案件 {told['case_number']}{begun}，案情、单位和人员均为虚构；账号如下，演示模式以外密码只显示这一次："
    )
    table(
        ("账号", "密码", "角色", "单位"),
        ((one["account"], one["password"], one["roles"], one["organisation"]) for one in told["accounts"]),
        empty="",
    )
    say(f"查看：shencha case show {told['case_number']} --as {told['viewer']}")
