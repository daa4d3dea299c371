"""`shencha rule …`: the limits in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import Json

verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("show", cls=Verb, help="时限规则及其依据；写代码只看一条")
def show(
    context: typer.Context,
    code: Annotated[
        str | None, typer.Argument(metavar="代码", help="如 notice.plan；不写则全列", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Show one rule, or all."""
    from ui.rules_in_force import rules_in_force

    book = rules_in_force()
    rules = [book.rule(code)] if code else list(book.latest.values())
    answer: Answer = context.obj

    def people() -> None:
        table(
            ("代码", "名称", "时限", "起算", "办理方", "依据"),
            (
                (
                    rule.code,
                    rule.name,
                    f"{rule.amount}{rule.unit.label}",
                    rule.starts_at,
                    rule.turn,
                    f"{'参考值：' if rule.borrowed else ''}{rule.basis}",
                )
                for rule in rules
            ),
            empty="没有规则。",
        )
        if code:
            say(f"第{rules[0].version}版；{'逢休息日顺延' if rules[0].roll_over else '不顺延'}。")

    answer.give(asdict(rules[0]) if code else [asdict(rule) for rule in rules], people)
