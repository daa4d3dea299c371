"""四项指数 as four figures, each beside the year before, and the months drawn as bars."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from html import escape

from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.indices import Index, Month
from ui.web.leading.url_parameters import counted
from ui.web.parts.words import Html

LOSS = "直接财产损失"
UNIT = {"事故起数": "起", "死亡人数": "人", "受伤人数": "人", LOSS: "万元"}
UNKNOWN = {"死亡人数": "死亡人数不详", "受伤人数": "受伤人数不详或者不全", LOSS: "损失不详"}
BASE = 10  # below it, in the unit shown, a percentage alone misleads


def cards(indices: Sequence[Index], at: AsOf) -> Html:
    """Return the four indices; each figure leads to the accidents it counts."""
    return Html(f'<ul class="sc-figures">{"".join(_card(index, at) for index in indices)}</ul>')


def _card(index: Index, at: AsOf) -> str:
    now = _figure(index.name, index.figure, counted(at, "accidents"))
    then = _figure(index.name, index.before, counted(at, "accidents", before=1))
    left = _left_out(index.name, index.unknown, index.figure), _left_out(index.name, index.unknown_before, index.before)
    told = [f"{when}{said}" for when, said in zip(("", "上年同期"), left, strict=True) if said]
    return (
        f"<li><span>{escape(index.name)}</span><strong>{now}</strong>"
        f"<span>上年同期 {then}　同比 {_change(index)}</span>{''.join(f'<br><span>{line}</span>' for line in told)}</li>"
    )


def _figure(name: str, value: int | None, address: str) -> str:
    """Nothing to open behind a 0; behind what nobody knows there is."""
    return (
        f'<a class="sc-in" href="{escape(address)}">{_amount(name, value)}</a>' if value != 0 else _amount(name, value)
    )


def _amount(name: str, value: int | None) -> str:
    if value is None:
        return "不详"
    return f"{_shown(name, value):,}<small> {UNIT[name]}</small>" if name == LOSS else f"{value:,}"


def _left_out(name: str, unknown: int, figure: int | None) -> str:
    """Say in how many accidents the figure is not known, where some are: they are not 0."""
    return f"另有{unknown}起{UNKNOWN[name]}" if unknown and figure is not None else ""


def _change(index: Index) -> str:
    """Say the change; below a base of ten in numbers first, for there a percentage says little."""
    now, before = index.figure, index.before
    if index.change is None or now is None or before is None:
        return "—"
    if now == before:
        return "持平"
    word, verb, sign = ("上升", "增加", "up") if now > before else ("下降", "减少", "down")
    percent = f"{word} {abs(index.change)}%"
    last, this = _shown(index.name, before), _shown(index.name, now)
    if last >= BASE:
        return f'<b class="sc-{sign}">{percent}</b>'
    if this == last:  # less than is shown
        return f"基本持平<small>（{percent}）</small>"
    unit = UNIT[index.name]
    numbers = f"{last}→{this}，{verb}{abs(this - last)}{unit}"
    return f'<b class="sc-{sign}">{numbers}</b><small>（{percent}）</small>'


def _shown(name: str, value: int) -> Decimal:
    """Return a figure in the unit in which it is shown."""
    return (Decimal(value) / 10_000).quantize(Decimal("0.1")) if name == LOSS else Decimal(value)


def months(rows: Sequence[Month], year: int) -> Html:
    """Return the accidents of each month as a bar, a grey one beside it for the year before."""
    most = max([1, *(row.accidents for row in rows), *(row.accidents_before for row in rows)])
    return Html(
        f'<figure class="sc-drawing"><ol class="sc-months">{"".join(_month(row, most) for row in rows)}</ol>'
        f"<figcaption>各月事故起数：深色为{year}年，灰色为{year - 1}年同期</figcaption></figure>"
    )


def _month(row: Month, most: int) -> str:
    tall, before = 100 * row.accidents / most, 100 * row.accidents_before / most
    title = (
        f"{row.month}月：{row.accidents}起、死亡{row.deaths}人；上年{row.accidents_before}起、死亡{row.deaths_before}人"
    )
    count = f"<b>{row.accidents}</b>" if row.accidents else ""
    return (
        f'<li title="{escape(title)}"><span class="sc-bars"><i class="sc-before" style="height:{before:.1f}%"></i>'
        f'<i style="height:{tall:.1f}%">{count}</i></span>{row.month}月</li>'
    )
