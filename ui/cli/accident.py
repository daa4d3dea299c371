"""`shencha accident …`: the register of accidents — found, shown, corrected, merged, told apart, given its case."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.vocabulary import Procedure
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, day, word

if TYPE_CHECKING:
    from models.register.queries.duplicates import Duplicate
    from models.register.queries.registered import RegisteredShown

verbs = typer.Typer(rich_markup_mode=None)
Row = Annotated[int, typer.Argument(metavar="序号", help="事故台账中的序号", min=1, show_default=False)]
Reason = Annotated[str, typer.Option(metavar="文字", help="理由", show_default=False)]
Since = Annotated[date | None, typer.Option(parser=day, metavar="日期", help="起始日期，如 2026-01-01")]
Until = Annotated[date | None, typer.Option(parser=day, metavar="日期", help="截止日期")]


@verbs.command("list", cls=Verb, help="事故台账：按时间、地区、道路、伤亡等查找，新的在前")
def list_(
    context: typer.Context,
    words: Annotated[str | None, typer.Argument(metavar="文字", help="事故编号、号牌或地点")] = None,
    since: Since = None,
    until: Until = None,
    division: Annotated[str | None, typer.Option(metavar="代码", help="行政区划代码，市级代码含所辖区县")] = None,
    road: Annotated[str | None, typer.Option(metavar="道路", help="道路编号或名称")] = None,
    deaths: Annotated[int | None, typer.Option(min=1, metavar="人数", help="至少死亡多少人")] = None,
    procedure: Annotated[
        Procedure | None,
        typer.Option(parser=word(Procedure), metavar="代码", help=f"处理程序：{choices(Procedure)}"),
    ] = None,
    pattern: Annotated[str | None, typer.Option(metavar="文字", help="事故形态")] = None,
    investigated: Annotated[
        bool | None, typer.Option("--investigated/--not-investigated", help="只列已立案或未立案的", show_default=False)
    ] = None,
    uncounted: Annotated[bool, typer.Option("--uncounted", help="只列不计入统计的", show_default=False)] = False,
    after: Annotated[str | None, typer.Option(metavar="位置", help="从上一页最后一行的 key 之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List registered accidents."""
    from models.register.queries.register_list import Wanted, register_list
    from ui.installation import open_installation
    from ui.register_words import dead, happened, injured, place_in_words
    from ui.register_words import division as division_name

    wanted = Wanted(
        since=since,
        until=until,
        division=division,
        road=road,
        deaths=deaths,
        procedure=procedure,
        pattern=pattern,
        has_case=investigated,
        counted=not uncounted,
        words=words,
    )
    with open_installation() as installation, installation.reading(account) as read:
        found = register_list(read.session, read.actor, wanted, limit=limit, after=after)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("序号", "时间", "区划", "地点", "形态", "死亡", "受伤", "案件编号", "key"),
            (
                (
                    one.id,
                    happened(one.occurred_at, one.hour),
                    division_name(one.division_code, one.occurred_on),
                    place_in_words(one),
                    one.pattern,
                    dead(one),
                    injured(one),
                    one.case_number,
                    one.key,
                )
                for one in found
            ),
            empty="没有符合条件的事故。",
        ),
    )


@verbs.command("show", cls=Verb, help="一起事故的全部内容、当事方和更正记录")
def show(context: typer.Context, accident: Row, account: As = None, json: Json = False) -> None:
    """Show one registered accident."""
    from models.register.queries.registered import registered
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        one = registered(read.session, read.actor, accident)
    answer: Answer = context.obj
    answer.give(one, lambda: _told(one))


def _told(one: RegisteredShown) -> None:
    from ui.event_sentence import when

    table(
        ("栏目", "内容", "已更正"),
        ((column.label, column.text, "是" if column.edited else "") for column in one.columns if column.text),
        empty="没有内容。",
    )
    if one.case_number is not None:
        say(f"案件：{one.case_number}")
    if one.merged_into_id is not None:
        say(f"已并入序号 {one.merged_into_id}")
    if one.parties:
        table(
            ("当事方", "号牌", "车辆类型", "所有人", "责任", "伤害程度"),
            (
                (party.role, party.plate, party.vehicle_kind, party.owner, party.liability, party.injury)
                for party in one.parties
            ),
            empty="",
        )
    if one.changes:
        table(
            ("时间", "栏目", "原内容", "现内容", "更正人", "理由"),
            (
                (when(made.changed_at), made.label, made.before, made.after, made.by, made.reason)
                for made in one.changes
            ),
            empty="",
        )


@verbs.command("correct", cls=Verb, help="更正一栏并写明理由；此后导入不再改动该栏")
def correct(
    context: typer.Context,
    accident: Row,
    field: Annotated[str, typer.Option(metavar="栏目", help="如 死亡人数（7日内）、deaths", show_default=False)],
    value: Annotated[str, typer.Option(metavar="内容", help="更正后的内容，空为不详", show_default=False)],
    reason: Reason,
    seen: Annotated[int | None, typer.Option(metavar="版本", help="所见的版本：在此之后被他人更正的，不保存")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Correct one column."""
    from models.register.commands.editing import correct_registered_accident
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        version = correct_registered_accident(
            act, accident=accident, field=field, value=value, reason=reason, seen_version=seen
        )
    answer: Answer = context.obj
    answer.give({"id": accident, "version": version}, lambda: say(f"序号 {accident} 已更正，第 {version} 版。"))


@verbs.command("merge", cls=Verb, help="两行是同一起事故：前一行不再计数，后一行继续")
def merge(
    context: typer.Context,
    accident: Row,
    stays: Annotated[int, typer.Argument(metavar="继续的序号", help="继续计入统计的序号", min=1, show_default=False)],
    reason: Reason,
    account: As = None,
    json: Json = False,
) -> None:
    """Merge one row into another."""
    from models.register.commands.editing import merge_registered_accidents
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        merge_registered_accidents(act, accident=accident, stays=stays, reason=reason)
    answer: Answer = context.obj
    answer.give({"id": accident, "stays": stays}, lambda: say(f"序号 {accident} 已并入序号 {stays}。"))


@verbs.command("split", cls=Verb, help="撤销合并：该行重新计数")
def split(context: typer.Context, accident: Row, reason: Reason, account: As = None, json: Json = False) -> None:
    """Split a merged row off again."""
    from models.register.commands.editing import split_registered_accident
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        split_registered_accident(act, accident=accident, reason=reason)
    answer: Answer = context.obj
    answer.give({"id": accident}, lambda: say(f"序号 {accident} 已拆分，重新计入统计。"))


@verbs.command("apart", cls=Verb, help="确认两行不是同一起事故，不再提示重复")
def apart(
    context: typer.Context,
    accident: Row,
    another: Annotated[int, typer.Argument(metavar="另一序号", help="另一起事故的序号", min=1, show_default=False)],
    reason: Reason,
    account: As = None,
    json: Json = False,
) -> None:
    """Tell two rows apart for good."""
    from models.register.commands.editing import tell_accidents_apart
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        tell_accidents_apart(act, accident=accident, another=another, reason=reason)
    answer: Answer = context.obj
    answer.give(
        {"id": accident, "another": another}, lambda: say(f"已记录：序号 {accident} 和 {another} 不是同一起事故。")
    )


@verbs.command("link", cls=Verb, help="把一行对应到已立的案件")
def link(
    context: typer.Context,
    accident: Row,
    case: Annotated[str, typer.Option(metavar="案件编号", help="已立案的案件", show_default=False)],
    reason: Reason,
    account: As = None,
    json: Json = False,
) -> None:
    """Say whose accident a case investigates."""
    from models.register.commands.editing import link_registered_accident
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        link_registered_accident(act, accident=accident, case=case, reason=reason)
    answer: Answer = context.obj
    answer.give({"id": accident, "case": case}, lambda: say(f"序号 {accident} 已对应案件 {case}。"))


@verbs.command("duplicates", cls=Verb, help="疑似重复的事故，相似度高的在前")
def duplicates(
    context: typer.Context,
    since: Since = None,
    until: Until = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List rows that may be one accident; without days of the last thirty."""
    from models.kernel.calendar.local_time import local_date
    from models.register.queries.duplicates import suspected
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        last = until or local_date(read.at)
        first = since or last - timedelta(days=30)
        found = suspected(read.session, read.actor, first, last, limit=limit)
    answer: Answer = context.obj
    answer.give([_as_json(pair) for pair in found], lambda: _pairs(found))


def _as_json(pair: Duplicate) -> dict[str, object]:
    return {
        "one": pair.one.id,
        "other": pair.other.id,
        "score": pair.likeness.score,
        "reasons": pair.likeness.reasons,
    }


def _pairs(found: list[Duplicate]) -> None:
    table(
        ("相似度", "一起", "另一起", "依据"),
        ((pair.likeness.score, pair.one.id, pair.other.id, "；".join(pair.likeness.reasons)) for pair in found),
        empty="没有疑似重复的事故。",
    )
    if found:
        say(
            "处理：shencha accident merge 序号 继续的序号 --reason 理由，或 shencha accident apart 序号 另一序号 --reason 理由"
        )
