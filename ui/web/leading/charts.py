"""Charts of figures, drawn by Altair in the browser without a host outside; black, grey and dashes, so that they print.

Each has a sentence for who does not see it (`description`), and the page puts its numbers into a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt

from models.kernel.vocabulary import Indicator
from models.register.queries.figures import Line, Month

THIS, BEFORE, BAND = "#17457f", "#8593a8", "#d5dce6"
MOST = 15
"""So many groups are drawn; the table has them all."""
HEIGHT, AXIS, BAR = 260, 70, 30
"""Pixels: of the trend, of the axis below a breakdown, and of each of its bars."""
FONT = "sans-serif"


def trend_chart(months: Sequence[Month], year: int) -> alt.LayerChart:
    """Return the accidents of each month as a line, the year before dashed, and what years before let expect as a band.

    A month that is not over is a hollow point, to which no line leads.
    """
    order = [_name(one) for one in months]
    rows = [
        {
            "month": _name(one),
            "now": one.accidents,
            "before": one.before_accidents,
            "low": one.low,
            "high": one.high,
            "over": one.whole,
        }
        for one in months
    ]
    chart = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]  # Altair leaves it bare
    across = alt.X("month:N", sort=order, title=None, axis=alt.Axis(labelAngle=0))
    up = alt.Y("now:Q", title="事故起数", axis=alt.Axis(tickMinStep=1))
    layers: list[alt.Chart] = []
    if any(one.low is not None for one in months):
        layers.append(
            chart.mark_area(color=BAND, opacity=0.7).encode(across, alt.Y("low:Q", title="事故起数"), alt.Y2("high:Q"))
        )
    if any(one.before_accidents is not None for one in months):
        layers.append(
            chart.mark_line(color=BEFORE, strokeDash=[5, 4]).encode(across, alt.Y("before:Q", title="事故起数"))
        )
    layers.append(chart.transform_filter("datum.over").mark_line(color=THIS, strokeWidth=2.5).encode(across, up))
    filled = alt.condition("datum.over", alt.value(THIS), alt.value("white"))
    layers.append(chart.mark_point(size=55, filled=True, stroke=THIS, opacity=1).encode(across, up, fill=filled))
    drawn = alt.layer(*layers).properties(height=HEIGHT, description=trend_in_words(months, year))
    whole: alt.LayerChart = drawn.configure(font=FONT)
    return whole


def trend_in_words(months: Sequence[Month], year: int) -> str:
    """Return what the chart of the months shows, for who does not see it."""
    told = "，".join(f"{_name(one)}{one.accidents}起" for one in months)
    outside = [_name(one) for one in outliers(months)]
    band = f"；超出期望区间的月份：{'、'.join(outside)}" if outside else ""
    return f"{year}年各月事故起数：{told}{band}。"


def outliers(months: Sequence[Month]) -> list[Month]:
    """Return the months that are over and lie outside what the years before let expect."""
    return [
        one
        for one in months
        if one.whole and one.low is not None and one.high is not None and not one.low <= one.accidents <= one.high
    ]


def breakdown_chart(lines: Sequence[Line], title: str) -> alt.LayerChart:
    """Return the accidents of each group as a bar, with a tick where the year before was; the first groups only."""
    shown = lines[:MOST]
    order = [one.label for one in shown]
    accidents = Indicator.ACCIDENTS.value
    rows = [{"group": one.label, "now": one.figures[accidents] or 0, "before": one.before[accidents]} for one in shown]
    chart = alt.Chart(alt.Data(values=rows))  # type: ignore[no-untyped-call]  # Altair leaves it bare
    along = alt.Y("group:N", sort=order, title=None, axis=alt.Axis(labelLimit=220))
    across = alt.X("now:Q", title="事故起数", axis=alt.Axis(tickMinStep=1))
    bars = chart.mark_bar(color=THIS, height={"band": 0.62}).encode(along, across)
    ticks = chart.mark_tick(color="black", thickness=2, height={"band": 0.9}).encode(along, alt.X("before:Q"))
    told = "，".join(
        f"{row['group']}{row['now']}起" + ("" if row["before"] is None else f"（上年同期{row['before']}起）")
        for row in rows
    )
    tall = AXIS + BAR * len(rows)
    drawn = alt.layer(bars, ticks).properties(height=tall, description=f"{title}：{told}。")
    whole: alt.LayerChart = drawn.configure(font=FONT)
    return whole


def _name(one: Month) -> str:
    return f"{one.month.month}月"
