"""SVG drawings: taken only where nothing in them acts, loads or unfolds, so that a browser may show them."""

from __future__ import annotations

import re
from xml.parsers import expat

_SVG, _XHTML = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xhtml"
_READ = ("", "http://www.w3.org/1999/xlink", "http://www.w3.org/XML/1998/namespace")
"""Whose attributes a browser reads; what a drawing program notes for itself it does not."""
_BETWEEN = " "  # expat joins a namespace and a name by it
# What draws. Whatever else a drawing program puts into this namespace (scripts, pages, links, films, what changes other
# elements in time) is refused; elements of foreign namespaces are not drawn and do nothing.
_DRAWS = frozenset(
    (
        *("svg", "g", "defs", "symbol", "use", "path", "line", "polyline", "polygon", "rect", "circle", "ellipse"),
        *("text", "tspan", "textPath", "title", "desc", "metadata", "style", "switch", "marker", "pattern", "clipPath"),
        *("mask", "linearGradient", "radialGradient", "stop", "image", "view"),
    )
)
_LOADS = re.compile(r"url\(\s*['\"]?\s*(?!['\"]?\s*#)|@import|expression\s*\(|javascript:|\\", re.IGNORECASE)
_PICTURE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=\s]*", re.ASCII)
_MOST = 200_000
"""Elements of a drawing at most."""


class _Acts(Exception):
    """Something in the file acts, loads or unfolds."""


def inert(content: bytes) -> bool:
    """Tell whether a file is an SVG drawing in which nothing acts: no scripts, events, links, entities, foreign files."""
    if b"<" not in content[:4096]:
        return False
    reading = _Reading()
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    parser.StartElementHandler = reading.begin
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    parser.StartDoctypeDeclHandler = reading.doctype
    parser.EntityDeclHandler = reading.refuse
    parser.ProcessingInstructionHandler = reading.refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, _Acts, ValueError):  # not well formed, acts, or in a writing that nobody knows
        return False
    return reading.drawn


class _Reading:
    """What is met while a drawing is read."""

    def __init__(self) -> None:
        self.drawn, self.count, self.styles = False, 0, 0
        self.words: list[str] = []

    def doctype(self, _name: str, _system: str | None, _public: str | None, internal: int) -> None:
        """A drawing may name its standard; it may not declare anything."""
        if internal:
            raise _Acts

    def refuse(self, *_found: object) -> None:
        """Entities unfold, and instructions load style sheets."""
        raise _Acts

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        """Look at an element and all it says."""
        space, _, own = name.rpartition(_BETWEEN)
        self.count += 1
        if self.count == 1:
            self.drawn = (space, own) == (_SVG, "svg")
        if self.count > _MOST or not self.drawn or space == _XHTML or (space == _SVG and own not in _DRAWS):
            raise _Acts
        self.styles += (space, own) == (_SVG, "style")
        for attribute, value in attributes.items():
            whose, _, called = attribute.rpartition(_BETWEEN)
            if whose in _READ:
                _look(own, called.lower(), value)

    def end(self, name: str) -> None:
        """Look at a style sheet when it is whole."""
        if name == f"{_SVG}{_BETWEEN}style":
            self.styles -= 1
            if _LOADS.search("".join(self.words)):
                raise _Acts
            self.words.clear()

    def text(self, words: str) -> None:
        """Keep what a style sheet says."""
        if self.styles:
            self.words.append(words)


def _look(element: str, attribute: str, value: str) -> None:
    if attribute.startswith("on") or attribute == "base":
        raise _Acts
    if attribute in ("href", "src"):
        inside = value.strip().startswith("#")
        if not inside and not (element == "image" and _PICTURE.fullmatch(value.strip())):
            raise _Acts
    elif _LOADS.search(value):
        raise _Acts
