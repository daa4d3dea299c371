"""`shencha figures`: the indices of a span from the register, with what they are compared with, for people and programs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.vocabulary import Breakdown, Comparison, Coverage
from ui.cli.answer import Answer, say, table, write_out
from ui.cli.options import As, Json, choices, day, word

if TYPE_CHECKING:
    from models.register.queries.figures import Figure, Line, Report


def figures(
    context: typer.Context,
    since: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="日期", help="首日，不填为末日当年1月1日")
    ] = None,
    until: Annotated[date | None, typer.Option("--to", parser=day, metavar="日期", help="末日，不填为昨日")] = None,
    by: Annotated[
        Breakdown | None,
        typer.Option("--by", parser=word(Breakdown), metavar="分组", help=f"分组：{choices(Breakdown)}"),
    ] = None,
    compare: Annotated[
        Comparison | None,
        typer.Option("--compare", parser=word(Comparison), metavar="对比", help=f"只列一种：{choices(Comparison)}"),
    ] = None,
    coverage: Annotated[
        Coverage,
        typer.Option("--coverage", parser=word(Coverage), metavar="口径", help=f"统计口径：{choices(Coverage)}"),
    ] = Coverage.JURISDICTION,
    division: Annotated[
        str | None, typer.Option("--division", metavar="代码", help="只计一个区划（6 位）", show_default=False)
    ] = None,
    road: Annotated[
        str | None, typer.Option("--road", metavar="道路", help="只计一条道路（编号或名称）", show_default=False)
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="文件", help="另存为 Excel 工作簿", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Print the figures of a span."""
    from models.kernel.calendar.local_time import local_date
    from models.register.queries.counting import Counted
    from models.register.queries.figures import asked_period, report
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        today = local_date(read.at)
        counted = Counted(installation.settings.unit_division, coverage, division, road)
        told = report(
            read.session,
            read.actor,
            counted,
            asked_period(since, until, today),
            today,
            compare=None if compare is None else (compare,),
            by=by,
        )
    if xlsx is not None:
        from ui.figures_book import figures_book

        write_out(xlsx, figures_book(told))
    answer: Answer = context.obj
    answer.give(told, lambda: _show(told))


def _show(told: Report) -> None:
    from models.papers.rules.periods import Period
    from models.register.queries.sentences import beside

    say(f"{Period(told.since, told.until).called}（{told.coverage.label}，{told.note}）")
    compared = [change.comparison for change in told.figures[0].changes]
    heads = [head for one in compared for head in (f"{one.label}基数", one.label)]
    table(("指标", "数字", *heads), [_row(one) for one in told.figures], empty="")
    for line in beside(told):
        say(line)
    if told.by is not None:
        say()
        _lines(told.by, told.lines)


def _row(one: Figure) -> tuple[object, ...]:
    from models.register.queries.sentences import amount
    from ui.figure_words import compared, unknown

    told: list[object] = []
    for change in one.changes:
        told += [amount(one.indicator, change.before), compared(one, change)]
    return (one.indicator.label, f"{amount(one.indicator, one.value)}{unknown(one)}", *told)


def _lines(by: Breakdown, lines: tuple[Line, ...]) -> None:
    from models.kernel.vocabulary import Indicator
    from models.register.queries.sentences import amount
    from models.register.rules.figures import change_in_words

    table(
        (by.label, *(one.label for one in Indicator), "事故起数同比"),
        (
            (
                line.label,
                *(amount(one, line.figures[one]) for one in Indicator),
                change_in_words(Indicator.ACCIDENTS, line.figures["accidents"], line.before["accidents"]),
            )
            for line in lines
        ),
        empty="这一时期没有事故。",
    )
