"""`shencha recurrence …`: accidents that happened again after measures were taken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json
from ui.event_sentence import when

if TYPE_CHECKING:
    from models.prevention.queries.recurrences import RecurrenceShown

verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group while it has one verb."""


@verbs.command("list", cls=Verb, help="整改后又发生：新事故与原措施并列，新的在前")
def list_(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="包括已处理的", show_default=False)] = False,
    case: Annotated[str | None, typer.Option(metavar="案件编号", help="只列某案（新案或原案）")] = None,
    after: Annotated[str | None, typer.Option(metavar="序号", help="从这一行之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List what recurred and waits to be decided, or all of it."""
    from models.prevention.queries.recurrences import recurrence_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        rows = recurrence_list(
            read.session, read.actor, undecided=not every, case_number=case, after=after, limit=limit
        )
    answer: Answer = context.obj

    def people() -> None:
        recurrence_table(rows)
        if any(row.decision is None and row.lapsed_at is None for row in rows):
            say("处理：shencha case do 新案编号 decide-recurrence --decision reopened|unrelated --reason 理由")

    answer.give(rows, people)


def recurrence_table(rows: Iterable[RecurrenceShown]) -> None:
    """Print each new accident with the old measure beside it."""
    table(
        ("编号", "新案", "发生时间", "原案", "原措施", "内容", "原因", "处理"),
        (
            (
                row.ref,
                row.case_number,
                when(row.occurred_at),
                row.old_case_number,
                row.measure,
                row.measure_text,
                _why(row),
                _decided(row),
            )
            for row in rows
        ),
        empty="没有待处理的整改后又发生。",
    )


def _why(row: RecurrenceShown) -> str:
    if row.enterprise:
        return f"{row.reason.label}：{row.enterprise}"
    return row.reason.label if row.distance_m is None else f"{row.reason.label}，相距{row.distance_m}米"


def _decided(row: RecurrenceShown) -> str:
    if row.lapsed_at:
        return "更正后不再成立"
    if row.decision is None:
        return "待处理"
    taken_up = row.finding or row.new_measure
    return f"{row.decision.label}{f'，见{taken_up}' if taken_up else ''}"
