"""Figures of the register as cards, each beside what it is compared with, and the months drawn as bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import urlencode

from models.kernel.vocabulary import Comparison
from models.register.queries.figures import Change, Figure, Month
from models.register.rules.figures import UNIT, UNKNOWN, shown
from ui.figure_words import LIST, NOTHING, base, compared
from ui.web.parts.words import Html, link


def cards(figures: Sequence[Figure]) -> Html:
    """Return the figures; each says what it counts and leads to the accidents behind it."""
    return Html(f'<ul class="sc-figures">{"".join(_card(figure) for figure in figures)}</ul>')


def _card(figure: Figure) -> str:
    lines = [_change(figure, change) for change in figure.changes]
    lines.append(escape(_unknown(figure)))
    if figure.entered:
        lines.append("录入的历史总数")
    told = "".join(f"<br><span>{line}</span>" for line in lines if line)
    return (
        f'<li title="{escape(figure.explained)}"><span>{escape(figure.indicator.label)}</span>'
        f"<strong>{_figure(figure)}</strong>{told}</li>"
    )


def _unknown(figure: Figure) -> str:
    """Say in how many accidents the figure is not known, now and in the spans that it is compared with: they are not 0."""
    spans = [(_then(change), change.before_unknown) for change in figure.changes if change.before_unknown]
    now = figure.unknown if figure.value is not None else 0
    if not now:
        return "、".join(f"{when}另有{number}起" for when, number in spans) + UNKNOWN[figure.indicator] if spans else ""
    beside = f"（{'、'.join(f'{when}{number}起' for when, number in spans)}）" if spans else ""
    return f"另有{now}起{beside}{UNKNOWN[figure.indicator]}"


def _then(change: Change) -> str:
    return "上年同期" if change.comparison is Comparison.YOY else "上期"


def _figure(figure: Figure) -> str:
    """Nothing to open behind a 0 or an entered total; behind what nobody knows there is."""
    value = figure.value
    said = "不详" if value is None else f"{shown(figure.indicator, value):,}<small> {UNIT[figure.indicator]}</small>"
    if value == 0 or figure.entered:
        return said
    return f'<a class="sc-in" href="{escape(rows_address(figure.rows))}">{said}</a>'


def rows_address(rows: Mapping[str, str]) -> str:
    """Return where the list of the register shows the accidents behind a figure."""
    return f"{LIST}?{urlencode(rows)}"


def _change(figure: Figure, change: Change) -> str:
    """Say how the figure moved, and from what."""
    told = compared(figure, change)
    sign = "" if not change.difference else ("sc-up" if change.difference > 0 else "sc-down")
    bold = f'<b class="{sign}">{escape(told)}</b>' if sign and told != NOTHING else escape(told)
    before = base(figure, change)
    shown_before: str = escape(before)
    if change.source == "register" and change.before != 0:
        span = {"since": change.since.isoformat(), "until": change.until.isoformat()}
        shown_before = link(before, rows_address({**figure.rows, **span}))
    return f"{change.comparison.label} {bold}<br>{_then(change)} {shown_before}"


def months(rows: Sequence[Month], year: int) -> Html:
    """Return the accidents of each month as a bar, a grey one beside it for the year before."""
    most = max([1, *(row.accidents for row in rows), *(row.before_accidents or 0 for row in rows)])
    return Html(
        f'<figure class="sc-drawing"><ol class="sc-months">{"".join(_month(row, most) for row in rows)}</ol>'
        f"<figcaption>各月事故起数：深色为{year}年，灰色为{year - 1}年</figcaption></figure>"
    )


def _month(row: Month, most: int) -> str:
    before = row.before_accidents or 0
    tall, then = 100 * row.accidents / most, 100 * before / most
    earlier = "" if row.before_accidents is None else f"；上年{row.before_accidents}起、死亡{row.before_deaths}人"
    title = f"{row.month.month}月：{row.accidents}起、死亡{row.deaths}人{earlier}"
    count = f"<b>{row.accidents}</b>" if row.accidents else ""
    return (
        f'<li title="{escape(title)}"><span class="sc-bars"><i class="sc-before" style="height:{then:.1f}%"></i>'
        f'<i style="height:{tall:.1f}%">{count}</i></span>{row.month.month}月</li>'
    )
