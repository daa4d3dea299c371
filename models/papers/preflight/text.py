"""What is wrong with a paper's final text: words whose facts have changed, and slips of language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content.common import HeadedPaper, Paper
from models.papers.content.names import names_in
from models.papers.content.passages import Line, label, placed
from models.papers.content.wording import beijing_date, title_lines
from models.papers.laid_out import laid_out

from . import language
from .remarks import Place, Remark, doubtful, missing

OVERTAKEN = "text_overtaken"
_TITLE = "标题"
# No reader can make anything of these, or no 报告 may hold it; the others are for a person to judge.
_BLOCKING = frozenset({"program_words", "stroke_in_prose", "report_requests"})


def of_text(paper: Paper) -> Iterator[Remark]:
    """Yield what is wrong with the text of a paper as its file will have it."""
    read = laid_out(paper)
    for one in placed(paper.kept, read.passages).overtaken:
        text = (
            f"{label(one.passage)}经人修改后，所依据的案件情况已变更：请确认保留修改的文字，或者恢复为系统生成的文字。"
        )
        yield missing(OVERTAKEN, Place.PAPER, "修改的文字与案件情况一致", text, row=one.passage, waivable=False)
    prose = tuple(line for line in read.lines if line.place)
    yield from _of_paragraphs(prose, _happened(paper))
    for line in (*prose, *_cells(read.tables)):
        for found in language.notes_of_a_typist(line.text):
            yield _remark("typist_note", _named(line), "有录入人员对资料来源的说明", found)
    yield from _of_strangers(getattr(paper, "strangers", ()), (*prose, *_cells(read.tables)))
    for number, cells in enumerate(read.tables, 1):
        for found in language.mixed_units(cells):
            yield _remark("mixed_units", f"第{number}张表", "同一张表里金额单位不一致", found)
    if isinstance(paper, HeadedPaper):
        yield from _of_head(paper, (*prose, *_cells(read.tables)))


def _of_paragraphs(lines: tuple[Line, ...], happened: date | None) -> Iterator[Remark]:
    for line in lines:
        place = label(line.place)
        yield from _slips(place, line.text)
        for found in language.before_the_law(line.text, happened):
            yield _remark("before_the_law", place, "引用的法律在所述日期尚未施行", found)
    for line, found in language.doubled_paragraphs(lines):
        yield _remark("doubled_paragraphs", label(line.place), "与上一段重复", found)


def _slips(place: str, text: str) -> Iterator[Remark]:
    for code, told, check in language.TEXT_CHECKS:
        for found in check(text):
            yield _remark(code, place, told, found)


def _cells(tables: Sequence[Sequence[str]]) -> Iterator[Line]:
    return (Line(f"第{number}张表", "\n".join(cells)) for number, cells in enumerate(tables, 1))


def _of_strangers(names: Sequence[str], lines: Iterable[Line]) -> Iterator[Remark]:
    """Yield where a person is named to a unit that does not employ the person; who must be named is for a person to say."""
    for line in lines:
        for name in names:
            if name in line.text:
                place = _named(line)
                text = f"{place}写有自然人姓名“{name}”，收文单位不是其所在单位，或者其为公职人员：确需写明的除外，可以修改该段。"
                yield doubtful("stranger_named", Place.PAPER, "不写无关人员姓名", text, row=f"{name} {place}")


def _named(line: Line) -> str:
    return line.place if line.place.endswith("张表") else label(line.place)


def _of_head(paper: HeadedPaper, lines: tuple[Line, ...]) -> Iterator[Remark]:
    yield from _slips(_TITLE, paper.title_line)
    broken = [part for line in paper.head.title for part in title_lines(line)]
    for found in language.broken_names(broken, names_in(paper)):
        yield _remark("broken_name", _TITLE, "换行拆开了名称", found)
    if paper.head.form is DocumentForm.REPORT:
        for line in lines:
            for found in language.requests(line.text):
                yield _remark("report_requests", _named(line), "报告中不得夹带请示事项", found)


def _happened(paper: Paper) -> date | None:
    accident = getattr(paper, "accident", None)
    moment = getattr(accident, "occurred_at", None)
    return None if moment is None else beijing_date(moment)


def _remark(code: str, place: str, told: str, found: str) -> Remark:
    tell = missing if code in _BLOCKING else doubtful
    return tell(code, Place.PAPER, "通顺的文字", f"{place}{told}：“{found}”。", row=found)
