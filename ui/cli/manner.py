"""`shencha manner …`: how each kind of paper is written to each group of recipients."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from typer.models import OptionInfo

from models.kernel.vocabulary import DocumentForm, DocumentKind, Publicity, SealMode, Word
from models.office.rules.relations import Group, IssuingBody
from models.office.rules.writing_rules import Manner, WhenLate
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
Words = Annotated[str | None, typer.Option(metavar="文字", show_default=False)]


@dataclass(frozen=True, slots=True)
class MannerShown:
    """A row of the table of manners: to whom, which paper, which version, and how it is written."""

    recipients: Group
    kind: DocumentKind
    version: int
    manner: Manner

    def as_json(self) -> dict[str, object]:
        """Return it as published: the manner's fields beside the others."""
        return {"recipients": self.recipients, "kind": self.kind, "version": self.version, **asdict(self.manner)}


@verbs.command("list", cls=Verb, help="行文规则：向谁、用什么文种、以谁的名义行文")
def list_(context: typer.Context, json: Json = False) -> None:
    """List the rows in force."""
    from ui.rules_in_force import rules_in_force

    manners = rules_in_force().manners
    rows = [
        MannerShown(group, kind, manners.versions.get((group, kind), 1), manner)
        for (group, kind), manner in manners.rows.items()
    ]
    answer: Answer = context.obj
    answer.give(
        rows,
        lambda: table(
            ("受文单位", "文书", "文种", "发文机关", "标题", "结束语", "逾期时"),
            (
                (
                    row.recipients.label,
                    row.kind.label,
                    row.manner.form.label,
                    row.manner.issued_by.label,
                    row.manner.title,
                    row.manner.closing,
                    row.manner.when_late.label if row.manner.when_late else "",
                )
                for row in rows
            ),
            empty="没有行文规则。",
        ),
    )


def _of(words: type[Word], what: str) -> OptionInfo:
    found: OptionInfo = typer.Option(
        parser=word(words), metavar="代码", help=f"{what}：{choices(words)}", show_default=False
    )
    return found


@verbs.command("set", cls=Verb, help="修改一条行文规则（管理员，须写明理由）")
def set_(
    context: typer.Context,
    recipients: Annotated[Group, _of(Group, "受文单位")],
    kind: Annotated[DocumentKind, _of(DocumentKind, "文书")],
    reason: Annotated[str, typer.Option(metavar="文字", help="理由", show_default=False)],
    form: Annotated[DocumentForm | None, _of(DocumentForm, "文种")] = None,
    title: Words = None,
    closing: Words = None,
    issued_by: Annotated[IssuingBody | None, _of(IssuingBody, "发文机关")] = None,
    series: Words = None,
    seal: Annotated[SealMode | None, _of(SealMode, "用印方式")] = None,
    signer: Words = None,
    copies: Annotated[bool | None, typer.Option("--copies/--no-copies", help="是否抄送行业主管部门")] = None,
    excerpt: Annotated[bool | None, typer.Option("--excerpt/--no-excerpt", help="通知书是否随附报告摘录")] = None,
    when_late: Annotated[WhenLate | None, _of(WhenLate, "逾期时的处理")] = None,
    publicity: Annotated[Publicity | None, _of(Publicity, "公开属性")] = None,
    actor: As = None,
    json: Json = False,
) -> None:
    """Add a version of one row."""
    from models.papers.commands.writing_rules import set_manner
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(actor) as act:
        version = set_manner(
            act,
            recipients,
            kind,
            reason=reason,
            form=form,
            title=title,
            closing=closing,
            issued_by=issued_by,
            series=series,
            seal=seal,
            signer=signer,
            copies_industry_authority=copies,
            with_excerpt=excerpt,
            when_late=when_late,
            publicity=publicity,
        )
    answer: Answer = context.obj
    answer.give(
        {"recipients": recipients, "kind": kind, "version": version},
        lambda: say(f"对{recipients.label}制发{kind.label}的行文规则已改为第{version}版，此前拟制的文书不变。"),
    )
