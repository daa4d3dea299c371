"""`shencha record …`: does the record hold, and what stands for it outside the database?"""

from __future__ import annotations

from typing import Annotated

import typer

from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json

TOLD = 50
verbs = typer.Typer(rich_markup_mode=None)


@verbs.command("verify", cls=Verb, help="核对记录：各案事件链、检查点、文件库和管理记录；可以只核对一个案件")
def verify(
    context: typer.Context,
    number: Annotated[
        str | None, typer.Argument(metavar="案件编号", help="只核对这个案件；不写则全部核对", show_default=False)
    ] = None,
    json: Json = False,
) -> None:
    """Verify the record; exit status 1 when anything does not hold."""
    from sqlalchemy import select

    from flows.record_watch import verified, verified_case
    from models.case.tables import Case
    from models.kernel.errors import NotFound
    from ui.installation import open_installation

    with open_installation() as installation:
        if number is None:
            found = dict(verified(installation))
        else:
            with installation.database.reading() as session:
                if session.scalar(select(Case.id).where(Case.case_number == number)) is None:
                    raise NotFound(f"没有编号为“{number}”的案件。", code="case_not_found")
                found = {number: verified_case(session, installation, number)}
    faults = [(stream, fault) for stream, wrong in found.items() for fault in wrong]
    answer: Answer = context.obj
    answer.status = 1 if faults else 0
    told = {
        "ok": not faults,
        "streams": len(found),
        "faults": [{"stream": stream, "code": fault.code, "message": fault.message} for stream, fault in faults],
    }

    def people() -> None:
        if not faults:
            say(f"记录完整：核对了 {len(found)} 条记录链及其文件，未发现问题。")
            return
        say(f"有 {len(faults)} 处不符，请保持数据库和日志原样，与备份和库外检查点核对：")
        for stream, fault in faults[:TOLD]:
            say(f"  {stream}：{fault.message}。")
        if len(faults) > TOLD:
            say(f"  另有 {len(faults) - TOLD} 处，用 --json 可看全部。")

    answer.give(told, people)


@verbs.command("checkpoint", cls=Verb, help="记下一个检查点并写到库外；输出的一行可以打印、邮寄或公布")
def checkpoint(context: typer.Context, json: Json = False) -> None:
    """Take a checkpoint now, put it outside and say its line."""
    from flows.record_watch import put_outside, take
    from ui.installation import open_installation

    with open_installation() as installation:
        at = installation.clock()
        with installation.as_system(at) as act:
            line = take(act).line
        put_outside(installation, at)
    answer: Answer = context.obj
    answer.give({"line": line}, lambda: say(line))


@verbs.command("explain", cls=Verb, help="数据库从备份恢复到较早状态后，说明库外多出的检查点，不再报告")
def explained(
    context: typer.Context,
    reason: Annotated[str, typer.Option(metavar="理由", help="为什么库外有数据库中没有的检查点", show_default=False)],
    json: Json = False,
) -> None:
    """Put on record why lines stand outside that the database does not have."""
    from flows.record_watch import explain
    from models.kernel.errors import Invalid
    from ui.installation import open_installation

    if not reason.strip():
        raise Invalid("请写明理由。", code="reason_missing")
    with open_installation() as installation:
        names = explain(installation, installation.clock(), reason.strip())
    answer: Answer = context.obj
    done = f"已说明 {len(names)} 个检查点。" if names else "库外没有需要说明的检查点。"
    answer.give({"lines": names}, lambda: say(done))


@verbs.command("readings", cls=Verb, help="查阅记录：谁在何时查阅了什么（审计员）")
def readings(
    context: typer.Context,
    about: Annotated[
        str | None, typer.Option("--about", metavar="账号或案件编号", help="只列这个账号的，或者这个案件的")
    ] = None,
    last: Annotated[int, typer.Option(metavar="条数", min=1, max=100_000, help="列出最近几条")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List who read what, the newest first."""
    from models.office.queries.readings import reading_list
    from ui.event_sentence import when
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = reading_list(read.session, read.actor, about=about, limit=last)
    answer: Answer = context.obj
    heads = ("序号", "时间", "姓名", "账号", "方式", "类别", "查阅内容", "案件编号")
    lines = [
        (one.seq, when(one.at), one.name, one.account, one.door.label, one.kind.label, one.what, one.case_number or "")
        for one in found
    ]
    answer.give(found, lambda: table(heads, lines, empty="没有查阅记录。"))


@verbs.command("list", cls=Verb, help="列出检查点")
def listed(
    context: typer.Context,
    last: Annotated[int, typer.Option(metavar="个数", min=1, help="列出最近几个")] = 30,
    json: Json = False,
) -> None:
    """List the newest checkpoints."""
    from models.kernel.record.watching import newest_checkpoints
    from ui.event_sentence import when
    from ui.installation import open_installation

    with open_installation() as installation, installation.database.reading() as session:
        found = newest_checkpoints(session, last)
    answer: Answer = context.obj
    heads = ("编号", "时间", "记录链", "事件", "根校验值", "签名", "库外", "时间戳")
    lines = [
        (
            one.number,
            when(one.taken_at),
            one.streams,
            one.events,
            one.root,
            "有" if one.signed else "无",
            "已写" if one.outside else "未写",
            when(one.stamped_at) if one.stamped_at else "",
        )
        for one in found
    ]
    answer.give(found, lambda: table(heads, lines, empty="还没有检查点。"))
