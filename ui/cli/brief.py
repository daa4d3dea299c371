"""`shencha brief`: the week that is over, and what falls due in the next, for people and programs."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.options import As, Json, day


def brief(
    context: typer.Context,
    of: Annotated[
        date | None, typer.Option("--week-of", parser=day, metavar="日期", help="哪一天所在的一周，不填为上一周")
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Print the brief of a week."""
    from models.clock.queries.rulebook import rulebook
    from models.kernel.calendar.local_time import local_date
    from models.overview.queries.brief import brief as told_of
    from models.overview.queries.brief import week_asked
    from models.overview.queries.circular_accidents import accident_figures
    from ui.brief_words import HEADS, row, sentences, title
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        today = local_date(read.at)
        week = week_asked(of, today)
        territory = installation.settings.unit_division
        accidents = accident_figures(read.session, read.actor, territory, week, today)
        told = told_of(read.session, read.actor, rulebook(read.session), week, today, accidents)

    def show() -> None:
        for line in (title(told), *sentences(told)):
            say(line)
        if told.falls_due:
            table(HEADS, [row(one) for one in told.falls_due], empty="")

    answer: Answer = context.obj
    answer.give(told, show)
