"""`shencha user …`: accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from models.rules.vocabulary import Role
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Account = Annotated[str, typer.Argument(metavar="账号", help="登录名", show_default=False)]


@verbs.command("add", cls=Verb, help="建立账号（首个管理员由 console 建立）")
def add(
    context: typer.Context,
    account: Account,
    organisation: Annotated[str, typer.Option(metavar="单位", help="所属单位名称或编号", show_default=False)],
    role: Annotated[
        list[Role], typer.Option(parser=word(Role), metavar="代码", help=f"角色：{choices(Role)}", show_default=False)
    ],
    name: Annotated[str, typer.Option(metavar="姓名", help="印在文书上的姓名；不写则同账号")] = "",
    actor: As = None,
    json: Json = False,
) -> None:
    """Make an account."""
    from models.commands.office import add_user
    from ui.desk import open_desk

    with open_desk() as desk, desk.acting(actor) as act:
        add_user(act, account, name, organisation, role)
    answer: Answer = context.obj
    answer.give(
        {"account": account, "name": name or account, "organisation": organisation, "roles": role},
        lambda: say(f"已建立账号“{account}”：{'、'.join(one.label for one in role)}。"),
    )


@verbs.command("list", cls=Verb, help="账号列表")
def list_(context: typer.Context, actor: As = None, json: Json = False) -> None:
    """List accounts."""
    from models.queries.people import user_list
    from ui.desk import open_desk

    with open_desk() as desk, desk.reading(actor) as reader:
        users = user_list(reader.session, reader.actor)
    answer: Answer = context.obj
    answer.give(
        users,
        lambda: table(
            ("账号", "姓名", "单位", "角色", "状态"),
            (
                (
                    user["account"],
                    user["name"],
                    user["organisation"],
                    "、".join(role.label for role in user["roles"]),
                    "已停用" if user["disabled_at"] else "在用",
                )
                for user in users
            ),
            empty="没有账号。",
        ),
    )


@verbs.command("disable", cls=Verb, help="停用账号；已办事项不变")
def disable(
    context: typer.Context,
    account: Account,
    reason: Annotated[str, typer.Option(metavar="文字", help="停用理由", show_default=False)],
    actor: As = None,
    json: Json = False,
) -> None:
    """Disable an account."""
    from models.commands.office import disable_user
    from ui.desk import open_desk

    with open_desk() as desk, desk.acting(actor) as act:
        disable_user(act, account, reason=reason)
    answer: Answer = context.obj
    answer.give({"account": account, "disabled": True}, lambda: say(f"已停用账号“{account}”。"))
