"""`shencha unit …`: units confirmed, renamed and merged by an administrator."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from models.kernel.vocabulary import OrganisationKind
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Unit = Annotated[str, typer.Argument(metavar="单位", help="单位名称或编号", show_default=False)]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由，如更名或机构改革的文号", show_default=False)]
Seen = Annotated[int | None, typer.Option(metavar="版本", help="所见的版本：单位在此之后被他人修改的，不保存")]


@verbs.command("list", cls=Verb, help="单位及曾用名；--pending 只列待管理员确认的")
def list_(
    context: typer.Context,
    words: Annotated[str | None, typer.Argument(metavar="文字", help="名称、曾用名或信用代码的一部分")] = None,
    pending: Annotated[bool, typer.Option("--pending", help="只列待确认的")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """List units with the names they had, or those that wait."""
    from models.office.queries.administration import pending_units, unit_page
    from ui.installation import open_installation

    answer: Answer = context.obj
    with open_installation() as installation, installation.reading(account) as read:
        if pending:
            waiting = pending_units(read.session, read.actor)
            rows = ((one.id, one.name, one.kind.label, one.division_code, "、".join(one.alike)) for one in waiting)
            heads = ("编号", "名称", "类别", "区划", "可能是")
            answer.give(waiting, lambda: table(heads, rows, empty="没有待确认的单位。"))
            return
        units = unit_page(read.session, read.actor, words=words, limit=1_000_000)
    answer.give(
        units,
        lambda: table(
            ("编号", "名称", "类别", "区划", "曾用名或并入的单位"),
            ((unit.id, unit.name, unit.kind.label, unit.division_code, "、".join(unit.former)) for unit in units),
            empty="没有符合条件的单位。",
        ),
    )


@verbs.command("confirm", cls=Verb, help="确认办案中新登记的单位，可以同时更正")
def confirm(
    context: typer.Context,
    organisation: Unit,
    name: Annotated[str | None, typer.Option(metavar="名称", help="更正后的名称")] = None,
    kind: Annotated[
        OrganisationKind | None,
        typer.Option(parser=word(OrganisationKind), metavar="代码", help=f"类别：{choices(OrganisationKind)}"),
    ] = None,
    division: Annotated[str | None, typer.Option(metavar="代码", help="行政区划代码（6 位）")] = None,
    parent: Annotated[str | None, typer.Option(metavar="单位", help="上级单位名称或编号")] = None,
    credit_code: Annotated[str | None, typer.Option(metavar="代码", help="统一社会信用代码")] = None,
    seen: Seen = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Confirm a unit."""
    from models.office.commands.unit_changes import confirm_organisation
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        confirmed = confirm_organisation(
            act,
            organisation=organisation,
            name=name,
            kind=kind,
            division_code=division,
            parent=parent,
            credit_code=credit_code,
            seen_version=seen,
        )
    answer: Answer = context.obj
    answer.give({"confirmed": confirmed}, lambda: say(f"已确认单位“{confirmed}”。"))


@verbs.command("rename", cls=Verb, help="单位更名：以前的文书和档案保留当时的名称，新旧名称都能查到")
def rename(
    context: typer.Context,
    organisation: Unit,
    name: Annotated[str, typer.Argument(metavar="新名称", help="新的全称", show_default=False)],
    reason: Reason,
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="日期", help="更名日期，不写为今日")
    ] = None,
    seen: Seen = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Rename a unit."""
    from models.office.commands.unit_changes import rename_organisation
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        former = rename_organisation(
            act,
            organisation=organisation,
            name=name,
            reason=reason,
            renamed_on=None if on is None else on.date(),
            seen_version=seen,
        )
    answer: Answer = context.obj
    answer.give({"former": former, "name": name}, lambda: say(f"“{former}”已更名为“{name}”。"))


@verbs.command("merge", cls=Verb, help="合并单位：并入另一单位，在办的通知、时限和账号随之转入")
def merge(
    context: typer.Context,
    organisation: Unit,
    into: Annotated[str, typer.Argument(metavar="并入单位", help="继续使用的单位名称或编号", show_default=False)],
    reason: Reason,
    seen: Seen = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Merge a unit into another one."""
    from models.joining.commands.merging_units import merge_organisation
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        goes_on = merge_organisation(act, organisation=organisation, into=into, reason=reason, seen_version=seen)
    answer: Answer = context.obj
    answer.give({"into": goes_on}, lambda: say(f"已并入“{goes_on}”。"))
