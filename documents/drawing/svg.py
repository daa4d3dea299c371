"""A drawing as SVG, for a page."""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from .marks import Drawing, Shape, Words

FONTS = "SimSun, 'Songti SC', 'Noto Serif CJK SC', serif"
PLAIN = "sans-serif"
"""For drawings that are read on a screen."""


def svg(drawing: Drawing, title: str, *, fonts: str = FONTS) -> str:
    """Return the drawing as an SVG element; its title is read out in place of it."""
    inside = "".join(_shape(mark) if isinstance(mark, Shape) else _words(mark) for mark in drawing.marks)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={quoteattr(title)} '
        f'viewBox="0 0 {_n(drawing.width)} {_n(drawing.height)}" '
        f'width="{_n(drawing.width)}mm" height="{_n(drawing.height)}mm" font-family="{fonts}">'
        f'<rect width="100%" height="100%" fill="#fff"/>{inside}</svg>'
    )


def _shape(mark: Shape) -> str:
    tag = "polygon" if mark.closed else "polyline"
    points = " ".join(f"{_n(x)},{_n(y)}" for x, y in mark.points)
    return f'<{tag} points="{points}" fill="{_grey(mark.fill)}" stroke="{_grey(mark.ink)}" stroke-width="{_n(mark.width)}"/>'


def _words(mark: Words) -> str:
    """Centred words are left to the reader to centre: it alone knows how wide its letters are."""
    x, y = map(_n, mark.at)
    looks = (
        ' text-anchor="middle"' if mark.centred else "",
        f' transform="rotate({_n(mark.turned)} {x} {y})"' if mark.turned else "",
        ' font-weight="bold"' if mark.bold else "",
        f' fill="{_grey(mark.ink)}"' if mark.ink else "",
    )
    return f'<text x="{x}" y="{y}" font-size="{_n(mark.size)}"{"".join(looks)}>{escape(mark.text)}</text>'


def _grey(level: int | None) -> str:
    return "none" if level is None else f"#{level:02x}{level:02x}{level:02x}"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
