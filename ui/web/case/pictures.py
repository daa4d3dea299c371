"""Two pictures drawn as plain HTML, which every browser lays out and reads aloud: the five documents, the deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape

from models.clock.queries.clock_lists import DeadlineShown
from models.clock.queries.explain import STATES
from models.kernel.calendar.local_time import local_date
from models.overview.queries.progress import KindProgress, Progress
from ui.signs import finished
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
LONGEST = 24
EVALUATION = "effect.evaluate"  # the rule of the one clock that runs for a year


def process(progress: Sequence[KindProgress]) -> Html:
    """Return the five documents as steps in their order, each with its state in words and as a bar."""
    steps = "".join(
        f'<li class="sc-step sc-far-{_far(step)}{" sc-waived" if _waived(step) else ""}">'
        f"<strong>{escape(step.kind.label)}</strong><span>{escape(step.state.label)}</span>"
        f'<i style="width:{25 * _far(step)}%"></i></li>'
        for step in progress
    )
    return Html(f'<ol class="sc-process" aria-label="五个文书的进度">{steps}</ol>')


def _far(step: KindProgress) -> int:
    return max(FAR.values()) if finished(step.kind, step.state) else FAR[step.state.value]


def _waived(step: KindProgress) -> bool:
    return step.state is Progress.NOT_APPLICABLE


def timeline(clocks: Sequence[DeadlineShown], today: date) -> Html:
    """Return the deadlines as bars from start to due date, coloured and named by light, with a line at today.

    What ran over its date is drawn on, thinner, to today. The evaluation, a year away, does not press the others together:
    beside them its bar goes out of the picture.
    """
    bars = [(clock, local_date(clock.started_at), clock.due_on) for clock in clocks]
    first = min([today, *(start for _, start, _ in bars)]) - timedelta(days=1)
    soon = [due for clock, _, due in bars if clock.rule != EVALUATION] or [due for _, _, due in bars]
    last = max([today, *soon]) + timedelta(days=1)
    days = max((last - first).days, 1)

    def across(day: date) -> float:
        return min(float(100 * (day - first).days / days), 100.0)

    now = f'<i class="sc-now" style="left:{across(today):.2f}%"></i>'
    rows = "".join(
        f'<li><span class="sc-what">{escape(_name(clock))}</span>'
        f'<span class="sc-track">{now}{_bar(clock, across(start), across(due), across(today))}</span>'
        f'<span class="sc-when">{_day(due, today)} {_how(clock)}</span></li>'
        for clock, start, due in bars
    )
    side = "left" if across(today) < 50 else "right"
    place = across(today) if side == "left" else 100 - across(today)
    return Html(
        f'<ul class="sc-gantt"><li class="sc-today"><span></span><span class="sc-track"><b style="{side}:{place:.2f}%">'
        f"今天 {_day(today, today)}</b></span><span></span></li>{rows}</ul>"
    )


def _day(due: date, today: date) -> str:
    year = "" if due.year == today.year else f"{due.year}年"
    return f"{year}{due.month}月{due.day}日"


def _over(clock: DeadlineShown) -> bool:
    return clock.state in ("met", "withdrawn", "answered")


def _bar(clock: DeadlineShown, left: float, right: float, now: float) -> str:
    colour = "sc-over" if _over(clock) else f"sc-bar-{clock.light.value}"
    bar = f'<i class="{colour}" style="left:{left:.2f}%;width:{max(right - left, 0.8):.2f}%"></i>'
    if _over(clock) or now <= right:
        return bar
    return f'{bar}<i class="{colour} sc-beyond" style="left:{right:.2f}%;width:{now - right:.2f}%"></i>'


def _how(clock: DeadlineShown) -> str:
    if _over(clock):
        return STATES[clock.state]
    return "中止" if clock.state == "suspended" else clock.light.label


def _name(clock: DeadlineShown) -> str:
    name = f"{clock.name} {clock.measure or clock.paper or clock.reply or ''}".strip()
    return name if len(name) <= LONGEST else f"{name[:LONGEST]}…"
