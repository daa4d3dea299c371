"""`shencha rule …`: the limits in force."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from models.clock.rules.deadline_rules import Unit
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)


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


@verbs.command("set", cls=Verb, help="修改一条规则：生成新版本，重算正在计时的时限")
def set_(
    context: typer.Context,
    code: Annotated[str, typer.Argument(metavar="代码", help="如 notice.plan", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="理由", help="为何改动", show_default=False)],
    amount: Annotated[int | None, typer.Option(metavar="数字", help="长度")] = None,
    unit: Annotated[Unit | None, typer.Option(parser=word(Unit), metavar="代码", help=f"单位：{choices(Unit)}")] = None,
    roll_over: Annotated[
        bool | None, typer.Option("--roll-over/--no-roll-over", help="末日遇休息日是否顺延", show_default=False)
    ] = None,
    basis: Annotated[str | None, typer.Option(metavar="依据", help="依据的文件和条款")] = None,
    borrowed: Annotated[
        bool | None, typer.Option("--borrowed/--own", help="依据是参考值，还是直接适用", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Add a version of a rule."""
    from models.clock.commands.rules import set_rule
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        new = set_rule(
            act, code, amount=amount, unit=unit, roll_over=roll_over, basis=basis, borrowed=borrowed, reason=reason
        )
    answer: Answer = context.obj
    done = new.replanned
    answer.give(
        {
            **asdict(new.rule),
            "deadlines_looked_at": done.looked_at,
            "deadlines_moved": done.moved,
            "cases": done.cases,
        },
        lambda: say(f"规则“{new.rule.name}”已改为第{new.rule.version}版；{done.sentence}"),
    )
