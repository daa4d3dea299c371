"""`shencha deadline …`: why this date."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.vocabulary import Grade
from ui.cli.answer import Answer, say
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, day_or_moment, word

if TYPE_CHECKING:
    from models.clock.queries.explain import Count, DeadlineExplained

verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("explain", cls=Verb, help="逐日说明一个时限：已有的（写编号），或按规则和起算时间试算")
def explain(
    context: typer.Context,
    deadline: Annotated[
        int | None, typer.Argument(metavar="时限编号", help="case show --json 中时限的 id", show_default=False)
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", metavar="规则", help="规则代码，如 notice.plan")] = None,
    started: Annotated[
        datetime | None,
        typer.Option("--start", parser=day_or_moment, metavar="时间", help="起算日或起算时间（ISO 格式）"),
    ] = None,
    amount: Annotated[int | None, typer.Option(metavar="数字", help="另行确定的长度（单位随规则）")] = None,
    grade: Annotated[
        Grade, typer.Option(parser=word(Grade), metavar="代码", help=f"事故等级：{choices(Grade)}")
    ] = Grade.ORDINARY,
    account: As = None,
    json: Json = False,
) -> None:
    """Explain a running clock, or what a rule gives for a start."""
    if (deadline is None) == (rule is None) or (rule is None) != (started is None):
        raise typer.BadParameter("请写一个时限编号，或同时写 --rule 和 --start。")
    told = _of_row(deadline, account) if deadline is not None else _of_rule(str(rule), started, amount, grade)
    answer: Answer = context.obj
    answer.give(told, lambda: say(told.explanation))


def _of_row(deadline: int, account: str | None) -> DeadlineExplained:
    from models.clock.queries.explain import explain_deadline
    from models.clock.queries.rulebook import rulebook
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        return explain_deadline(read.session, read.actor, deadline, rulebook(read.session))


def _of_rule(code: str, started: datetime | None, amount: int | None, grade: Grade) -> Count:
    from models.clock.queries.explain import explain_rule
    from ui.rules_in_force import rules_in_force

    assert started is not None
    return explain_rule(rules_in_force(), code, started, amount=amount, grade=grade)
