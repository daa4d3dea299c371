"""The elements of the paper: head, title, recipient, body, date, version block (GB/T 9704-2012 art. 7)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.checking.elements import Elements, is_red_line, number_in
from documents.checking.page import TOLERANCE, small
from documents.checking.reading import Element, Paragraph, value, w, whole
from documents.layout.measures import BODY, HEI, IMPRINT, LINES, TITLE
from models.kernel.errors import Fault
from models.papers.content.wording import width

_FANG = {"仿宋_GB2312", "仿宋", "FangSong_GB2312", "FangSong"}
_KAI = {"楷体_GB2312", "楷体", "KaiTi_GB2312", "KaiTi"}
_HEI = {HEI, "SimHei"}
_NUMBER = re.compile(r"[^〔〕\[\]（）()\s]+〔\d{4}〕[1-9]\d*号")


def head(paper: Elements) -> Iterator[Fault]:
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
        yield from _number(number_in(paper.number.text))
    if not paper.letter and not paper.red_line:
        yield Fault("分隔线", "发文字号之下没有与版心等宽的红色分隔线。", "red_line")
    elif not paper.letter and paper.number is not None and is_red_line(paper.number):
        side = max(abs(paper.number.attribute("ind", s) or 0) for s in ("left", "right"))
        if side > TOLERANCE:
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


def title(paper: Elements) -> Iterator[Fault]:
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


def recipient(paper: Elements) -> Iterator[Fault]:
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

_ATTENDANCE = re.compile(r"\S{0,4}(出席|请假|列席)：")  # minutes may set these words in 黑体 (art. 10.3)


def body(paper: Elements) -> Iterator[Fault]:
    size = IMPRINT if small(paper.package) else BODY
    for paragraph in paper.body:
        where = f"正文第{paper.place(paragraph)}段"
        fonts = list(paragraph.fonts())
        wrong = next((f.size for _, f in fonts if f.size != size), None)
        if wrong is not None:
            yield Fault(where, f"字号为{wrong / 2:g}磅，应当为3号（16磅）。", "body_size")
        heading = next((h for h in _HEADINGS if h[0].match(paragraph.text)), None)
        if heading is not None and fonts and fonts[0][1].face not in heading[1]:
            yield Fault(where, heading[2] + "。", "heading_font")
        others = fonts if heading is None else [] if heading[1] is _HEI else fonts[1:]
        if _ATTENDANCE.match(paragraph.text):
            others = others[1:]
        face = next((f.face for _, f in others if f.face not in _FANG), "")
        if face != "":
            named = {None: "未指定中文字体", "theme": "由主题决定中文字体"}.get(face, f"为“{face}”")
            yield Fault(where, f"中文字体{named}，应当用仿宋体。", "body_font")
        if round(paragraph.indent("firstLine", size) + paragraph.indent("left", size), 1) != 2:
            yield Fault(where, "自然段应当左空二字。", "body_indent")


def date(paper: Elements) -> Iterator[Fault]:
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


def imprint(paper: Elements) -> Iterator[Fault]:
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
        if any(f.size != 28 or f.face not in _FANG for _, f in Paragraph(paper.package, line).fonts()):
            yield Fault("版记", "版记应当用4号仿宋体。", "imprint_font")
            break


def _borders(cell: Element) -> tuple[int, int]:
    borders = cell.find(f"{w('tcPr')}/{w('tcBorders')}")
    if borders is None:
        return 0, 0
    sizes = []
    for side in ("top", "bottom"):
        rule = borders.find(w(side))
        sizes.append((whole(value(rule, "sz")) or 0) if value(rule) == "single" else 0)
    return sizes[0], sizes[1]
