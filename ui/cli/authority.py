"""`shencha authority …`: the recorded papers on which a way of writing rests; recording and ending them are verbs of `office`."""

from __future__ import annotations

import typer

from ui.cli.answer import Answer, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("list", cls=Verb, help="行文凭据列表（登记、终止见 office record-authority、office end-authority）")
def list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List recorded papers, those that ended too."""
    from models.kernel.calendar.local_time import local_date
    from models.office.queries.authorities import authority_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = authority_list(read.session, read.actor, local_date(read.at))
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "种类", "名称", "文号", "条款", "出具机关", "适用范围", "受文单位", "生效", "失效", "状态"),
            (
                (
                    one.id,
                    one.kind.label,
                    one.title or "",
                    one.number,
                    one.article or "",
                    one.given_by,
                    one.scope,
                    one.organisation or "各单位",
                    one.valid_from,
                    one.valid_until or "",
                    "有效" if one.in_force else "不在有效期",
                )
                for one in found
            ),
            empty="没有登记行文凭据。",
        ),
    )
