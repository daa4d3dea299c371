"""The docx around a body: an own base package of a few kilobytes, written byte for byte the same every time."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import cache

from documents.layout.measures import (
    BIAOSONG,
    BOTTOM,
    FANG,
    FOOTER,
    HEI,
    KAI,
    LATIN,
    LEFT,
    LETTER_LOWER_RULE,
    LETTER_RULE_WIDTH,
    LINE_PITCH,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    RED,
    RIGHT,
    SMALL_PITCH,
    SONG,
    TOP,
    twips,
)
from documents.layout.styles import R, W, styles
from documents.layout.text import escape, run_properties
from documents.layout.theme import THEME

_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OPC = "http://schemas.openxmlformats.org/package/2006"
_MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_UNDATED = date(1980, 1, 1)
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)


class Frame(Enum):
    """Where the page numbers stand and what the first page carries beside its text."""

    DOCUMENT = "document"  # numbers under the text block on every page
    LETTER = "letter"  # first page: lower red rule, no number
    VOLUME = "volume"  # numbers at the outer top corner


Reader = Callable[[str], bytes]
"""Gives the bytes of a stored file by its hash."""


@dataclass(frozen=True, slots=True)
class Media:
    """The file of a picture: what it ends in (png, jpeg, emf), and its bytes, or the hash by which they are read."""

    suffix: str
    data: bytes | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A paper laid out: `body` is WordprocessingML, `pictures` are files named image1.png, image2.jpeg …"""

    body: str
    frame: Frame
    title: str
    creator: str
    category: str
    dated: date | None = None
    pictures: tuple[Media, ...] = ()
    first_page: int | None = None
    small: bool = False  # 4号 in closer lines, for a paper that must not be longer than it may


def _field(properties: str) -> str:
    def mark(kind: str) -> str:
        return f'<w:r>{properties}<w:fldChar w:fldCharType="{kind}"/></w:r>'

    return (
        f'{mark("begin")}<w:r>{properties}<w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f"{mark('separate')}<w:r>{properties}<w:t>1</w:t></w:r>{mark('end')}"
    )


def _page_number(tag: str, style: str, dash: str) -> str:
    properties = run_properties(SONG, 28)
    before, after = (f'<w:r>{properties}<w:t xml:space="preserve">{t}</w:t></w:r>' for t in (f"{dash} ", f" {dash}"))
    field = before + _field(properties) + after if dash else _field(properties)
    return _edge(tag, f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{field}</w:p>')


def _edge(tag: str, inner: str) -> str:
    return f'{_XML}<w:{tag} xmlns:w="{W}" xmlns:r="{R}">{inner}</w:{tag}>'


def _lower_rule() -> str:
    """The letter's second red rule: thin above, thick below, 20 mm from the page's bottom edge."""
    width = twips(LETTER_RULE_WIDTH)
    left = (PAGE_WIDTH - width) // 2
    height = 40
    return _edge(
        "ftr",
        f'<w:p><w:pPr><w:framePr w:w="{width}" w:h="{height}" w:hRule="exact" w:wrap="around" w:vAnchor="page" '
        f'w:hAnchor="page" w:x="{left}" w:y="{PAGE_HEIGHT - twips(LETTER_LOWER_RULE) - height - 26}"/>'
        f'<w:pBdr><w:bottom w:val="thinThickSmallGap" w:sz="24" w:space="0" w:color="{RED}"/></w:pBdr>'
        f'<w:snapToGrid w:val="0"/><w:spacing w:line="{height}" w:lineRule="exact"/></w:pPr></w:p>'
        '<w:p><w:pPr><w:pStyle w:val="GWPageOdd"/></w:pPr></w:p>',
    )


_FONTS = (
    (FANG, "仿宋", "modern", "02010609030101010101"),
    (KAI, "楷体", "modern", "02010609030101010101"),
    (HEI, "SimHei", "modern", "02010609060101010101"),
    (SONG, "SimSun", "auto", "02010600030101010101"),
    (BIAOSONG, "FZXiaoBiaoSong-B05S", "auto", "02000000000000000000"),
)
_FONT_TABLE = (
    f'{_XML}<w:fonts xmlns:w="{W}">'
    + "".join(
        f'<w:font w:name="{n}"><w:altName w:val="{a}"/><w:panose1 w:val="{p}"/><w:charset w:val="86"/>'
        f'<w:family w:val="{f}"/><w:pitch w:val="default"/></w:font>'
        for n, a, f, p in _FONTS
    )
    + f'<w:font w:name="{LATIN}"><w:panose1 w:val="02020603050405020304"/><w:charset w:val="00"/>'
    '<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
)


def _setting(name: str, value: int) -> str:
    return f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word" w:val="{value}"/>'


_SETTINGS = (
    f'{_XML}<w:settings xmlns:w="{W}"><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
    '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:drawingGridHorizontalSpacing w:val="158"/><w:drawingGridVerticalSpacing w:val="290"/>'
    '<w:displayHorizontalDrawingGridEvery w:val="0"/><w:characterSpacingControl w:val="compressPunctuation"/>'
    "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
    "<w:doNotExpandShiftReturn/><w:adjustLineHeightInTable/><w:useFELayout/>"
    + _setting("compatibilityMode", 15)
    + _setting("overrideTableStyleFontSizeAndJustification", 1)
    + _setting("enableOpenTypeFeatures", 1)
    + _setting("doNotFlipMirrorIndents", 1)
    + '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
    '<w:listSeparator w:val=","/></w:settings>'
)

_EDGES: dict[Frame, tuple[tuple[str, str, str, str], ...]] = {  # relationship id, type, name, content
    Frame.DOCUMENT: (
        ("rId3", "footer", "even", _page_number("ftr", "GWPageEven", "—")),
        ("rId4", "footer", "default", _page_number("ftr", "GWPageOdd", "—")),
    ),
    Frame.LETTER: (
        ("rId3", "footer", "even", _page_number("ftr", "GWPageEven", "—")),
        ("rId4", "footer", "default", _page_number("ftr", "GWPageOdd", "—")),
        ("rId7", "footer", "first", _lower_rule()),
    ),
    Frame.VOLUME: (
        ("rId3", "header", "even", _page_number("hdr", "GWPageEven", "")),
        ("rId4", "header", "default", _page_number("hdr", "GWPageOdd", "")),
    ),
}


def section(frame: Frame, *, first_page: int | None = None, plain: bool = False, small: bool = False) -> str:
    """Return sectPr; `plain` leaves out headers and footers (the volume's cover).

    The grid counts lines only: of a grid whose characters stand closer than their size LibreOffice gives each of them
    two cells. What holds 28 characters in a line is the spacing of Normal.
    """
    references = "" if plain else _references(frame)
    start = f'<w:pgNumType w:start="{first_page}"/>' if first_page is not None else ""
    return (
        f'<w:sectPr>{references}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>'
        f'<w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="1418" '
        f'w:footer="{FOOTER}" w:gutter="0"/>{start}<w:cols w:space="720"/>'
        + ("<w:titlePg/>" if frame is Frame.LETTER else "")
        + f'<w:docGrid w:type="lines" w:linePitch="{SMALL_PITCH if small else LINE_PITCH}"/></w:sectPr>'
    )


def _references(frame: Frame) -> str:
    return "".join(f'<w:{kind}Reference w:type="{when}" r:id="{ident}"/>' for ident, kind, when, _ in _EDGES[frame])


_MEDIA_TYPES = {"png": "image/png", "jpeg": "image/jpeg", "emf": "image/x-emf"}


def _image(n: int, suffix: str) -> str:
    return f"media/image{n}.{suffix}"


def _parts(frame: Frame, pictures: tuple[str, ...], small: bool) -> tuple[tuple[str, str], ...]:
    """The parts that do not depend on the content."""
    edges = [(ident, kind, f"{kind}{n}.xml", xml) for n, (ident, kind, _, xml) in enumerate(_EDGES[frame], 1)]
    images = [(f"rId{100 + n}", "image", _image(n, suffix)) for n, suffix in enumerate(pictures, 1)]
    word = [
        ("rId1", "styles", "styles.xml"),
        ("rId2", "settings", "settings.xml"),
        ("rId6", "fontTable", "fontTable.xml"),
    ]
    theme = [("rId5", "theme", "theme/theme1.xml")]
    related = word + theme + [(i, k, n) for i, k, n, _ in edges] + images
    types = [
        ("word/document.xml", f"{_MIME}.document.main+xml"),
        ("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml"),
        ("word/theme/theme1.xml", "application/vnd.openxmlformats-officedocument.theme+xml"),
        *((f"word/{n}", f"{_MIME}.{k}+xml") for _, k, n in word + [(i, k, n) for i, k, n, _ in edges]),
    ]
    content_types = (
        f'{_XML}<Types xmlns="{_OPC}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        + "".join(
            f'<Default Extension="{suffix}" ContentType="{mime}"/>'
            for suffix, mime in _MEDIA_TYPES.items()
            if suffix == "png" or suffix in pictures
        )
        + "".join(f'<Override PartName="/{name}" ContentType="{mime}"/>' for name, mime in types)
        + "</Types>"
    )
    root = (
        f'{_XML}<Relationships xmlns="{_OPC}/relationships"><Relationship Id="rId1" Type="{R}/officeDocument" '
        f'Target="word/document.xml"/><Relationship Id="rId2" Type="{_OPC}/relationships/metadata/core-properties" '
        'Target="docProps/core.xml"/></Relationships>'
    )
    document = (
        f'{_XML}<Relationships xmlns="{_OPC}/relationships">'
        + "".join(f'<Relationship Id="{i}" Type="{R}/{k}" Target="{n}"/>' for i, k, n in related)
        + "</Relationships>"
    )
    return (
        ("[Content_Types].xml", content_types),
        ("_rels/.rels", root),
        ("word/_rels/document.xml.rels", document),
        ("word/styles.xml", styles(small=small)),
        ("word/settings.xml", _SETTINGS),
        ("word/fontTable.xml", _FONT_TABLE),
        ("word/theme/theme1.xml", THEME),
        *((f"word/{n}", xml) for _, _, n, xml in edges),
    )


def core_properties(sheet: Sheet) -> str:
    """Title, issuer, kind and the paper's own date, never the clock's."""
    when = f"{(sheet.dated or _UNDATED).isoformat()}T00:00:00Z"
    dc = "http://purl.org/dc"
    return (
        f'{_XML}<cp:coreProperties xmlns:cp="{_OPC}/metadata/core-properties" xmlns:dc="{dc}/elements/1.1/" '
        f'xmlns:dcterms="{dc}/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(sheet.title)}</dc:title><dc:creator>{escape(sheet.creator)}</dc:creator>"
        f"<cp:category>{escape(sheet.category)}</cp:category>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{when}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{when}</dcterms:modified></cp:coreProperties>'
    )


_OPEN = (
    f'{_XML}<w:document xmlns:w="{W}" xmlns:r="{R}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>'
)


def write(package: zipfile.ZipFile, name: str, data: bytes) -> None:
    """Add a part with a fixed date, so that equal content has equal bytes."""
    entry = zipfile.ZipInfo(name, _ZIP_TIME)
    entry.create_system = 0  # the same on every platform
    package.writestr(entry, data, zipfile.ZIP_DEFLATED, 6)


@cache
def base(frame: Frame, *, pictures: tuple[str, ...] = (), small: bool = False) -> bytes:
    """The package without its content, compressed once: the papers only add theirs. `pictures`: how their files end."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        for name, text in _parts(frame, pictures, small):
            write(package, name, text.encode())
    return stream.getvalue()


def _nowhere(sha256: str) -> bytes:
    raise LookupError(f"nobody said where the picture {sha256[:12]} lies")


def assemble(sheet: Sheet, *, read: Reader = _nowhere) -> bytes:
    """Return the docx. The same sheet gives the same bytes: the zip's order and dates are fixed.

    `read` gives the pictures that are kept by hash.
    """
    ending = section(sheet.frame, first_page=sheet.first_page, small=sheet.small)
    document = f"{_OPEN}{sheet.body}{ending}</w:body></w:document>"
    endings = tuple(picture.suffix for picture in sheet.pictures)
    stream = io.BytesIO(base(sheet.frame, pictures=endings, small=sheet.small))
    with zipfile.ZipFile(stream, "a") as package:
        for n, picture in enumerate(sheet.pictures, 1):
            data = read(picture.sha256) if picture.sha256 is not None else picture.data
            write(package, f"word/{_image(n, picture.suffix)}", data or b"")
        write(package, "docProps/core.xml", core_properties(sheet).encode())
        write(package, "word/document.xml", document.encode())
    return stream.getvalue()
