"""图: a picture in the text with its number and caption below it, on one page with each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from documents.drawing.emf import emf
from documents.drawing.scene import scene
from documents.layout.package import Media
from documents.layout.picture import inline
from documents.layout.table import table
from documents.layout.text import body, paragraph, run
from models.papers.content import FIGURE_HEIGHT, FIGURE_WIDTH, Figure, FigureSection
from models.papers.content.wording import NOTHING, moment, or_nothing

# The line of the picture is as high as the picture, and stays with the caption; the caption keeps a little distance.
_AROUND = (
    '<w:keepNext/><w:snapToGrid w:val="0"/><w:spacing w:before="120" w:after="40" w:line="240" w:lineRule="auto"/>'
)
_CAPTION = (
    '<w:keepLines/><w:snapToGrid w:val="0"/><w:spacing w:before="0" w:after="160" w:line="400" w:lineRule="exact"/>'
)


def named(figure: Figure) -> str:
    """图1."""
    return f"图{figure.number}"


def of_section(figures: Iterable[Figure], section: FigureSection) -> tuple[Figure, ...]:
    """The figures that belong to a part of a paper."""
    return tuple(figure for figure in figures if figure.section is section)


def shown(figures: Sequence[Figure], what: str) -> str:
    """The sentence that sends the reader to figures (what见图2、图3。), and the figures."""
    if not figures:
        return ""
    return body(f"{what}见{'、'.join(named(figure) for figure in figures)}。") + "".join(map(_one, figures))


def _one(figure: Figure) -> str:
    caption = f"{named(figure)}　{figure.caption.rstrip('。')}"
    picture = inline(figure.number, *_size(figure), caption)
    return paragraph("GWCell", picture, _AROUND) + paragraph("GWCell", run(caption), _CAPTION)


def _size(figure: Figure) -> tuple[float, float]:
    """Width and height in millimetres; a drawing too tall for a page is made smaller."""
    if figure.plan is None:
        return figure.width_mm or FIGURE_WIDTH, figure.height_mm or FIGURE_HEIGHT
    drawing = scene(figure.plan)
    share = min(1.0, FIGURE_WIDTH / drawing.width, FIGURE_HEIGHT / drawing.height)
    return drawing.width * share, drawing.height * share


def media(figures: Iterable[Figure]) -> tuple[Media, ...]:
    """The files of figures in the order of their numbers, which begin at 1: picture n of the package is figure n."""
    return tuple(_media(figure) for figure in figures)


def _media(figure: Figure) -> Media:
    if figure.plan is not None:
        return Media("emf", emf(scene(figure.plan)))
    return Media(figure.media or "png", sha256=figure.sha256)


def directory(figures: Sequence[Figure], *, last: str | None = None) -> str:
    """附图目录: what each figure shows, when and by whom it was taken, and the evidence that it is; `last` is the caption
    of one more that the paper draws from what it says itself."""
    rows = [
        (
            named(one),
            one.caption.rstrip("。"),
            NOTHING if one.taken_at is None else moment(one.taken_at),
            or_nothing(one.taken_by),
            or_nothing(one.place),
            or_nothing(one.evidence),
        )
        for one in figures
    ]
    if last is not None:
        rows.append((f"图{len(figures) + 1}", last.rstrip("。"), *(NOTHING,) * 4))
    return table(
        ("图号", "图题", "时间", "拍摄或\n绘制人", "地点", "证据\n编号"),
        rows,
        (0.7, 2.6, 1.9, 1.9, 1.4, 1.0),
        blank=True,
    )
