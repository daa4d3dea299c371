"""The deadlines as bars: each has its place and its day, whatever runs beside it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

from models.clock.queries.clock_lists import DeadlineShown
from models.kernel.vocabulary import Light, Turn
from ui.web.case.pictures import timeline

TODAY = date(2026, 11, 27)


def clock(rule: str, start: date, due: date) -> DeadlineShown:
    return DeadlineShown(
        id=1,
        key=f"C/{rule}",
        case_number="C",
        rule=rule,
        name=rule,
        turn=Turn.THEIRS,
        organisation="某单位",
        paper=None,
        measure=None,
        milestone=None,
        reply=None,
        start_event="立案",
        started_at=datetime(start.year, start.month, start.day, 2, tzinfo=UTC),
        due_on=due,
        first_due_on=due,
        provisional=False,
        version=1,
        state="open",
        closed_at=None,
        late=False,
        light=Light.GREEN,
        ours=False,
        assignment=None,
    )


def widths(html: str) -> list[float]:
    return [float(width) for width in re.findall(r"width:([\d.]+)%", html)]


def test_a_clock_of_a_year_does_not_press_the_others_together() -> None:
    plan = clock("notice.plan", date(2026, 11, 18), date(2026, 12, 2))
    evaluation = clock("effect.evaluate", date(2026, 11, 18), date(2027, 11, 9))
    alone, beside = timeline([plan], TODAY), timeline([plan, evaluation], TODAY)
    assert widths(beside)[0] == widths(alone)[0] > 80
    assert max(widths(beside)) <= 100
    assert widths(timeline([evaluation], TODAY))[0] > 90


def test_a_day_of_another_year_bears_its_year() -> None:
    html = timeline([clock("notice.plan", date(2026, 11, 18), date(2026, 12, 2))], TODAY)
    assert "12月2日" in html
    assert "2026年" not in html
    assert "2027年11月9日" in timeline([clock("effect.evaluate", date(2026, 11, 18), date(2027, 11, 9))], TODAY)
