"""Two pictures drawn as SVG and HTML: how far the five documents are, and the deadlines along a line with today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

from models.rules.local_time import local_date
from models.rules.vocabulary import Light
from ui.web.parts.words import Html

FAR = {
    "not_started": 0,
    "draft": 1,
    "in_approval": 2,
    "issued": 3,
    "delivered": 4,
    "not_applicable": 4,
    "withheld": 0,
}
COLOURS = {Light.GREEN: "#2f7d4f", Light.BLUE: "#2b62b0", Light.YELLOW: "#b97f00", Light.RED: "#b42323"}
WIDTH, LEFT, RIGHT, ROW = 1000, 300, 90, 30


def process(progress: Sequence[dict[str, Any]]) -> Html:
    """Return the five documents as steps in their order, each with its state in words and as a bar."""
    steps = "".join(
        f'<li class="sc-step sc-far-{FAR[step["state"].value]}{" sc-waived" if _waived(step) else ""}">'
        f"<strong>{escape(step['kind'].label)}</strong><span>{escape(step['state'].label)}</span>"
        f'<i style="width:{25 * FAR[step["state"].value]}%"></i></li>'
        for step in progress
    )
    return Html(f'<ol class="sc-process" aria-label="五个文书的进度">{steps}</ol>')


def _waived(step: dict[str, Any]) -> bool:
    return bool(step["state"].value == "not_applicable")


def timeline(clocks: Sequence[dict[str, Any]], today: date) -> Html:
    """Return the deadlines as bars from start to due date, coloured and named by light, with a line at today."""
    bars = [(clock, local_date(clock["started_at"]), clock["due_on"]) for clock in clocks]
    first = min([today, *(start for _, start, _ in bars)]) - timedelta(days=2)
    last = max([today, *(due for _, _, due in bars)]) + timedelta(days=2)
    span = max((last - first).days, 1)

    def across(day: date) -> float:
        return float(LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span)

    height = ROW * len(bars) + 34
    rows = "".join(_bar(n, bar, across, today) for n, bar in enumerate(bars))
    now = across(today)
    return Html(
        f'<div class="sc-gantt"><svg viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="时限图，今天 {today}">{rows}'
        f'<line x1="{now:.1f}" x2="{now:.1f}" y1="18" y2="{height}" stroke="#1f2937" stroke-dasharray="4 3"/>'
        f'<text x="{now:.1f}" y="13" text-anchor="middle" font-weight="600">今天 {today.month}月{today.day}日</text>'
        "</svg></div>"
    )


def _bar(n: int, bar: tuple[dict[str, Any], date, date], across: Any, today: date) -> str:
    clock, start, due = bar
    top = 24 + n * ROW
    over = clock["state"] in ("met", "withdrawn")
    colour = "#9aa5b4" if over else COLOURS[clock["light"]]
    left, right = across(start), across(due)
    name = f"{clock['name']}" + (f" {clock['measure']}" if clock["measure"] else "")
    late = (
        f'<rect x="{right:.1f}" y="{top + 9}" width="{max(across(today) - right, 0):.1f}" height="4" fill="{colour}"/>'
        if not over and today > due
        else ""
    )
    said = "已完成" if clock["state"] == "met" else "不再计时" if over else clock["light"].label
    return (
        f'<text x="0" y="{top + 16}">{escape(_short(name))}</text>'
        f'<rect x="{left:.1f}" y="{top + 4}" width="{max(right - left, 3):.1f}" height="14" rx="2" fill="{colour}"/>'
        f'{late}<text x="{WIDTH}" y="{top + 16}" text-anchor="end" fill="{colour}">{escape(said)}</text>'
        f"<title>{escape(name)}：{start} 至 {due}</title>"
    )


def _short(text: str, longest: int = 18) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"
