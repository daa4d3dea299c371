"""`shencha code …`: the words of the code tables of the sheets."""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)
Table = Annotated[str, typer.Argument(metavar="代码表", help="名称或代号，如 team.role", show_default=False)]
Word = Annotated[str, typer.Argument(metavar="词", help="表中的词", show_default=False)]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由", show_default=False)]


@verbs.command("list", cls=Verb, help="代码表及其中的词；不指明时列出全部代码表")
def list_(
    context: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="代码表", help="名称或代号，如 team.role")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """List the tables, or the words of one."""
    from models.office.queries.codes import code_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        words = code_list(read.session, read.actor, name)
    answer: Answer = context.obj

    def people() -> None:
        table(
            ("代码表", "词", "也可写作", "标准", "标准代码", "起用", "停用"),
            (
                (
                    one.table,
                    one.label,
                    "、".join(one.aliases),
                    one.standard,
                    one.standard_code,
                    one.valid_from,
                    one.valid_until,
                )
                for one in words
            ),
            empty="表中没有词，填写任何文字。",
        )

    answer.give(words, people)


@verbs.command("add", cls=Verb, help="在代码表中增加一个词，或重新起用已停用的词")
def add(
    context: typer.Context,
    name: Table,
    label: Word,
    reason: Reason,
    alias: Annotated[list[str] | None, typer.Option(metavar="文字", help="也可写作的词，可重复")] = None,
    standard: Annotated[str | None, typer.Option(metavar="标准号", help="载有该代码的标准，如 GB/T 2261.1")] = None,
    code: Annotated[str | None, typer.Option(metavar="代码", help="在该标准中的代码")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Add a word."""
    from models.office.commands.codes import add_code
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        title = add_code(
            act,
            table=name,
            label=label,
            reason=reason,
            aliases=alias or (),
            standard=standard,
            standard_code=code,
        )
    answer: Answer = context.obj
    answer.give({"table": title, "added": label}, lambda: say(f"已在“{title}”中增加“{label}”。"))


@verbs.command("retire", cls=Verb, help="停用代码表中的一个词：不再供选择，已填写的照旧")
def retire(
    context: typer.Context, name: Table, label: Word, reason: Reason, account: As = None, json: Json = False
) -> None:
    """Retire a word."""
    from models.office.commands.codes import retire_code
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        title = retire_code(act, table=name, label=label, reason=reason)
    answer: Answer = context.obj
    answer.give({"table": title, "retired": label}, lambda: say(f"已停用“{title}”中的“{label}”。"))
