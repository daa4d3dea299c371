"""`shencha channel …`: by which addresses people and units are reached outside the system."""

from __future__ import annotations

from typing import Annotated

import typer

from models.kernel.vocabulary import Medium
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Number = Annotated[int, typer.Argument(metavar="编号", help="地址编号，见 shencha channel list", show_default=False)]


@verbs.command("add", cls=Verb, help="登记一个邮件地址或聊天群（管理员）")
def add(
    context: typer.Context,
    medium: Annotated[
        Medium, typer.Option(parser=word(Medium), metavar="代码", help=choices(Medium), show_default=False)
    ],
    address: Annotated[
        str,
        typer.Option(
            metavar="地址",
            help="邮件地址；聊天群填存放其地址的变量名，如 SHENCHA_CHANNEL_ZHIDUI",
            show_default=False,
        ),
    ],
    user: Annotated[str | None, typer.Option(metavar="账号", help="属于哪个人", show_default=False)] = None,
    organisation: Annotated[str | None, typer.Option(metavar="单位", help="属于哪个单位", show_default=False)] = None,
    actor: As = None,
    json: Json = False,
) -> None:
    """Enter an address."""
    from models.kernel.settings import channel_secrets
    from models.office.commands.channels import add_channel
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        number = add_channel(act, medium, address, user=user, organisation=organisation)
    unset = medium is Medium.CHAT and address not in channel_secrets()
    answer: Answer = context.obj

    def people() -> None:
        say(f"已登记{medium.label}地址 {number}：{address}。")
        if unset:
            say(f"尚未设置 {address}，请写进运行后台工作进程的环境变量或设置文件，再用 shencha channel test 试发。")

    answer.give({"channel": number, "medium": medium, "address": address, "secret_missing": unset}, people)


@verbs.command("list", cls=Verb, help="地址列表（管理员）")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="连同已停用的")] = False,
    after: Annotated[int | None, typer.Option(metavar="编号", help="从这个编号之后列起", show_default=False)] = None,
    limit: Annotated[int, typer.Option(min=1, max=500, metavar="条数", help="最多列出多少条")] = 50,
    actor: As = None,
    json: Json = False,
) -> None:
    """List addresses."""
    from models.kernel.settings import channel_secrets
    from models.office.queries.channels import channel_list
    from ui.cli.message import at
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(actor) as read:
        rows = channel_list(
            read.session,
            read.actor,
            secrets=channel_secrets().keys(),
            everything=everything,
            after=after,
            limit=limit,
        )
    states = {True: "", False: "（密钥未设置）", None: ""}
    answer: Answer = context.obj
    answer.give(
        rows,
        lambda: table(
            ("编号", "方式", "地址", "属于", "上次发送", "状态"),
            (
                (
                    row.id,
                    row.medium.label,
                    row.address + states[row.secret_set],
                    row.user or row.organisation,
                    at(row.last_sent_at),
                    "已停用" if row.disabled_at else "在用",
                )
                for row in rows
            ),
            empty="没有登记外发地址，消息只进系统内的收件箱。",
        ),
    )


@verbs.command("test", cls=Verb, help="向一个地址试发一条消息（管理员）")
def try_out(context: typer.Context, number: Number, actor: As = None, json: Json = False) -> None:
    """Send a test note to an address."""
    from flows.trial_message import try_address
    from models.office.commands.channels import try_channel
    from ui.installation import open_installation

    with open_installation() as installation:
        with installation.acting(actor) as act:
            channel = try_channel(act, number)
        try_address(installation.settings, channel.medium, channel.address, installation.clock())
    answer: Answer = context.obj
    answer.give(
        {"channel": number, "sent": True},
        lambda: say(f"已试发到{channel.medium.label}地址 {channel.address}，请在对方处确认收到。"),
    )


@verbs.command("disable", cls=Verb, help="停用一个地址（管理员）；等待发往那里的消息不再发送")
def disable(
    context: typer.Context,
    number: Number,
    reason: Annotated[str, typer.Option(metavar="文字", help="停用理由", show_default=False)],
    actor: As = None,
    json: Json = False,
) -> None:
    """Take an address out of use."""
    from models.office.commands.channels import disable_channel
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        settled = disable_channel(act, number, reason=reason)
    answer: Answer = context.obj
    answer.give(
        {"channel": number, "disabled": True, "messages_settled": settled},
        lambda: say(f"已停用地址 {number}，{settled}条等待中的消息不再发往那里。"),
    )
