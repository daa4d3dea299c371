"""theme1.xml: a package must have one; nothing in a paper refers to it, fonts are named on the runs themselves."""

from __future__ import annotations

from documents.layout.measures import FANG, LATIN

_COLOURS = {
    "dk1": "000000",
    "lt1": "FFFFFF",
    "dk2": "333333",
    "lt2": "EEEEEE",
    "accent1": "FF0000",
    "accent2": "1A4A7A",
    "accent3": "8C8C8C",
    "accent4": "D9A300",
    "accent5": "2E8B57",
    "accent6": "7A3E9D",
    "hlink": "1A4A7A",
    "folHlink": "7A3E9D",
}
_PLAIN = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_FONT = f'<a:latin typeface="{LATIN}"/><a:ea typeface=""/><a:cs typeface=""/><a:font script="Hans" typeface="{FANG}"/>'

THEME = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="公文"><a:themeElements>'
    '<a:clrScheme name="公文">'
    + "".join(f'<a:{name}><a:srgbClr val="{colour}"/></a:{name}>' for name, colour in _COLOURS.items())
    + f'</a:clrScheme><a:fontScheme name="公文"><a:majorFont>{_FONT}</a:majorFont><a:minorFont>{_FONT}</a:minorFont>'
    f'</a:fontScheme><a:fmtScheme name="公文"><a:fillStyleLst>{_PLAIN * 3}</a:fillStyleLst><a:lnStyleLst>'
    + f'<a:ln w="6350">{_PLAIN}</a:ln>' * 3
    + "</a:lnStyleLst><a:effectStyleLst>"
    + "<a:effectStyle><a:effectLst/></a:effectStyle>" * 3
    + f"</a:effectStyleLst><a:bgFillStyleLst>{_PLAIN * 3}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
)
