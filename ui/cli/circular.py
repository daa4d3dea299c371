"""`shencha circular …`: what a circular of a period would say, and which there are; drafting is a verb of `office` and `case`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.answer import Answer, say, table, write_out
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, day

if TYPE_CHECKING:
    from models.papers.kinds.circular.content import AccidentFigures, Figures
    from models.papers.rules.periods import Period

verbs = typer.Typer(rich_markup_mode=None)


@verbs.command(
    "list", cls=Verb, help="通报列表，新的在前（拟制见 office draft-circular、case do 案件编号 draft-case-circular）"
)
def list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the circulars that a person may see."""
    from models.overview.queries.circulars import circulars
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = circulars(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("案件", "文书", "标题", "文号", "状态", "成文日期"),
            (
                (one.case_number, one.ref, one.title, one.number or "", one.status.label, one.issued_on or "")
                for one in found
            ),
            empty="没有通报。",
        ),
    )


@verbs.command("preview", cls=Verb, help="一个时期的统计：只列可以通报的单位，不拟制文书")
def preview(
    context: typer.Context,
    since: Annotated[
        date | None, typer.Option("--from", parser=day, metavar="日期", help="首日，不填为上一季度")
    ] = None,
    until: Annotated[
        date | None, typer.Option("--until", parser=day, metavar="日期", help="末日，不填为上一季度")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option("--xlsx", metavar="文件", help="另存为 Excel 工作簿", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Print the figures of a period."""
    from models.clock.queries.rulebook import rulebook
    from models.kernel.calendar.local_time import local_date
    from models.kernel.vocabulary import Rhythm
    from models.overview.queries.circular_accidents import accident_figures
    from models.overview.queries.circular_figures import circular_figures
    from models.papers.rules.periods import Period, last_ended
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        today = local_date(read.at)
        usual = last_ended(Rhythm.QUARTER, today)
        period = Period.ended(since or usual.since, until or usual.until, today)
        counted = circular_figures(read.session, read.actor, rulebook(read.session), period, today)
        territory = installation.settings.unit_division
        accidents = accident_figures(read.session, read.actor, territory, period, today)
    figures = counted.figures.model_copy(update={"accidents": accidents})
    if xlsx is not None:
        from ui.circular_book import circular_book

        write_out(xlsx, circular_book(figures))
    answer: Answer = context.obj
    answer.give(figures.model_dump(mode="json"), lambda: _show(figures, period))


def _show(figures: Figures, period: Period) -> None:
    from models.papers.rules.shares import in_words

    if figures.accidents is not None:
        _accidents(figures.accidents)
    say(f"{period.days}：在办深度调查案件{figures.open_cases}件，到期整改措施{figures.total.due}项。")
    table(
        ("单位", "到期", "按期完成", "逾期后完成", "逾期未完成", "按期完成率（95%置信区间）"),
        (
            (one.unit, one.due, one.on_time, one.done_late, one.late, in_words(one.on_time, one.due))
            for one in figures.units
        ),
        empty="没有到期的措施。",
    )
    if figures.matters:
        table(
            ("单位", "逾期未完成事项", "原定日期", "逾期天数", "单位说明"),
            ((one.unit, one.matter, one.planned, one.days_late, one.reason or "") for one in figures.matters),
            empty="",
        )


def _accidents(told: AccidentFigures) -> None:
    from documents.kinds.circular.accidents import amount, change
    from ui.figure_words import NOTHING

    rows = (
        (
            one.indicator.label,
            amount(one, one.now),
            NOTHING if one.before is None else amount(one, one.before),
            change(one),
        )
        for one in told.figures
    )
    table(("指标", "本期", "上年同期", "同比"), rows, empty="")
    for line in (f"{told.note}。", *told.beside):
        say(line)
    say()
