"""`shencha case fact …`: facts of a case one by one, by the paths that a dossier has: accident.place, vehicles[V1].cargo."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated
from uuid import uuid4

import typer

from models.kernel.errors import Fault, Invalid
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, CaseNumber, Json

verbs = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
_PATH = re.compile(r"(\w+)(?:\[([A-Za-z0-9_.-]+)\]|\.([A-Za-z0-9_-]+)(?=\.))?(?:\.(\w+))?")
Path_ = Annotated[
    str,
    typer.Argument(
        metavar="位置", help="如 accident.place、vehicles[V1].cargo、road.width_m；也可写中文名", show_default=False
    ),
]


Clear = Annotated[bool, typer.Option("--clear", help="显示完整的证件号码、电话和住址；查阅记入查阅记录")]


@dataclass(frozen=True, slots=True)
class FactLine:
    """One fact with the path by which the command line names it."""

    path: str
    row: str
    field: str
    label: str
    value: object
    text: str
    version: int
    faults: tuple[Fault, ...]


def _split(path: str) -> tuple[str, str, str | None]:
    """Return sheet, row and field of a path, as vehicles[V1].cargo or vehicles.V1.cargo; a form has the row 1. Raises Invalid."""
    found = _PATH.fullmatch(path.strip())
    if found is None:
        raise Invalid(f"“{path}”不是可以识别的位置，应如 accident.place 或 vehicles[V1].cargo。", code="bad_path")
    return found[1], found[2] or found[3] or "1", found[4]


def _whole(path: str) -> tuple[str, str, str]:
    sheet, row, field = _split(path)
    if field is None:
        raise Invalid(f"“{path}”没有写明栏目，应如 accident.place 或 vehicles[V1].cargo。", code="bad_path")
    return sheet, row, field


@verbs.command("list", cls=Verb, help="列出案情各项，或其中一张表；--all 连同空项")
def list_(
    context: typer.Context,
    number: CaseNumber,
    sheet: Annotated[str | None, typer.Argument(metavar="情况表", help="如 people 或 人员", show_default=False)] = None,
    every: Annotated[bool, typer.Option("--all", help="连同未填写的项")] = False,
    clear: Clear = False,
    account: As = None,
    json: Json = False,
) -> None:
    """List the facts of a case, as far as the reader may see them."""
    facts = _facts(number, sheet, account, every, clear=clear)
    answer: Answer = context.obj

    def people() -> None:
        rows = [(one.path, one.label, one.text, "；".join(_told(one.faults))) for one in facts]
        table(("位置", "项目", "内容", "提示"), rows, empty="还没有填写。用 shencha case fact set 填写。")

    answer.give(facts, people)


@verbs.command("show", cls=Verb, help="显示一项：内容、版本、提示")
def show(
    context: typer.Context,
    number: CaseNumber,
    path: Path_,
    clear: Clear = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Show one fact, or all of one row."""
    sheet, row, field = _split(path)
    found = [one for one in _facts(number, sheet, account, True, clear=clear) if one.row == row and _is(one, field)]
    if not found:
        raise Invalid(f"本案没有“{path}”这一项。", code="fact_not_found")
    answer: Answer = context.obj

    def people() -> None:
        for one in found:
            say(f"{one.label}：{one.text}")
            for told in _told(one.faults):
                say(f"  提示：{told}")

    answer.give(found if field is None else found[0], people)


def _is(one: FactLine, field: str | None) -> bool:
    return field is None or field in (one.field, one.label)


@verbs.command("set", cls=Verb, help="填写或修改一项；报告签发后须写理由（即更正事故情况）")
def set_(
    context: typer.Context,
    number: CaseNumber,
    path: Path_,
    value: Annotated[str, typer.Argument(metavar="内容", help="按平常写法；写“”为清空", show_default=False)],
    reason: Annotated[str | None, typer.Option(metavar="文字", help="理由，报告签发后必填")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Change one fact in place, or correct it with a reason."""
    from models.case.commands.facts import change_fact, correct_fact
    from ui.installation import open_installation

    sheet, row, field = _whole(path)
    answer: Answer = context.obj
    with open_installation() as installation, installation.acting(account) as act:
        if reason is not None:
            papers = correct_fact(act, number, sheet=sheet, row=row, field=field, value=value, reason=reason)
            answer.give(
                {"case_number": number, "path": path, "papers": papers},
                lambda: say(f"已更正；所载不同的文书：{'、'.join(papers)}。" if papers else "已更正。"),
            )
            return
        op = f"cli/{uuid4().hex}"
        changed = change_fact(act, number, sheet=sheet, row=row, field=field, value=value, seen=None, op=op)
    faults = tuple(changed.faults)

    def people() -> None:
        say("已保存。")
        for told in _told(faults):
            say(f"  提示：{told}")

    answer.give(
        {"case_number": number, "path": path, "value": changed.value, "version": changed.version, "faults": faults},
        people,
    )


@verbs.command("add", cls=Verb, help="增加一行，如 add 编号 timeline at=2026年11月5日8时10分 what=报警")
def add(
    context: typer.Context,
    number: CaseNumber,
    sheet: Annotated[str, typer.Argument(metavar="情况表", help="如 timeline 或 时间线", show_default=False)],
    values: Annotated[
        list[str] | None, typer.Argument(metavar="栏目=内容…", help="这一行已知的各项", show_default=False)
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="编号", help="放在哪一行之后")] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Add a row to a list of facts."""
    from models.case.commands.facts import add_fact_row
    from ui.installation import open_installation

    said: dict[str, str] = {}
    for one in values or ():
        name, sign, value = one.partition("=")
        if not sign:
            raise Invalid(f"“{one}”应写成 栏目=内容。", code="bad_value")
        said[name.strip()] = value
    with open_installation() as installation, installation.acting(account) as act:
        row = add_fact_row(act, number, sheet=sheet, op=f"cli/{uuid4().hex}", after=after, values=said)
    answer: Answer = context.obj
    answer.give({"case_number": number, "sheet": sheet, "row": row}, lambda: say(f"已增加：{row}。"))


@verbs.command(
    "take-entry", cls=Verb, help="从知识库选用一条：登记为问题，连同依据和所选的整改措施；条目代号见 knowledge suggest"
)
def take_entry(
    context: typer.Context,
    number: CaseNumber,
    entry: Annotated[str, typer.Argument(metavar="条目", help="知识库条目的代号", show_default=False)],
    measure: Annotated[
        list[int] | None, typer.Option(min=1, metavar="序号", help="选用第几项措施，可以写几次；不写为不选用")
    ] = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Make an entry of the knowledge base a finding of the case, with the measures that are chosen."""
    from models.case.commands.taking_over import take_over
    from ui.installation import open_installation

    places = {at - 1 for at in measure or ()}
    with open_installation() as installation, installation.acting(account) as act:
        row = take_over(act, number, entry=entry, measures=places, op=f"cli/{uuid4().hex}")
    answer: Answer = context.obj
    answer.give(
        {"case_number": number, "sheet": "findings", "row": row},
        lambda: say(f"已登记为问题{row}，请按查明的事实改写其中的【】。"),
    )


@verbs.command("remove", cls=Verb, help="删除一行，如 vehicles[V2]；--restore 恢复删除的一行")
def remove(
    context: typer.Context,
    number: CaseNumber,
    path: Path_,
    restore: Annotated[bool, typer.Option("--restore", help="恢复这一行")] = False,
    account: As = None,
    json: Json = False,
) -> None:
    """Take a row out that nothing points to, or put it back."""
    from models.case.commands.facts import remove_fact_row, restore_fact_row
    from ui.installation import open_installation

    sheet, row, field = _split(path)
    if field is not None:
        raise Invalid("删除的是一行，应如 vehicles[V2]；清空一项用 set。", code="bad_path")
    with open_installation() as installation, installation.acting(account) as act:
        step = restore_fact_row if restore else remove_fact_row
        step(act, number, sheet=sheet, row=row, op=f"cli/{uuid4().hex}")
    answer: Answer = context.obj
    done = "已恢复" if restore else "已删除"
    answer.give(
        {"case_number": number, "sheet": sheet, "row": row, "restored": restore}, lambda: say(f"{done}：{row}。")
    )


def _facts(number: str, sheet: str | None, account: str | None, every: bool, *, clear: bool = False) -> list[FactLine]:
    """Return cells with their paths; without a sheet those of all sheets that the reader may see."""
    from models.accident.sheets import SHEETS
    from models.accident.sheets import sheet as named
    from models.case.queries.facts import sheet_shown
    from models.kernel.errors import NotAllowed
    from ui.installation import open_installation
    from ui.readings import personal_on_record

    found = []
    with open_installation() as installation, installation.reading(account) as read:
        for one in [named(sheet)] if sheet is not None else SHEETS.values():
            try:
                shown = sheet_shown(read.session, read.actor, number, one.name, clear=clear)
            except NotAllowed as refusal:
                if sheet is not None or refusal.code != "facts_walled":
                    raise
                continue
            personal_on_record(installation, read.actor.account, number, shown)
            for row in shown.rows:
                at = f"{one.name}[{row.ref}]" if one.many else one.name
                for field in one.fields:
                    cell = row.cells[field.name]
                    if every or cell.text:
                        found.append(
                            FactLine(
                                path=f"{at}.{field.name}",
                                row=row.ref,
                                field=field.name,
                                label=field.label,
                                value=cell.value,
                                text=cell.text,
                                version=cell.version,
                                faults=tuple(cell.faults),
                            )
                        )
    return found


def _told(faults: Iterable[Fault]) -> list[str]:
    return [fault.message for fault in faults]
