"""`shencha knowledge …`: look up duties with their law, typical findings and proven measures."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from models.kernel.vocabulary import Aspect
from ui.cli.answer import Answer, say
from ui.cli.help_page import Verb
from ui.cli.options import Json, choices, day, word

verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("suggest", cls=Verb, help="按几个词查知识库：职责、依据、问题写法、整改措施")
def suggest(
    context: typer.Context,
    words: Annotated[str, typer.Argument(metavar="文字", help="描述查到的情况", show_default=False)],
    aspect: Annotated[
        Aspect | None,
        typer.Option("--aspect", parser=word(Aspect), metavar="代码", help=f"只要一方面：{choices(Aspect)}"),
    ] = None,
    on: Annotated[
        date | None, typer.Option("--on", parser=day, metavar="日期", help="依据以哪一天有效的为准；不写为今天")
    ] = None,
    json: Json = False,
) -> None:
    """List the entries nearest to some words, with the law in force on a day."""
    from models.kernel.calendar.local_time import local_date
    from models.kernel.calendar.time import wall_clock
    from models.knowledge.queries import suggested

    today = local_date(wall_clock())
    found = suggested(words, today, breach=on or today, aspect=aspect)
    answer: Answer = context.obj

    def people() -> None:
        for one in found:
            say(f"{one.title}（{one.aspect.label}，条目代号{one.key}）")
            say(f"  职责：{one.duty}")
            for cited in one.basis:
                say(f"  依据：{cited.told}")
            say(f"  问题：{one.finding}")
            for place, measure in enumerate(one.measures, 1):
                say(f"  措施{place}：{measure.text}（{measure.by.label}，{measure.proof}，{measure.days}日）")
        if not found:
            say("知识库里没有相近的条目。")

    answer.give(found, people)
