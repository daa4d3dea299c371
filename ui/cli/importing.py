"""`shencha import …`: what is kept elsewhere."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from ui.cli import import_accidents
from ui.cli.answer import Answer, say, table, tell
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, day
from ui.event_sentence import when

verbs = typer.Typer(rich_markup_mode=None)
COLUMNS = "CSV（UTF-8 或 GBK）或 xlsx，列：文号、发文日期、应答复单位数、已答复单位数；其他列不读"
RULE = "规则代码，或期限：56d 为 56 日，10w 为 10 个工作日，6m 为 6 个月，末尾加 r 为遇休息日顺延"


@verbs.command("notices", cls=Verb, help="载入别处的通知登记簿，按规则推算某日的状态（不存储状态）")
def notices(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=COLUMNS, show_default=False)],
    rule: Annotated[str, typer.Option(metavar="规则", help=RULE, show_default=False)],
    as_of: Annotated[
        date | None, typer.Option("--as-of", parser=day, metavar="日期", help="推算哪一日的状态（默认今天）")
    ] = None,
    register: Annotated[str | None, typer.Option(metavar="名称", help="登记簿名称（默认文件名）")] = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="有错误的行不载入，其余照常载入")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Load a register and tell the state of its notices."""
    from models.clock.commands.registers import import_notices
    from models.clock.rules.register_files import LARGEST
    from models.kernel.calendar.local_time import local_date
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        data = stream.read(LARGEST + 1)
    with open_installation() as installation, installation.acting(account) as act:
        today = local_date(act.at)
        on = as_of or today
        told = import_notices(act, data, name=register or file.stem, rule=rule, as_of=on, skip_bad=skip_bad)
    answer: Answer = context.obj

    def people() -> None:
        say(f"登记簿“{told.register}”，{told.as_of}，规则 {told.rule}：超期 {told.late} 件。")
        table(("状态", "件数"), ((state.label, count) for state, count in told.states.items()), empty="")
        if told.compared:
            say(f"与文件自带的 {told.compared} 个状态比较，不同 {len(told.different)} 个。")

    answer.give(told.as_json(), people)
    for fault in told.left_out:
        tell(f"未载入 {fault.path}：{fault.message}")
    if told.later:
        tell(f"另有 {told.later} 件在 {on} 之后发出，未计入。")
    if on < today:
        tell("登记簿只有答复件数，没有答复日期：所列状态以文件中的答复件数计算。")


@verbs.command("list", cls=Verb, help="已载入的登记簿")
def list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the registers that were loaded."""
    from models.clock.queries.registers import register_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        registers = register_list(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        registers,
        lambda: table(
            ("登记簿", "规则", "件数", "最早发文", "最晚发文", "载入时间", "载入人"),
            (
                (
                    one.name,
                    one.rule,
                    str(one.notices),
                    str(one.first_issued_on or ""),
                    str(one.last_issued_on or ""),
                    when(one.loaded_at),
                    one.author,
                )
                for one in registers
            ),
            empty="没有载入过登记簿。",
        ),
    )


import_accidents.offer(verbs)
