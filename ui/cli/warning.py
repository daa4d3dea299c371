"""`shencha warning …`: what the register warns of, by what, how it did; deciding about one is a verb of `office`. `effect` too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.vocabulary import WarningKind, WarningState
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

if TYPE_CHECKING:
    from models.prevention.queries.warnings import EvidenceShown, WarningShown, WarningWhole

verbs = typer.Typer(rich_markup_mode=None)
HANDLING = "办理：shencha office confirm-warning 或 dismiss-warning；批准：approve-warning-list、decide-dismissal"


@verbs.command("list", cls=Verb, help="风险预警，新的在前（工作秘密，不得外传）")
def list_(
    context: typer.Context,
    state: Annotated[
        WarningState | None,
        typer.Option(parser=word(WarningState), metavar="代码", help=f"只列：{choices(WarningState)}"),
    ] = None,
    kind: Annotated[
        WarningKind | None,
        typer.Option(parser=word(WarningKind), metavar="代码", help=f"只列：{choices(WarningKind)}"),
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="序号", help="从这一行之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List warnings."""
    from models.prevention.queries.warnings import warning_rows
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        rows = warning_rows(read.session, read.actor, state=state, about=kind, after=after, limit=limit)
    answer: Answer = context.obj

    def people() -> None:
        _table(rows)
        if any(row.state is WarningState.OPEN for row in rows):
            say(HANDLING)

    answer.give(rows, people)


def _table(rows: Iterable[WarningShown]) -> None:
    from ui.warning_words import likely

    table(
        ("编号", "对象", "区划", "依据", "事故起数", "预期起数", "一年内发生严重事故的概率", "状态", "一年后"),
        (
            (
                row.number,
                row.title,
                row.division,
                row.by,
                row.observed,
                "" if row.expected is None else f"{row.expected:.1f}",
                likely(row.probability, row.base_rate),
                row.state.label,
                {None: "", True: "命中", False: "未发生"}[row.hit],
            )
            for row in rows
        ),
        empty="没有风险预警。",
    )


@verbs.command("show", cls=Verb, help="一条风险预警：依据的事故、此前的措施、办理和评判")
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="预警编号", help="如 YJ2026-0001", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Show one warning."""
    from models.prevention.queries.warnings import warning_whole
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        whole = warning_whole(read.session, read.actor, installation.settings, number)
    answer: Answer = context.obj
    answer.give(whole, lambda: _tell(whole))


def _tell(whole: WarningWhole) -> None:
    from ui.warning_words import what_it_rests_on

    _table([whole.row])
    for line in what_it_rests_on(whole):
        say(line)
    _evidence("依据的事故", whole.evidence)
    _evidence("列入以后又发生的事故", whole.since)
    if whole.promised:
        table(
            ("案件", "措施", "内容", "单位", "状态"),
            ((case, one.measure, one.text, one.organisation, one.standing) for case, one in whole.promised),
            empty="",
        )


def _evidence(title: str, rows: tuple[EvidenceShown, ...]) -> None:
    if rows:
        say(f"{title}：")
        table(
            ("日期", "地点", "形态", "原因", "死亡", "重伤", "轻伤", "案件"),
            (
                (
                    one.occurred_on,
                    one.place,
                    one.pattern,
                    one.cause,
                    one.deaths,
                    one.serious,
                    one.light,
                    one.case_number,
                )
                for one in rows
            ),
            empty="",
        )


@verbs.command("lists", cls=Verb, help="预警名单：长度、批准情况、以往同样做法的效果")
def lists(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List the lists."""
    from models.prevention.queries.warnings import warning_lists
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = warning_lists(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "名单", "条数", "状态", "一年后"),
            (
                (one.id, one.title, one.length, one.state.label, "" if one.judged is None else one.judged.words)
                for one in found
            ),
            empty="没有预警名单。",
        ),
    )


@verbs.command("criteria", cls=Verb, help="判定标准、依据和本地回测（修改见 office set-criterion）")
def criteria(context: typer.Context, account: As = None, json: Json = False) -> None:
    """Show the criteria with their records."""
    from models.prevention.queries.criteria import criteria_shown
    from ui.installation import open_installation
    from ui.warning_words import record_of

    with open_installation() as installation, installation.reading(account) as read:
        found = criteria_shown(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("代码", "名称", "针对", "触发情形", "依据", "版本", "本地回测"),
            (
                (
                    one.criterion.code,
                    one.criterion.name if one.criterion.in_force else f"{one.criterion.name}（停用）",
                    one.criterion.kind.label,
                    one.criterion.fires,
                    f"{'参考值：' if one.criterion.borrowed else ''}{one.criterion.basis}",
                    one.criterion.version,
                    record_of(one.record, one.tried_on),
                )
                for one in found
            ),
            empty="没有判定标准。",
        ),
    )


@verbs.command("judge", cls=Verb, help="评判满一年的预警并列出结果：命中率、提升倍数、概率是否准")
def judge(context: typer.Context, account: As = None, json: Json = False) -> None:
    """Judge what is due, and print how warnings did."""
    from flows.warnings import judge_due
    from models.prevention.queries.warnings import warning_results
    from ui.installation import open_installation
    from ui.warning_words import truth_of

    with open_installation() as installation:
        with installation.reading(account) as read:
            warning_results(read.session, read.actor)  # whoever may not read them sets nothing going
        judge_due(installation, installation.clock())
        with installation.reading(account) as read:
            found = warning_results(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("依据", "结果", "概率"),
            ((one.origin, one.tally.words, truth_of(one.calibration)) for one in found),
            empty="还没有满一年的预警。",
        ),
    )


@verbs.command("screen", cls=Verb, help="立即办理到期的筛查、判定、评判（后台进程每小时自动检查一次）")
def screen(context: typer.Context, json: Json = False) -> None:
    """Do the passes that are due."""
    from flows.warnings import pass_all
    from ui.installation import open_installation
    from ui.warning_words import PASSES

    with open_installation() as installation:
        done = pass_all(installation, installation.clock())
    answer: Answer = context.obj
    answer.give(
        done,
        lambda: table(
            ("事项", "结果"),
            ((PASSES[task][0], f"{count}{PASSES[task][1]}") for task, count in done.items()),
            empty="没有到期的事项。",
        ),
    )


def effect(context: typer.Context, account: As = None, json: Json = False) -> None:
    """Print what became of places where measures were taken, by kind."""
    from models.prevention.queries.helped import effects_known
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        day, found = effects_known(read.session, read.actor)
    answer: Answer = context.obj

    def people() -> None:
        say("还没有比较过。" if day is None else f"{day}比较，下月更新。")
        for one in found:
            say(one.words)

    answer.give({"as_of": day, "kinds": found}, people)
