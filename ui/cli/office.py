"""`shencha office …`: how the office works: chains, numbers, who signs for whom, who is away, who takes over."""

from __future__ import annotations

import typer

from ui.cli.actions import OfficeActions
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(cls=OfficeActions, rich_markup_mode=None)


@verbs.command("show", cls=Verb, help="审批流程和编号方式")
def show(context: typer.Context, account: As = None, json: Json = False) -> None:
    """Show chains and series."""
    from models.kernel.vocabulary import DocumentKind
    from models.office.queries.chains import chain_list, series_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        chains, series = chain_list(read.session), series_list(read.session)
    kinds = {"*": "其他各类", **{kind.value: kind.label for kind in DocumentKind}}

    def people() -> None:
        table(
            ("发文机关", "文书", "审批步骤"),
            ((chain.issuer, kinds[chain.kind], " → ".join(chain.steps)) for chain in chains),
            empty="没有审批流程。",
        )
        say("")
        table(
            ("发文机关", "文书", "机关代字", "编号"),
            ((one.issuer, kinds[one.kind], one.prefix, one.mode.label) for one in series),
            empty="没有编号序列。",
        )

    answer: Answer = context.obj
    answer.give({"chains": chains, "series": series}, people)
