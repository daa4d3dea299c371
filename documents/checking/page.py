"""The page: paper, margins, grid, page numbers (GB/T 9704-2012 art. 5.2, 7.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from documents.checking.reading import Element, Package, Paragraph, edge, value, w, whole
from documents.layout.measures import (
    BOTTOM,
    CHARACTERS,
    FOOTER,
    IMPRINT,
    LEFT,
    LINES,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RIGHT,
    SMALL_PITCH,
    TEXT_HEIGHT,
    TEXT_WIDTH,
    TOP,
)
from models.kernel.errors import Fault
from models.kernel.vocabulary import DocumentKind

TOLERANCE = round(MM)  # the standard allows 1 mm (art. 5.2.1)
_SONG = {"宋体", "SimSun", "新宋体", "NSimSun"}


def small(package: Package) -> bool:
    """Whether this is a report in 4号 and closer lines, the 简版: art. 5.2.2 and 5.2.3 let a special case depart."""
    pitches = {whole(value(one.find(w("docGrid")), "linePitch")) for one in _all_sections(package)}
    reports = package.category == DocumentKind.ANALYSIS_REPORT.label
    return reports and pitches == {SMALL_PITCH} and _normal_size(package) == IMPRINT


def _normal_size(package: Package) -> int | None:
    return next((s for e in package.chain(None, "rPr") if (s := whole(value(e.find(w("sz")))))), None)


def _all_sections(package: Package) -> list[Element]:
    return list(package.document.iter(w("sectPr")))


def _near(found: int | None, wanted: int) -> bool:
    return found is not None and abs(found - wanted) <= TOLERANCE


def _millimetres(found: int | None) -> str:
    return "未设置" if found is None else f"为{found / MM:.1f}毫米"


def sections(package: Package) -> Iterator[Fault]:
    sections = _all_sections(package)
    if not sections:
        yield Fault("页面设置", "没有页面设置，应当为A4纸、版心156毫米×225毫米。", "page_size")
    for n, section in enumerate(sections, 1):
        yield from _page(package, section, f"第{n}节页面设置")


def _page(package: Package, section: Element, where: str) -> Iterator[Fault]:
    size, margins, grid = (section.find(w(name)) for name in ("pgSz", "pgMar", "docGrid"))
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


def _grid(package: Package, grid: Element, where: str) -> Iterator[Fault]:
    kind = value(grid, "type")
    pitch, space = whole(value(grid, "linePitch")), whole(value(grid, "charSpace")) or 0
    if kind not in ("lines", "linesAndChars", "snapToChars") or not pitch or pitch < 1:
        yield Fault(where, f"未设置文档网格，应当每页{LINES}行、每行{CHARACTERS}字。", "grid")
        return
    if small(package):
        return
    if TEXT_HEIGHT // pitch != LINES:
        yield Fault(where, f"每页排{TEXT_HEIGHT // pitch}行，应当为{LINES}行。", "grid_lines")
    normal = _normal_size(package)
    default = whole(value(package.defaults.find(w("sz")))) if package.defaults is not None else None
    # A grid of lines holds its characters by the spacing that Normal gives each of them.
    closer = next((s for e in package.chain(None, "rPr") if (s := whole(value(e.find(w("spacing")))))), 0)
    cell = (normal or default or 20) / 2 + (closer / 20 if kind == "lines" else space / 4096)
    count = int(TEXT_WIDTH / 20 / cell + 1e-9) if cell > 0 else 0
    if count != CHARACTERS:
        yield Fault(where, f"每行排{count}字，应当为{CHARACTERS}字。", "grid_characters")


def _has_page_field(element: Element) -> bool:
    if element is None:
        return False
    codes = [t.text or "" for t in element.iter(w("instrText"))]
    codes += [value(f, "instr") or "" for f in element.iter(w("fldSimple"))]
    return any(re.search(r"\bPAGE\b", code) for code in codes)


def _switch(package: Package, name: str) -> bool:
    element = package.settings.find(w(name))
    return element is not None and value(element) not in ("0", "false", "off")


def page_numbers(package: Package, *, letter: bool) -> Iterator[Fault]:
    if not _switch(package, "evenAndOddHeaders"):
        yield Fault("页码", "未区分奇偶页，单页码应当居右空一字、双页码居左空一字。", "page_number_sides")
    for n, section in enumerate(_all_sections(package), 1):
        for when, name, side in (("default", "单页", "right"), ("even", "双页", "left")):
            yield from _page_number(package, edge(package, section, "footer", when), f"第{n}节{name}页脚", side)
        footer = whole(value(section.find(w("pgMar")), "footer"))
        if footer is None or abs(footer - FOOTER) > TOLERANCE:
            yield Fault(
                f"第{n}节页面设置", f"页脚距{_millimetres(footer)}，页码一字线应当在版心下边缘之下7毫米。", "footer"
            )
        if letter and n == 1 and _has_page_field(edge(package, section, "footer", "first")):
            yield Fault("首页页脚", "函的首页不显示页码。", "letter_first_page")


def _page_number(package: Package, footer: Element, where: str, side: str) -> Iterator[Fault]:
    if not _has_page_field(footer):
        yield Fault(where, "没有页码。", "page_number")
        return
    line = next(p for p in footer.iter(w("p")) if _has_page_field(p))
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


def volume_numbers(package: Package) -> Iterator[Fault]:
    if not _switch(package, "evenAndOddHeaders"):
        yield Fault("页码", "未区分奇偶页，案卷页码应当在外侧上角。", "page_number_sides")
    section = _all_sections(package)[-1]
    for when, name, side in (("default", "单页", "right"), ("even", "双页", "left")):
        header = edge(package, section, "header", when)
        if not _has_page_field(header):
            yield Fault(f"{name}页眉", "没有页码，案卷页码应当在外侧上角。", "page_number")
        elif Paragraph(package, next(header.iter(w("p")))).alignment != side:
            yield Fault(f"{name}页眉", f"页码应当居{'右' if side == 'right' else '左'}。", "page_number_sides")
