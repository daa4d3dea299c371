"""`shencha export …`: what people take away as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("ledger", cls=Verb, help="协办单位的整改台账（xlsx）：只含发给或转给本单位的措施")
def ledger(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="目录", help="写入哪个文件夹")] = Path(),
    account: As = None,
    json: Json = False,
) -> None:
    """Write the ledger of an agency's account."""
    from models.kernel.errors import Invalid
    from models.kernel.storage.privacy import handed_out
    from ui.installation import open_installation
    from ui.ledger_out import ledger_of

    with open_installation() as installation:
        name, data = ledger_of(installation, account)
    try:
        with handed_out():
            out.mkdir(parents=True, exist_ok=True)
            (out / name).write_bytes(data)
    except OSError as error:
        raise Invalid(f"不能写入文件夹“{out}”，请检查路径和权限。", code="folder_unwritable") from error
    answer: Answer = context.obj
    answer.give({"path": str(out / name), "bytes": len(data)}, lambda: say(f"已导出整改台账：{out / name}"))
