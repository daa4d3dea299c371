"""`shencha archive …`: is a package whole, and as it was sealed?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say
from ui.cli.help_page import Verb
from ui.cli.options import Json

TOLD = 50  # more faults than that are one fault: this is no package, or not this one
verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("verify", cls=Verb, help="校验档案包：每个文件、清单、目录、事件链，在封卷的系统上并核对封卷记录")
def verify(
    context: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="目录", help="BagIt 档案包所在文件夹", show_default=False)],
    manifest: Annotated[
        str | None, typer.Option(metavar="校验值", help="封卷时记录的 manifest-sha256.txt 校验值，一并核对")
    ] = None,
    json: Json = False,
) -> None:
    """Verify a package; exit status 1 when anything is wrong."""
    from ui.package_check import checked

    result = checked(path, manifest)
    answer: Answer = context.obj
    answer.status = 0 if result["ok"] else 1

    def people() -> None:
        chain = "已与包内事件链核对" if result["compared"]["events"] else "未能与包内事件链核对"
        say(f"{chain}；{result['sealing']}。")
        for remark in result["remarks"]:
            say(f"  {remark['path']}：{remark['message']}")
        if result["ok"]:
            say(f"档案包完整，清单校验值：{result['manifest_sha256']}")
            return
        say(f"档案包有 {len(result['faults'])} 处问题：")
        for fault in result["faults"][:TOLD]:
            say(f"  {fault['path'] or path}：{fault['message']}")
        if len(result["faults"]) > TOLD:
            say(f"  另有 {len(result['faults']) - TOLD} 处，用 --json 可看全部。")

    answer.give(result, people)
