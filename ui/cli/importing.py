"""`shencha import …`: what is kept elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, day

verbs = typer.Typer(rich_markup_mode=None)
COLUMNS = "CSV（UTF-8），列：ref、issued_on、addressees、replies；其他列不读"
RULE = "规则代码，或期限：56d 为 56 日，10w 为 10 个工作日，6m 为 6 个月，末尾加 r 为遇休息日顺延"


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("notices", cls=Verb, help="载入别处的通知登记簿，按规则推算某日的状态（不存储状态）")
def notices(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="CSV文件", help=COLUMNS, show_default=False)],
    rule: Annotated[str, typer.Option(metavar="规则", help=RULE, show_default=False)],
    as_of: Annotated[
        date | None, typer.Option("--as-of", parser=day, metavar="日期", help="推算哪一日的状态（默认今天）")
    ] = None,
    register: Annotated[str | None, typer.Option(metavar="名称", help="登记簿名称（默认文件名）")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Load a register and tell the state of its notices."""
    from models.clock.commands.registers import import_notices
    from models.clock.rules.registers import LARGEST
    from models.kernel.calendar.local_time import local_date
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        data = stream.read(LARGEST + 1)
    with open_installation() as installation, installation.acting(account) as act:
        on = as_of or local_date(act.at)
        told = import_notices(act, data, name=register or file.stem, rule=rule, as_of=on)
    answer: Answer = context.obj

    def people() -> None:
        say(f"登记簿“{told.register}”，{told.as_of}，规则 {told.rule}：超期 {told.late} 件。")
        table(("状态", "件数"), ((state.label, count) for state, count in told.states.items()), empty="")
        if told.compared:
            say(f"与文件自带的 {told.compared} 个状态比较，不同 {len(told.different)} 个。")

    answer.give(told.as_json(), people)
