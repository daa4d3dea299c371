"""Short names of units: introduced where a name first stands in the text, used from there on."""

from __future__ import annotations

import re
from collections.abc import Mapping

from documents.layout.text import escape

_TABLE = re.compile(r"(<w:tbl>.*?</w:tbl>)", re.DOTALL)
_ENDS = frozenset("，。、；：（）的与和对由于在向负组<")
"""Signs and words before which a name is over: 鄂州市公安局 is none in 鄂州市公安局刑事科学技术机构."""


def shortened(text: str, names: Mapping[str, str | None]) -> str:
    """Return the text of a paper in which each unit is called by its short name once that was introduced.

    `names` are all units by their names, with the short one where there is one. A name that stands once stays as it is,
    and no table introduces one.
    """
    if not any(names.values()):
        return text
    short = {escape(name): escape(called) for name, called in names.items() if called and called != name}
    every = re.compile("|".join(re.escape(escape(name)) for name in sorted(names, key=len, reverse=True)))
    often = [found[0] for found in every.finditer(text)]
    known: set[str] = set()

    def called(found: re.Match[str], *, introduce: bool) -> str:
        name = found[0]
        if name in known:
            return short[name]
        over = found.string[found.end() : found.end() + 1] in _ENDS
        if not introduce or name not in short or often.count(name) == 1 or not over:
            return name
        known.add(name)
        return f"{name}（以下简称{short[name]}）"

    def told(part: str) -> str:
        table = part.startswith("<w:tbl>")
        return every.sub(lambda found: called(found, introduce=not table), part)

    return "".join(told(part) for part in _TABLE.split(text))
