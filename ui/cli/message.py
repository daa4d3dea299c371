"""`shencha message …`: the inbox, and what is done about messages that did not arrive."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from models.kernel.calendar.local_time import SHANGHAI
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)
Number = Annotated[int, typer.Argument(metavar="编号", help="消息编号，见 shencha message list", show_default=False)]
SendNumber = Annotated[int, typer.Argument(metavar="外发编号", help="见 shencha message stuck", show_default=False)]
Note = Annotated[str, typer.Option(metavar="文字", help="核实的情况", show_default=False)]
Limit = Annotated[int, typer.Option(min=1, max=500, metavar="条数", help="最多列出多少条")]


def at(moment: datetime | None) -> str:
    """Return a moment in Asia/Shanghai, to the minute; nothing for none."""
    return "" if moment is None else moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


@verbs.command("list", cls=Verb, help="收件箱：发给本人和本单位的消息，新的在前")
def list_(
    context: typer.Context,
    unread: Annotated[bool, typer.Option("--unread", help="只列未读的")] = False,
    before: Annotated[int | None, typer.Option(metavar="编号", help="从这个编号之前列起", show_default=False)] = None,
    limit: Limit = 50,
    actor: As = None,
    json: Json = False,
) -> None:
    """List the inbox."""
    from models.overview.queries.messages import inbox
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(actor) as read:
        rows = inbox(read.session, read.actor, unread=unread, before=before, limit=limit)
    answer: Answer = context.obj
    answer.give(
        rows,
        lambda: table(
            ("编号", "时间", "案件编号", "事项", "发给", "状态"),
            (
                (
                    row.id,
                    at(row.sent_at),
                    row.case_number or "",
                    row.subject,
                    row.organisation or "本人",
                    "已读" if row.read_at else "未读",
                )
                for row in rows
            ),
            empty="没有消息。",
        ),
    )


@verbs.command("read", cls=Verb, help="打开一条消息")
def read(context: typer.Context, number: Number, actor: As = None, json: Json = False) -> None:
    """Open a message."""
    from models.overview.commands.messages import open_message
    from models.overview.queries.messages import message
    from ui.installation import open_installation

    with open_installation() as installation:
        with installation.acting(actor) as act:
            open_message(act, number)
        with installation.reading(actor) as read:
            row = message(read.session, read.actor, number)
    answer: Answer = context.obj

    def people() -> None:
        say(row.subject)
        say(f"时间：{at(row.sent_at)}    案件编号：{row.case_number or '（不显示）'}")
        say(row.body)

    answer.give(row, people)


@verbs.command("stuck", cls=Verb, help="未送达或者是否送达不明的外发消息")
def stuck(
    context: typer.Context,
    after: Annotated[int | None, typer.Option(metavar="编号", help="从这个编号之后列起", show_default=False)] = None,
    limit: Limit = 50,
    actor: As = None,
    json: Json = False,
) -> None:
    """List what did not arrive."""
    from models.overview.queries.messages import troubled_sends
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(actor) as read:
        rows = troubled_sends(read.session, read.actor, after=after, limit=limit)
    answer: Answer = context.obj
    answer.give(
        rows,
        lambda: table(
            ("外发编号", "状态", "案件编号", "事项", "发给", "方式", "次数", "原因"),
            (
                (
                    row.id,
                    row.state.label,
                    row.case_number or "",
                    row.subject or f"{row.digest_on} 汇总（{row.messages}条）",
                    row.recipient or "",
                    row.medium.label,
                    row.tries,
                    row.last_error or "",
                )
                for row in rows
            ),
            empty="没有未送达的消息。",
        ),
    )


@verbs.command("resend", cls=Verb, help="重新发送一条未送达或者是否送达不明的消息（承办民警、内勤）")
def resend(context: typer.Context, number: SendNumber, note: Note, actor: As = None, json: Json = False) -> None:
    """Send again."""
    from models.overview.commands.messages import resend as again
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        again(act, number, note=note)
    answer: Answer = context.obj
    answer.give({"send": number, "state": "waiting"}, lambda: say(f"外发消息 {number} 将重新发送。"))


@verbs.command("handled", cls=Verb, help="登记一条未送达消息的处理结果，不再发送（承办民警、内勤）")
def handled(context: typer.Context, number: SendNumber, note: Note, actor: As = None, json: Json = False) -> None:
    """Settle with a note."""
    from models.overview.commands.messages import settle
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        settle(act, number, note=note)
    answer: Answer = context.obj
    answer.give({"send": number, "state": "handled"}, lambda: say(f"外发消息 {number} 已登记处理结果。"))
