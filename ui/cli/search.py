"""`shencha search …`: where words stand in what a person may see, and the index made anew."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.kernel.vocabulary import SearchKind
from ui.cli.answer import Answer, say
from ui.cli.help_page import Group, Verb
from ui.cli.options import As, Json, choices, word

if TYPE_CHECKING:
    from models.overview.queries.search import Hit

verbs = typer.Typer(rich_markup_mode=None)


class WordsAtOnce(Group):
    """The group whose usual verb need not be named: `shencha search 护栏` is `shencha search words 护栏`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the usual verb before what is no verb."""
        if args and args[0] not in (*self.list_commands(ctx), "--help"):
            args = ["words", *args]
        return super().parse_args(ctx, args)


@verbs.command("words", cls=Verb, help="查找同时含有各词的内容，可以省写 words：shencha search 护栏 缺失")
def words(
    context: typer.Context,
    phrase: Annotated[list[str], typer.Argument(metavar="词", help="要查找的词，一个字也可以", show_default=False)],
    kind: Annotated[
        SearchKind | None,
        typer.Option(parser=word(SearchKind), metavar="种类", help=f"只查一种：{choices(SearchKind)}"),
    ] = None,
    after: Annotated[
        str | None, typer.Option(metavar="位置", help="从上一页最后一条的位置（key）之后列起", show_default=False)
    ] = None,
    limit: Annotated[int, typer.Option(metavar="条数", min=1, max=200, help="最多列出几条")] = 20,
    actor: As = None,
    json: Json = False,
) -> None:
    """Print what holds the words, as far as the person may see it."""
    from models.overview.queries.search import search
    from ui.installation import open_installation

    kinds = tuple(SearchKind) if kind is None else (kind,)
    with open_installation() as installation, installation.reading(actor) as read:
        found = search(read.session, read.actor, " ".join(phrase), kinds=kinds, after=after, limit=limit + 1)
    more = found[limit - 1].key if len(found) > limit else None
    found = found[:limit]
    answer: Answer = context.obj
    answer.give({"hits": found, "after": more}, lambda: _show(found, more))


def _show(found: list[Hit], more: str | None) -> None:
    if not found:
        say("没有找到可以查看的内容。请减少或更换要查找的词。")
        return
    for hit in found:
        place = " ".join(filter(None, (hit.case_number, hit.kind.label, hit.ref, hit.title)))
        say(place)
        say("  " + "".join(f"【{piece.text}】" if piece.hit else piece.text for piece in hit.passage))
    if more:
        say(f"还有更多，加 --after {more} 继续。")


@verbs.command("rebuild", cls=Verb, help="重建检索索引（不影响使用；中断后再运行或由后台工作进程接着做）")
def rebuild(context: typer.Context, json: Json = False) -> None:
    """Read every text anew."""
    from models.overview.commands.indexing import index_slice, mark_everything
    from ui.installation import open_installation

    with open_installation() as installation:
        with installation.as_system(installation.clock()) as act:
            mark_everything(act)
        texts, done = 0, 1
        while done:
            with installation.as_system(installation.clock()) as act:
                done = index_slice(act)
            texts += done
    answer: Answer = context.obj
    answer.give({"texts": texts}, lambda: say(f"检索索引已重建，读了 {texts} 处内容。"))
