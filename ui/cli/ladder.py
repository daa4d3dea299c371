"""`shencha ladder …`: what lateness brings, step by step."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("show", cls=Verb, help="督办阶梯：每一级何时、对谁、做什么")
def show(context: typer.Context, json: Json = False) -> None:
    """Show the ladder in force."""
    from models.clock.queries.rulebook import rung_data
    from ui.rules_in_force import rules_in_force

    book = rules_in_force()
    answer: Answer = context.obj

    def people() -> None:
        say(f"督办阶梯第{book.ladder_version}版" if book.ladder_version else "督办阶梯（默认）")
        table(
            ("代码", "何时", "工作日", "事项", "告知", "须审批"),
            (
                (
                    rung.code,
                    rung.when.label,
                    rung.working_days or "",
                    rung.what,
                    "、".join(told.label for told in rung.addressees),
                    "是" if rung.needs_approval else "",
                )
                for rung in book.ladder
            ),
            empty="没有任何一级。",
        )

    answer.give({"version": book.ladder_version, "rungs": [rung_data(rung) for rung in book.ladder]}, people)


@verbs.command("set", cls=Verb, help="以文件替换督办阶梯（先用 show --json 导出），生成新版本")
def set_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="JSON文件", help="同 show --json 的格式", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="理由", help="为何改动", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Replace the ladder by a new version."""
    from models.clock.commands.rules import set_ladder
    from models.clock.rules.ladder_file import read_ladder
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        rungs = read_ladder(stream.read())
    with open_installation() as installation, installation.acting(account) as act:
        version = set_ladder(act, rungs, reason=reason)
    answer: Answer = context.obj
    answer.give({"version": version, "rungs": len(rungs)}, lambda: say(f"督办阶梯已改为第{version}版。"))
