"""`shencha incoming …`: papers that demand something of us; registering and closing them are verbs of `case do`."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.answer import Answer, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)
MOST = 200


@verbs.command("list", cls=Verb, help="来文列表（登记、办结见 case do register-incoming、case do close-incoming）")
def list_(
    context: typer.Context,
    case_number: Annotated[str | None, typer.Option("--case", metavar="案件编号", help="只列一个案件的来文")] = None,
    everything: Annotated[bool, typer.Option("--all", help="已办结的也列出")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """List what is owed, or everything that came in."""
    from models.case.queries.incoming import incoming_list
    from models.kernel.calendar.local_time import local_date
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        today = local_date(read.at)
        found = incoming_list(
            read.session, read.actor, today, case_number=case_number, everything=everything, limit=MOST
        )
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("案件", "编号", "种类", "来文机关", "文号", "成文日期", "办理要求", "期限", "预警", "办理结果"),
            (
                (
                    one.case_number,
                    one.ref,
                    one.kind.label,
                    one.sender,
                    one.number,
                    one.dated,
                    one.demand,
                    one.due_on,
                    one.light.label if one.light else "",
                    one.outcome or "",
                )
                for one in found
            ),
            empty="没有来文。",
        ),
    )
