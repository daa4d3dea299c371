"""`shencha archive …`: is a package whole, and as it was sealed?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.errors import Invalid
from ui.cli.answer import Answer, say
from ui.cli.help_page import Verb
from ui.cli.options import Json

if TYPE_CHECKING:  # the program starts without the database
    from ui.package_check import Checked

TOLD = 50  # more faults than that are one fault: this is no package, or not this one
verbs = typer.Typer(rich_markup_mode=None)


@verbs.callback()
def group() -> None:
    """Keep the group a group, though it has one verb."""


@verbs.command("verify", cls=Verb, help="校验档案包：每个文件、清单、目录、事件链，在封卷的系统上并核对封卷记录")
def verify(
    context: typer.Context,
    paths: Annotated[
        list[Path], typer.Argument(metavar="目录…", help="BagIt 档案包所在文件夹，可以写几个", show_default=False)
    ],
    manifest: Annotated[
        str | None, typer.Option(metavar="校验值", help="封卷时记录的 manifest-sha256.txt 校验值，一并核对")
    ] = None,
    key: Annotated[
        str | None,
        typer.Option(metavar="公钥", help="封卷单位公布的检查点公钥（十六进制），核对包内检查点由它签名"),
    ] = None,
    json: Json = False,
) -> None:
    """Verify packages; exit status 1 when anything is wrong with any. As JSON one package is an object, several a list."""
    from ui.package_check import checked

    if manifest is not None and len(paths) > 1:
        raise Invalid("清单校验值只能用于一个档案包，请逐个核对。", code="one_manifest")
    if key is not None and not re.fullmatch(r"[0-9a-f]{64}|04[0-9a-f]{128}", key):
        raise Invalid("检查点公钥应为小写十六进制数：Ed25519 为 64 位，SM2 为 04 开头的 130 位。", code="not_a_key")
    results = [(path, checked(path, manifest, key)) for path in paths]
    answer: Answer = context.obj
    answer.status = 0 if all(result.found.ok for _, result in results) else 1

    def people() -> None:
        for path, result in results:
            if len(results) > 1:
                say(f"{path}")
            _tell(path, result)

    answer.give(results[0][1] if len(results) == 1 else [result for _, result in results], people)


def _tell(path: Path, result: Checked) -> None:
    from documents.archive.verify import held, unknown

    found = result.found
    say(f"{held(found.compared)}；{result.sealing}。")
    for remark in found.remarks:
        say(f"  {remark.path}：{remark.message}")
    if found.ok:
        for sentence in unknown(found.compared):
            say(sentence)
        say(f"档案包完整，清单校验值：{found.manifest_sha256}")
        return
    say(f"档案包有 {len(found.faults)} 处问题：")
    for fault in found.faults[:TOLD]:
        say(f"  {fault.path or path}：{fault.message}")
    if len(found.faults) > TOLD:
        say(f"  另有 {len(found.faults) - TOLD} 处，用 --json 可看全部。")
