"""Cached rendering of the leaders' figures: drawn once for as long as the figures are cached."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.kernel.divisions import name as division_name
from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Turn
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Lateness
from models.overview.queries.dashboard.places import DivisionCount
from models.overview.queries.dashboard.ranking import Ranked, ranked
from ui.web.cache import Memory
from ui.web.leading import late, places
from ui.web.leading.cached_figures import GRACE, SECONDS, Late, Years
from ui.web.leading.figures import cards, months
from ui.web.leading.url_parameters import counted
from ui.web.parts import maps
from ui.web.parts.language import in_english
from ui.web.parts.table import table_html
from ui.web.parts.words import Html, link

UNITS = ("名次", "单位", "到期措施", "其中已办结", "完成率", "未到期措施", "预警次数")
TOO_FEW = "样本过少"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of the page that are figures; None where there is nothing to show."""

    totals: Html
    late: Mapping[Turn, Html | None]
    indices: Html
    units: Html | None
    divisions: Html | None
    map: Html | Invalid | None


DRAWN: Memory[Hashable, Drawn] = Memory(SECONDS + GRACE, most=1000)  # known by when its figures were counted


def drawn(installation: Installation, actor: Actor, now: Late, sums: Years, at: AsOf) -> Drawn:
    """Return the parts that show what a person was counted; an outline that is none is told in its place."""
    key = (installation.settings.database, actor, at, now.counted_at, sums.counted_at, in_english())
    return DRAWN.of(key, lambda: _draw(now, sums, at, installation.settings.outline))


def _draw(now: Late, sums: Years, at: AsOf, outline: Path | None) -> Drawn:
    units, divisions = ranked(sums.completion, now.warnings), sums.divisions
    return Drawn(
        late.totals(now.cells, at),
        {turn: _late(now.cells, turn, at) for turn in (Turn.THEIRS, Turn.OURS)},
        Html(cards(sums.indices, at) + months(sums.months, at.day.year)),
        table_html(UNITS, [_unit(unit, at) for unit in units], narrow=(0, 2, 3, 4, 5, 6)) if units else None,
        table_html(("区划", "事故", "死亡"), [_division(row, at) for row in divisions], narrow=(1, 2))
        if divisions
        else None,
        _map(sums, outline),
    )


def _map(sums: Years, outline: Path | None) -> Html | Invalid | None:
    try:
        districts = maps.outline(outline)
    except Invalid as refusal:
        return refusal
    return places.drawn(sums.points, districts) or None


def _late(cells: Sequence[Lateness], turn: Turn, at: AsOf) -> Html | None:
    lines = late.rows(cells, turn, at)
    if not lines:
        return None
    shown = table_html(late.HEADS, lines[: late.SHOWN], narrow=(1, 2, 3, 4, 5, 6))
    if len(lines) <= late.SHOWN:
        return shown
    return Html(shown + link(f"查看全部 {len(lines)} 个单位的事项", counted(at, "late", turn=turn.value)))


def _unit(unit: Ranked, at: AsOf) -> tuple[object, ...]:
    who = unit.organisation_id

    def figure(number: int, what: str, **more: int) -> Html:
        return Html("0") if not number else link(f"{number:,}", counted(at, what, unit=who, **more))

    return (
        TOO_FEW if unit.few else unit.rank,
        unit.organisation,
        figure(unit.due, "measures"),
        figure(unit.closed, "measures", closed=1),
        None if unit.completion is None else f"{unit.completion:.0%}",
        figure(unit.not_due, "measures", due=0),
        figure(unit.warnings, "warnings"),
    )


def _division(row: DivisionCount, at: AsOf) -> tuple[object, ...]:
    unknown = f"（另有{row.unknown}起不详）" if row.unknown else ""
    return division_name(row.division_code, at.day), row.accidents, f"{row.deaths}{unknown}"
