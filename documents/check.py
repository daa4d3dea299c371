"""Where a docx departs from GB/T 9704-2012, to the element. Reads any docx, foreign ones too."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.layout.measures import (
    BODY,
    BOTTOM,
    CHARACTERS,
    HEI,
    LEFT,
    LINES,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TITLE,
    TOP,
)
from documents.layout.parts_of_paper import PaperParts, is_red_line, parts
from documents.layout.reading import Package, Paragraph, edge, open_docx, value, w, whole
from models.errors import Fault
from models.papers.wording import width
from models.rules.vocabulary import DocumentKind

_FANG = {"仿宋_GB2312", "仿宋", "FangSong_GB2312", "FangSong"}
_KAI = {"楷体_GB2312", "楷体", "KaiTi_GB2312", "KaiTi"}
_HEI = {HEI, "SimHei"}
_SONG = {"宋体", "SimSun", "新宋体", "NSimSun"}
_TOLERANCE = round(MM)  # the standard allows 1 mm (art. 5.2.1)
_NUMBER = re.compile(r"[^〔〕\[\]（）()\s]+〔(?P<year>\d{4})〕(?P<n>[1-9]\d*)号")


def faults(docx: bytes) -> list[Fault]:
    """Return every departure with its place; none means that the page is as the standard wants it.

    Raises Invalid with one sentence when the bytes are no readable docx (not a zip, encrypted, damaged, too large).
    A volume of the archive is checked for its page only, since it is no 公文.
    """
    package = open_docx(docx)
    found = list(_sections(package))
    if package.category == DocumentKind.TRACEBACK_ARCHIVE.label:
        return found + list(_volume_numbers(package))
    paper = parts(package)
    return [
        *found,
        *_page_numbers(package, letter=paper.letter),
        *_head(paper),
        *_title(paper),
        *_recipient(paper),
        *_body(paper),
        *_date(paper),
        *_imprint(package, paper),
    ]


def _all_sections(package: Package) -> list[object]:
    return list(package.document.iter(w("sectPr")))


def _near(found: int | None, wanted: int) -> bool:
    return found is not None and abs(found - wanted) <= _TOLERANCE


def _millimetres(found: int | None) -> str:
    return "未设置" if found is None else f"为{found / MM:.1f}毫米"


def _sections(package: Package) -> Iterator[Fault]:
    sections = _all_sections(package)
    if not sections:
        yield Fault("页面设置", "没有页面设置，应当为A4纸、版心156毫米×225毫米。", "page_size")
    for n, section in enumerate(sections, 1):
        yield from _page(package, section, f"第{n}节页面设置")


def _page(package: Package, section: object, where: str) -> Iterator[Fault]:
    element: Paragraph | object = section
    size, margins, grid = (element.find(w(name)) for name in ("pgSz", "pgMar", "docGrid"))  # type: ignore[union-attr]
    wide, high = whole(value(size, "w")), whole(value(size, "h"))
    if not (_near(wide, PAGE_WIDTH) and _near(high, PAGE_HEIGHT)):
        yield Fault(where, "纸张应当为A4（210毫米×297毫米）。", "page_size")
    for name, side, wanted in (
        ("上", "top", TOP),
        ("左", "left", LEFT),
        ("右", "right", RIGHT),
        ("下", "bottom", BOTTOM),
    ):
        found = whole(value(margins, side))
        if not _near(found, wanted):
            yield Fault(where, f"{name}边距{_millimetres(found)}，应当为{wanted / MM:.0f}毫米。", f"margin_{side}")
    yield from _grid(package, grid, where)


def _grid(package: Package, grid: object, where: str) -> Iterator[Fault]:
    kind = value(grid, "type")
    pitch, space = whole(value(grid, "linePitch")), whole(value(grid, "charSpace")) or 0
    if kind not in ("lines", "linesAndChars", "snapToChars") or not pitch or pitch < 1:
        yield Fault(where, f"未设置文档网格，应当每页{LINES}行、每行{CHARACTERS}字。", "grid")
        return
    if TEXT_HEIGHT // pitch != LINES:
        yield Fault(where, f"每页排{TEXT_HEIGHT // pitch}行，应当为{LINES}行。", "grid_lines")
    normal = next((s for e in package.chain(None, "rPr") if (s := whole(value(e.find(w("sz")))))), None)
    default = whole(value(package.defaults.find(w("sz")))) if package.defaults is not None else None
    cell = (normal or default or 20) / 2 + space / 4096
    count = int(TEXT_WIDTH / 20 / cell + 1e-9) if cell > 0 else 0
    if kind == "lines" or count != CHARACTERS:
        found = "未设置每行字数" if kind == "lines" else f"每行排{count}字"
        yield Fault(where, f"{found}，应当为{CHARACTERS}字。", "grid_characters")


def _has_page_field(element: object) -> bool:
    if element is None:
        return False
    codes = [t.text or "" for t in element.iter(w("instrText"))]  # type: ignore[attr-defined]
    codes += [value(f, "instr") or "" for f in element.iter(w("fldSimple"))]  # type: ignore[attr-defined]
    return any(re.search(r"\bPAGE\b", code) for code in codes)


def _switch(package: Package, name: str) -> bool:
    element = package.settings.find(w(name))
    return element is not None and value(element) not in ("0", "false", "off")


def _page_numbers(package: Package, *, letter: bool) -> Iterator[Fault]:
    if not _switch(package, "evenAndOddHeaders"):
        yield Fault("页码", "未区分奇偶页，单页码应当居右空一字、双页码居左空一字。", "page_number_sides")
    for n, section in enumerate(_all_sections(package), 1):
        for when, name, side in (("default", "单页", "right"), ("even", "双页", "left")):
            yield from _page_number(package, edge(package, section, "footer", when), f"第{n}节{name}页脚", side)
        footer = whole(value(section.find(w("pgMar")), "footer"))  # type: ignore[attr-defined]
        if footer is None or abs(footer - 1412) > _TOLERANCE:
            yield Fault(
                f"第{n}节页面设置", f"页脚距{_millimetres(footer)}，页码一字线应当在版心下边缘之下7毫米。", "footer"
            )
        if letter and n == 1 and _has_page_field(edge(package, section, "footer", "first")):
            yield Fault("首页页脚", "函的首页不显示页码。", "letter_first_page")


def _page_number(package: Package, footer: object, where: str, side: str) -> Iterator[Fault]:
    if not _has_page_field(footer):
        yield Fault(where, "没有页码。", "page_number")
        return
    line = next(p for p in footer.iter(w("p")) if _has_page_field(p))  # type: ignore[attr-defined]
    paragraph = Paragraph(package, line)
    if not re.fullmatch(r"[—一]\s*\d*\s*[—一]", paragraph.text):
        yield Fault(where, "页码左右应当各放一条一字线。", "page_number_dashes")
    if paragraph.alignment not in ({"right": "right", "left": "left"}[side], {"right": "end", "left": "start"}[side]):
        yield Fault(where, f"页码应当居{'右' if side == 'right' else '左'}。", "page_number_sides")
    elif round(paragraph.indent(side, 28), 1) != 1:
        yield Fault(where, "页码应当距版心边缘空一字。", "page_number_indent")
    for _, font in paragraph.fonts():
        if font.size != 28 or font.face not in _SONG:
            yield Fault(where, "页码应当用4号半角宋体。", "page_number_font")
            break


def _volume_numbers(package: Package) -> Iterator[Fault]:
    if not _switch(package, "evenAndOddHeaders"):
        yield Fault("页码", "未区分奇偶页，案卷页码应当在外侧上角。", "page_number_sides")
    section = _all_sections(package)[-1]
    for when, name, side in (("default", "单页", "right"), ("even", "双页", "left")):
        header = edge(package, section, "header", when)
        if not _has_page_field(header):
            yield Fault(f"{name}页眉", "没有页码，案卷页码应当在外侧上角。", "page_number")
        elif Paragraph(package, next(header.iter(w("p")))).alignment != side:
            yield Fault(f"{name}页眉", f"页码应当居{'右' if side == 'right' else '左'}。", "page_number_sides")


def _head(paper: PaperParts) -> Iterator[Fault]:
    if paper.mark is None:
        yield Fault("发文机关标志", "没有红色的发文机关标志。", "mark")
    else:
        text, font = next(paper.mark.fonts())
        if "小标宋" not in (font.face or ""):
            yield Fault("发文机关标志", f"“{text[:20]}”应当用小标宋体。", "mark_font")
        if paper.mark.alignment != "center":
            yield Fault("发文机关标志", "应当居中排布。", "mark_alignment")
    if paper.number is None:
        yield Fault("发文字号", "没有发文字号。", "number")
    else:
        yield from _number(paper.number.text.split("签发人")[0].strip())
    if not paper.letter and not paper.red_line:
        yield Fault("分隔线", "发文字号之下没有与版心等宽的红色分隔线。", "red_line")
    elif not paper.letter and paper.number is not None and is_red_line(paper.number):
        side = max(abs(paper.number.attribute("ind", s) or 0) for s in ("left", "right"))
        if side > _TOLERANCE:
            yield Fault("分隔线", "红色分隔线应当与版心等宽（156毫米）。", "red_line_width")


def _number(text: str) -> Iterator[Fault]:
    if text == "—":
        yield Fault("发文字号", "尚未编号（草稿）。", "number")
    elif not _NUMBER.fullmatch(text):
        yield Fault(
            "发文字号",
            f"“{text[:40]}”应当为机关代字、六角括号〔〕内的4位年份和不加“第”、不编虚位的顺序号。",
            "number_format",
        )


def _title(paper: PaperParts) -> Iterator[Fault]:
    if not paper.title:
        yield Fault("标题", "没有居中排布的标题。", "title")
        return
    for line in paper.title:
        for text, font in line.fonts():
            if font.size != TITLE:
                yield Fault("标题", f"“{text[:20]}”为{font.size / 2:g}磅，应当为2号（22磅）。", "title_size")
            if "小标宋" not in (font.face or ""):
                yield Fault("标题", f"“{text[:20]}”应当用小标宋体。", "title_font")
        if any(width(part) > 22 for part in line.text.split("\n")):
            yield Fault("标题", "标题一行过长，应当按词意分行。", "title_lines")
    if paper.number is not None and not paper.letter and paper.empty_above_title != 2:
        yield Fault("标题", f"红色分隔线与标题之间空{paper.empty_above_title}行，应当空二行。", "title_spacing")
    if paper.lines_above_body is not None and paper.lines_above_body >= LINES:
        yield Fault("首页", "首页应当显示正文。", "first_page")


def _recipient(paper: PaperParts) -> Iterator[Fault]:
    if paper.recipient is None:
        return
    where = f"正文第{paper.place(paper.recipient)}段（主送机关）"
    if not paper.recipient.text.endswith("："):
        yield Fault(where, "主送机关之后应当用全角冒号。", "recipient_colon")
    if paper.recipient.indent("firstLine", BODY) or paper.recipient.indent("left", BODY):
        yield Fault(where, "主送机关应当顶格。", "recipient_indent")
    if paper.title and paper.empty_above_recipient != 1:
        yield Fault(where, f"与标题之间空{paper.empty_above_recipient}行，应当空一行。", "recipient_spacing")


_HEADINGS = (
    (re.compile(r"[一二三四五六七八九十百]+、"), _HEI, "一级标题应当用黑体"),
    (re.compile(r"（[一二三四五六七八九十百]+）"), _KAI, "二级标题应当用楷体"),
)


def _body(paper: PaperParts) -> Iterator[Fault]:
    for paragraph in paper.body:
        where = f"正文第{paper.place(paragraph)}段"
        fonts = list(paragraph.fonts())
        wrong = next((f.size for _, f in fonts if f.size != BODY), None)
        if wrong is not None:
            yield Fault(where, f"字号为{wrong / 2:g}磅，应当为3号（16磅）。", "body_size")
        heading = next((h for h in _HEADINGS if h[0].match(paragraph.text)), None)
        if heading is not None and fonts and fonts[0][1].face not in heading[1]:
            yield Fault(where, heading[2] + "。", "heading_font")
        others = fonts if heading is None else [] if heading[1] is _HEI else fonts[1:]
        face = next((f.face for _, f in others if f.face not in _FANG), "")
        if face != "":
            named = {None: "未指定中文字体", "theme": "由主题决定中文字体"}.get(face, f"为“{face}”")
            yield Fault(where, f"中文字体{named}，应当用仿宋体。", "body_font")
        if round(paragraph.indent("firstLine", BODY) + paragraph.indent("left", BODY), 1) != 2:
            yield Fault(where, "自然段应当左空二字。", "body_indent")


def _date(paper: PaperParts) -> Iterator[Fault]:
    if paper.date is None:
        yield Fault("成文日期", "没有成文日期。", "date")
        return
    where = f"正文第{paper.place(paper.date)}段（成文日期）"
    match = re.fullmatch(r"(\d{4})年([1-9]\d?)月([1-9]\d?)日", paper.date.text)
    if paper.date.text == "—":
        yield Fault(where, "尚未填写成文日期（草稿）。", "date")
    elif match is None:
        yield Fault(where, f"“{paper.date.text}”应当用阿拉伯数字，月、日不编虚位。", "date_format")
    right = paper.date.indent("right", BODY)
    if paper.date.alignment not in ("right", "end") or right < 1.9:
        yield Fault(where, "成文日期应当右空四字编排。", "date_position")


def _imprint(package: Package, paper: PaperParts) -> Iterator[Fault]:
    if paper.letter:
        return
    if paper.imprint is None:
        yield Fault("版记", "没有版记（印发机关和印发日期）。", "imprint")
        return
    edges = [_borders(cell) for cell in paper.imprint.iter(w("tc"))]
    first, last = edges[0][0], edges[-1][1]
    if first != 8 or last != 8:
        yield Fault("版记", "首条和末条分隔线应当为0.35毫米粗线。", "imprint_rules")
    if any(bottom != 6 for _, bottom in edges[:-1]):
        yield Fault("版记", "中间的分隔线应当为0.25毫米细线。", "imprint_rules")
    floating = paper.imprint.find(f"{w('tblPr')}/{w('tblpPr')}")
    if value(floating, "tblpYSpec") != "bottom" or value(floating, "vertAnchor") != "margin":
        yield Fault("版记", "末条分隔线应当与版心下边缘重合。", "imprint_position")
    for line in paper.imprint.iter(w("p")):
        if any(f.size != 28 or f.face not in _FANG for _, f in Paragraph(package, line).fonts()):
            yield Fault("版记", "版记应当用4号仿宋体。", "imprint_font")
            break


def _borders(cell: object) -> tuple[int, int]:
    borders = cell.find(f"{w('tcPr')}/{w('tcBorders')}")  # type: ignore[attr-defined]
    if borders is None:
        return 0, 0
    sizes = []
    for side in ("top", "bottom"):
        rule = borders.find(w(side))
        sizes.append((whole(value(rule, "sz")) or 0) if value(rule) == "single" else 0)
    return sizes[0], sizes[1]
