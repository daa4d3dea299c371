"""`shencha case export` and `case import`: a whole case as one file, and back into a system."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ui.cli.answer import Answer, say, tell
from ui.cli.keeping import KeyFile
from ui.cli.options import As, CaseNumber, Json, refuse_no_key

NOT_ENCRYPTED = "注意：案件包未加密，载有个人信息，拿到文件的人可以读到全部内容；请用 --key-file 指明密钥文件。"


def export_case(
    context: typer.Context,
    number: CaseNumber,
    to: Annotated[Path, typer.Argument(metavar="文件", help="写到哪里，如 4207-2025-0001.zip", show_default=False)],
    key_file: KeyFile = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Write a whole case as one file. It is put on record who did."""
    from models.keeping.exporting import export_case as run
    from models.keeping.on_record import key_of_file
    from ui.installation import open_installation
    from ui.readings import export_on_record

    with open_installation() as installation:
        done = run(installation, account, number, to, key_of_file(key_file))
        export_on_record(installation, account, "案件包", number)
    if not done.encrypted:
        tell(NOT_ENCRYPTED)
    found = done.manifest
    files = found.files.count + found.packages.count
    answer: Answer = context.obj
    told = {
        "case": number,
        "path": to,
        "sha256": done.sha256,
        "events": done.events,
        "rows": found.rows,
        "files": files,
        "encrypted": done.encrypted,
    }
    answer.give(
        told,
        lambda: say(
            f"已导出案件{number}并核对：{found.rows} 行，事件 {done.events} 条，文件 {files} 个；{to} 的校验值 {done.sha256}"
        ),
    )


def import_case(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="case export 写出的案件包", show_default=False)],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只核对并说明会导入什么，不写入")] = False,
    key: Annotated[
        str | None,
        typer.Option(metavar="公钥", help="原系统公布的检查点公钥（十六进制），核对案件包的检查点由它签名"),
    ] = None,
    key_file: KeyFile = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Bring a case in; nothing is written where its chain does not hold or anything is missing."""
    from models.keeping.importing import import_case as run
    from models.keeping.on_record import key_of_file
    from ui.installation import open_installation

    refuse_no_key(key)
    with open_installation() as installation:
        done = run(installation, account, file, key_of_file(key_file), dry_run=dry_run, key=key)
    found = done.manifest
    files = found.files.count + found.packages.count
    answer: Answer = context.obj

    def people() -> None:
        did = "核对无误，可以导入" if dry_run else "已导入并核对"
        say(f"{did}：案件{found.name}，来自{found.unit}，{found.rows} 行，事件 {done.events} 条，文件 {files} 个。")
        signed = f"检查点由公钥 {done.signed_by} 签名" if done.signed_by else "检查点没有签名"
        say(f"记录链完整，{signed}；{'已与所给公钥核对' if key else '是否原系统的公钥，请另行核对'}。")
        for one in done.made:
            say(f"  {one}")
        for other in done.waiting:
            say(f"  与案件{other}的关联暂未载入，导入该案时一并载入。")

    told = {
        "case": found.name,
        "unit": found.unit,
        "dry_run": dry_run,
        "events": done.events,
        "rows": found.rows,
        "files": files,
        "signed_by": done.signed_by,
        "made": [{"what": one.path, "code": one.code} for one in done.made],
        "waiting": list(done.waiting),
    }
    answer.give(told, people)
