"""`shencha calendar …`: which days are worked."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("show", cls=Verb, help="某年的放假和调休上班安排")
def show(
    context: typer.Context,
    year: Annotated[
        int | None, typer.Argument(metavar="年份", min=1900, max=2200, help="默认今年", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Show the days that differ from the week."""
    from models.kernel.calendar.local_time import local_date
    from models.kernel.calendar.time import wall_clock
    from models.kernel.calendar.workdays import DayKind, statutory_days
    from ui.rules_in_force import rules_in_force

    year = year or local_date(wall_clock()).year
    calendar = rules_in_force().calendar
    days = {entry.day: (entry.kind, entry.name) for entry in calendar.days.values() if entry.day.year == year}
    if not calendar.published(year):
        days = {day: (DayKind.OFF, name) for day, name in statutory_days(year).items()} | days
    told = [{"day": day, "kind": days[day][0], "name": days[day][1]} for day in sorted(days)]
    answer: Answer = context.obj

    def people() -> None:
        say(f"{year}年，版本 {calendar.version(year, year)}")
        if not calendar.published(year):
            say("该年放假安排尚未公布，只列法定节假日，补假和调休待公布，涉及的时限为暂定。")
        rows = []
        for (kind, name), run in groupby(sorted(days), key=days.__getitem__):
            span = list(run)
            text = str(span[0]) if len(span) == 1 else f"{span[0]} 至 {span[-1]}"
            rows.append((name, kind, text, len(span)))
        table(("节日", "安排", "日期", "天数"), rows, empty="没有与周末不同的日子。")

    answer.give(
        {"year": year, "published": calendar.published(year), "version": calendar.version(year, year), "days": told},
        people,
    )


@verbs.command("load", cls=Verb, help="载入某年放假安排（JSON），重算涉及的时限")
def load(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="JSON文件", help="含 year 和 days 的放假安排", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="理由", help="依据或理由，如通知文号", show_default=False)],
    replace: Annotated[bool, typer.Option("--replace", help="更正已载入的年份，生成新版本")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Load a year and count every clock that reaches into it again."""
    from models.clock.commands.calendars import load_year
    from models.clock.rules.calendar_file import LARGEST
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        data = stream.read(LARGEST + 1)
    with open_installation() as installation, installation.acting(account) as act:
        loaded = load_year(act, data, reason=reason, replace=replace)
    answer: Answer = context.obj
    done = loaded.replanned
    answer.give(
        {
            "year": loaded.year,
            "version": loaded.version,
            "changed_days": loaded.changed_days,
            "deadlines_looked_at": done.looked_at,
            "deadlines_moved": done.moved,
            "cases": done.cases,
        },
        lambda: say(f"已载入{loaded.year}年放假安排（版本{loaded.version}）；{done.sentence}"),
    )
