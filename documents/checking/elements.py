"""Find the elements of a 公文 in a list of paragraphs: mark, number, title, recipient, body, date, version block."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from math import ceil

from documents.checking.reading import Element, Package, Paragraph, value, w
from documents.layout.measures import BODY, CHARACTERS, LINE_PITCH
from models.papers.content.wording import width

_NUMBER = re.compile(r"\S{1,30}\s*[〔\[［（(【]\s*第?\s*\d{2,4}\s*年?\s*[〕\]］）)】]\s*第?\s*\d+\s*号")
_DATE = re.compile(
    r"([\d〇○零一二三四五六七八九]{4})\s*年\s*[\d一二三四五六七八九十]{1,3}\s*月\s*[\d一二三四五六七八九十]{1,3}\s*日"
)
_BESIDE = re.compile(r"^(?:特急|加急)?\s*(?:内部资料\s*专人送达)?\s*")
"""What may stand at the left of the number: how urgent a letter is, and how it is handed over."""
_TOP = 30  # the head of a paper stands in its first paragraphs


@dataclass(slots=True)
class Elements:
    """The elements found; None where a paper lacks one. `place` counts non-empty paragraphs from 1."""

    package: Package
    paragraphs: list[Paragraph]
    letter: bool = False
    mark: Paragraph | None = None
    number: Paragraph | None = None
    red_line: bool = False
    title: list[Paragraph] = field(default_factory=list)
    empty_above_title: int = 0
    recipient: Paragraph | None = None
    empty_above_recipient: int = 0
    body: list[Paragraph] = field(default_factory=list)
    date: Paragraph | None = None
    imprint: Element = None
    lines_above_body: float | None = None

    def place(self, paragraph: Paragraph) -> int:
        """Which non-empty paragraph of the file this is."""
        return next(n for n, p in enumerate((q for q in self.paragraphs if q.text), 1) if p is paragraph)


def _red(colour: str | None) -> bool:
    if not colour or not re.fullmatch("[0-9A-Fa-f]{6}", colour):
        return False
    red, green, blue = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return red >= 0xB0 and green <= 0x60 and blue <= 0x60


def is_red_line(paragraph: Paragraph) -> bool:
    """Whether a red border stands under the paragraph."""
    borders = paragraph.get("pBdr")
    bottom = None if borders is None else borders.find(w("bottom"))
    return value(bottom) not in (None, "nil", "none") and _red(value(bottom, "color"))


def _drawn(paragraph: Paragraph) -> bool:
    return next(paragraph.element.iter(w("pict"), w("drawing")), None) is not None


def _is_letter(paragraphs: list[Paragraph]) -> bool:
    def double(p: Paragraph) -> bool:
        borders = p.get("pBdr")
        bottom = None if borders is None else borders.find(w("bottom"))
        return bottom is not None and (value(bottom) or "").lower().startswith(("thick", "thin", "double"))

    return any(double(p) and is_red_line(p) for p in paragraphs[:_TOP])


def _empty_before(paragraphs: list[Paragraph], at: int) -> int:
    count = 0
    while at - count > 0 and not paragraphs[at - count - 1].text and not _drawn(paragraphs[at - count - 1]):
        count += 1
    return count


def elements(package: Package) -> Elements:
    """Recognise the elements by what they say and how they stand, not by style names, so that any file can be read."""
    paragraphs = [Paragraph(package, e) for e in package.paragraphs()]
    paper = Elements(package, paragraphs, letter=_is_letter(paragraphs))
    top = [(n, p) for n, p in enumerate(paragraphs[:_TOP]) if p.text]
    paper.mark = next((p for _, p in top if any(_red(f.colour) for _, f in p.fonts())), None)
    at = _find_number(paper, top)
    paper.red_line = any(is_red_line(p) or _drawn(p) for p in paragraphs[: at + 3])
    start = _find_title(paper, at)
    end = _find_date(paper, start)
    _find_body(paper, start, end)
    _find_imprint(paper, package)
    return paper


def _find_number(paper: Elements, top: list[tuple[int, Paragraph]]) -> int:
    for n, p in top:
        if p is not paper.mark and (_NUMBER.match(number_in(p.text)) or _draft(p, paper)):
            paper.number = p
            return n
    return next((n for n, p in top if p is paper.mark), -1)


def number_in(text: str) -> str:
    """Return the number of its line, without what stands beside it."""
    return _BESIDE.sub("", text.split("签发人")[0].strip())


def _draft(p: Paragraph, paper: Elements) -> bool:
    return number_in(p.text) == "—" and (is_red_line(p) or paper.letter)


def _find_title(paper: Elements, at: int) -> int:
    """Collect the centred lines after the number; return the index after the title."""
    ps = paper.paragraphs
    first = next((n for n in range(at + 1, min(len(ps), at + _TOP)) if ps[n].text), None)
    if first is None or ps[first].alignment != "center":
        return at + 1
    paper.empty_above_title = _empty_before(ps, first)
    n = first
    while n < len(ps) and ps[n].text and ps[n].alignment == "center":
        paper.title.append(ps[n])
        n += 1
    return n


def _find_date(paper: Elements, start: int) -> int:
    """The signature's date: a paragraph that is nothing but a date; return its index."""
    ps = paper.paragraphs
    for n in range(start, len(ps)):
        alone = _DATE.fullmatch(ps[n].text) or (ps[n].text == "—" and ps[n].alignment in ("right", "end"))
        if alone:
            paper.date = ps[n]
            return n
    return len(ps)


def _find_body(paper: Elements, start: int, end: int) -> None:
    ps = paper.paragraphs
    at = next((n for n in range(start, end) if ps[n].text), None)
    if at is None:
        return
    if ps[at].text.endswith(("：", ":")) and len(ps[at].text) < 400 and not ps[at].text.startswith("附件"):
        paper.recipient, paper.empty_above_recipient = ps[at], _empty_before(ps, at)
        at += 1
    last = next((n for n in range(at, end) if re.match(r"附件\s*[:：]", ps[n].text)), end)
    if last == end and paper.date is not None:  # the line above the date is the signature
        last = next((n for n in range(end - 1, at - 1, -1) if ps[n].text), end)
    paper.body = [ps[n] for n in range(at, last) if ps[n].text and not (_of_figure(ps, n) or _of_contents(ps[n]))]
    if paper.body:
        paper.lines_above_body = sum(_height(p) for p in ps[: ps.index(paper.body[0])])


def _of_figure(paragraphs: list[Paragraph], at: int) -> bool:
    """Whether a paragraph is a drawing or the caption below one, smaller and centred: neither is set as text."""
    above = paragraphs[at - 1] if at else None
    named = re.match(r"图\s*\d", paragraphs[at].text) and paragraphs[at].alignment == "center"
    return _drawn(paragraphs[at]) or bool(above is not None and _drawn(above) and named)


def _of_contents(paragraph: Paragraph) -> bool:
    """Whether a paragraph is the head of the 目录, or a line of it: its page is a field."""
    listed = any("PAGEREF" in (one.text or "") for one in paragraph.element.iter(w("instrText")))
    return listed or "".join(paragraph.text.split()) == "目录"


def _height(paragraph: Paragraph) -> float:
    """Lines of the grid that a paragraph takes; framed ones none of their own."""
    if paragraph.get("framePr") is not None:
        return 2.5 if paragraph.text else 0
    exact = paragraph.get("spacing")
    before = (paragraph.attribute("spacing", "before") or 0) / LINE_PITCH
    rule = value(exact, "lineRule")
    line = paragraph.attribute("spacing", "line") if rule in ("exact", "atLeast") else None
    size = max((f.size for _, f in paragraph.fonts()), default=BODY)
    one = line / LINE_PITCH if line else ceil(size * 10 * 1.3 / LINE_PITCH)
    rows = sum(max(1, ceil(width(part) * size / BODY / CHARACTERS)) for part in paragraph.text.split("\n")) or 1
    marked = 1 if any(_red(f.colour) for _, f in paragraph.fonts()) else rows  # the mark is narrowed to one line
    return before + one * marked


def _find_imprint(paper: Elements, package: Package) -> None:
    for table in reversed(list(package.body.iter(w("tbl")))):
        if re.search(r"印发\s*$", "".join(t.text or "" for t in table.iter(w("t")))):
            paper.imprint = table
            return
