"""`shencha scanner …`: what the scanner for malware said of files that were handed in."""

from __future__ import annotations

from typing import Annotated

import typer

from models.kernel.vocabulary import FileState
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
File = Annotated[str, typer.Argument(metavar="校验值", help="文件 SHA-256 的前 8 位或更多", show_default=False)]


@verbs.command("list", cls=Verb, help="列出接收的文件：查出恶意程序的、无法检查的、尚未检查的")
def listed(
    context: typer.Context,
    state: Annotated[
        FileState | None,
        typer.Option(parser=word(FileState), metavar="代码", help=f"哪种情况：{choices(FileState)}（默认 found）"),
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List files by what the scanner said; nothing of their cases is told."""
    from models.kernel.rights import policy
    from models.overview.queries.examinations import listed as files_in
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        policy.require(read.actor, "office.manage")
        found = files_in(read.session, state or FileState.FOUND, limit)
    answer: Answer = context.obj
    heads = ("校验值", "情况", "说明", "打开时会起作用的内容", "已放行")
    rows = [
        (one.sha256, one.state.label, one.found, "、".join(one.acts), "是" if one.released else "否") for one in found
    ]
    answer.give(found, lambda: table(heads, rows, empty="没有这样的文件。"))


@verbs.command("again", cls=Verb, help="让后台工作进程重新检查一个文件，不写校验值则重新检查全部")
def again(
    context: typer.Context,
    file: Annotated[
        str | None, typer.Argument(metavar="校验值", help="文件 SHA-256 的前 8 位或更多", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Ask about files once more, as after the scanner has learned of new malware."""
    from models.overview.commands.examinations import examine_again
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        count = examine_again(act, file)
    answer: Answer = context.obj
    answer.give({"files": count}, lambda: say(f"将重新检查 {count} 个文件；在此之前以原有结果为准。"))


@verbs.command("release", cls=Verb, help="放行一个查出恶意程序的文件（误报或者办案必需），记入管理记录")
def released(
    context: typer.Context,
    file: File,
    reason: Annotated[str, typer.Option(metavar="理由", help="为什么放行", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Let a file be handed out again to who may see what it belongs to."""
    from models.overview.commands.examinations import release
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        one = release(act, file, reason)
    answer: Answer = context.obj
    answer.give(one, lambda: say(f"已放行 {one.sha256[:12]}…（{one.found}），有权查看的人可以下载。"))
