"""`shencha demo`: something to look at before there is a case."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.options import Json
from ui.cli.rehearsal import bar

if TYPE_CHECKING:  # the program starts without the database
    from models.kernel.installation import Installation
    from ui.demo import DemoAccount


@dataclass(frozen=True, slots=True)
class DemoTold:
    """What a person wants to know of the demo; without a case where there was data already."""

    created: bool = False
    case_number: str | None = None
    under_way: tuple[str, ...] = ()
    viewer: str | None = None
    accounts: tuple[DemoAccount, ...] = ()


NOTHING = DemoTold()


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


def make(installation: Installation) -> DemoTold:
    """Make the demo where there is none yet, and return what a person wants to know of it."""
    from ui import demo as demos

    if demos.exists(installation):
        return NOTHING
    with bar("建立演示数据") as progress:
        made = demos.make(installation, progress)
    return DemoTold(True, made.case_number, made.under_way, demos.VIEWER, tuple(made.accounts))


def accounts_told(installation: Installation) -> str:
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


def show(told: DemoTold) -> None:
    """Print the demo for people; the passwords are shown this once."""
    if not told.created:
        say("已有数据，没有再建立演示数据。")
        return
    begun = f"和在办案件 {'、'.join(told.under_way)}" if told.under_way else ""
    say(f"已建立演示案件 {told.case_number}{begun}，案情、单位和人员均为虚构；账号如下，演示模式以外密码只显示这一次：")
    table(
        ("账号", "密码", "角色", "单位"),
        ((one.account, one.password, one.roles, one.organisation) for one in told.accounts),
        empty="",
    )
    say(f"查看：shencha case show {told.case_number} --as {told.viewer}")
