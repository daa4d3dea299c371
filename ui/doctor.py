"""Is every part of this installation in order? Each answer says what to do about it."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Literal

from fsspec.core import url_to_fs
from sqlalchemy.exc import SQLAlchemyError

from documents import pdf
from models.archive.queries.audits import overdue
from models.keeping.on_record import FAILED, MADE, last
from models.keeping.rotating import sealed_otherwise
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.calendar.time import wall_clock
from models.kernel.errors import DiskFull, Refused
from models.kernel.installation import Installation
from models.kernel.record.clock_behind import TOLERANCE, clock_behind, latest_record
from models.kernel.record.signatures import signer_in
from models.kernel.record.stamping import stamping
from models.kernel.record.watching import watched
from models.kernel.settings import Settings
from models.kernel.storage.files import FileStore
from models.kernel.storage.privacy import lying_open
from models.kernel.storage.room import MEGA, room
from models.kernel.storage.schema_version import known_versions
from models.kernel.vocabulary import FileState, Medium
from models.office.queries.office_chain import office_chain
from models.office.queries.own_names import sentences
from models.office.queries.second_factor import SHOULD_HAVE, accounts_lacking, administrators_who_sign
from models.overview.queries.condition import Condition, Working, condition
from models.overview.queries.examinations import counts, locked_count
from models.overview.queries.search import index_now
from models.overview.queries.stuck import stuck_counts
from models.papers.queries.fixing import FIX_PDF, owed_count
from models.rectification.queries.link_keys import kept_fingerprint
from ui.database_role import standings, too_powerful
from ui.installation import open_installation, read_settings
from ui.link_key import trouble
from ui.second_factor import trouble as second_factor_trouble

Level = Literal["good", "note", "bad"]
SILENCE = timedelta(minutes=2)
STALE = timedelta(minutes=10)
ROUND = timedelta(hours=25)
"""In a day the worker comes round the whole record; an hour for one that was away."""
TOPICS = {
    "carry": "办案推进",
    "render": "文书生成",
    "delivered": "送达通知",
    "archive": "案卷封装",
    "supplement": "补充封装",
    "destroy": "档案销毁",
    FIX_PDF: "PDF/A 文件",
}
MANY_DUE = 1000
"""Marks that a worker at work has settled within seconds."""
UNTIL_LATE = timedelta(days=2)
SCANNER_SECONDS = 3.0
PROBE = b"shencha doctor"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part and how it is: `bad` needs repair, `note` limits what can be done."""

    part: str
    title: str
    level: Level
    message: str


def examine(send_test: str | None = None, *, last_acts: int | None = None) -> list[Finding]:
    """Return one finding per part, the settings first: without them nothing else can be looked at.

    `send_test` is a mail address to which a test mail goes. Of the record of administrators only the `last_acts` are
    checked where somebody waits for a page; all of them take seconds.
    """
    try:
        settings = read_settings()
    except Refused as wrong:
        return [Finding("settings", "设置", "bad", "；".join([wrong.message, *map(str, wrong.faults)]))]
    findings = [Finding("settings", "设置", "good", f"数据目录 {settings.home.absolute()}")]
    findings.append(_privacy(settings))
    findings += _database(settings.sweep_seconds, last_acts)
    findings.append(_mail(settings, send_test))
    findings.append(_store(settings.files))
    findings.append(_disk(settings))
    findings.append(_libre_office(settings))
    findings.append(_prefect(settings.home.absolute()))
    return findings


def _privacy(settings: Settings) -> Finding:
    """Evidence, papers and keys are for whoever runs the system, and for no other account of the machine."""
    home = settings.home.absolute()
    found = lying_open(home)
    if not found.count:
        return Finding("privacy", "文件权限", "good", "数据目录只有运行本系统的用户可以读写")
    where = f"数据目录中有 {found.count} 个文件或文件夹向其他用户开放（如 {found.first}）"
    return Finding("privacy", "文件权限", "bad", f"{where}，请运行 chmod -R go= {shlex.quote(str(home))}。")


def _database(sweep_seconds: float, last_acts: int | None) -> Iterator[Finding]:
    try:
        with open_installation() as installation:
            yield _revision(installation)
            yield _roles(installation)
            yield _link_key(installation)
            yield _second_factor(installation)
            yield _personal_key(installation)
            yield _duties_apart(installation)
            yield _names(installation)
            yield _office_chain(installation, last_acts)
            yield _record(installation)
            yield _checkpoints(installation)
            if installation.settings.timestamp is not None:
                yield _time_stamps(installation)
            yield from _condition(installation, sweep_seconds)
            yield _search(installation)
            yield _scanner(installation)
            yield _clock(installation)
            yield _backup(installation)
            yield _packages(installation)
    except Refused as refusal:
        yield Finding("database", "数据库", "bad", refusal.message)
    except SQLAlchemyError as error:
        reason = str(getattr(error, "orig", error)).splitlines()[0]
        yield Finding("database", "数据库", "bad", f"没有应答：{reason}")


def _revision(installation: Installation) -> Finding:
    kind = installation.database.engine.dialect.name
    return Finding("database", "数据库", "good", f"{kind}，版本 {known_versions()[-1]}")


def _roles(installation: Installation) -> Finding:
    """Whether the database itself would refuse what nobody may do: it asks who is connected, and we are."""
    title = "数据库角色"
    found = standings(installation)
    if not found:
        return Finding("roles", title, "good", "内置数据库没有角色，由文件权限保护")
    for one in found:
        if one.lacking:
            which, how = "、".join(one.lacking[:5]), "请以所有者角色运行 shencha init。"
            said = f"角色“{one.role}”对 {len(one.lacking)} 张表权限不足（{which}），{how}"
            return Finding("roles", title, "bad", said)
    too_much = too_powerful(installation)
    if too_much is not None:
        return Finding("roles", title, "note", too_much)
    names = "、".join(f"“{one.role}”" for one in found)
    return Finding("roles", title, "good", f"以{names}连接，不能更改表、触发器和只增不改的记录")


def _link_key(installation: Installation) -> Finding:
    wrong = trouble(installation)
    if wrong is not None:
        return Finding("link_key", "文书链接密钥", "bad", wrong.message)
    with installation.database.reading() as session:
        known = kept_fingerprint(session) is not None
    if known:
        return Finding("link_key", "文书链接密钥", "good", "与数据库所记的指纹相符")
    return Finding("link_key", "文书链接密钥", "note", "数据库还没有密钥的指纹，请运行 shencha init。")


def _second_factor(installation: Installation) -> Finding:
    """Which signers and administrators, or who else must, come in by a password alone."""
    title, settings = "动态口令", installation.settings
    if not settings.second_factor_on:
        return Finding("second_factor", title, "good" if settings.demo else "note", _why_off(settings))
    wrong = second_factor_trouble(installation)
    if wrong is not None:
        return Finding("second_factor", title, "bad", wrong)
    required = settings.second_factor_roles
    with installation.database.reading() as session:
        owing = accounts_lacking(session, required, installation.clock())
        without = [one for one in accounts_lacking(session, SHOULD_HAVE, installation.clock()) if one not in owing]
    told = [f"须启用而未启用：{'、'.join(owing)}（下次登录时须先设置）"] if owing else []
    told += [f"管理员、签发人中尚未启用：{'、'.join(without)}"] if without else []
    if not told:
        return Finding("second_factor", title, "good", "管理员和签发人都已启用")
    return Finding("second_factor", title, "note", f"{'；'.join(told)}。本人在“我的账号”中设置。")


def _why_off(settings: Settings) -> str:
    return "演示模式不核对动态口令" if settings.demo else "已停用（SHENCHA_SECOND_FACTOR=off），登录只凭密码。"


def _personal_key(installation: Installation) -> Finding:
    """Whether what is sealed of persons can be read, and whether a change of keys came to its end."""
    title, keys = "个人信息密钥", installation.database.personal_keys
    try:
        wrong = keys.trouble()
        known = keys.known()
    except Refused as lost:
        return Finding("personal_key", title, "bad", lost.message)
    if wrong is not None:
        return Finding("personal_key", title, "bad", wrong.message)
    if not known:
        return Finding("personal_key", title, "good", "还没有需要加密的证件号码和电话")
    owed = sealed_otherwise(installation.database, known[0])
    if owed:
        how = "请再运行 shencha database rotate-key。"
        return Finding("personal_key", title, "note", f"更换密钥没有办完，还有 {owed} 行由旧密钥加密，{how}")
    return Finding("personal_key", title, "good", f"证件号码和电话已加密（{keys.file}），请另行保管密钥文件的复制件")


def _duties_apart(installation: Installation) -> Finding:
    """Who gives rights and who signs papers are two persons."""
    with installation.database.reading() as session:
        both = administrators_who_sign(session, installation.clock())
    if both:
        how = "请用 shencha office set-roles 分开。"
        return Finding(
            "duties_apart", "三员分立", "bad", f"{'、'.join(both)} 既是管理员又是签发人，这两项不能由一人兼任，{how}"
        )
    return Finding("duties_apart", "三员分立", "good", "没有人兼任管理员和签发人")


def _names(installation: Installation) -> Finding:
    """Whose names papers would leave in: those of the settings, or of a place from before."""
    with installation.database.reading() as session:
        wrong = sentences(session, installation.settings)
    if wrong:
        return Finding("names", "机关名称和代字", "bad", "".join(wrong))
    return Finding(
        "names",
        "机关名称和代字",
        "good",
        f"{installation.settings.unit}，代字以“{installation.settings.series_stem}”开头",
    )


def _office_chain(installation: Installation, last_acts: int | None) -> Finding:
    """The record of administrators is a chain like a case's: what was changed behind the program's back breaks it."""
    with installation.database.reading() as session:
        found = office_chain(session, last=last_acts)
    if found.faults:
        told = f"有 {len(found.faults)} 处不符（{found.faults[0].message}）"
        return Finding(
            "office_chain",
            "管理记录",
            "bad",
            f"{told}：数据库被绕过系统改动，请用 shencha restore 把备份恢复到另一个数据目录，逐项核对。",
        )
    before = f"，另有起链以前的 {found.earlier} 条" if found.earlier else ""
    which = "最近 " if last_acts is not None else ""
    return Finding("office_chain", "管理记录", "good", f"{which}{found.checked} 条首尾相接{before}")


def _record(installation: Installation) -> Finding:
    """What the worker found on its rounds through all chains and files, and whether it comes round."""
    with installation.database.reading() as session:
        found = watched(session)
    if found.faults:
        first = found.faults[0]
        told = f"自 {_when(first.found_at)} 起有 {len(found.faults)} 处不符（{first.stream}：{first.message}）"
        how = "请保持数据库和日志原样，运行 shencha record verify 查看，并与备份和库外检查点核对。"
        return Finding("record", "办案记录", "bad", f"{told}。{how}")
    if found.whole_at is None:
        return Finding("record", "办案记录", "note", "后台工作进程尚未全部核对过一遍；可以运行 shencha record verify。")
    told = f"{_when(found.whole_at)} 全部核对完毕，{found.whole_streams} 条记录链及其文件完整"
    if installation.clock() - found.whole_at > ROUND:
        return Finding("record", "办案记录", "note", f"{told}；已超过一日没有再核对完，请检查后台工作进程。")
    return Finding("record", "办案记录", "good", told)


def _packages(installation: Installation) -> Finding:
    """Whether every package in force was looked at within a year, and found readable."""
    with installation.database.reading() as session:
        late, unsound = overdue(session, installation.clock())
    if unsound:
        told = f"最近一次可读性核查中有 {unsound} 个档案包有问题，请用 shencha archive audit 查看，从备份补回。"
        return Finding("packages", "档案包", "bad", told)
    if late:
        told = f"{late} 卷已满一年没有核查可读性，请档案员运行 shencha archive audit。"
        return Finding("packages", "档案包", "note", told)
    return Finding("packages", "档案包", "good", "在一年内都核查过，完整可读")


def _search(installation: Installation) -> Finding:
    """Whether search has an index, and whether it has taken up what was written."""
    with installation.database.reading() as session:
        found = index_now(session)
    if not found.quick:
        told = "SQLite 低于 3.34 或未带 FTS5，检索逐篇查找，案件多时较慢；请升级 SQLite 后重建数据库。"
        return Finding("search", "全文检索", "note", told)
    if found.due > MANY_DUE:
        told = f"有 {found.due} 处改动尚未编入索引，由后台工作进程分批编入；检索结果暂时不全。"
        return Finding("search", "全文检索", "note", told)
    return Finding("search", "全文检索", "good", f"索引可用，{found.due} 处改动待编入")


def _checkpoints(installation: Installation) -> Finding:
    """Where history would be seen to be rewritten: checkpoints, signed, and outside the database."""
    with installation.database.reading() as session:
        found = watched(session)
    place, key = installation.settings.checkpoints_place, installation.settings.checkpoint_key_file
    if found.newest_at is None:
        return Finding("checkpoints", "检查点", "note", "还没有检查点；后台工作进程每日记下一个。")
    told = f"最近一个为第 {found.newest} 号，{_when(found.newest_at)}"
    if found.put_out < found.newest:
        return Finding(
            "checkpoints", "检查点", "bad", f"{told}；有 {found.newest - found.put_out} 个尚未写到 {place}。"
        )
    if not key.is_file():
        return Finding("checkpoints", "检查点", "bad", f"{told}；没有签名密钥 {key}，请运行 shencha init。")
    try:
        signer = signer_in(key)
    except Refused as refusal:
        return Finding("checkpoints", "检查点", "bad", f"{told}；{refusal.message}")
    wanted = installation.settings.checkpoint_algorithm
    if signer is not None and signer.algorithm.lower() != wanted:
        how = f"要换用 {wanted} 的，请把 {key} 移走妥善保存，再运行 shencha init。"
        return Finding("checkpoints", "检查点", "note", f"{told}，现用 {signer.algorithm} 密钥签名；{how}")
    if place == str(installation.settings.home.absolute() / "checkpoints"):
        how = "建议用 SHENCHA_CHECKPOINTS 另设在别的机器上，与数据库同毁时仍有据可查。"
        return Finding("checkpoints", "检查点", "note", f"{told}，存放在数据目录中；{how}")
    return Finding("checkpoints", "检查点", "good", f"{told}，存放在 {place}")


def _time_stamps(installation: Installation) -> Finding:
    """Whether somebody outside vouches for the moment of each checkpoint; a day's delay of the service is no fault yet."""
    with installation.database.reading() as session:
        found = stamping(session)
    host, authorities = installation.settings.timestamp_host, installation.settings.timestamp_ca
    told = (
        "还没有时间戳"
        if found.stamped_at is None
        else f"最近一个在第 {found.number} 号检查点，{_when(found.stamped_at)}"
    )
    if found.owed and found.owed_since is not None:
        why = f"，上次失败：{found.error.rstrip('。')}" if found.error else ""
        late = installation.clock() - found.owed_since > UNTIL_LATE
        owed = f"{told}；有 {found.owed} 个检查点待加盖，自 {_when(found.owed_since)} 起{why}；由后台工作进程继续向 {host} 索取。"
        return Finding("timestamps", "时间戳", "bad" if late else "note", owed)
    if authorities is None:
        how = "未设置 SHENCHA_TIMESTAMP_CA，不能核对签发机构。"
        return Finding("timestamps", "时间戳", "note", f"{told}；{how}")
    return Finding("timestamps", "时间戳", "good", f"{told}，由 {found.authority or host} 加盖")


def _condition(installation: Installation, sweep_seconds: float) -> Iterator[Finding]:
    now = installation.clock()
    with installation.database.reading() as session:
        found = condition(session, now)
    stale = max(STALE, timedelta(seconds=5 * sweep_seconds))
    running = [worker for worker in found.workers if now - worker.beat_at <= SILENCE]
    yield _workers(found, running)
    if found.last_sweep_at is None:
        yield Finding("sweep", "时限检查", "note", "从未检查，请启动后台工作进程或运行 shencha sweep。")
    elif now - found.last_sweep_at > stale:
        last = f"上次检查是 {_when(found.last_sweep_at)}"
        yield Finding("sweep", "时限检查", "bad", f"已停止：{last}，到期的时限无人提醒，请启动后台工作进程。")
    else:
        last = f"上次 {_when(found.last_sweep_at)}，检查了 {found.looked_at or 0} 个到期的时限"
        yield Finding("sweep", "时限检查", "good", last)
    if found.stuck:
        which = "、".join(f"{TOPICS.get(topic, topic)} {number} 项" for topic, number in found.stuck_topics)
        why = f"，最近的原因：{' '.join(found.last_error.split())}" if found.last_error else ""
        yield Finding("outbox", "待办队列", "bad", f"有 {found.stuck} 项长时间没有办完（{which}）{why}")
    elif found.waiting and not running:
        yield Finding("outbox", "待办队列", "note", f"待办 {found.waiting} 项，没有后台工作进程在办。")
    else:
        yield Finding("outbox", "待办队列", "good", f"待办 {found.waiting} 项" if found.waiting else "没有积压")
    yield _sends(found)
    yield _steps(installation, now)
    if found.unpublished_years:
        years = "、".join(f"{year}年" for year in found.unpublished_years)
        yield Finding("calendar", "工作日历", "note", f"{years}放假安排尚未载入，涉及的时限为暂定。")
    else:
        until = f"，最晚的时限 {found.last_due_on}" if found.last_due_on else ""
        yield Finding("calendar", "工作日历", "good", f"覆盖所有未办结的时限{until}")


def _workers(found: Condition, running: list[Working]) -> Finding:
    """A worker that stopped without a word is named, also where others go on."""
    dead = [worker for worker in found.workers if worker not in running]
    if dead:
        named = "；".join(f"{_named(worker)}自 {_when(worker.beat_at)} 起没有活动" for worker in dead)
        rest = f"，另有 {len(running)} 个在运行" if running else ""
        return Finding("worker", "后台工作进程", "bad", f"{named}，没有正常结束{rest}；请查看其日志并重新启动。")
    if running:
        many = f"{len(running)} 个" if len(running) > 1 else ""
        return Finding("worker", "后台工作进程", "good", f"{many}运行中，{_when(running[0].beat_at)}")
    if found.last_beat_at is None:
        return Finding("worker", "后台工作进程", "note", "从未运行，请用 shencha up 或 shencha worker 启动。")
    return Finding("worker", "后台工作进程", "note", f"没有在运行，上次活动 {_when(found.last_beat_at)}。")


def _named(worker: Working) -> str:
    if worker.host is None:
        return worker.worker
    return f"{worker.host} 上的进程 {worker.pid}（版本 {worker.version}）"


def _steps(installation: Installation, now: datetime) -> Finding:
    """Steps of cases that no account may take: counted here, told to those who may know of them by the command."""
    with installation.database.reading() as session:
        counts = stuck_counts(session, local_date(now), installation.settings)
    if not counts:
        return Finding("steps", "案件步骤", "good", "每一步都有人可办")
    told = "、".join(f"{label} {count} 项" for label, count in counts.items())
    how = "请管理员用 shencha case stuck 查看原因和解决办法（--json 供程序读取）。"
    return Finding("steps", "案件步骤", "note", f"无人可办：{told}。{how}")


def _sends(found: Condition) -> Finding:
    waiting = f"待发送 {found.unsent} 条" if found.unsent else "没有积压"
    if not found.stuck_sends and not found.uncertain_sends:
        return Finding("sends", "外发消息", "good", waiting)
    told = [f"{found.stuck_sends} 条多次发送失败"] if found.stuck_sends else []
    told += [f"{found.uncertain_sends} 条是否送达不明"] if found.uncertain_sends else []
    why = f"，最近的原因：{found.send_error.rstrip('。')}" if found.send_error else ""
    return Finding("sends", "外发消息", "bad", f"{'、'.join(told)}{why}。请用 shencha message stuck 查看并处理。")


def _mail(settings: Settings, send_test: str | None) -> Finding:
    """Greet the mail server as the worker would; with an address, send a mail there too."""
    from flows.mail import ready
    from flows.trial_message import try_address, try_server

    if not ready(settings) and send_test is None:
        addresses = _mail_addresses()
        if not addresses:
            return Finding("mail", "邮件", "note", "未设置发信服务器，消息不发邮件。")
        how = "请设置 SHENCHA_SMTP_HOST 和 SHENCHA_MAIL_FROM。"
        return Finding("mail", "邮件", "bad", f"已登记 {addresses} 个邮件地址，但未设置发信服务器，{how}")
    try:
        if send_test is None:
            try_server(settings)
        else:
            try_address(settings, Medium.MAIL, send_test, wall_clock())
    except Refused as refusal:
        return Finding("mail", "邮件", "bad", refusal.message)
    sent = "服务器有应答" if send_test is None else f"已向 {send_test} 试发，请确认收到"
    return Finding("mail", "邮件", "good", f"{settings.smtp_host}：{sent}")


def _mail_addresses() -> int:
    """Return how many mail addresses are in use; none where the database cannot tell, which is said elsewhere."""
    try:
        with open_installation() as installation, installation.database.reading() as session:
            return condition(session, installation.clock()).mail_addresses
    except (Refused, SQLAlchemyError):
        return 0


def _store(url: str) -> Finding:
    """A file that is put, read and taken away again tells more than any permission bit."""
    store = FileStore(url)
    try:
        stored = store.put(BytesIO(PROBE))
        store.read(stored.sha256)
        url_to_fs(url)[0].rm_file(store.path(stored.sha256))
    except (OSError, Refused, ValueError) as error:
        return Finding("files", "文件库", "bad", f"{url} 不能写入：{error}")
    return Finding("files", "文件库", "good", f"{url} 可以写入")


def _disk(settings: Settings) -> Finding:
    least = room(settings)
    if settings.disk_stop_mb and least.free < settings.disk_stop_mb * MEGA:
        return Finding("disk", "磁盘空间", "bad", DiskFull(str(least.place), least.megabytes).message)
    told = f"{least.place} 所在磁盘还有 {least.megabytes} MB"
    if settings.disk_warn_mb and least.free < settings.disk_warn_mb * MEGA:
        stop = f"，少于 {settings.disk_stop_mb} MB 时将暂停写入" if settings.disk_stop_mb else ""
        return Finding("disk", "磁盘空间", "note", f"{told}，请清理或扩充{stop}。")
    return Finding("disk", "磁盘空间", "good", told)


def _clock(installation: Installation) -> Finding:
    """A clock that was set back would date papers before what led to them."""
    now = installation.clock()
    with installation.database.reading() as session:
        latest = latest_record(session)
    if latest is not None and now < latest - TOLERANCE:
        return Finding("clock", "服务器时钟", "bad", clock_behind(now, latest))
    return Finding("clock", "服务器时钟", "good", f"不早于最近一次记录，现在是 {_when(now)}")


def _scanner(installation: Installation) -> Finding:
    """Whether files are examined for malware, how many wait for it, and what was found and is locked."""
    from flows.scanner import answers

    settings, title = installation.settings, "文件查杀"
    with installation.database.reading() as session:
        number = counts(session)
        locked = locked_count(session)
    waiting, failed = number.get(FileState.WAITING, 0), number.get(FileState.FAILED, 0)
    told = [f"{locked} 个文件查出恶意程序，已不能打开"] if locked else []
    told += [f"{waiting} 个文件尚未检查"] if waiting else []
    told += [f"{failed} 个文件无法检查"] if failed else []
    if settings.scanner is None:
        how = "未设置查杀程序（SHENCHA_SCANNER），接收的文件不检查恶意程序"
        return Finding("scanner", title, "note", f"{'；'.join([how, *told])}。")
    if not answers(settings.scanner, SCANNER_SECONDS):
        return Finding("scanner", title, "bad", f"{'；'.join([f'查杀程序 {settings.scanner} 没有应答', *told])}。")
    if locked or failed:
        how = "请用 shencha scanner list 查看"
        return Finding("scanner", title, "bad" if locked else "note", f"{'；'.join([*told, how])}。")
    return Finding("scanner", title, "good", "；".join([f"{settings.scanner} 有应答", *told]))


def _backup(installation: Installation) -> Finding:
    """When the last good backup was made; whoever set a place for it is told when it stops coming."""
    settings, now = installation.settings, installation.clock()
    with installation.database.reading() as session:
        made, failed = last(session, MADE), last(session, FAILED)
    if failed is not None and (made is None or failed.at > made.at):
        good = f"上次成功是 {_when(made.at)}" if made is not None else "从未成功"
        return Finding(
            "backup", "备份", "bad", f"{_when(failed.at)} 备份失败：{(failed.why or '').rstrip('。')}；{good}。"
        )
    if made is None:
        how = "请用 shencha backup 位置 备份，或设置 SHENCHA_BACKUP_TO 每日自动备份。"
        return Finding("backup", "备份", "note", f"从未备份，{how}")
    told = f"上次 {_when(made.at)}（{made.data['backup']}），{made.data['rows']} 行，文件 {made.data['files']} 个"
    if now - made.at > UNTIL_LATE:
        level: Level = "bad" if settings.backup_to else "note"
        return Finding(
            "backup", "备份", level, f"{told}；已超过两日没有备份，请运行 shencha backup 或检查后台工作进程。"
        )
    if made.data["lacking"]:
        lacking = f"有 {made.data['lacking']} 个文件在文件库中缺失或损坏，不在备份中"
        return Finding(
            "backup", "备份", "note", f"{told}；{lacking}，请用 shencha restore 更早的备份位置 --files 补回。"
        )
    if not made.data["encrypted"]:
        return Finding("backup", "备份", "note", f"{told}；备份未加密，请设置 SHENCHA_BACKUP_KEY_FILE。")
    return Finding("backup", "备份", "good", f"{told}，已加密")


def _libre_office(settings: Settings) -> Finding:
    owed = _owed_pdfs() if settings.pdf else 0
    if not pdf.available():
        later = f"有 {owed} 件文书的 PDF/A 文件待安装后补做。" if owed else ""
        return Finding("libreoffice", "LibreOffice", "note", f"未安装，只能导出 docx，不能生成 PDF。{later}")
    if not settings.pdf:
        return Finding("libreoffice", "LibreOffice", "good", "已安装，可以生成 PDF；已设置为不另存 PDF/A 文件")
    told = f"，有 {owed} 件文书的 PDF/A 文件由后台工作进程补做" if owed else ""
    return Finding("libreoffice", "LibreOffice", "good", f"已安装，可以生成 PDF{told}")


def _owed_pdfs() -> int:
    """Return how many papers lack their PDF/A file; none where the database cannot tell, which is said elsewhere."""
    try:
        with open_installation() as installation, installation.database.reading() as session:
            return owed_count(session)
    except (Refused, SQLAlchemyError):
        return 0


def _prefect(home: Path) -> Finding:
    """Ask it where it runs: at the address that the environment names, else where `shencha up` of this home put it."""
    from flows.ports import LOOPBACK
    from flows.server import answers, api_url
    from ui.up import PREFECT_PORT, running_prefect

    url = os.environ.get("PREFECT_API_URL") or running_prefect(home) or api_url(PREFECT_PORT)
    if answers(f"{url}/health"):
        return Finding("prefect", "流程引擎 Prefect", "good", f"{url} 有应答")
    where = "" if LOOPBACK in url else "，请检查 PREFECT_API_URL"
    return Finding("prefect", "流程引擎 Prefect", "note", f"{url} 没有应答{where}；文书照常办理，只是不留流程记录。")


def _when(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
