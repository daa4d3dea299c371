"""What is refused as a template, and why: nothing that acts, links, hides, injects or never ends."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Callable

import pytest

from documents import render
from documents.templates import examine
from documents.templates.package import LARGEST_FILE
from models.kernel.vocabulary import DocumentKind
from tests.documents import samples
from tests.documents.template_files import NOTICE, spoilt, whole, written

KIND = DocumentKind.RECTIFICATION_NOTICE
REQUIRED = ("{{ 发文机关 }}{{ 发文字号 }}{{ 标题 }}{{ 主送机关 }}{{ 成文日期 }}", "{{ 问题|length }}{{ 措施|length }}")
DOCUMENT, TYPES, RELS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"


def codes(data: bytes, kind: DocumentKind = KIND) -> set[str]:
    found = examine(data, kind)
    assert all(f.message.endswith("。") and f.path for f in found)
    return {f.code for f in found}


def with_text(*paragraphs: str) -> bytes:
    return written(*REQUIRED, *paragraphs)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_template_may_use_every_field_of_its_kind(kind: DocumentKind) -> None:
    assert examine(whole(kind), kind) == []


def test_a_sound_template_with_header_footer_and_table_is_fit() -> None:
    assert examine(NOTICE, KIND) == []


def test_missing_and_unknown_fields_are_named() -> None:
    messages = [f.message for f in examine(written("{{ 发文字号 }}{{ 局长 }}{{ 标题 }}"), KIND)]
    assert "模板中的字段“局长”不存在，请对照字段说明修改。" in messages
    missing = [m for m in messages if "没有使用必需的字段" in m]
    assert len(missing) == 5
    assert any("“主送机关”" in m for m in missing)
    assert not any("“发文字号”" in m for m in missing)


def test_fields_of_another_kind_are_unknown() -> None:
    assert "unknown_field" in codes(with_text("{{ 新期限 }}"))
    assert "unknown_field" in codes(with_text("{%p for 项 in 措施 %}", "{{ 项.处分 }}", "{%p endfor %}"))


def test_a_field_in_a_header_is_examined_too() -> None:
    assert codes(written(*REQUIRED, header="{{ 局长 }}")) == {"unknown_field"}
    assert codes(written(*REQUIRED, footer="{{ ''.__class__ }}")) == {"unknown_field"}
    assert codes(written(*REQUIRED[1:], header=REQUIRED[0])) == set()


INJECTIONS = {
    "class walk": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "field walk": "{{ 标题.__class__ }}",
    "method": "{{ 标题.upper() }}",
    "format": "{{ '{0.__class__}'.format(标题) }}",
    "format filter": "{{ '%s'|format(标题) }}",
    "attr filter": "{{ 标题|attr('__class__') }}",
    "map filter": "{{ 措施|map(attribute='__class__')|list }}",
    "item": "{{ 标题['__class__'] }}",
    "slice": "{{ 标题[0:1] }}",
    "cycler": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "lipsum": "{{ lipsum(n=1000000) }}",
    "joiner": "{{ joiner() }}",
    "namespace": "{{ namespace(a=1) }}",
    "self": "{{ self._TemplateReference__context }}",
    "config": "{{ config }}",
    "import": "{% import 'os' as os %}",
    "include": "{% include '/etc/passwd' %}",
    "extends": "{% extends 'x' %}",
    "from": "{% from 'x' import y %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "call": "{% call 标题() %}{% endcall %}",
    "set": "{% set a = 标题 %}",
    "set block": "{% set a %}x{% endset %}",
    "filter block": "{% filter upper %}x{% endfilter %}",
    "block": "{% block b %}x{% endblock %}",
    "with": "{% with a = 1 %}x{% endwith %}",
    "autoescape off": "{% autoescape false %}{{ 标题 }}{% endautoescape %}",
    "do": "{% do 标题 %}",
    "safe": "{{ 标题|safe }}",
    "power": "{{ 9**9**9 }}",
    "repeat": "{{ 'a'*1000000000 }}",
    "sum": "{{ 标题 + 标题 }}",
    "tilde": "{{ 标题 ~ 标题 }}",
    "list": "{{ [标题, 标题] }}",
    "dict": "{{ {'a': 标题} }}",
    "float": "{{ 1.5 }}",
    "range": "{% for i in range(100000000) %}x{% endfor %}",
    "range of range": "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
    "recursive": "{% for a in 措施 recursive %}{{ loop(措施) }}{% endfor %}",
    "cycle": "{% for a in 措施 %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "changed": "{% for a in 措施 %}{{ loop.changed(a) }}{% endfor %}",
    "loop walk": "{% for a in 措施 %}{{ loop.__init__ }}{% endfor %}",
    "filtered loop": "{% for a in 措施 if a %}x{% endfor %}",
    "unpacked": "{% for a, b in 措施 %}x{% endfor %}",
    "shadow": "{% for 标题 in 措施 %}x{% endfor %}",
    "over text": "{% for a in 标题 %}x{% endfor %}",
    "multiplied": "{% for a in 措施 %}{% for b in 措施 %}{% for c in 措施 %}x{% endfor %}{% endfor %}{% endfor %}",
    "test": "{{ 标题 is callable }}",
    "colspan": "{% colspan 标题 %}",
    "cellbg": "{% cellbg 标题 %}",
    "long constant": "{{ '" + "x" * 300 + "' }}",
    "whole list": "{{ 措施 }}",
    "whole entry": "{% for a in 措施 %}{{ a }}{% endfor %}",
    "loop itself": "{% for a in 措施 %}{{ loop }}{% endfor %}",
}


@pytest.mark.parametrize("payload", INJECTIONS.values(), ids=INJECTIONS)
def test_a_known_payload_is_refused_before_anything_runs(payload: str) -> None:
    refused = codes(with_text(payload))
    assert refused & {"unbalanced", "unsafe_syntax", "unknown_field", "syntax", "not_a_list", "not_text", "nested_loop"}


@pytest.mark.parametrize(
    "text", ["{{ 标题 ", "}} {{", "{% if 标题 %}", "{{ 标题 %}", "{%", "{{ 标题 }", "{{" * 50_000, "{% for" * 20_000]
)
def test_half_tags_are_told_and_take_no_time(text: str) -> None:
    started = time.perf_counter()
    assert codes(with_text(text)) & {"unbalanced", "syntax"}
    assert time.perf_counter() - started < 10


def test_a_pile_of_nested_conditions_is_refused() -> None:
    assert codes(with_text("{% if 标题 %}" * 900 + "{% endif %}" * 900)) == {"syntax"}


def test_lists_inside_their_entry_are_listed() -> None:
    nested = (
        "{%p for 措 in 措施 %}",
        "{%p for 段 in 措.阶段目标 %}",
        "{{ 段.内容 }}",
        "{%p endfor %}",
        "{%p endfor %}",
    )
    assert codes(with_text(*nested)) == set()


def test_an_empty_cell_or_table_after_filling_is_told() -> None:
    rows = (("{%tr for 措 in 措施 %}",), ("{{ 措.内容 }}",), ("{%tr endfor %}",))
    assert codes(written(*REQUIRED, rows=rows)) == {"empty_table"}
    assert codes(written(*REQUIRED, rows=(("{%p if 签发人 %}",),))) & {"syntax", "broken_output", "empty_cell"}


def test_a_tag_across_two_paragraphs_or_outside_the_text_is_refused() -> None:
    assert "unbalanced" in codes(with_text("{{ 标", "题 }}"))

    def into_attribute(parts: dict[str, bytes]) -> None:
        parts[DOCUMENT] = parts[DOCUMENT].replace(b"<w:sectPr", '<w:p w:rsidR="{{ 标题 }}"/><w:sectPr'.encode(), 1)

    def into_styles(parts: dict[str, bytes]) -> None:
        parts["word/footnotes.xml"] = "<w:x xmlns:w='w'>{{ 标题 }}</w:x>".encode()

    assert "field_place" in codes(spoilt(NOTICE, into_attribute))
    assert "field_place" in codes(spoilt(NOTICE, into_styles))


def _part(name: str, content: bytes = b"x") -> Callable[[dict[str, bytes]], None]:
    return lambda parts: parts.__setitem__(name, content)


def _in_document(xml: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[DOCUMENT] = parts[DOCUMENT].replace(b"<w:body>", b"<w:body>" + xml.encode(), 1)

    return change


def _relation(kind: str, target: str, mode: str = "") -> Callable[[dict[str, bytes]], None]:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    line = f'<Relationship Id="rIdX" Type="{base}{kind}" Target="{target}" {mode}/></Relationships>'

    def change(parts: dict[str, bytes]) -> None:
        parts[RELS] = parts[RELS].replace(b"</Relationships>", line.encode())

    return change


def _type(old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        assert old.encode() in parts[TYPES]
        parts[TYPES] = parts[TYPES].replace(old.encode(), new.encode())

    return change


def _field(code: str) -> Callable[[dict[str, bytes]], None]:
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{k}"/></w:r>' for k in ("begin", "end"))
    pieces = "".join(f"<w:r><w:instrText>{c}</w:instrText></w:r>" for c in code.split("|"))
    return _in_document(f"<w:p>{begin}{pieces}{end}</w:p>")


EXTERNAL = 'TargetMode="External"'
PACKAGES: dict[str, tuple[Callable[[dict[str, bytes]], None], str]] = {
    "macros": (_part("word/vbaProject.bin"), "macros"),
    "macro type": (_type("wordprocessingml.document.main+xml", "ms-word.document.macroEnabled.main+xml"), "not_docx"),
    "dotx": (_type("wordprocessingml.document.main+xml", "wordprocessingml.template.main+xml"), "not_docx"),
    "activex part": (_part("word/activeX/activeX1.xml", b"<a/>"), "activex"),
    "activex element": (_in_document('<w:p><w:r><w:control xmlns:w="w"/></w:r></w:p>'), "activex"),
    "ole part": (_part("word/embeddings/oleObject1.bin"), "ole"),
    "ole element": (_in_document("<w:p><w:r><w:object/></w:r></w:p>"), "ole"),
    "ole relation": (_relation("oleObject", "styles.xml"), "ole"),
    "alt chunk": (_in_document("<w:altChunk/>"), "alt_chunk"),
    "alt chunk relation": (_relation("aFChunk", "styles.xml"), "alt_chunk"),
    "attached template": (_relation("attachedTemplate", "http://example.org/a.dotm", EXTERNAL), "attached_template"),
    "sub document": (_in_document("<w:subDoc/>"), "sub_document"),
    "external image": (_relation("image", "http://example.org/a.png", EXTERNAL), "external"),
    "file image": (_relation("image", "file:///etc/passwd"), "external"),
    "network share": (_relation("image", "\\\\host\\share\\a.png", EXTERNAL), "external"),
    "climbing target": (_relation("image", "../../etc/passwd"), "external"),
    "absent target": (_relation("image", "media/none.png"), "external"),
    "hyperlink": (_relation("hyperlink", "http://example.org", EXTERNAL), "external"),
    "unknown relation": (_relation("somethingNew", "styles.xml"), "relation"),
    "linked picture": (
        _in_document('<w:p><w:r><a:blip xmlns:a="a" r:link="rId1"/></w:r></w:p>'),
        "external",
    ),
    "vml source": (
        _in_document('<w:p><w:r><v:imagedata xmlns:v="v" src="http://example.org/a"/></w:r></w:p>'),
        "external",
    ),
    "script": (_in_document("<w:p><script>x</script></w:p>"), "script"),
    "dde": (_field("DDEAUTO c:\\windows\\system32\\cmd.exe"), "dde"),
    "dde in pieces": (_field("DD|EAUTO| cmd"), "dde"),
    "include text": (_field(" INCLUDETEXT http://example.org/a "), "field_code"),
    "include picture": (_field("INCLUDEPICTURE \\d"), "field_code"),
    "hyperlink field": (_field("HYPERLINK http://example.org"), "field_code"),
    "macro button": (_field("MACROBUTTON x"), "field_code"),
    "simple field": (_in_document('<w:p><w:fldSimple w:instr="LINK Excel.Sheet"/></w:p>'), "field_code"),
    "unclosed field": (
        _in_document('<w:p><w:r><w:fldChar w:fldCharType="begin"/><w:instrText>DDE a</w:instrText></w:r></w:p>'),
        "dde",
    ),
    "html": (_part("word/page.html", b"<script/>"), "foreign_part"),
    "program": (_part("word/media/a.exe", b"MZ"), "foreign_part"),
    "false picture": (_part("word/media/a.png", b"MZ"), "foreign_part"),
    "svg": (_part("word/media/a.svg", b"<svg/>"), "foreign_part"),
    "doctype": (_part("word/extra.xml", b'<!DOCTYPE a [<!ENTITY b "x">]><a>&b;</a>'), "doctype"),
    "damaged part": (_part("word/extra.xml", b"<a"), "broken"),
    "instruction": (_part("word/extra.xml", b'<a><?xml-stylesheet href="x"?></a>'), "instruction"),
    "climbing name": (_part("../../evil.xml", b"<a/>"), "unsafe_name"),
    "absolute name": (_part("/etc/evil.xml", b"<a/>"), "unsafe_name"),
    "drive name": (_part("C:\\evil.xml", b"<a/>"), "unsafe_name"),
    "same name": (_part("WORD/document.xml", b"<a/>"), "duplicate_names"),
    "bomb": (_part("word/extra.xml", b" " * (20 << 20)), "zip_bomb"),
    "many parts": (lambda parts: parts.update({f"word/a{n}.xml": b"<a/>" for n in range(400)}), "too_large"),
    "no types": (lambda parts: parts.pop(TYPES), "not_docx"),
}


@pytest.mark.parametrize(("change", "code"), PACKAGES.values(), ids=PACKAGES)
def test_what_acts_links_or_hides_is_refused(change: Callable[[dict[str, bytes]], None], code: str) -> None:
    assert code in codes(spoilt(NOTICE, change))


def test_page_numbers_are_the_only_fields_allowed() -> None:
    assert codes(spoilt(NOTICE, _field(" PAGE |\\* MERGEFORMAT"))) == set()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_docx"),
        ("不是文件".encode(), "not_docx"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "encrypted"),
        (bytes(LARGEST_FILE + 1), "too_large"),
        (NOTICE[:-500], "not_docx"),
    ],
    ids=["empty", "text", "old", "huge", "cut"],
)
def test_what_is_no_docx_is_told_in_one_sentence(data: bytes, code: str) -> None:
    assert codes(data) == {code}


def test_a_link_inside_the_zip_is_refused() -> None:
    stream = io.BytesIO(NOTICE)
    with zipfile.ZipFile(stream, "a") as package:
        entry = zipfile.ZipInfo("word/link.xml")
        entry.external_attr = 0o120777 << 16
        package.writestr(entry, "/etc/passwd")
    assert codes(stream.getvalue()) == {"unsafe_name"}


def test_our_own_paper_is_a_sound_package_and_lacks_only_the_fields() -> None:
    assert codes(render(samples.notice())) == {"missing_field"}
