"""`shencha document …`: list papers, hand out their files, check a docx against the standard."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, cast

import typer

from models.kernel.vocabulary import DocumentKind
from ui.cli.answer import Answer, say, table, tell, write_out
from ui.cli.case_page import returned_lines
from ui.cli.help_page import Verb
from ui.cli.options import As, CaseNumber, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Kind = Annotated[
    DocumentKind | None,
    typer.Option("--kind", parser=word(DocumentKind), metavar="代码", help=f"只要一种：{choices(DocumentKind)}"),
]


@verbs.command("list", cls=Verb, help="一案的文书")
def list_(
    context: typer.Context, number: CaseNumber, kind: Kind = None, account: As = None, json: Json = False
) -> None:
    """List the papers of a case."""
    from models.papers.queries.documents import document_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        papers = document_list(read.session, read.actor, number)
    papers = [paper for paper in papers if kind in (None, paper.kind)]
    answer: Answer = context.obj

    def people() -> None:
        table(
            ("编号", "文书", "文号", "主送", "状态", "签发", "文件"),
            (
                (
                    paper.ref,
                    paper.kind,
                    paper.number,
                    paper.recipient,
                    paper.status,
                    paper.issued_on,
                    "已生成" if paper.sha256 else None,
                )
                for paper in papers
            ),
            empty="没有文书。",
        )
        for line in returned_lines(papers):
            say(line)

    answer.give(papers, people)


@verbs.command("flagged", cls=Verb, help="所载事实已变更、尚待更正的文书")
def flagged(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="案件编号", help="不写则列全部案件", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """List the papers that say what is no longer so."""
    from models.papers.queries.outdated_papers import flagged_papers
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        papers = flagged_papers(read.session, read.actor, number)
    answer: Answer = context.obj
    answer.give(
        papers,
        lambda: table(
            ("案件", "编号", "文号", "主送", "原因", "应改为"),
            (
                (
                    paper.case_number,
                    paper.paper,
                    paper.number,
                    paper.recipient,
                    paper.reason,
                    "；".join(f"{c.place}：{c.wrong}→{c.right}" for c in paper.changes),
                )
                for paper in papers
            ),
            empty="没有待更正的文书。",
        ),
    )


@verbs.command("preflight", cls=Verb, help="签发前检查：一份文书还缺什么；有缺项时退出状态为 1")
def preflight_(
    context: typer.Context,
    number: CaseNumber,
    paper: Annotated[str, typer.Option(metavar="文字", help="文书编号，如 D2", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """List what a paper lacks before it can be signed."""
    from models.clock.queries.rulebook import rulebook
    from models.kernel.calendar.local_time import local_date
    from models.papers.queries.preflight import preflight
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        remarks = preflight(
            read.session,
            read.actor,
            number,
            paper,
            settings=installation.settings,
            rules=rulebook(read.session),
            today=local_date(read.at),
        )
    answer: Answer = context.obj
    answer.status = 1 if any(one.blocks for one in remarks) else 0
    answer.give(
        remarks,
        lambda: table(
            ("代号", "程度", "办理处", "说明", "准予不补"),
            ((one.key, one.weight, one.place, one.text, one.waived and one.waived.reason) for one in remarks),
            empty="没有缺项。",
        ),
    )


@verbs.command("readers", cls=Verb, help="限制公开文书的名单（只有名单上的人可以查看）")
def readers(
    context: typer.Context,
    number: CaseNumber,
    paper: Annotated[str, typer.Option(metavar="文字", help="文书编号，如 D2", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """List who may read a restricted paper."""
    from models.papers.queries.readers import reader_list
    from ui.event_sentence import when
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        people = reader_list(read.session, read.actor, number, paper)
    answer: Answer = context.obj
    answer.give(
        people,
        lambda: table(
            ("账号", "姓名", "单位", "列入人", "列入时间", "去除人"),
            (
                (
                    one.account,
                    one.name,
                    one.organisation,
                    one.added_by,
                    when(one.added_at),
                    one.removed_by,
                )
                for one in people
            ),
            empty="该文书不是限制公开的文书，没有名单。",
        ),
    )


@verbs.command("export", cls=Verb, help="导出文书的正式文件（docx，可加 PDF），或一份草稿的可编辑文件")
def export(
    context: typer.Context,
    number: CaseNumber,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="目录", help="正式文件写到哪个文件夹", show_default=False)
    ] = None,
    pdf: Annotated[bool, typer.Option("--pdf", help="同时生成 PDF（需要 LibreOffice）")] = False,
    kind: Kind = None,
    editable: Annotated[
        bool, typer.Option("--editable", help="一份未签发文书的可编辑文件，改后用 take-back 带回")
    ] = False,
    paper: Annotated[
        str | None, typer.Option(metavar="文字", help="可编辑文件：文书编号，如 D2", show_default=False)
    ] = None,
    file: Annotated[
        Path | None, typer.Option("-o", "--file", metavar="文件", help="可编辑文件写到哪里", show_default=False)
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Write the final files of a case's papers into a folder, or one draft as a file to be edited."""
    from models.kernel.errors import Invalid

    if editable:
        if file is None or paper is None or out is not None or pdf or kind is not None:
            raise Invalid(
                "导出可编辑文件请写 --editable --paper 文书编号 -o 文件，不加其他选项。", code="options_differ"
            )
        _export_editable(context.obj, number, paper, file, account)
    elif out is None or file is not None or paper is not None:
        named = next(one for one in context.command.params if one.name == "out")
        raise typer.BadParameter("请写明正式文件写到哪个文件夹。", ctx=context, param=cast(Any, named))
    else:
        _export_final(context.obj, number, out, kind, account, pdf=pdf)


def _export_editable(answer: Answer, number: str, paper: str, file: Path, account: str | None) -> None:
    from ui.editing import editable_file
    from ui.installation import open_installation

    with open_installation() as installation:
        _, data = editable_file(installation, account, number, paper)
    write_out(file, data)
    answer.give(
        {"case_number": number, "paper": paper, "path": str(file)},
        lambda: say(f"案件{number}：文书{paper}的可编辑文件已写入{file}；改好后用 shencha document take-back 带回。"),
    )


def _export_final(
    answer: Answer, number: str, out: Path, kind: DocumentKind | None, account: str | None, *, pdf: bool
) -> None:
    from ui.exporting import export as write
    from ui.installation import open_installation

    with open_installation() as installation:
        exported = write(installation, account, number, out, kind=kind, pdf=pdf)

    def people() -> None:
        for one in exported.papers:
            paper = one.paper
            say(f"{paper.ref}  {out / paper.path}")
            if one.pdf:
                say(f"{' ' * len(paper.ref)}  {out / one.pdf}")
        if not exported.papers and not exported.left_out:
            say("没有可以导出的文书：本案还没有已签发的文书。")

    answer.give(exported.papers, people)
    for note in exported.notes:
        tell(note)
    answer.status = 1 if exported.left_out else 0


@verbs.command("take-back", cls=Verb, help="带回在 Word、WPS 里改过的文书草稿：先列出改动，加 --save 才保存")
def take_back(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="改过的可编辑文件", show_default=False)],
    save: Annotated[bool, typer.Option("--save", help="保存改动")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Show what an edited draft changes, paragraph by paragraph, and keep it where that is asked for."""
    from ui.editing import came_back
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        data = stream.read()
    with open_installation() as installation:
        came = came_back(installation, account, data, save=save)
    answer: Answer = context.obj

    def people() -> None:
        say(f"案件{came.case_number}文书{came.paper}《{came.title}》：改动{len(came.differences)}段。")
        for one in came.differences:
            say(f"{one.label}")
            say(f"  原文：{one.before}")
            say(f"  现文：{one.now}")
        if came.differences:
            say("已保存。" if came.saved else "以上改动尚未保存；确认后加 --save 再运行一次。")

    answer.give(came, people)
    tell("只带回文字，字体、字号等格式以系统的为准。")


@verbs.command("print-set", cls=Verb, help="打印套件：多份文书合为一个文件，可附送达回证")
def print_set(
    context: typer.Context,
    number: CaseNumber,
    out: Annotated[
        Path, typer.Option("--out", metavar="文件", help="写到哪个文件（.docx 或 .pdf）", show_default=False)
    ],
    papers: Annotated[
        list[str] | None,
        typer.Option(
            "--paper", metavar="文字", help="文书编号，如 D2（不写为全部已签发而未送达的）", show_default=False
        ),
    ] = None,
    proofs: Annotated[bool, typer.Option("--proofs", help="附送达回证")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Write papers into one file to print."""
    from ui.installation import open_installation
    from ui.printing import print_set as write

    with open_installation() as installation:
        made = write(installation, account, number, out, papers=papers or (), proofs=proofs)
    answer: Answer = context.obj
    answer.give(
        {"case_number": number, "papers": made.papers, "proofs": made.proofs, "path": str(out)},
        lambda: say(
            f"案件{number}：文书{'、'.join(made.papers)}"
            + (f"和送达回证{made.proofs}份" if made.proofs else "")
            + f"已写入{out}。"
        ),
    )


@verbs.command("check", cls=Verb, help="检查任意 docx 是否符合 GB/T 9704")
def check(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="要检查的 docx 文件", show_default=False)],
    json: Json = False,
) -> None:
    """Tell where a docx departs from the standard; exit status 1 when it does."""
    from documents.check import faults
    from ui.incoming import open_file

    with open_file(file) as stream:
        found = faults(stream.read())
    answer: Answer = context.obj
    answer.status = 1 if found else 0

    def people() -> None:
        say(f"有 {len(found)} 处不符合 GB/T 9704：" if found else "符合 GB/T 9704 的版式要求。")
        for fault in found:
            say(f"  {fault}")

    told = [{"path": fault.path, "message": fault.message, "code": fault.code} for fault in found]
    answer.give({"ok": not found, "faults": told}, people)


@verbs.command("seal", cls=Verb, help="用设置的电子印章为已签发的文书用印（SHENCHA_SEAL=electronic）")
def seal(
    context: typer.Context,
    number: CaseNumber,
    paper: Annotated[str, typer.Option(metavar="文字", help="文书编号，如 D2", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Seal a paper by the provider of the installation."""
    from flows.electronic_seal import seal_provider
    from flows.sealing import seal_by_provider
    from ui.installation import open_installation

    with open_installation() as installation:
        at = installation.clock()
        provider = seal_provider(installation.settings, at)
        installation = installation
        sealer = installation.whose(account, decides=True)
        sha256 = seal_by_provider(installation, provider, sealer, number, paper, at, door=installation.door)
    answer: Answer = context.obj
    answer.give(
        {"case_number": number, "paper": paper, "sha256": sha256},
        lambda: say(f"案件{number}：文书{paper}已用电子印章，校验值 {sha256[:12]}…。"),
    )
