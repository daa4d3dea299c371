"""致因图 as SVG, for a page."""

from __future__ import annotations

from html import escape

from .drawing import LETTER, LINE, Box, Drawing, Line

_LOOKS = {
    "accident": ("#404040", "#000000", 5, 0),
    "label": ("#d0d0d0", "#000000", 3, 0),
    "head": ("none", "none", 0, 0),
    "direct": ("#ececec", "#000000", 7, 0),
    "indirect": ("#ffffff", "#000000", 3, 0),
    "unit": ("#dcdcdc", "#000000", 3, 0),
    "measure": ("#ffffff", "#000000", 3, 22),
}  # ground, border, its width, how round its corners are


_EDGE = 4  # around the drawing, so that no border is cut in half


def share(box: Box, drawing: Drawing) -> tuple[float, float, float, float]:
    """Return where a box lies in the picture: left, top, width and height in percent of it."""
    wide, high = drawing.width + 2 * _EDGE, drawing.height + 2 * _EDGE
    return (
        100 * (box.x + _EDGE) / wide,
        100 * (box.y + _EDGE) / high,
        100 * box.width / wide,
        100 * box.height / high,
    )


def svg(drawing: Drawing) -> str:
    """Return a drawing as an SVG of its own; its user unit is a tenth of a millimetre."""
    boxes = "".join(_box(box) for box in drawing.boxes)
    lines = "".join(_line(line) for line in drawing.lines)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-_EDGE} {-_EDGE} '
        f'{drawing.width + 2 * _EDGE} {drawing.height + 2 * _EDGE}" '
        f'font-family="sans-serif" font-size="{LETTER}"><defs><marker id="head" viewBox="0 0 10 10" refX="10" refY="5" '
        'markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10Z"/></marker></defs>'
        f'<g stroke="#000000" stroke-width="3">{lines}</g>{boxes}</svg>'
    )


def _box(box: Box) -> str:
    ground, border, thick, round_ = _LOOKS[box.look]
    left = box.x + box.width // 2 if box.centred else box.x + 14
    first = box.y + (box.height - len(box.lines) * LINE) // 2 + 31  # the letters stand on this line
    bold = ' font-weight="bold"' if box.look in ("accident", "label", "head") else ""
    ink = "#ffffff" if box.look == "accident" else "#000000"
    anchor = "middle" if box.centred else "start"
    texts = "".join(
        f'<text x="{left}" y="{first + n * LINE}" text-anchor="{anchor}" fill="{ink}"{bold}>{escape(words)}</text>'
        for n, words in enumerate(box.lines)
    )
    return (
        f'<rect x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="{round_}" fill="{ground}" '
        f'stroke="{border}" stroke-width="{thick}"/>{texts}'
    )


def _line(line: Line) -> str:
    (x, y), (to_x, to_y) = line.start, line.end
    head = ' marker-end="url(#head)"' if line.arrow else ""
    return f'<line x1="{x}" y1="{y}" x2="{to_x}" y2="{to_y}"{head}/>'
