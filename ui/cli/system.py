"""The installation as a whole: `init`, `up`, `worker`, `web`, `sweep`, `doctor`, `settings`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.storage.privacy import close_up
from ui.cli import sample
from ui.cli.answer import Answer, say, table, tell
from ui.cli.options import Json, day_or_moment

if TYPE_CHECKING:
    from models.kernel.installation import Installation

Port = Annotated[int | None, typer.Option(metavar="端口", min=1, max=65535, help="不写则自动选择空闲端口")]


def init(
    context: typer.Context,
    new_link_key: Annotated[
        bool, typer.Option("--new-link-key", help="换用新的文书链接密钥；已印制文书上的链接和答复码全部失效")
    ] = False,
    new_database: Annotated[bool, typer.Option("--new-database", help="以前的数据库确已不要，另建一个空的")] = False,
    roles: Annotated[
        bool, typer.Option("--roles", help="只打印 PostgreSQL 角色的 SQL，由数据库超级用户执行；不作任何改动")
    ] = False,
    json: Json = False,
) -> None:
    """Create or upgrade the database and load reference data; again changes nothing."""
    if roles:
        _print_roles(context.obj)
        return
    from models.clock.commands.calendars import KNOWN_BETTER, recount
    from models.first_set_up import initialise
    from models.kernel.act import acting
    from models.kernel.record.signatures import make_key
    from models.kernel.rights.policy import SYSTEM
    from models.migrations import revision
    from models.migrations.roles import grant_anew
    from models.office.commands.naming import require_names
    from models.office.queries.own_names import sentences
    from ui import link_key
    from ui.installation import missing, open_installation, read_settings, refuse_lost, refuse_to_replace
    from ui.installed import remember

    if missing(settings := read_settings()):
        if not new_database:
            refuse_lost(settings)
        require_names(settings)  # before there is a file that others would take for an installation
    with open_installation(create=True) as installation:
        if not new_database:
            refuse_to_replace(installation)
        installation.settings.home.mkdir(parents=True, exist_ok=True)
        _close_up(installation.settings.home)
        before = revision(installation.database.engine)
        fresh = initialise(installation.database, installation.settings, installation.clock())
        ended = link_key.new_link_key(installation) if new_link_key else None
        remember(installation.settings)
        link_key.first_or_same(installation)
        if installation.settings.checkpoint_key is None:
            make_key(installation.settings.checkpoint_key_file, installation.settings.checkpoint_algorithm)
        upgraded = not fresh and revision(installation.database.engine) != before
        with installation.database.engine.begin() as connection:
            grant_anew(connection)
        with acting(installation.database, installation.settings, SYSTEM.account, installation.clock()) as act:
            recounted = recount(act)
        with installation.database.reading() as session:
            remarks = sentences(session, installation.settings)
        remarks = [*remarks, *_too_powerful(installation, owner=True)]
        told = {
            "created": fresh,
            "upgraded": upgraded,
            "clocks_moved": recounted.moved,
            "unit": installation.settings.unit,
            "database": installation.database.engine.url.render_as_string(hide_password=True),
            "files": installation.settings.files,
            **({} if ended is None else {"links_ended": ended}),
            "remarks": remarks,
        }
        shown = sample.make(installation) if installation.settings.demo else None
    answer: Answer = context.obj

    def people() -> None:
        latest = "数据库已是最新" if recounted.moved else "数据库已是最新，未作改动"
        done = "已建立" if fresh else f"数据库已由版本{before}升级" if upgraded else latest
        say(f"{done}：{told['database']}")
        if ended is not None:
            say(f"已换用新的文书链接密钥，{ended} 份已印制文书上的链接和答复码失效。")
        if recounted.moved:
            say(f"{KNOWN_BETTER}：{recounted.sentence}")
        if fresh:
            say(f"本单位：{told['unit']}；账号 console 可以立案。")
            say("下一步：shencha user add 建立账号，shencha case file 案情卷.json 立案，shencha up 启动系统。")
        for remark in remarks:
            say(f"注意：{remark}")
        if shown is not None:
            sample.show(shown)

    answer.give(told if shown is None else {**told, "demo": shown}, people)


def _close_up(home: Path) -> None:
    """Take what an earlier version left open away from the other accounts of this machine; say what is not ours to close."""
    stays = close_up(home.absolute())
    if stays.count:
        tell(
            f"注意：{home.absolute()} 中有 {stays.count} 个文件或文件夹向其他用户开放，且不属于当前用户"
            f"（如 {stays.first}），请由其所有者运行 chmod -R go=。"
        )


def _print_roles(answer: Answer) -> None:
    """Print what gives the database of the settings its roles. Raises Refused for SQLite, which has none."""
    from sqlalchemy import make_url

    from models.kernel.errors import Refused
    from models.migrations.roles import Roles, script
    from ui.installation import read_settings

    url = make_url(read_settings().database)
    if url.get_backend_name() != "postgresql" or not url.database:
        raise Refused(
            "内置的 SQLite 数据库没有角色，靠文件权限保护；角色只用于 PostgreSQL（先设置 SHENCHA_DATABASE_URL）。",
            code="no_roles",
        )
    roles, statements = Roles(url.database), script(url.database)

    def people() -> None:
        say(f"-- 由数据库超级用户在库 {url.database} 中执行（psql -1 -d {url.database}），可以重复执行。其中没有密码：")
        say(f"-- 执行后用 \\password 为 {'、'.join(roles.every)} 各设一个，或者在 pg_hba.conf 中按操作系统用户认证。")
        say(f"-- {roles.owner}：shencha init、restore、database move；{roles.web}：网页和命令行；")
        say(f"-- {roles.worker}：后台工作进程（SHENCHA_WORKER_DATABASE_URL）；")
        say(f"-- {roles.reader}：pg_dump --enable-row-security 等只读备份。")
        for statement in statements:
            say(f"{statement};")

    answer.give({"database": url.database, "roles": list(roles.every), "statements": statements}, people)


def _too_powerful(installation: Installation, *, owner: bool = False) -> list[str]:
    """Return what is to be said of a role in the database that may more than is needed; an `owner` is, by `init`."""
    from ui.database_role import too_powerful

    told = too_powerful(installation, owner=owner)
    return [] if told is None else [told]


def up(web_port: Port = None, prefect_port: Port = None) -> None:
    """Run the whole system until Ctrl-C."""
    from ui.installation import open_installation
    from ui.installed import remember
    from ui.link_key import keep_or_refuse
    from ui.up import up as run

    with open_installation() as installation:  # asks for `init` before anything is started
        keep_or_refuse(installation)
        remember(installation.settings)
        _close_up(installation.settings.home)
        told = sample.accounts_told(installation)
        for remark in _too_powerful(installation):
            tell(f"注意：{remark}")
    if told:
        _at_once(told)
    run(web_port=web_port, prefect_port=prefect_port, say=_at_once)


def _at_once(text: str) -> None:
    print(text, flush=True)


def worker() -> None:
    """Work in the foreground until Ctrl-C: outbox, sweep, sign of life."""
    import logging
    import os
    import sys

    from ui.installation import become_the_worker, open_installation

    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(levelname)s %(message)s")
    logging.getLogger("shencha").setLevel(logging.INFO)
    from flows.worker import run
    from ui.installed import remember
    from ui.link_key import keep_or_refuse
    from ui.up import report_ready

    become_the_worker(os.environ)
    with open_installation() as installation:
        keep_or_refuse(installation)
        remember(installation.settings)
        run(installation, installation.clock, ready=lambda: report_ready(os.environ))


def web(port: Port = None) -> None:
    """Run the web pages alone, in the foreground."""
    import os
    import sys

    from flows.ports import LOOPBACK
    from ui.installation import open_installation
    from ui.installed import remember
    from ui.link_key import keep_or_refuse
    from ui.up import WEB_PORT, choose, web_argv

    with open_installation() as installation:
        keep_or_refuse(installation)
        remember(installation.settings)
        told = sample.accounts_told(installation)
    free = choose(WEB_PORT, port, tell)
    if told:
        tell(told)
    tell(f"网页：http://{LOOPBACK}:{free}，按 Ctrl-C 结束。")
    sys.stdout.flush()
    os.execv(sys.executable, web_argv(free))  # noqa: S606  our own program in our place, so that signals reach it


def sweep(
    context: typer.Context,
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", parser=day_or_moment, metavar="时间", help="按哪一日或者哪一时刻检查（ISO 格式）"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说会发生什么，不写入")] = False,
    json: Json = False,
) -> None:
    """Look at every clock whose day has come."""
    from flows.sweep import sweep as run
    from models.kernel.errors import Invalid
    from ui.installation import open_installation

    with open_installation() as installation:
        now = installation.clock()
        if as_of is not None and as_of > now and not dry_run:
            raise Invalid("将来的日期只能试算，请加上 --dry-run。", code="not_yet")
        result = run(installation, as_of or now, dry_run)
    answer: Answer = context.obj
    answer.status = 1 if result.failed else 0

    def people() -> None:
        head = "试算（未写入）：" if dry_run else ""
        say(
            f"{head}检查时限 {result.looked_at} 个，涉及案件 {result.cases} 件；"
            f"新超期 {len(result.newly_late)} 个，拟制督办单 {len(result.drafted)} 份。"
        )
        if result.rungs:
            table(
                ("案件编号", "时限", "事项", "单位", "届满日", "文书"),
                (
                    (
                        one.case_number,
                        one.deadline.split("/", 1)[-1],
                        _rung(one.rung),
                        one.organisation,
                        one.due_on,
                        one.paper,
                    )
                    for one in result.rungs
                ),
                empty="",
            )
        for failed in result.failed:
            tell(f"案件{failed.case_number}未能检查：{failed.message}")

    answer.give(result, people)


RUNGS = {
    "remind.half": "过半提醒",
    "remind.near": "临期提醒",
    "warn": "超期预警",
    "order": "拟制督办单",
    "order.again": "拟制再次督办单",
    "talk": "提请约谈",
    "account": "拟制问责建议",
}


def _rung(code: str) -> str:
    return RUNGS.get(code, code)


def doctor(
    context: typer.Context,
    send_test: Annotated[
        str | None,
        typer.Option("--send-test", metavar="邮件地址", help="向这个地址试发一封邮件", show_default=False),
    ] = None,
    json: Json = False,
) -> None:
    """Look at every part; exit status 1 when one is broken."""
    from ui.doctor import examine

    findings = examine(send_test)
    answer: Answer = context.obj
    ok = all(finding.level != "bad" for finding in findings)
    answer.status = 0 if ok else 1
    signs = {"good": "正常", "note": "注意", "bad": "异常"}
    told = [{"part": f.part, "level": f.level, "message": f.message} for f in findings]
    answer.give(
        {"ok": ok, "findings": told},
        lambda: table(("部分", "状况", "说明"), ((f.title, signs[f.level], f.message) for f in findings), empty=""),
    )


def settings(context: typer.Context, json: Json = False) -> None:
    """Show each setting with where it comes from."""
    from ui.settings_shown import shown

    rows = shown()
    origins = {"default": "默认", "env": "环境变量", "file": "设置文件"}
    answer: Answer = context.obj
    answer.give(
        rows,
        lambda: table(
            ("设置", "值", "来源", "含义"),
            ((row.env, row.shown, origins[row.origin], row.meaning) for row in rows),
            empty="",
        ),
    )
