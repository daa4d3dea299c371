"""`backup`, `restore`, `database move` and `rotate-key`: nothing is lost, whatever happens to a machine."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.cli.answer import Answer, say, tell
from ui.cli.help_page import Verb
from ui.cli.options import Json

if TYPE_CHECKING:
    from models.keeping.restoring import Restored
    from models.keeping.rules.manifest import Manifest
    from models.kernel.settings import Settings

verbs = typer.Typer(rich_markup_mode=None)

KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="文件", help="加密备份的密钥文件（或者写有口令的文件）；不写则按设置"),
]
NOT_ENCRYPTED = "注意：没有密钥，备份未加密，拿到备份的人可以读到全部内容；请用 --key-file 指明密钥文件。"


def backup(
    context: typer.Context,
    to: Annotated[
        str | None, typer.Argument(metavar="位置", help="文件夹或 fsspec 地址；不写则取 SHENCHA_BACKUP_TO")
    ] = None,
    key_file: KeyFile = None,
    check: Annotated[bool, typer.Option("--check", help="不作新备份，只把最近一份完整读一遍")] = False,
    json: Json = False,
) -> None:
    """Write a backup while people work, and read it again; `--check` reads the latest one from end to end."""
    from models.keeping.on_record import keep_backup, secret_of
    from models.kernel.errors import Invalid
    from ui.installation import open_installation, read_settings

    settings = read_settings()
    place, secret = to or settings.backup_to, secret_of(settings, key_file)
    if place is None:
        raise Invalid("请写明备份的位置，或者设置 SHENCHA_BACKUP_TO。", code="no_place")
    if check:
        _check(context.obj, place, secret)
        return
    with open_installation(older=True) as installation:
        made = keep_backup(installation, place, secret)
    if secret is None:
        tell(NOT_ENCRYPTED)
    found = made.manifest
    answer: Answer = context.obj
    lacking = list(found.lacking)
    answer.status = 1 if lacking else 0

    def people() -> None:
        say(f"已备份并核对：{found.name}，{_holds(found)}（新增 {made.new_files} 个，{_size(made.new_bytes)}）。")
        for reference in found.references:
            say(f"{reference.what}不在备份中，请另行保管：{reference.place}")
        if lacking:
            told = "、".join(f"{sha256[:12]}…" for sha256 in lacking[:5])
            tell(f"有 {len(lacking)} 个文件在文件库中缺失或损坏（{told}），其余均已备份。")

    told = {**_told(found), "encrypted": secret is not None, "new_files": made.new_files, "new_bytes": made.new_bytes}
    answer.give(told, people)


def restore(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="位置", help="备份所在的文件夹或 fsspec 地址")],
    key_file: KeyFile = None,
    name: Annotated[str | None, typer.Option("--backup", metavar="名称", help="哪一份备份；不写则取最近一份")] = None,
    files: Annotated[
        bool, typer.Option("--files", help="只补回缺失或损坏的文件，不动数据库（可用于正在使用的系统）")
    ] = False,
    in_part: Annotated[bool, typer.Option("--in-part", help="备份中已损坏的文件不再恢复，其余照常恢复")] = False,
    json: Json = False,
) -> None:
    """Bring a backup back into a home without a database, verified before it says so; `--files` mends a living one."""
    from models.keeping.restoring import chosen, put_back
    from models.keeping.restoring import restore as run
    from models.keeping.vault import open_vault
    from ui.installation import open_installation, read_settings
    from ui.installed import remember

    settings = read_settings()
    vault = open_vault(source, _secret(settings, key_file, source))
    manifest = chosen(vault, name)
    answer: Answer = context.obj
    if files:
        with open_installation():
            mended = put_back(vault, manifest, settings)
        answer.status = 1 if mended.lost else 0
        answer.give(_restored(mended), lambda: _mended(mended))
        return
    done = run(vault, manifest, settings, in_part=in_part)
    remember(settings)
    answer.status = 1 if done.lost else 0
    answer.give(_restored(done), lambda: _came_back(done))


@verbs.command("move", cls=Verb, help="把数据库迁到另一个空的数据库（SQLite 与 PostgreSQL 互迁），逐行逐链核对")
def move(
    context: typer.Context,
    source: Annotated[str, typer.Argument(metavar="原数据库", help="数据库地址，如 sqlite:////var/shencha/shencha.db")],
    target: Annotated[str, typer.Argument(metavar="新数据库", help="空数据库的地址，如 postgresql://用户@主机/库名")],
    json: Json = False,
) -> None:
    """Carry a whole database into an empty one of either kind, verified row by row and chain by chain."""
    from models.keeping.moving import move as run
    from models.kernel.calendar.time import wall_clock
    from ui.installation import database_at

    with database_at(source) as database:
        moved = run(database, target, wall_clock())
    answer: Answer = context.obj

    def people() -> None:
        say(
            f"已迁移并逐行核对：{moved.tables} 张表 {moved.rows} 行；"
            f"核对了 {moved.chains.chains} 条记录链，共 {moved.chains.events} 条。"
        )
        say("下一步：把 SHENCHA_DATABASE_URL 设为新数据库，再启动系统；原数据库没有改动，请不要再使用。")

    told = {"tables": moved.tables, "rows": moved.rows, "chains": moved.chains.chains, "events": moved.chains.events}
    answer.give(told, people)


@verbs.command("rotate-key", cls=Verb, help="更换加密证件号码、电话等的密钥；中断后再次运行即接着办理")
def rotate_key(context: typer.Context, json: Json = False) -> None:
    """Make a new key for personal data and seal all that may change by it; people may go on working."""
    from models.keeping.rotating import rotate
    from ui.installation import open_installation

    with open_installation() as installation:
        done = rotate(installation.database)
        file = installation.database.personal_keys.file
    answer: Answer = context.obj

    def people() -> None:
        began = "上次更换没有办完，已接着办完" if done.went_on else "已更换密钥"
        say(f"{began}：{done.rows} 行改由新密钥加密。")
        say(f"密钥文件 {file} 中有 {done.keys} 个密钥，请立即另行保管一份新的复制件。")
        if done.history:
            say(
                f"修改历史不能改写，其中 {done.history} 条仍由旧密钥加密；旧密钥和更换以前的备份都靠此文件，不要删去其中的行。"
            )

    told = {"went_on": done.went_on, "rows": done.rows, "history": done.history, "keys": done.keys}
    answer.give(told, people)


def _check(answer: Answer, place: str, secret: bytes | None) -> None:
    from models.keeping.restoring import check, chosen
    from models.keeping.vault import open_vault

    vault = open_vault(place, secret)
    found = check(vault, chosen(vault, None))
    answer.status = 1 if found.faults else 0

    def people() -> None:
        said = f"有 {len(found.faults)} 个文件已损坏或缺失" if found.faults else "完好"
        say(f"{found.manifest.name}：{_holds(found.manifest)}，{said}。")
        for fault in found.faults:
            tell(f"  {fault}")

    answer.give({**_told(found.manifest), "faults": [str(fault) for fault in found.faults]}, people)


def _secret(settings: Settings, key_file: Path | None, source: str) -> bytes | None:
    """Return the key of a place that needs one; who sits at a terminal is asked. What needs none gets none."""
    from models.keeping.on_record import secret_of
    from models.keeping.vault import is_encrypted

    if not is_encrypted(source):
        return None
    secret = secret_of(settings, key_file)
    if secret is None and sys.stdin.isatty():
        return str(typer.prompt("备份的口令", hide_input=True)).encode()
    return secret


def _holds(found: Manifest) -> str:
    files = found.files.count + found.packages.count
    return f"{len(found.tables)} 张表 {found.rows} 行，文件 {files} 个（{_size(found.files.bytes + found.packages.bytes)}）"


def _size(count: int) -> str:
    return f"{count / (1 << 20):.1f} MB"


def _told(found: Manifest) -> dict[str, object]:
    return {
        "backup": found.name,
        "taken_at": found.taken_at,
        "schema": found.schema,
        "rows": found.rows,
        "files": found.files.count,
        "package_files": found.packages.count,
        "lacking": list(found.lacking),
        "references": [{"what": one.what, "place": one.place} for one in found.references],
    }


def _restored(done: Restored) -> dict[str, object]:
    return {
        **_told(done.manifest),
        "files_brought": done.files,
        "package_files_brought": done.packages,
        "chains": done.chains.chains,
        "events": done.chains.events,
        "lost": [str(fault) for fault in done.lost],
    }


def _mended(done: Restored) -> None:
    say(f"已从 {done.manifest.name} 补回文件 {done.files} 个、档案包文件 {done.packages} 个；数据库没有改动。")
    _lost(done)


def _came_back(done: Restored) -> None:
    from models.kernel.calendar.local_time import SHANGHAI
    from models.kernel.storage.schema_version import known_versions

    say(
        f"已恢复并核对：{done.manifest.name}，{_holds(done.manifest)}；"
        f"核对了 {done.chains.chains} 条记录链，共 {done.chains.events} 条。"
    )
    taken = done.manifest.taken_at.astimezone(SHANGHAI)
    say(f"备份时间是 {taken:%Y-%m-%d %H:%M}，此后办理的内容不在其中，请核对后补办。")
    if done.manifest.schema != known_versions()[-1]:
        say(f"数据库已由版本{done.manifest.schema}升级，请运行 shencha init 载入新增的基础数据。")
    for reference in done.manifest.references:
        say(f"{reference.what}不在备份中，请从保管处放回；原来在 {reference.place}")
    _lost(done)


def _lost(done: Restored) -> None:
    for fault in done.lost:
        tell(f"未能恢复：{fault}")
    if done.manifest.lacking:
        tell(f"有 {len(done.manifest.lacking)} 个文件在备份以前已缺失或损坏。")
