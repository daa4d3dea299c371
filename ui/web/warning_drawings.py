"""Drawings of a warning: its accidents along time, and on the ground. Each says in words what it shows; grey prints well."""

from __future__ import annotations

from datetime import date

from models.prevention.queries.warnings import EvidenceShown, WarningWhole
from ui.web.parts.words import Html, pictured

WIDTH, HEIGHT, MARGIN = 640, 96, 40
SQUARE = 260
DEAD, HURT, OTHER = "#8f1414", "#b97f00", "#8593a8"


def along_time(whole: WarningWhole) -> Html:
    """Return the accidents as strokes along the days that were looked at and those since: the dead tallest."""
    accidents = sorted((*whole.evidence, *whole.since), key=lambda one: one.occurred_on)
    first = whole.row.evidence_from
    last = max((whole.row.as_of, *(one.occurred_on for one in accidents)))
    days = max(1, (last - first).days)

    def across(day: date) -> float:
        return MARGIN + (WIDTH - 2 * MARGIN) * (day - first).days / days

    strokes = "".join(_stroke(one, across(one.occurred_on)) for one in accidents)
    listed = across(whole.row.as_of)
    years = "".join(
        f'<text x="{across(date(year, 1, 1)):.0f}" y="{HEIGHT - 4}" text-anchor="middle">{year}年</text>'
        f'<path d="M{across(date(year, 1, 1)):.1f} 70v6" stroke="#4b5563"/>'
        for year in range(first.year + 1, last.year + 1)
    )
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12" '
        f'fill="#4b5563"><path d="M{MARGIN} 70H{WIDTH - MARGIN}" stroke="#4b5563"/>{strokes}{years}'
        f'<path d="M{listed:.1f} 10V70" stroke="#2b62b0" stroke-dasharray="4 3"/>'
        f'<text x="{listed:.0f}" y="10" text-anchor="end" fill="#2b62b0">列入预警</text></svg>'
    )
    dead = sum(bool(one.deaths) for one in accidents)
    told = f"{first}至{last}共{len(accidents)}起，其中亡人{dead}起；逐起见下表"
    return _figure(drawn, told)


def _stroke(one: EvidenceShown, x: float) -> str:
    colour, tall = _look(one)
    return f'<path d="M{x:.1f} 70V{70 - tall}" stroke="{colour}" stroke-width="3"/>'


def _look(one: EvidenceShown) -> tuple[str, int]:
    if one.deaths:
        return DEAD, 50
    return (HURT, 34) if one.serious else (OTHER, 18)


def on_the_ground(whole: WarningWhole) -> Html | None:
    """Return where in the cell its accidents lie, north above; None for what is no cell."""
    if whole.east_m is None or whole.north_m is None or not whole.size_m:
        return None
    east, north, size = whole.east_m, whole.north_m, whole.size_m
    placed = [one for one in (*whole.evidence, *whole.since) if one.east_m is not None and one.north_m is not None]
    dots = "".join(_dot(one, east, north, size) for one in reversed(placed))
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {SQUARE + 20}" font-family="sans-serif" '
        f'font-size="12"><rect x="1" y="1" width="{SQUARE - 2}" height="{SQUARE - 2}" fill="#f6f8fb" stroke="#8593a8"/>'
        f'{dots}<text x="{SQUARE // 2}" y="{SQUARE + 14}" text-anchor="middle" fill="#4b5563">{size}米见方，上为北</text></svg>'
    )
    return _figure(drawn, f"{size}米见方内{len(placed)}起事故的相互位置")


def _dot(one: EvidenceShown, east: int, north: int, size: int) -> str:
    assert one.east_m is not None  # only what has a point is drawn
    assert one.north_m is not None
    colour, tall = _look(one)
    x, y = (one.east_m - east) / size * SQUARE, SQUARE - (one.north_m - north) / size * SQUARE
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + tall / 12:.1f}" fill="{colour}" fill-opacity=".75"/>'


def _figure(drawn: str, told: str) -> Html:
    legend = "　".join(
        f'<b style="color:{colour}">■</b> {word}' for colour, word in ((DEAD, "亡人"), (HURT, "重伤"), (OTHER, "其他"))
    )
    return Html(f'<figure class="sc-drawing">{pictured(drawn, told)}<figcaption>{legend}　{told}</figcaption></figure>')
