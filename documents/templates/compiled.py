"""A template ready for use: its unchanging parts zipped once, its text compiled once."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, Template, TemplateError, TemplateSyntaxError, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from documents.drawn import drawn, fields, within
from documents.fields.named import Fields
from documents.layout.package import Frame, Sheet, core_properties, write
from documents.layout.styles import W
from documents.templates.package import Element, Parts, Unsafe, audit, parse, read
from documents.templates.syntax import Reading
from documents.templates.values import Values, shown, values
from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import DocumentKind
from models.papers.content import Paper, dated, title_of

_W = f"{{{W}}}"
_CORE = "docProps/core.xml"
_TAGS = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}|\{#[^{}]*#\}")
_HALF_TAG = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
_ANY_TAG = re.compile(r"\{[{%#]|[}%#]\}")
_TABLE_WORDS = re.compile(r"\{%\s*(colspan|cellbg|vm|hm)\b")  # docxtpl rewrites table cells for these: not supported
_EDGE = re.compile(r"wordprocessingml\.(header|footer)\+xml$")
_UNREAD = ("unbalanced", "field_place", "too_many_fields", "syntax")  # with these, who knows which fields are used
_MOST_TAGS = 2000
_LARGEST_OUTPUT = 40_000_000  # characters


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, finalize=_finalize, keep_trailing_newline=True, cache_size=0
    )
    environment.globals.clear()
    environment.tests.clear()
    environment.filters = {name: environment.filters[name] for name in ("join", "length")}
    return environment


def _finalize(value: object) -> object:
    return value if isinstance(value, Undefined) else shown(value)


ENVIRONMENT = _environment()
_DOCXTPL = DocxTemplate("")


@dataclass(frozen=True, slots=True)
class Compiled:
    """A template of one kind of paper."""

    kind: DocumentKind
    base: bytes
    texts: tuple[tuple[str, Template], ...]
    has_properties: bool

    def render(self, paper: Paper) -> bytes:
        """Return the paper as docx: the same paper gives the same bytes. Raises Invalid for a paper of another kind."""
        if paper.kind != self.kind:
            raise Invalid(f"模板用于{self.kind.label}，不能用于其他文书。", code="template_kind")
        sheet = Sheet(
            body="",
            frame=Frame.DOCUMENT,
            title=title_of(paper),
            creator=paper.author,
            category=self.kind.label,
            dated=dated(paper),
        )
        return self._zip(dict(self.filled(values(drawn(paper).fields, within(paper)))), core_properties(sheet))

    def filled(self, given: Values) -> Iterator[tuple[str, str]]:
        """Fill the text parts with values. Raises Invalid where they cannot be, or grow beyond all measure."""
        for name, template in self.texts:
            yield name, _bounded(name, template, given)

    def _zip(self, texts: dict[str, str], properties: str) -> bytes:
        stream = io.BytesIO(self.base)
        with zipfile.ZipFile(stream, "a") as package:
            if self.has_properties:
                write(package, _CORE, properties.encode())
            for name, text in texts.items():
                write(package, name, text.encode())
        return stream.getvalue()


def _bounded(name: str, template: Template, given: Values) -> str:
    chunks, size = [], 0
    try:
        for chunk in template.generate(given):
            chunks.append(chunk)
            size += len(chunk)
            if size > _LARGEST_OUTPUT:
                raise Invalid("按模板生成的文件过大，已停止。", code="template_output")
    except TemplateError as error:
        raise Invalid(f"模板的{place(name)}无法填写：{error}。", code="template_failed") from error
    return "".join(chunks)


def place(name: str) -> str:
    """What people call a part of the package."""
    if name == "word/document.xml":
        return "正文"
    return "页眉" if "header" in name else "页脚" if "footer" in name else name


def text_parts(parts: Parts) -> list[str]:
    """The parts that are filled: body, headers, footers."""
    types = parse("[Content_Types].xml", parts["[Content_Types].xml"])
    edges = [e.get("PartName", "")[1:] for e in types if _EDGE.search(e.get("ContentType") or "")]
    return ["word/document.xml", *(name for name in edges if name in parts)]


def prepare(data: bytes, kind: DocumentKind) -> tuple[Compiled | None, list[Fault]]:
    """Audit a package, read its syntax and compile it; None where a fault makes it unfit."""
    try:
        parts = read(data)
        faults = list(audit(parts))
        if faults:
            return None, faults
        return _compile(parts, kind)
    except Unsafe as unsafe:
        return None, [unsafe.fault]


def _compile(parts: Parts, kind: DocumentKind) -> tuple[Compiled | None, list[Fault]]:
    filled = text_parts(parts)
    reading = Reading(fields(kind))
    texts: list[tuple[str, Template]] = []
    for name, data in parts.items():
        if not name.endswith((".xml", ".rels")):
            continue
        root = parse(name, data)
        if name not in filled:
            if _ANY_TAG.search("".join(root.itertext())):
                reading.faults.append(Fault(name, "字段只能写在正文、页眉和页脚中。", "field_place"))
            continue
        before = len(reading.faults)
        reading.faults += _misplaced(name, root)
        if len(reading.faults) == before:
            texts += _compiled_text(name, data, reading)
    unread = any(fault.code in _UNREAD for fault in reading.faults)
    faults = [*reading.faults, *([] if unread else reading.missing())]
    return (None, faults) if faults else (_packed(parts, kind, texts), [])


def _packed(parts: Parts, kind: DocumentKind, texts: list[tuple[str, Template]]) -> Compiled:
    changing = {_CORE, *(name for name, _ in texts)}
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, data in parts.items():
            if name not in changing:
                write(package, name, data)
    return Compiled(kind, stream.getvalue(), tuple(texts), _CORE in parts)


def _misplaced(name: str, root: Element) -> Iterator[Fault]:
    """Tags must be whole inside one paragraph's text, and stand nowhere else (attributes, field codes)."""
    total = 0
    for n, paragraph in enumerate(root.iter(f"{_W}p"), 1):
        text = "".join(t.text or "" for t in paragraph.iter(f"{_W}t") if _own(t, paragraph))
        total += len(_TAGS.findall(text))
        where = f"{place(name)}第{n}段"
        if _HALF_TAG.search(_TAGS.sub("", text)):
            yield Fault(where, "花括号不成对，或者一个字段跨了两段，请改正。", "unbalanced")
        if _TABLE_WORDS.search(text):
            yield Fault(where, "不支持 colspan、cellbg、vm、hm 指令。", "unsafe_syntax")
    if total > _MOST_TAGS:
        yield Fault(place(name), f"字段和指令超过{_MOST_TAGS}处，不是正常的模板。", "too_many_fields")
    for element in root.iter():
        held = [*element.attrib.values(), element.tail or ""]
        held += [element.text or ""] if element.tag != f"{_W}t" else []
        if any(_ANY_TAG.search(value) for value in held):
            yield Fault(place(name), "字段只能写在普通文字中，不能写在域代码、批注或者属性里。", "field_place")
            return


def _own(text: Element, paragraph: Element) -> bool:
    """Whether a text stands in this paragraph itself, not in one of a text box inside it."""
    return next(text.iterancestors(f"{_W}p")) is paragraph


def _compiled_text(name: str, data: bytes, reading: Reading) -> list[tuple[str, Template]]:
    source = re.sub(r"<w:p([ >])", r"\n<w:p\1", _DOCXTPL.patch_xml(data.decode("utf-8-sig")))
    if not _ANY_TAG.search(source):
        return []
    try:
        known = len(reading.faults)
        reading.read(ENVIRONMENT.parse(source), place(name))
        # Compiling works out what is constant: of a template that is refused nothing is compiled.
        return [] if len(reading.faults) > known else [(name, ENVIRONMENT.from_string(source))]
    except TemplateSyntaxError as error:
        lines = source.splitlines()
        near = re.sub(r"<[^>]+>", "", lines[error.lineno - 1])[:60] if 0 < error.lineno <= len(lines) else ""
        reading.faults.append(Fault(place(name), f"模板语法有误，位置在“{near}”附近。", "syntax"))
        return []
    except RecursionError:
        reading.faults.append(Fault(place(name), "模板中的条件和循环嵌套过深。", "syntax"))
        return []


__all__ = ["Compiled", "Fields", "place", "prepare", "text_parts"]
