"""`shencha template …`: a unit's own forms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from models.kernel.vocabulary import DocumentForm, DocumentKind
from ui.cli.answer import Answer, say, table
from ui.cli.help_page import Verb
from ui.cli.options import As, Json, choices, word

verbs = typer.Typer(rich_markup_mode=None)
File = Annotated[Path, typer.Argument(metavar="DOCX文件", help="用 Word 或 WPS 制作的模板", show_default=False)]
Kind = Annotated[
    DocumentKind,
    typer.Option(parser=word(DocumentKind), metavar="代码", help=f"文书：{choices(DocumentKind)}", show_default=False),
]
Form = Annotated[
    DocumentForm | None,
    typer.Option(parser=word(DocumentForm), metavar="代码", help=f"文种：{choices(DocumentForm)}；不写则各文种通用"),
]


@verbs.command("check", cls=Verb, help="检查一个模板，不启用")
def check(context: typer.Context, file: File, kind: Kind, json: Json = False) -> None:
    """Examine a file; exit status 1 when anything is wrong."""
    from ui.incoming import open_file
    from ui.own_forms import LARGEST, examined

    with open_file(file) as stream:
        faults = examined(stream.read(LARGEST + 1), kind).faults
    answer: Answer = context.obj
    answer.status = 1 if faults else 0
    answer.give(
        {"ok": not faults, "faults": [{"path": f.path, "message": f.message, "code": f.code} for f in faults]},
        lambda: say("\n".join(map(str, faults)) or "模板合格，可以启用。"),
    )


@verbs.command("upload", cls=Verb, help="检查并启用一个模板；原有的同类模板停用")
def upload(
    context: typer.Context,
    file: File,
    kind: Kind,
    issuer: Annotated[str, typer.Option(metavar="单位", help="发文单位名称或编号", show_default=False)],
    form: Form = None,
    account: As = None,
    json: Json = False,
) -> None:
    """Put a template into use."""
    from ui.installation import open_installation
    from ui.own_forms import hand_in

    with open_installation() as installation:
        version = hand_in(installation, account, file, issuer=issuer, kind=kind, form=form)
    answer: Answer = context.obj
    answer.give(
        {"issuer": issuer, "kind": kind, "form": form, "version": version},
        lambda: say(f"已启用{kind.label}模板第 {version} 版，此后签发的文书使用该模板。"),
    )


@verbs.command("list", cls=Verb, help="模板列表")
def list_(context: typer.Context, account: As = None, json: Json = False) -> None:
    """List templates, those out of use too."""
    from models.papers.queries.templates import template_list
    from ui.installation import open_installation

    with open_installation() as installation, installation.reading(account) as read:
        found = template_list(read.session, read.actor)
    answer: Answer = context.obj
    answer.give(
        found,
        lambda: table(
            ("编号", "发文单位", "文书", "文种", "版本", "文件", "状态"),
            (
                (
                    one.id,
                    one.issuer,
                    one.kind.label,
                    one.form.label if one.form else "通用",
                    one.version,
                    one.file_name,
                    "已停用" if one.retired_at else "在用",
                )
                for one in found
            ),
            empty="没有模板，各种文书使用系统版式。",
        ),
    )


@verbs.command("retire", cls=Verb, help="停用一个模板，此后签发的文书使用系统版式")
def retire(
    context: typer.Context,
    template: Annotated[int, typer.Argument(metavar="编号", help="模板编号，见 template list", show_default=False)],
    reason: Annotated[str, typer.Option(metavar="文字", help="停用的理由", show_default=False)],
    account: As = None,
    json: Json = False,
) -> None:
    """Take a template out of use."""
    from models.papers.commands.templates import retire_template
    from ui.installation import open_installation

    with open_installation() as installation, installation.acting(account) as act:
        retire_template(act, template=template, reason=reason)
    answer: Answer = context.obj
    answer.give({"template": template}, lambda: say(f"已停用编号 {template} 的模板。"))


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A named field as it is listed; one inside a list bears the list's name before its own."""

    name: str
    meaning: str
    shape: str
    required: bool


@verbs.command("fields", cls=Verb, help="一种文书的模板可以使用的字段")
def fields(context: typer.Context, kind: Kind, json: Json = False) -> None:
    """List the named fields of a kind of paper."""
    from documents.fields.named import AnyFields
    from documents.templates import fields as named

    def rows(known: AnyFields, within: str = "") -> list[FieldShown]:
        found: list[FieldShown] = []
        for f in known:
            found.append(FieldShown(within + f.name, f.meaning, f.shape.value, f.required))
            found += rows(f.fields, f"{within}{f.name}.")
        return found

    answer: Answer = context.obj
    found = rows(named(kind))
    answer.give(
        found,
        lambda: table(
            ("字段", "含义", "形式", "必需"),
            ((f.name, f.meaning, f.shape, "是" if f.required else "") for f in found),
            empty="没有字段。",
        ),
    )
