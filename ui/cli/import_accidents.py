"""`shencha import accidents | suggest | runs | profile … | quarantine …` and more: accidents from other offices' files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from ui.cli.answer import Answer, say, table, tell, write_out
from ui.cli.help_page import Group, Verb
from ui.cli.options import As, Json
from ui.event_sentence import when

quarantine = typer.Typer(rich_markup_mode=None)
profiles = typer.Typer(rich_markup_mode=None)
File = Annotated[Path, typer.Argument(metavar="文件", help="CSV、TSV 或 xlsx", show_default=False)]
Number = Annotated[
    int, typer.Argument(metavar="编号", help="隔离区中的编号，见 import quarantine list", show_default=False)
]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由", show_default=False)]


def accidents(
    context: typer.Context,
    file: File,
    profile: Annotated[
        str, typer.Option(metavar="模板", help="导入模板的名称，见 import profile list", show_default=False)
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，说明每一处错误，不写入")] = False,
    faults: Annotated[Path | None, typer.Option(metavar="文件", help="把每一处错误另写成 CSV 文件")] = None,
    all_or_none: Annotated[bool, typer.Option("--all-or-none", help="有一行错误即全部不导入")] = False,
    accept_shift: Annotated[
        str | None, typer.Option("--accept-shift", metavar="理由", help="坐标整体偏移已核实无误的，写明理由后导入")
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Bring a file of accidents into the register."""
    from models.kernel.rights.policy import require
    from models.register.queries.imports import RIGHT, run_shown
    from models.register.queries.profiles import profile_in_force
    from ui.accident_files import bring_in, check, fault_file, received, refuse_checked
    from ui.incoming import open_file
    from ui.installation import open_installation

    answer: Answer = context.obj
    with open_file(file) as stream, open_installation() as installation:
        with installation.reading(account) as read:
            require(read.actor, RIGHT)
            versioned = profile_in_force(read.session, profile)
        stored = received(stream, file.name, installation, versioned.profile)
        with fault_file(faults) as written:
            told = check(
                installation,
                stream,
                versioned.profile,
                compare=dry_run or all_or_none,
                faults=written,
                progress=_progress("检查"),
            )
        _end_progress()
        refuse_checked(told, versioned.profile, all_or_none=all_or_none, shift_reason=accept_shift)
        if not dry_run:
            run = bring_in(
                installation,
                lambda: installation.acting(account),
                stream,
                stored.stored,
                name=stored.name,
                profile=versioned,
                total=told.accidents,
                all_or_none=all_or_none,
                shift_reason=accept_shift if told.shift is not None else None,
                progress=_progress("导入"),
            )
            _end_progress()
            with installation.reading(account) as read:
                done = run_shown(read.session, read.actor, run.id)
            answer.give(done, lambda: _say_done(done))
    for one in told.faults:
        tell(f"第{one.row}行{f'“{one.column}”列' if one.column else ''}：{one.message}")
    if told.fault_count > len(told.faults):
        tell(f"以上为前{len(told.faults)}处，共{told.fault_count}处错误；用 --faults 文件.csv 列出全部。")
    if dry_run:
        answer.give(told, lambda: _say_checked(told))
    answer.status = 1 if told.bad else 0


def _say_checked(told: Any) -> None:
    say(
        f"共{told.rows}行、{told.accidents}起事故：新增{told.new}起，更正{told.changed}起，相同{told.unchanged}起，"
        f"重复{told.repeated}起，有错误{told.bad}起。只作检查，没有写入。"
    )
    if told.kept:
        say(f"另有{told.kept}处与来源不同，因台账已由人员或者案件写定，导入时保留台账，在不同之处中列出。")


def _say_done(run: Any) -> None:
    say(
        f"第{run.id}批导入完成：{run.rows}行、{run.position}起事故，新增{run.added}起，更正{run.changed}起，"
        f"相同{run.unchanged}起，重复{run.repeated}起，隔离{run.quarantined}起。"
    )
    if run.open_rows:
        say(f"隔离区有{run.open_rows}起待处理：shencha import quarantine list --run {run.id}")


def _progress(what: str) -> Any:
    """Return what tells on a terminal how far it is; elsewhere nothing is told."""
    if not sys.stderr.isatty():
        return None

    def shown(done: int, total: int | None) -> None:
        print(f"\r{what} {done}{f' / {total}' if total else ''} 起", end="", file=sys.stderr, flush=True)

    return shown


def _end_progress() -> None:
    if sys.stderr.isatty():
        print(file=sys.stderr)


def suggest(
    file: File,
    name: Annotated[str, typer.Option(metavar="名称", help="模板名称：小写字母、数字、连字符")] = "our-register",
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写入文件（默认输出到屏幕）")] = None,
    account: As = None,
) -> None:
    """Draft a profile for a file, or name the one that fits it."""
    from models.register.queries.profiles import profile_list
    from models.register.rules.source_file import opened
    from models.register.rules.suggesting import drafted, fitting
    from ui.accident_files import refuse_no_table
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream, open_installation() as installation:
        with installation.reading(account) as read:
            known = [one.profile for one in profile_list(read.session)]
        refuse_no_table(stream, file.name, installation)
        with opened(stream, None) as sheet:
            fits = fitting(sheet.heads, known)
            text = fits.text if fits else drafted(sheet, name, file.stem)
    if fits:
        tell(f"已有模板“{fits.name}”（{fits.title}）适用于这个文件。")
    else:
        tell("以下是按列名拟出的模板，请核对后用 shencha import profile set 启用。")
    if out is None:
        say(text.rstrip())
    else:
        write_out(out, text.encode())


def runs(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the imports."""
    from models.register.queries.imports import run_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = run_list(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            (
                "批次",
                "文件",
                "模板",
                "状态",
                "行",
                "新增",
                "更正",
                "相同",
                "重复",
                "隔离",
                "待处理",
                "开始",
                "结束",
                "导入人",
            ),
            (
                (
                    one.id,
                    one.file_name,
                    f"{one.profile} 第{one.profile_version}版",
                    one.state,
                    one.rows,
                    one.added,
                    one.changed,
                    one.unchanged,
                    one.repeated,
                    one.quarantined,
                    one.open_rows,
                    when(one.started_at),
                    when(one.finished_at) if one.finished_at else None,
                    one.author,
                )
                for one in found
            ),
            empty="没有导入过事故。",
        ),
    )


def differences(
    context: typer.Context,
    run: Annotated[int, typer.Argument(metavar="批次", help="见 import runs", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """List what an import found otherwise than the register."""
    from models.register.queries.imports import difference_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = difference_list(read.session, read.actor, run)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("事故", "项目", "台账", "来源", "处理"),
            (
                (one.source_key, one.field, one.ours, one.theirs, "已按来源更正" if one.taken else "保留台账")
                for one in found
            ),
            empty="没有不同之处。",
        ),
    )


def give_up(
    context: typer.Context,
    run: Annotated[int, typer.Argument(metavar="批次", help="未完成的批次，见 import runs", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Leave the rest of an unfinished import out."""
    from models.register.commands.importing import give_up_import
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        left = give_up_import(act, run)
        told = {"run": left.id, "position": left.position, "total": left.total}
    answer: Answer = context.obj
    answer.give(told, lambda: say(f"第{run}批不再继续，已导入的{told['position']}起保留。"))


def proposed(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the registered accidents for which a case is proposed."""
    from models.kernel.calendar.local_time import local_date
    from models.register.queries.proposed import proposed_cases
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = proposed_cases(read.session, read.actor, installation.settings, local_date(read.at))
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("台账", "事故编号", "时间", "地点", "死亡", "重伤", "缘由"),
            (
                (one.id, one.accident_number, when(one.occurred_at), one.place, one.deaths, one.serious, one.trigger)
                for one in found
            ),
            empty="没有应提请立案的事故。",
        ),
    )


@profiles.command("list", cls=Verb, help="现行的导入模板")
def profile_list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the profiles in force."""
    from models.register.queries.profiles import profile_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = profile_list(read.session)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("名称", "模板", "来源", "版本", "修改人", "理由"),
            (
                (
                    one.profile.name,
                    one.profile.title,
                    one.profile.source,
                    one.version or "系统所附",
                    one.author,
                    one.reason,
                )
                for one in found
            ),
            empty="",
        ),
    )


@profiles.command("show", cls=Verb, help="一个导入模板的全文（TOML）")
def profile_show(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="名称", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Print a profile."""
    from models.register.queries.profiles import profile_in_force
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = profile_in_force(read.session, name)
    answer: Answer = context.obj
    answer.give(found, lambda: say(found.profile.text.rstrip()))


@profiles.command("set", cls=Verb, help="启用一个导入模板，或者启用其新版本")
def profile_set(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help="TOML 文件", show_default=False)],
    reason: Reason,
    account: As = None,
    json: Json = False,
) -> None:
    """Put a profile into force."""
    from models.kernel.errors import Invalid
    from models.kernel.text.encodings import decoded
    from models.register.commands.profiles import set_profile
    from models.register.rules.profile import LONGEST
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        text = decoded(stream.read(4 * LONGEST))
    if text is None:
        raise Invalid("导入模板文件须为 UTF-8 编码的文本。", code="bad_encoding")
    with open_installation() as installation, installation.acting(account) as act:
        made = set_profile(act, text, reason=reason)
    answer: Answer = context.obj
    answer.give(made, lambda: say(f"导入模板“{made.profile.name}”第{made.version}版已启用。"))


@quarantine.command("list", cls=Verb, help="隔离区：没有导入的行，以及各行的错误")
def quarantine_list_(
    context: typer.Context,
    run: Annotated[int | None, typer.Option(metavar="批次", help="只列这一批的")] = None,
    all_: Annotated[bool, typer.Option("--all", help="包括已处理的")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """List what lies in quarantine."""
    from models.kernel.vocabulary import QuarantineState
    from models.register.queries.imports import quarantine_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        state = None if all_ else QuarantineState.OPEN
        found = quarantine_list(read.session, read.actor, run=run, state=state, limit=1000)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "批次", "文件", "事故编号", "错误", "状态"),
            ((one.id, one.run_id, one.file_name, one.source_key, one.told, one.state) for one in found),
            empty="隔离区没有待处理的行。",
        ),
    )


@quarantine.command("mend", cls=Verb, help="改正隔离区一起事故的单元格，随即重试导入")
def quarantine_mend(
    context: typer.Context,
    number: Number,
    cells: Annotated[
        list[str], typer.Option("--set", metavar="行:列=内容", help="改正的单元格，可重复", show_default=False)
    ],
    account: As = None,
    json: Json = False,
) -> None:
    """Write other texts into cells, and try again."""
    from models.register.commands.quarantine import mend
    from ui.installation import open_installation

    changes = dict(_cell(one) for one in cells)
    with open_installation() as installation:
        with installation.acting(account) as act:
            mend(act, number, changes)
        _retry(context, installation, number, account)


def _cell(text: str) -> tuple[tuple[int, str], str]:
    from models.kernel.errors import Invalid

    place, equals, told = text.partition("=")
    row, colon, head = place.partition(":")
    if not (equals and colon and row.isascii() and row.isdecimal()):
        raise Invalid(f"“{text}”应写成 行:列=内容，如 12:死亡人数=0。", code="bad_cell")
    return (int(row), head), told


@quarantine.command("retry", cls=Verb, help="按现行模板重试导入隔离区的一起事故")
def quarantine_retry(context: typer.Context, number: Number, account: As = None, json: Json = False) -> None:
    """Try to bring an accident in again."""
    from ui.installation import open_installation

    with open_installation() as installation:
        _retry(context, installation, number, account)


def _retry(context: typer.Context, installation: Any, number: int, account: str | None) -> None:
    from models.register.commands.quarantine import retry
    from ui.accident_files import territory_of

    with installation.acting(account) as act:
        retry(act, number, territory_of(installation.settings))
    answer: Answer = context.obj
    answer.give({"quarantine": number, "state": "imported"}, lambda: say(f"隔离区的{number}号已导入。"))


@quarantine.command("drop", cls=Verb, help="确定不导入隔离区的一起事故")
def quarantine_drop(
    context: typer.Context, number: Number, reason: Reason, account: As = None, json: Json = False
) -> None:
    """Leave an accident out for good."""
    from models.register.commands.quarantine import drop
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        drop(act, number, reason=reason)
    answer: Answer = context.obj
    answer.give({"quarantine": number, "state": "dropped"}, lambda: say(f"隔离区的{number}号不再导入。"))


def offer(verbs: typer.Typer) -> None:
    """Put the verbs of accidents into the group `import`."""
    for verb, name, meaning in (
        (accidents, "accidents", "导入别处的事故台账（CSV、TSV、xlsx），坏行进入隔离区"),
        (suggest, "suggest", "为一个文件拟出导入模板"),
        (runs, "runs", "导入事故的各批次"),
        (differences, "differences", "一批导入中与台账不同之处"),
        (give_up, "give-up", "不再继续一个未完成的批次"),
        (proposed, "proposed", "台账中提请立案的事故"),
    ):
        verbs.command(name, cls=Verb, help=meaning)(verb)
    verbs.add_typer(profiles, name="profile", help="导入模板", cls=Group, no_args_is_help=True)
    verbs.add_typer(
        quarantine, name="quarantine", help="没有导入的行：改正、重试、不导入", cls=Group, no_args_is_help=True
    )
