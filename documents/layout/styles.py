"""styles.xml: the few styles that a paper needs, so that an office can restyle a paper in Word or WPS by name."""

from __future__ import annotations

from documents.layout.measures import (
    BIAOSONG,
    BODY,
    CELL,
    FANG,
    HEI,
    IMPRINT,
    KAI,
    LATIN,
    MARK_SPACE,
    RED,
    RED_LINE_SPACE,
    SMALL_CELL,
    SMALL_PITCH,
    SONG,
    TIGHTER,
    TITLE,
    latin_beside,
    twips,
)
from documents.layout.text import indent

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

OFF_GRID = '<w:snapToGrid w:val="0"/>'
TWO_IN = indent(first=2)
MARK_LINE, MARK_RISE = 900, 15  # twips


def _face(font: str) -> str:
    latin = latin_beside(font)
    return f'<w:rFonts w:hint="eastAsia" w:ascii="{latin}" w:eastAsia="{font}" w:hAnsi="{latin}" w:cs="{latin}"/>'


def _font(font: str, size: int, *, colour: str = "", off_grid: bool = False) -> str:
    return (
        f'<w:rPr>{_face(font)}<w:b w:val="0"/><w:bCs w:val="0"/>'
        + (OFF_GRID if off_grid else "")
        + (f'<w:color w:val="{colour}"/>' if colour else "")
        + f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    )


def _style(ident: str, name: str, paragraph: str = "", run: str = "", *, following: str = "", rank: int = 0) -> str:
    custom = 'w:customStyle="1" ' if ident.startswith("GW") else ""
    return (
        f'<w:style w:type="paragraph" {custom}w:styleId="{ident}"><w:name w:val="{name}"/><w:basedOn w:val="a"/>'
        + (f'<w:next w:val="{following}"/>' if following else "")
        + (f'<w:uiPriority w:val="{rank}"/>' if rank else "")
        + f"<w:qFormat/><w:pPr>{paragraph}</w:pPr>{run}</w:style>"
    )


def _exact(line: int, before: int = 0, after: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


_GRID_LINES = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_CENTRE, _RIGHT, _LEFT = '<w:jc w:val="center"/>', '<w:jc w:val="right"/>', '<w:jc w:val="left"/>'
_RED_LINE = (
    f'<w:pBdr><w:bottom w:val="single" w:sz="12" w:space="{RED_LINE_SPACE}" w:color="{RED}"/></w:pBdr>'  # under number
)

_PARAGRAPHS = (
    ("1", "heading 1", f'<w:keepNext/>{TWO_IN}<w:outlineLvl w:val="0"/>', _font(HEI, BODY), "GWBody", 9),
    ("2", "heading 2", f'<w:keepNext/>{TWO_IN}<w:outlineLvl w:val="1"/>', _font(KAI, BODY), "GWBody", 9),
    ("3", "heading 3", f'<w:keepNext/>{TWO_IN}<w:outlineLvl w:val="2"/>', _font(FANG, BODY), "GWBody", 9),
    ("GWBody", "公文正文", '<w:overflowPunct w:val="0"/>' + TWO_IN, f"<w:rPr>{_face(FANG)}</w:rPr>", "", 0),
    (
        "GWMark",
        "公文发文机关标志",
        # The glyphs start a little under the top of their exact line box: 15 twips were measured.
        OFF_GRID + _exact(MARK_LINE, before=twips(MARK_SPACE) - MARK_RISE) + _CENTRE,
        _font(BIAOSONG, 84, colour=RED, off_grid=True),
        "",
        0,
    ),
    ("GWNumber", "公文发文字号", _RED_LINE + _CENTRE, "", "", 0),
    ("GWLetterNumber", "公文函件字号", OFF_GRID + _exact(579, before=60) + _RIGHT, "", "", 0),
    (
        "GWTitle",
        "公文标题",
        OFF_GRID + _exact(700) + _CENTRE,
        _font(BIAOSONG, TITLE, off_grid=True),
        "",
        0,
    ),
    ("GWRecipient", "公文主送机关", "", "", "", 0),
    ("GWAttachments", "公文附件说明", "<w:keepNext/>", "", "", 0),
    ("GWSignature", "公文署名", "<w:keepNext/>" + _RIGHT, "", "", 0),
    ("GWDate", "公文成文日期", "<w:keepNext/>" + indent(right=4) + _RIGHT, "", "", 0),
    ("GWNote", "公文附注", TWO_IN + _LEFT, "", "", 0),
    ("GWEnclosure", "公文附件标记", "<w:pageBreakBefore/>" + _LEFT, _font(HEI, BODY), "", 0),
    ("GWCell", "公文表格", OFF_GRID + _exact(400) + _CENTRE, _font(FANG, CELL, off_grid=True), "", 0),
    ("GWCellText", "公文表格文字", OFF_GRID + _exact(400) + _LEFT, _font(FANG, CELL, off_grid=True), "", 0),
    (
        "GWImprint",
        "公文版记",
        OFF_GRID
        + _exact(480)
        + '<w:ind w:leftChars="100" w:left="1148" w:rightChars="100" w:right="280" w:hanging="868"/>',
        _font(FANG, IMPRINT, off_grid=True),
        "",
        0,
    ),
    (
        "GWPageOdd",
        "公文页码单",
        OFF_GRID + '<w:ind w:rightChars="100" w:right="280"/>' + _RIGHT,
        _font(SONG, IMPRINT, off_grid=True),
        "",
        0,
    ),
    (
        "GWPageEven",
        "公文页码双",
        OFF_GRID + '<w:ind w:leftChars="100" w:left="280"/>' + _LEFT,
        _font(SONG, IMPRINT, off_grid=True),
        "",
        0,
    ),
    (
        "GWVolumeTitle",
        "案卷题名",
        OFF_GRID + _exact(800) + _CENTRE,
        _font(BIAOSONG, 52, off_grid=True),
        "",
        0,
    ),
    ("GWVolumeLine", "案卷封面项目", OFF_GRID + _exact(640) + _LEFT, "", "", 0),
)

_SMALL_LINE = _exact(320)
_SMALL = {
    "1": (f'<w:keepNext/>{TWO_IN}<w:outlineLvl w:val="0"/>', _font(HEI, IMPRINT)),
    "2": (f'<w:keepNext/>{TWO_IN}<w:outlineLvl w:val="1"/>', _font(KAI, IMPRINT)),
    "GWNumber": (_RED_LINE + _CENTRE, _font(FANG, BODY)),
    "GWCell": (OFF_GRID + _SMALL_LINE + _CENTRE, _font(FANG, SMALL_CELL, off_grid=True)),
    "GWCellText": (OFF_GRID + _SMALL_LINE + _LEFT, _font(FANG, SMALL_CELL, off_grid=True)),
}
"""What a paper in 4号 sets otherwise (GB/T 9704 art. 5.2.2 and 5.2.3 let a special case depart from 3号 and 22 lines)."""


def _normal(size: int, line: str = "") -> str:
    # Normal itself carries size and spacing: 28 characters of 16 - 0.25 points fill the 156 mm, in every office program.
    return (
        '<w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/><w:qFormat/>'
        f'<w:pPr><w:widowControl w:val="0"/><w:overflowPunct w:val="0"/>{line}<w:jc w:val="both"/></w:pPr>'
        f'<w:rPr><w:spacing w:val="{TIGHTER}"/><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr></w:style>'
    )


def styles(*, small: bool = False) -> str:
    """Return styles.xml; `small` is that of a paper in 4号."""
    other = _SMALL if small else {}
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:styles xmlns:w="{W}"><w:docDefaults>'
        f'<w:rPrDefault><w:rPr><w:rFonts w:ascii="{LATIN}" w:eastAsia="{FANG}" w:hAnsi="{LATIN}" w:cs="{LATIN}" '
        f'w:hint="eastAsia"/><w:kern w:val="2"/><w:sz w:val="{BODY}"/><w:szCs w:val="{BODY}"/>'
        '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault><w:pPrDefault/>'
        "</w:docDefaults>"
        + (_normal(IMPRINT, OFF_GRID + _exact(SMALL_PITCH)) if small else _normal(BODY))
        + '<w:style w:type="character" w:default="1" w:styleId="a0"><w:name w:val="Default Paragraph Font"/>'
        '<w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
        '<w:style w:type="table" w:default="1" w:styleId="a1"><w:name w:val="Normal Table"/><w:uiPriority w:val="99"/>'
        '<w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
        '<w:style w:type="table" w:styleId="a3"><w:name w:val="Table Grid"/><w:basedOn w:val="a1"/><w:tblPr>'
        f"<w:tblBorders>{_GRID_LINES}</w:tblBorders></w:tblPr></w:style>"
        + "".join(_style(i, n, *other.get(i, (p, r)), following=f, rank=k) for i, n, p, r, f, k in _PARAGRAPHS)
        + "</w:styles>"
    )
