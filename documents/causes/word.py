"""致因图 as a drawing of a docx: shapes of DrawingML with text in the paper's own fonts (docs/decisions/0035).

Its namespaces are declared on the drawing itself: a paper without one keeps the bytes that it had.
"""

from __future__ import annotations

from documents.layout.measures import FANG, HEI, twips
from documents.layout.text import escape, paragraph, quoted, run, run_properties

from .pages import LINE, Box, Line, Page

_EMU = 3600  # in a tenth of a millimetre
_POINT = 12700  # EMU
_MICROSOFT = "http://schemas.microsoft.com/office/word/2010"
_NAMES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    f'xmlns:wpg="{_MICROSOFT}/wordprocessingGroup" xmlns:wps="{_MICROSOFT}/wordprocessingShape"'
)
_SIZE = 18  # half points


def drawn(page: Page, number: int, name: str, description: str) -> str:
    """Return a page as the run of a paragraph; `number` is its own in the paper, `description` is read aloud for it.

    A program that knows no such drawing shows the description in its place.
    """
    size = f'cx="{page.width * _EMU}" cy="{page.height * _EMU}"'
    first = number * 10_000
    shapes = "".join(_line(line, first + n) for n, line in enumerate(page.lines))
    shapes += "".join(_box(box, first + len(page.lines) + n) for n, box in enumerate(page.boxes))
    return (
        f'<w:r>{run_properties(FANG)}<mc:AlternateContent {_NAMES}><mc:Choice Requires="wpg"><w:drawing>'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
        f'<wp:docPr id="{first - 1}" name="{quoted(name)}" descr="{quoted(description)}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_MICROSOFT}/wordprocessingGroup"><wpg:wgp><wpg:cNvGrpSpPr/><wpg:grpSpPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {size}/><a:chOff x="0" y="0"/><a:chExt {size}/></a:xfrm></wpg:grpSpPr>'
        f"{shapes}</wpg:wgp></a:graphicData></a:graphic></wp:inline></w:drawing></mc:Choice>"
        f'<mc:Fallback><w:t xml:space="preserve">{escape(description)}</w:t></mc:Fallback></mc:AlternateContent></w:r>'
    )


def _grey(level: int) -> str:
    return f"{level:02X}" * 3


def _solid(level: int) -> str:
    return f'<a:solidFill><a:srgbClr val="{_grey(level)}"/></a:solidFill>'


def _place(x: int, y: int, wide: int, high: int, flips: str = "") -> str:
    return (
        f'<a:xfrm{flips}><a:off x="{x * _EMU}" y="{y * _EMU}"/><a:ext cx="{wide * _EMU}" cy="{high * _EMU}"/></a:xfrm>'
    )


def _shape(number: int, kind: str, properties: str, text: str = "") -> str:
    return (
        f'<wps:wsp><wps:cNvPr id="{number}" name="{number}"/>{kind}<wps:spPr>{properties}</wps:spPr>{text}'
        '<wps:bodyPr lIns="36000" tIns="0" rIns="0" bIns="0" wrap="square" anchor="ctr"><a:noAutofit/></wps:bodyPr>'
        "</wps:wsp>"
    )


def _line(line: Line, number: int) -> str:
    (x, y), (to_x, to_y) = line.start, line.end
    flips = (' flipH="1"' if to_x < x else "") + (' flipV="1"' if to_y < y else "")
    head = '<a:tailEnd type="triangle" w="med" len="med"/>' if line.arrow else ""
    place = _place(min(x, to_x), min(y, to_y), abs(to_x - x), abs(to_y - y), flips)
    return _shape(
        number,
        "<wps:cNvCnPr/>",
        f'{place}<a:prstGeom prst="line"><a:avLst/></a:prstGeom><a:ln w="{_POINT * 3 // 4}">{_solid(0)}{head}</a:ln>',
    )


def _box(box: Box, number: int) -> str:
    style = box.style
    form = "roundRect" if style.rounded else "rect"
    fill = "<a:noFill/>" if style.ground is None else _solid(style.ground)
    edge = _solid(0) if style.border else "<a:noFill/>"
    properties = (
        f'{_place(box.x, box.y, box.width, box.height)}<a:prstGeom prst="{form}"><a:avLst/></a:prstGeom>{fill}'
        f'<a:ln w="{round(style.border * _POINT)}">{edge}</a:ln>'
    )
    text = "".join(_text(box, words) for words in box.lines)
    kind = '<wps:cNvSpPr txBox="1"/>' if box.look == "head" else "<wps:cNvSpPr/>"
    return _shape(number, kind, properties, f"<wps:txbx><w:txbxContent>{text}</w:txbxContent></wps:txbx>")


def _text(box: Box, words: str) -> str:
    ink = _grey(box.style.ink) if box.style.ink else None  # black is what a run has without one
    letters = run_properties(HEI if box.style.heavy else FANG, _SIZE, ink)
    spacing = f'<w:snapToGrid w:val="0"/><w:spacing w:line="{twips(LINE / 10)}" w:lineRule="exact"/>'
    aligned = f'<w:jc w:val="{"center" if box.centred else "left"}"/>'
    return paragraph("", run(words, letters), spacing + aligned)
