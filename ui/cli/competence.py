"""`shencha competence …`: who may write what to whom; rows of the place are set and ended by verbs of `office`."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from models.kernel.vocabulary import DocumentKind, Purpose, Standing
from models.office.rules.stands import Stand
from ui.cli.answer import Answer, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, day, word

verbs = typer.Typer(rich_markup_mode=None)
BODIES = {"unit": "本单位", "bureau": "公安局", "commission": "道路交通安全委员会办公室"}
On = Annotated[
    date | None, typer.Option("--on", parser=day, metavar="日期", help="哪一天（默认今天）", show_default=False)
]


@verbs.command("list", cls=Verb, help="行文权限表（修改、终止本地规定见 office set-competence、office end-competence）")
def list_(
    context: typer.Context,
    issuer: Annotated[
        Standing | None, typer.Option(parser=word(Standing), metavar="代码", help=f"发文机关：{choices(Standing)}")
    ] = None,
    recipient: Annotated[
        Stand | None, typer.Option(parser=word(Stand), metavar="代码", help=f"受文单位：{choices(Stand)}")
    ] = None,
    purpose: Annotated[
        Purpose | None, typer.Option(parser=word(Purpose), metavar="代码", help=f"行文目的：{choices(Purpose)}")
    ] = None,
    on: On = None,
    account: As = None,
    json: Json = False,
) -> None:
    """List the lines of the table, those of the place first."""
    from models.kernel.calendar.local_time import local_date
    from models.office.queries.competence_table import competence_table
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = competence_table(
            read.session,
            read.actor,
            on or local_date(read.at),
            issuer=issuer,
            recipient=recipient,
            purpose=purpose,
        )
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "发文机关", "受文单位", "行文目的", "怎样行文", "须有的凭据", "依据", "状态"),
            (
                (
                    one.id or "",
                    "、".join(standing.label for standing in one.issuers),
                    "、".join(stand.label for stand in one.recipients),
                    "、".join(wanted.label for wanted in one.purposes),
                    f"{'不得发出；' if one.refused else ''}{one.says}",
                    one.needs.label if one.needs else "",
                    "、".join(one.basis),
                    "有效" if one.in_force else "不在有效期",
                )
                for one in found
            ),
            empty="没有符合条件的行。",
        ),
    )


@verbs.command("ask", cls=Verb, help="能否向某单位行文：以谁的名义、文种、抄送、依据；不能的，走哪条途径")
def ask_(
    context: typer.Context,
    recipient: Annotated[str, typer.Argument(metavar="受文单位", help="名称或编号", show_default=False)],
    paper: Annotated[
        DocumentKind,
        typer.Option(
            parser=word(DocumentKind), metavar="代码", help=f"文书：{choices(DocumentKind)}", show_default=False
        ),
    ],
    issuer: Annotated[
        str | None,
        typer.Option(
            metavar="代码",
            help=f"发文机关：{'、'.join(f'{code} {name}' for code, name in BODIES.items())}（默认由系统判断）",
            show_default=False,
        ),
    ] = None,
    on: On = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Ask for one paper to one unit on one day."""
    from models.kernel.calendar.local_time import local_date
    from models.office.commands.organisations import find_organisation
    from models.papers.queries.writing import answer_rows, ask
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        unit = find_organisation(read.session, recipient)
        found = ask(read.session, read.actor, unit.id, paper, on or local_date(read.at), issuer=issuer)
    answer: Answer = context.obj
    answer.give(found, lambda: table(("项目", "内容"), answer_rows(found).items(), empty="没有答复。"))
