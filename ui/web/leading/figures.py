"""四项指数 as four figures, each beside the year before, and the months drawn as bars."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from models.queries.dashboard.as_of import AsOf
from models.queries.dashboard.indices import Index
from ui.web.leading.asked import counted
from ui.web.parts.words import Html


def cards(indices: Sequence[Index], at: AsOf) -> Html:
    """Return the four indices; each figure leads to the accidents it counts."""
    return Html(f'<ul class="sc-figures">{"".join(_card(index, at) for index in indices)}</ul>')


def _card(index: Index, at: AsOf) -> str:
    now = _figure(index.name, index.figure, counted(at, "accidents"))
    then = _figure(index.name, index.before, counted(at, "accidents", before=1))
    return (
        f"<li><span>{escape(index.name)}</span><strong>{now}</strong>"
        f"<span>上年同期 {then}　同比 {_change(index)}</span></li>"
    )


def _figure(name: str, value: int, address: str) -> str:
    """Nothing to open behind a 0."""
    return f'<a class="sc-in" href="{escape(address)}">{_amount(name, value)}</a>' if value else _amount(name, value)


def _amount(name: str, value: int) -> str:
    return f"{value / 10_000:,.1f}<small> 万元</small>" if "损失" in name else f"{value:,}"


def _change(index: Index) -> str:
    if index.change is None:
        return "—"
    if index.change == 0:
        return "持平"
    word, sign = ("上升", "up") if index.change > 0 else ("下降", "down")
    return f'<b class="sc-{sign}">{word} {abs(index.change)}%</b>'


def months(rows: Sequence[dict[str, Any]], year: int) -> Html:
    """Return the accidents of each month as a bar, a grey one beside it for the year before."""
    most = max([1, *(row["accidents"] for row in rows), *(row["accidents_before"] for row in rows)])
    return Html(
        f'<figure class="sc-drawing"><ol class="sc-months">{"".join(_month(row, most) for row in rows)}</ol>'
        f"<figcaption>各月事故起数：深色为{year}年，灰色为{year - 1}年同期</figcaption></figure>"
    )


def _month(row: dict[str, Any], most: int) -> str:
    tall, before = (100 * row[name] / most for name in ("accidents", "accidents_before"))
    title = (
        f"{row['month']}月：{row['accidents']}起、死亡{row['deaths']}人；"
        f"上年{row['accidents_before']}起、死亡{row['deaths_before']}人"
    )
    count = f"<b>{row['accidents']}</b>" if row["accidents"] else ""
    return (
        f'<li title="{escape(title)}"><span class="sc-bars"><i class="sc-before" style="height:{before:.1f}%"></i>'
        f'<i style="height:{tall:.1f}%">{count}</i></span>{row["month"]}月</li>'
    )
