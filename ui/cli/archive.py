"""`shencha archive …`: what a case lacks before it is archived; packages: whole, readable, disposed of, handed over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.errors import Invalid
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, CaseNumber, Json, refuse_no_key

if TYPE_CHECKING:  # the program starts without the database
    from ui.package_check import Checked

TOLD = 50  # more faults than that are one fault: this is no package, or not this one
verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("missing", cls=Verb, help="归档前检查：案件还缺什么，怎么补，谁准予缺存")
def missing(context: typer.Context, number: CaseNumber, account: As = None, json: Json = False) -> None:
    """List what a case lacks before it is archived."""
    from models.archive.queries.completeness import completeness
    from ui.gap_words import HEADS, OTHERS, rows, summary
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = completeness(read.session, read.actor, number, installation.files)
    answer: Answer = context.obj

    def people() -> None:
        say(summary(found))
        table(HEADS, rows(found), empty="没有缺项。")
        say(OTHERS)
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
        typer.Option(metavar="公钥", help="封卷单位公布的检查点公钥（十六进制），核对包内检查点由它签名"),
    ] = None,
    json: Json = False,
) -> None:
    """Verify packages; exit status 1 when anything is wrong with any. As JSON one package is an object, several a list."""
    from ui.package_check import checked

    if manifest is not None and len(paths) > 1:
        raise Invalid("清单校验值只能用于一个档案包，请逐个核对。", code="one_manifest")
    refuse_no_key(key)
    results = [(path, checked(path, manifest, key)) for path in paths]
    answer: Answer = context.obj
    answer.status = 0 if all(result.found.ok for _, result in results) else 1

    def people() -> None:
        for path, result in results:
            if len(results) > 1:
                say(f"{path}")
            _tell(path, result)

    answer.give(results[0][1] if len(results) == 1 else [result for _, result in results], people)


@verbs.command("encapsulate", cls=Verb, help="把档案包的各件制成电子文件封装包（XML，DA/T 48），文件在包内")
def encapsulate(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="档号", help="已封装案卷或者补充归档的档号", show_default=False)],
    to: Annotated[Path, typer.Argument(metavar="目录", help="写入哪个新文件夹", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Write each item of a package as one encapsulation."""
    from ui.installation import open_installation
    from ui.package_out import encapsulate as write

    with open_installation() as installation:
        count = write(installation, account, number, to)
    answer: Answer = context.obj
    answer.give({"path": str(to), "items": count}, lambda: say(f"已制成 {count} 个封装包：{to}"))


@verbs.command("extract", cls=Verb, help="校验电子文件封装包的结构和签名；写明目录的，取出其中的文件")
def extract(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="文件…", help="封装包，可以写几个", show_default=False)],
    to: Annotated[
        Path | None, typer.Option(metavar="目录", help="把文件取出到这个文件夹，每个封装包一个子文件夹")
    ] = None,
    key: Annotated[str | None, typer.Option(metavar="公钥", help="封装单位公布的公钥，核对由它签名")] = None,
    json: Json = False,
) -> None:
    """Verify encapsulations, and take out what is in them; the first that does not hold ends it."""
    from ui.package_out import taken_out

    found = [taken_out(file, key, to) for file in files]
    answer: Answer = context.obj
    told = [
        {"number": one.number, "title": one.title, "files": list(one.files), "algorithm": one.algorithm, "key": one.key}
        for one in found
    ]

    def people() -> None:
        for one in found:
            signed = "没有签名" if one.key is None else f"{one.algorithm} 签名有效，公钥 {one.key}"
            say(f"{one.number} {one.title}：文件 {len(one.files)} 个，{signed}")

    answer.give(told, people)


@verbs.command("audit", cls=Verb, help="可读性核查：逐卷读通、核对、打开，结果记录在案；每卷至少一年一次")
def audit_(
    context: typer.Context,
    number: Annotated[str | None, typer.Argument(metavar="档号", help="只核查这一卷", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="不满一年的也核查")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Look at the packages whose year is over; exit status 1 when anything is wrong with any."""
    from flows.archive_audit import audit
    from ui.installation import open_installation

    with open_installation() as installation:
        found = list(audit(installation, account, number=number, everything=everything))
    answer: Answer = context.obj
    answer.status = 1 if any(one.faults for one in found) else 0

    def people() -> None:
        for one in found:
            say(f"{one.number}：{'完整可读' if not one.faults else f'有{len(one.faults)}处问题'}，{one.files}个文件")
            for fault in one.faults[:TOLD]:
                say(f"  {fault.path}：{fault.message}")
        say(f"共核查{len(found)}卷。" if found else "没有到期应核查的档案包；用 --all 全部核查。")

    answer.give(found, people)


@verbs.command("transfer", cls=Verb, help="移交：把案卷连同移交清册、校验值写到新文件夹，写后读回核对")
def transfer(
    context: typer.Context,
    to: Annotated[Path, typer.Argument(metavar="位置", help="新文件夹", show_default=False)],
    recipient: Annotated[str, typer.Option("--recipient", metavar="单位", help="接收档案的单位，如 市档案馆")],
    numbers: Annotated[
        list[str] | None, typer.Option("--number", metavar="档号", help="只移交这些案卷，可以写几个")
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Write packages, list and checksums for another archive."""
    from flows.archive_transfer import hand_over
    from ui.installation import open_installation
    from ui.readings import export_on_record

    with open_installation() as installation:
        done = hand_over(
            installation,
            account,
            to,
            recipient,
            numbers or (),
            before_writing=lambda packages: export_on_record(
                installation, account, f"移交{recipient.strip()}的档案包{packages}个"
            ),
        )
    answer: Answer = context.obj
    answer.give(
        done,
        lambda: say(
            f"已写入 {done.path}：{len(done.packages)}个档案包，{done.files}个文件，校验值清单 {done.list_sha256}"
        ),
    )


@verbs.command("disposals", cls=Verb, help="销毁清册：提出、决定和已经销毁的案卷（提出、决定见 case do）")
def disposals_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List what was proposed, decided and destroyed."""
    from models.archive.queries.disposals import disposals
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = disposals(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("档号", "案件编号", "题名", "保管至", "理由", "提出", "决定", "状态"),
            (
                (
                    one.archive_number,
                    one.case_number,
                    one.title,
                    one.keep_until,
                    one.reason,
                    one.proposed_by,
                    one.decided_by,
                    one.state,
                )
                for one in found
            ),
            empty="没有提出销毁的案卷。",
        ),
    )


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
