"""`shencha hazard …`: hazards told of without an accident, and the ledgers in which offices keep them."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from models.kernel.vocabulary import HazardGrade, HazardSource, HazardState
from ui.cli.answer import Answer, say, table, tell
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, day, word
from ui.event_sentence import when

if TYPE_CHECKING:
    from models.register.queries.hazards import Filters, HazardShown

verbs = typer.Typer(rich_markup_mode=None)
COLUMNS = "CSV（UTF-8 或 GBK）或 xlsx，列：序号、路段、桩号、隐患描述、等级、排查时间、责任单位、责任人、资金、期限、状态、验收"
State = Annotated[
    HazardState | None, typer.Option(parser=word(HazardState), metavar="代码", help=f"状态：{choices(HazardState)}")
]
Source = Annotated[
    HazardSource | None, typer.Option(parser=word(HazardSource), metavar="代码", help=f"来源：{choices(HazardSource)}")
]
Division = Annotated[str | None, typer.Option(metavar="代码", help="行政区划代码（6 位）")]
Words = Annotated[str | None, typer.Option(metavar="文字", help="描述、路段、地点、责任单位中的词")]


@verbs.command("list", cls=Verb, help="隐患列表：按状态、期限排列")
def list_(
    context: typer.Context,
    state: State = None,
    source: Source = None,
    division: Division = None,
    words: Words = None,
    after: Annotated[str | None, typer.Option(metavar="序号", help="从这一行之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List hazards."""
    from models.register.queries.hazards import hazard_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = hazard_list(
            read.session, read.actor, _filters(state, source, division, words), after=after, limit=limit
        )
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "状态", "等级", "隐患描述", "位置", "排查时间", "责任单位", "期限", "来源"),
            (
                (
                    one.hazard_number,
                    one.state,
                    one.severity,
                    one.description,
                    one.where,
                    one.found_on,
                    one.responsible_name,
                    one.due_on,
                    one.source,
                )
                for one in found
            ),
            empty="没有隐患。",
        ),
    )


def _filters(
    state: HazardState | None, source: HazardSource | None, division: str | None, words: str | None
) -> Filters:
    from models.register.queries.hazards import Filters

    return Filters(state=state, source=source, division_code=division, words=words)


@verbs.command("show", cls=Verb, help="一条隐患：内容、核查、办理过程、附近的隐患、事故和措施")
def show(
    context: typer.Context,
    number: Annotated[str, typer.Argument(metavar="隐患编号", help="如 YH2026-0001", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Show a hazard."""
    from models.register.queries.hazards import hazard_shown
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = hazard_shown(read.session, read.actor, number)
    answer: Answer = context.obj
    answer.give(found, lambda: _told(found))


def _told(found: HazardShown) -> None:
    from models.register.rules.hazards import STEPS

    grade = "等级未定" if found.severity is None else found.severity.label
    say(f"{found.hazard_number}　{found.state.label}　{grade}　{found.source.label}")
    say(found.description)
    where = (found.road_name, found.stake, found.place)
    say(f"位置：{' '.join(part for part in where if part) or '—'}；排查时间：{found.found_on}")
    say(f"责任单位：{found.responsible_name or '—'} {found.responsible_person or ''}；期限：{found.due_on or '—'}")
    for step in found.steps:
        say(f"{when(step.at)}　{STEPS[step.kind]}　{step.actor_name}{'　' + step.why if step.why else ''}")
    for near in found.alike:
        say(f"附近相似的隐患：{near.hazard_number}（{near.state.label}）{near.description}")
    if found.accidents:
        say(f"500米内已登记事故 {len(found.accidents)} 起，最近一起 {found.accidents[0].occurred_on}。")
    if found.measures:
        say(f"500米内原有措施 {len(found.measures)} 项。")


@verbs.command("report", cls=Verb, help="登记一条隐患；附近有相似的先列出，确认是另一处再加 --despite-similar")
def report(
    context: typer.Context,
    description: Annotated[str, typer.Argument(metavar="描述", help="危险在哪里", show_default=False)],
    road: Annotated[str | None, typer.Option(metavar="路段", help="道路名称和编号，如 G318沪聂线")] = None,
    stake: Annotated[str | None, typer.Option(metavar="桩号", help="如 K145+370，或 K12+300至K12+900")] = None,
    place: Annotated[str | None, typer.Option(metavar="地点", help="用文字说明的地点")] = None,
    coordinates: Annotated[str | None, typer.Option(metavar="坐标", help="如 114.871,30.392 GCJ-02")] = None,
    division: Division = None,
    found: Annotated[date | None, typer.Option(parser=day, metavar="日期", help="排查时间（默认今天）")] = None,
    source: Source = None,
    severity: Annotated[
        HazardGrade | None, typer.Option(parser=word(HazardGrade), metavar="代码", help=choices(HazardGrade))
    ] = None,
    responsible: Annotated[str | None, typer.Option(metavar="单位", help="责任单位名称或编号")] = None,
    person: Annotated[str | None, typer.Option(metavar="姓名", help="责任人")] = None,
    due: Annotated[date | None, typer.Option(parser=day, metavar="日期", help="整改期限")] = None,
    photo: Annotated[list[Path] | None, typer.Option(metavar="文件", help="照片，可以多张")] = None,
    despite_similar: Annotated[bool, typer.Option("--despite-similar", help="已核对，与附近相似的不是同一处")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Write down a hazard."""
    from models.register.commands.hazards import report_hazard
    from ui.incoming import take_in_pictures
    from ui.installation import open_installation

    with open_installation() as installation:
        photos = take_in_pictures(photo or [], installation)
        with installation.acting(account) as act:
            number = report_hazard(
                act,
                description=description,
                hazard_source=source,
                found_on=found,
                road_name=road,
                stake=stake,
                place=place,
                coordinates=coordinates,
                division_code=division,
                severity=severity,
                responsible_unit=responsible,
                responsible_person=person,
                due=due,
                photos=photos,
                despite_similar=despite_similar,
            )
    answer: Answer = context.obj
    answer.give({"hazard_number": number}, lambda: say(f"已登记隐患 {number}。"))


@verbs.command("import", cls=Verb, help="导入隐患台账；再次导入只改变台账中变动的内容")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="文件", help=COLUMNS, show_default=False)],
    ledger: Annotated[str | None, typer.Option(metavar="名称", help="台账名称，再次导入时须相同（默认文件名）")] = None,
    division: Division = None,
    skip_bad: Annotated[bool, typer.Option("--skip-bad", help="有错误的行不导入，其余照常导入")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只说明会怎样，不写入")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Load a ledger."""
    from models.register.commands.hazard_ledgers import import_hazards
    from models.register.rules.hazard_ledger import LARGEST
    from ui.hazard_words import difference, told
    from ui.incoming import open_file
    from ui.installation import open_installation

    with open_file(file) as stream:
        data = stream.read(LARGEST + 1)
    with open_installation() as installation, installation.acting(account) as act:
        done = import_hazards(
            act, data, ledger=ledger or file.stem, division_code=division, skip_bad=skip_bad, dry_run=dry_run
        )
    answer: Answer = context.obj

    def people() -> None:
        for line in told(done):
            say(line)
        for title, found in (("修改", done.changed), ("没有采用", done.not_taken)):
            if found:
                table(("行", "隐患", f"{title}的列", "本系统", "台账"), map(difference, found), empty="")

    answer.give(done, people)
    for fault in done.faults:
        tell(f"未导入 {fault}")


@verbs.command("export", cls=Verb, help="导出隐患台账（xlsx；文件名以 .csv 结尾的为 CSV）")
def export(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="文件", help="写入的文件", show_default=False)],
    state: State = None,
    source: Source = None,
    division: Division = None,
    words: Words = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Write the ledger of what the account may see."""
    from ui.cli.answer import write_out
    from ui.hazard_book import hazard_ledger
    from ui.installation import open_installation

    with open_installation() as installation:
        filters = _filters(state, source, division, words)
        _, data = hazard_ledger(installation, account, filters, as_csv=out.suffix.lower() == ".csv")
    write_out(out, data)
    answer: Answer = context.obj
    answer.give({"path": str(out), "bytes": len(data)}, lambda: say(f"已导出隐患台账：{out}"))
