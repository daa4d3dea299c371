"""Templates as a unit would write them, and ways to spoil them. python-docx makes the file as Word would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import docx

from documents.templates import Shape, fields
from models.kernel.vocabulary import DocumentKind


def written(*paragraphs: str, header: str = "", footer: str = "", rows: tuple[tuple[str, ...], ...] = ()) -> bytes:
    """A docx with these paragraphs, a header, a footer and one table."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[-1]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=False):
                cell.text = text
    section = document.sections[0]
    if header:
        section.header.paragraphs[0].text = header
    if footer:
        section.footer.paragraphs[0].text = footer
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def whole(kind: DocumentKind) -> bytes:
    """A template that uses every field of a kind, lists with all their fields."""
    paragraphs = []
    for named in fields(kind):
        if named.shape is Shape.TEXT:
            paragraphs.append(f"{named.name}：{{{{ {named.name} }}}}")
        elif named.shape is Shape.LINES:
            paragraphs += [f"{{%p for 行 in {named.name} %}}", "{{ loop.index }}. {{ 行 }}", "{%p endfor %}"]
        else:
            paragraphs += [f"{{%p for 项 in {named.name} %}}"]
            for inner in named.fields:
                if inner.shape is Shape.TEXT:
                    paragraphs.append(f"{inner.name}：{{{{ 项.{inner.name} }}}}")
                else:
                    paragraphs += [f"{{%p for 目 in 项.{inner.name} %}}", "（{{ loop.index }}）", "{%p endfor %}"]
            paragraphs += ["{%p endfor %}"]
    return written(*paragraphs)


NOTICE = written(
    "{{ 发文机关标志 }}",
    "{{ 发文字号 }}",
    "{{ 标题 }}",
    "{{ 主送机关 }}：",
    "{{ 事故概况 }}",
    "{%p for 问 in 问题 %}",
    "（{{ loop.index }}）{{ 问.内容 }}依据：{{ 问.依据 }}",
    "{%p endfor %}",
    "{%p if 反馈要求|length > 0 %}",
    "{%p for 项 in 反馈要求 %}",
    "{{ 项.事项 }}：{{ 项.期限 }}{% if 项.参考值 %}（{{ 项.参考值 }}）{% endif %}",
    "{%p endfor %}",
    "{%p endif %}",
    "附件：{{ 附件|join(“、”) }}",
    "{{ 发文机关 }}",
    "{{ 成文日期 }}",
    header="{{ 文种 }}　{{ 案件编号 }}",
    footer="{{ 联系人 }} {{ 联系电话 }}",
    rows=(
        ("序号", "措施", "期限"),
        ("{%tr for 措 in 措施 %}", "", ""),
        ("{{ 措.编号 }}", "{{ 措.内容 }}", "{{ 措.期限 }}"),
        ("{%tr endfor %}", "", ""),
    ),
)


def spoilt(data: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same package with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    change(parts)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()
