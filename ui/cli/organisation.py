"""`shencha organisation …`: the units cases deal with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from models.kernel.vocabulary import OrganisationKind, Relation
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
KINDS, RELATIONS = choices(OrganisationKind), choices(Relation)
COLUMNS = (
    "列：名称、类别必填；可有行政区划代码、上级单位、统一社会信用代码、与本单位关系、"
    "行业主管部门、层级、领导机关层级、系统、联系人、联系电话"
)


@verbs.command("list", cls=Verb, help="单位列表，按上下级排列")
def list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List units as a tree."""
    from models.office.queries.people import organisation_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        units = organisation_list(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        units,
        lambda: table(
            ("编号", "名称", "类别", "区划", "信用代码"),
            (
                (
                    unit.id,
                    "　" * unit.depth + unit.name,
                    unit.kind,
                    unit.division_code,
                    unit.credit_code,
                )
                for unit in units
            ),
            empty="没有单位。",
        ),
    )


@verbs.command("add", cls=Verb, help="登记一个单位")
def add(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", help="单位全称", show_default=False)],
    kind: Annotated[
        OrganisationKind,
        typer.Option(parser=word(OrganisationKind), metavar="代码", help=f"类别：{KINDS}", show_default=False),
    ],
    division: Annotated[str | None, typer.Option(metavar="代码", help="行政区划代码（6 位）")] = None,
    parent: Annotated[str | None, typer.Option(metavar="单位", help="上级单位名称或编号")] = None,
    credit_code: Annotated[str | None, typer.Option(metavar="代码", help="统一社会信用代码")] = None,
    relation: Annotated[
        Relation | None,
        typer.Option(parser=word(Relation), metavar="代码", help=f"与本单位的关系，与推定不同时填写：{RELATIONS}"),
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Add one unit."""
    from models.office.commands.organisations import register
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        added = register(
            act, name, kind, division_code=division, parent=parent, credit_code=credit_code, relation=relation
        )
    answer: Answer = context.obj
    answer.give({"id": added, "name": name, "kind": kind}, lambda: say(f"已登记单位“{name}”，编号 {added}。"))


@verbs.command("import", cls=Verb, help="从 CSV 导入单位（UTF-8 或 GB18030；任何一行有误则全部不写入）")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="CSV文件", help=COLUMNS, show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Add all units of a list, or none."""
    from models.office import organisation_list
    from models.office.commands.importing import import_organisations
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_installation() as installation:
        limit = installation.settings.max_file_bytes
        with open_file(file) as stream:
            units = organisation_list.read(stream.read(limit + 1), limit=limit)
        with installation.acting(account) as act:
            count = import_organisations(act, units)
    answer: Answer = context.obj
    answer.give({"imported": count}, lambda: say(f"已导入 {count} 个单位。"))
