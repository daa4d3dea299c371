"""`shencha case …`: file, list and show cases, and take every step in them."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from models.kernel.errors import Invalid, WrongStage
from models.kernel.vocabulary import CaseKind, Stage
from ui.cli import fact, parcel
from ui.cli.actions import Actions
from ui.cli.answer import Answer, as_json, say, table, tell, write_out
from ui.cli.case_page import show_case
from ui.cli.help_page import Group, Verb
from ui.cli.options import As, CaseNumber, Json, choices, moment, word
from ui.cli.trace_page import show_trace
from ui.signs import LEGEND, signs
from ui.similar_words import HEADS, NONE, of_accident, of_measure
from ui.stuck_words import about_stuck

if TYPE_CHECKING:
    from models.case.queries.differences import Difference
    from models.kernel.act import Act

verbs = typer.Typer(rich_markup_mode=None)
steps = typer.Typer(cls=Actions, rich_markup_mode=None, no_args_is_help=True)
verbs.add_typer(steps, name="do")
verbs.add_typer(fact.verbs, name="fact", help="案情：逐项填写、修改、增加、删除", cls=Group)
verbs.command("export", cls=Verb, help="导出全案为一个文件（案件包），含个人信息；由主办民警导出，导出记录在案")(
    parcel.export_case
)
verbs.command("import", cls=Verb, help="导入案件包：核对记录链和全部文件后载入；--dry-run 只核对")(parcel.import_case)


@steps.callback(cls=Actions, help="办理案件的一个步骤；“do 案件编号 动作 --help”显示该步骤的选项")
def steps_of(number: CaseNumber) -> None:
    """Take the case's number before the step's name."""


@verbs.command("checklist", cls=Verb, help="调查清单：本案的事故应当回答的问题和已作的回答")
def checklist_(context: typer.Context, number: CaseNumber, account: As = None, json: Json = False) -> None:
    """List the questions that the accident of a case must answer, by aspect."""
    from models.case.queries.checklist import checklist
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        aspects = checklist(read.session, read.actor, number)
    answer: Answer = context.obj
    answer.give(
        aspects,
        lambda: table(
            ("方面", "代号", "问题", "办理", "内容"),
            (
                (one.aspect, one.key, one.text, one.answer and one.answer.state, one.answer and one.answer.text)
                for aspect in aspects
                for one in aspect.questions
            ),
            empty="没有需要回答的问题。",
        ),
    )


@verbs.command("causes", cls=Verb, help="致因图：事故、直接和间接原因、职责未履行的单位、整改措施；--svg 写成图片")
def causes_(
    context: typer.Context,
    number: CaseNumber,
    svg: Annotated[Path | None, typer.Option(metavar="文件", help="把图写到哪里（SVG）")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Tell the causes of an accident in words, or draw them."""
    from documents.causes.marks import drawing
    from documents.causes.pages import pages_of, told
    from documents.drawing.svg import PLAIN
    from documents.drawing.svg import svg as drawn
    from models.case.queries.causes import causes
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = causes(read.session, read.actor, number)
    answer: Answer = context.obj
    if svg is None:
        answer.give(found.model_dump(mode="json"), lambda: say("\n".join(told(found))))
        return
    pages = pages_of(found, height=None)
    if not pages:
        raise WrongStage("本案还没有登记问题和整改措施，画不出致因图。", code="nothing_to_draw")
    write_out(svg, drawn(drawing(pages[0]), told(found)[0], fonts=PLAIN).encode())
    answer.give({"path": svg}, lambda: say(f"已写入 {svg}。"))


@verbs.command("trace", cls=Verb, help="回溯：一项证据、问题、措施、文书或反馈的由来和后续，以及有共同点的其他案件")
def trace_(
    context: typer.Context,
    number: CaseNumber,
    ref: Annotated[
        str | None,
        typer.Argument(metavar="代号", help="从哪一项回溯，如 E1、F2、M3、D4、R5；不写为全案", show_default=False),
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Follow one thing of a case back to the evidence and on to the volume, and into other cases."""
    from models.overview.queries.traced import trace
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = trace(read.session, read.actor, number, ref, installation.settings, read.at)
    answer: Answer = context.obj
    answer.give(found, lambda: show_trace(found))


@verbs.command("similar", cls=Verb, help="类似事故：此前在本系统中的事故，有什么共同点，当时的措施现在怎样")
def similar(context: typer.Context, number: CaseNumber, account: As = None, json: Json = False) -> None:
    """List earlier accidents like that of a case, with what was promised then and how it stands."""
    from models.prevention.queries.similar import similar_accidents
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = similar_accidents(read.session, read.actor, number, installation.settings)
    answer: Answer = context.obj
    lines = [(*of_accident(one), *of_measure(promised)) for one in found for promised in one.measures or (None,)]
    answer.give(found, lambda: table(HEADS, lines, empty=NONE))


@verbs.command(
    "scene", cls=Verb, help="按道路情况和“现场图要素”绘出现场图（SVG），供核对；列入报告用 case do … draw-scene"
)
def scene_(
    context: typer.Context,
    number: CaseNumber,
    out: Annotated[Path, typer.Argument(metavar="文件", help="写到哪里，如 现场图.svg", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Write the plan of the scene as the facts give it now."""
    from documents.drawing.scene import scene
    from documents.drawing.svg import svg
    from models.case.queries.scene import scene_of
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        plan = scene_of(read.session, read.actor, number)
    if plan is None:
        raise Invalid("“现场图要素”中还没有填写位置，没有可以绘制的内容。", code="scene_empty")
    write_out(out, svg(scene(plan), "现场图").encode())
    answer: Answer = context.obj
    answer.give({"case_number": number, "path": str(out)}, lambda: say(f"已写出：{out}"))


@verbs.command("file", cls=Verb, help="按案情卷（case-dossier/1 或 /2）或表格（xlsx）立案，打印案件编号")
def file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="案情卷", help="JSON 或 xlsx 文件，“-”为标准输入", show_default=False)
    ],
    reason: Annotated[str | None, typer.Option(metavar="文字", help="不属调查范围时开展调查的理由")] = None,
    received_at: Annotated[
        datetime | None, typer.Option(parser=moment, metavar="时间", help="移送案件的收到时间（须写明时区）")
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """File a case from a dossier, or one for each accident of a workbook: all, or none."""
    from models.accident import dossier
    from models.accident.dossier.intake import understood
    from models.case.commands.filing import file_case
    from ui.installation import open_installation

    data = _bytes(file, dossier.LIMIT_BYTES)
    with open_installation() as installation:
        with installation.database.reading():
            found = understood(data, now=installation.clock())
        with installation.acting(account) as act:
            filed = [file_case(act, one.dossier, reason=reason, received_at=received_at) for one in found]
    answer: Answer = context.obj

    def people() -> None:
        for one, case in zip(found, filed, strict=True):
            provisional = "（暂定）" if case.grade_provisional else ""
            say(f"已立案：{case.case_number}，{case.grade.label}事故{provisional}，{case.trigger.label}。")
            for remark in one.remarks:
                say(f"  提示：{remark}")

    answer.give(filed if len(filed) > 1 else filed[0], people)


@verbs.command("template", cls=Verb, help="写出空白的案情卷表格（xlsx），填好后用 case file 立案")
def template(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="文件", help="写到哪里，如 案情卷.xlsx", show_default=False)],
    json: Json = False,
) -> None:
    """Write the empty workbook from which cases are filed; nothing of the installation is needed for it."""
    from models.accident.dossier.workbook_out import blank
    from ui.installation import words_in_force

    with words_in_force():
        data = blank()
    write_out(out, data)
    answer: Answer = context.obj
    answer.give({"path": out}, lambda: say(f"已写入 {out}。填写后用 shencha case file {out} 立案。"))


def _bytes(path: Path, limit: int) -> bytes:
    """Read at most one byte more than `limit`, so that the reader can refuse what is too large."""
    from ui.incoming import open_file

    if str(path) == "-":
        return sys.stdin.buffer.read(limit + 1)
    with open_file(path) as stream:
        return stream.read(limit + 1)


@verbs.command("list", cls=Verb, help="案件列表，新案在前")
def list_(
    context: typer.Context,
    stage: Annotated[
        Stage | None, typer.Option(parser=word(Stage), metavar="代码", help=f"只列某阶段：{choices(Stage)}")
    ] = None,
    kind: Annotated[
        CaseKind | None,
        typer.Option(parser=word(CaseKind), metavar="代码", help=f"只列事故案件或隐患交办：{choices(CaseKind)}"),
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="案件编号", help="从这一案之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List cases with the state of their five papers."""
    from models.kernel.calendar.local_time import local_date
    from models.overview.queries.cases import case_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        today = local_date(read.at)
        cases = case_list(read.session, read.actor, today, after=after, limit=limit, stage=stage, kind=kind)
    answer: Answer = context.obj

    def people() -> None:
        from ui.case_words import grade_told

        rows = [
            (one.case_number, one.title, grade_told(one), one.stage, signs(one.progress), one.light) for one in cases
        ]
        heads = ("案件编号", "名称", "等级", "阶段", "五个一", "灯")
        table(
            heads,
            rows,
            empty="没有符合条件的案件。" if kind or stage else "没有案件。用 shencha case file 案情卷.json 立案。",
        )
        if rows:
            say(LEGEND)

    answer.give(cases, people)


@verbs.command("show", cls=Verb, help="一案现状：五个文书、轮到谁、各单位和措施、最近事项")
def show(
    context: typer.Context,
    number: CaseNumber,
    events: Annotated[int, typer.Option(min=0, metavar="数字", help="显示最近多少件事项")] = 8,
    account: As = None,
    json: Json = False,
) -> None:
    """Tell where a case stands."""
    from models.archive.queries.completeness import completeness
    from models.clock.queries.rulebook import rulebook
    from models.kernel.rights.policy import POLICE
    from models.overview.queries.case_view import case_view
    from ui.gap_words import summary
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        view = case_view(read.session, read.actor, number, rulebook(read.session), read.at)
        asked = view.stage is Stage.RECTIFYING and read.actor.has(*POLICE)
        gaps = completeness(read.session, read.actor, number, installation.files) if asked else ()
    answer: Answer = context.obj

    def people() -> None:
        show_case(view, events)
        if asked:
            say()
            say(summary(gaps))

    answer.give({**view.as_json(), "missing": list(gaps)}, people)


@verbs.command("stuck", cls=Verb, help="无人可办的步骤：为什么，怎么解决")
def stuck(
    context: typer.Context,
    after: Annotated[str | None, typer.Option(metavar="标记", help="从这一项（key）之后继续")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10000, metavar="数字", help="最多列出多少")] = 100,
    account: As = None,
    json: Json = False,
) -> None:
    """List the open steps that no account may take; an administrator learns nothing of the cases."""
    from models.kernel.calendar.local_time import local_date
    from models.overview.queries.stuck import stuck_steps
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        steps = stuck_steps(
            read.session,
            read.actor,
            local_date(read.at),
            settings=installation.settings,
            after=after,
            limit=limit,
        )
    answer: Answer = context.obj

    def people() -> None:
        rows = [(one.label, one.unit, one.case_number, about_stuck(one), one.reason, one.helps) for one in steps]
        table(("步骤", "办案单位", "案件", "内容", "原因", "怎么解决"), rows, empty="没有无人可办的步骤。")
        if steps and steps[0].total > len(steps):
            say(f"共 {steps[0].total} 项，以上是前 {len(steps)} 项；其余用 --after {steps[-1].key} 查看。")

    answer.give([one.as_json() for one in steps], people)


@verbs.command("schema", cls=Verb, help="打印案情卷格式的 JSON Schema")
def schema(
    version: Annotated[
        int, typer.Option("--format", min=1, max=2, metavar="数字", help="格式的版本：1 或 2（全部案情）")
    ] = 1,
    json: Json = False,
) -> None:
    """Print the JSON Schema of the dossier; it is JSON with or without being asked."""
    from models.accident import dossier
    from ui.installation import words_in_force

    with words_in_force():
        told = dossier.schema(version)
    print(as_json(told))


@verbs.command("upgrade-dossier", cls=Verb, help="把案情卷改写为 case-dossier/2，内容不变")
def upgrade_dossier(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(metavar="案情卷", help="JSON 或 xlsx 文件，“-”为标准输入", show_default=False)
    ],
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写到哪里（不写为标准输出）")] = None,
    json: Json = False,
) -> None:
    """Write a dossier of either format as one of the second; nothing of the installation is needed for it."""
    from models.accident import dossier
    from models.accident.dossier.intake import understood_one
    from models.kernel.calendar.time import wall_clock
    from ui.installation import words_in_force

    data = _bytes(file, dossier.LIMIT_BYTES)
    with words_in_force():
        given = understood_one(data, now=wall_clock()).dossier
    _handed_out(context, dossier.write(given), out)


@verbs.command("compare", cls=Verb, help="案情卷与本案不同之处，逐项对照；--take 全部采用（不含新增的行）")
def compare(
    context: typer.Context,
    number: CaseNumber,
    file: Annotated[
        Path, typer.Argument(metavar="案情卷", help="JSON 或 xlsx 文件，“-”为标准输入", show_default=False)
    ],
    take: Annotated[bool, typer.Option("--take", help="采用案情卷所载")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Show what a dossier says otherwise than the case, side by side, and take it over where that is asked for."""
    from models.accident import dossier
    from models.accident.dossier.intake import understood_one
    from models.case.queries.differences import differences
    from ui.installation import open_installation

    data = _bytes(file, dossier.LIMIT_BYTES)
    with open_installation() as installation:
        with installation.reading(account) as read:
            given = understood_one(data, now=installation.clock()).dossier
            found = differences(read.session, read.actor, number, given)
        if take:
            with installation.acting(account) as act:
                _take_over(act, number, found)
    rows = [
        {
            "sheet": one.sheet,
            "row": one.row,
            "theirs": one.theirs,
            "field": one.field,
            "here": one.here,
            "there": one.there,
        }
        for one in found
    ]
    answer: Answer = context.obj
    labels = [(f"{one.sheet}[{one.row or f'新增 {one.theirs}'}] {one.label}", one.here, one.there) for one in found]
    answer.give(rows, lambda: table(("项目", "本案", "案情卷"), labels, empty="没有不同之处。"))


def _take_over(act: Act, number: str, found: Iterable[Difference]) -> None:
    """Change what a dossier says otherwise, a sheet in one act; what was taken and is wrong or asked about is told."""
    from uuid import uuid4

    from models.case.commands.facts import Change, change_facts

    here = (one for one in found if one.row is not None)
    for sheet, differences in groupby(here, attrgetter("sheet")):
        changes = list(differences)
        cells = [Change(str(one.row), one.field, one.value, op=f"cli/{uuid4().hex}") for one in changes]
        for one, changed in zip(changes, change_facts(act, number, sheet=sheet, changes=cells), strict=True):
            for fault in changed.faults:
                tell(f"{sheet}[{one.row}] {one.label}：{fault.message}")


@verbs.command("export-dossier", cls=Verb, help="导出一案的案情卷（case-dossier/2），含个人信息")
def export_dossier(
    context: typer.Context,
    number: CaseNumber,
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写到哪里（不写为标准输出）")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Write all that the case knows as a dossier; what nobody could read is told and left out."""
    from models.case.queries.dossier_of import dossier_of
    from ui.installation import open_installation
    from ui.readings import export_on_record

    with open_installation() as installation, installation.reading(account) as read:
        written = dossier_of(read.session, read.actor, number)
        export_on_record(installation, read.actor.account, "案情卷", number)
    for fault in written.left_out:
        tell(f"未能识别，没有写入：{fault}")
    _handed_out(context, written.tree, out)


def _handed_out(context: typer.Context, tree: dict[str, Any], out: Path | None) -> None:
    """Print a dossier, or write it for the person who asked, with that person's rights on files."""
    if out is None:
        print(as_json(tree))
        return
    write_out(out, (as_json(tree) + "\n").encode())
    answer: Answer = context.obj
    answer.give({"path": out}, lambda: say(f"已写入 {out}。"))
