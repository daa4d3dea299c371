"""`shencha archive …`: what is missing before a case is archived; packages: whole, readable, to be disposed of, handed over."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.errors import Invalid
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, CaseNumber, Json

if TYPE_CHECKING:  # the program starts without the database
    from ui.package_check import Checked

TOLD = 50  # more faults than that are one fault: this is no package, or not this one
verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("missing", cls=Verb, help="归档前检查：案件还缺什么，怎么补，谁准予缺存")
def missing(context: typer.Context, number: CaseNumber, account: As = None, json: Json = False) -> None:
    """List what a case lacks before it is archived."""
    from models.archive.queries.completeness import completeness
    from ui.gap_words import HEADS, rows, summary
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = completeness(read.session, read.actor, number, installation.files)
    answer: Answer = context.obj

    def people() -> None:
        say(summary(found))
        table(HEADS, rows(found), empty="没有缺项。")
        if any(gap.blocks and gap.excusable for gap in found):
            say(f"准予缺项：shencha case do {number} excuse-missing --missing 名称 --reason 理由")

    answer.give(found, people)


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
        typer.Option(metavar="公钥", help="封卷单位公布的检查点公钥（64 位十六进制），核对包内检查点由它签名"),
    ] = None,
    json: Json = False,
) -> None:
    """Verify packages; exit status 1 when anything is wrong with any. As JSON one package is an object, several a list."""
    from ui.package_check import checked

    if manifest is not None and len(paths) > 1:
        raise Invalid("清单校验值只能用于一个档案包，请逐个核对。", code="one_manifest")
    if key is not None and not re.fullmatch(r"[0-9a-f]{64}", key):
        raise Invalid("检查点公钥应为 64 位小写十六进制数。", code="not_a_key")
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
