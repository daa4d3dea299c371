"""Cached rendering of the leaders' figures: drawn once for as long as the figures are cached."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.kernel.divisions import name as division_name
from models.kernel.errors import Invalid
from models.kernel.installation import Installation
from models.kernel.rights.policy import Actor
from models.kernel.settings import Settings
from models.kernel.vocabulary import Turn
from models.overview.queries.dashboard.as_of import AsOf
from models.overview.queries.dashboard.lateness import Lateness
from models.overview.queries.dashboard.places import DivisionCount
from models.overview.queries.dashboard.ranking import Ranked, ranked
from models.papers.rules.shares import in_words
from ui.web.cache import Memory
from ui.web.leading import late, places
from ui.web.leading.cached_figures import GRACE, SECONDS, Late, Years
from ui.web.leading.url_parameters import counted
from ui.web.parts import maps
from ui.web.parts.language import in_english
from ui.web.parts.table import table_html
from ui.web.parts.words import Html, link

UNITS = ("单位", "到期", "按期完成", "按期率（95%区间）", "已办结", "未到期", "一次采纳", "中位天数", "预警")
RANK = "名次"
TOO_FEW = "样本过少"


@dataclass(frozen=True, slots=True)
class Drawn:
    """The parts of the page that are figures; None where there is nothing to show."""

    totals: Html
    late: Mapping[Turn, Html | None]
    units: Html | None
    divisions: Html | None
    map: Html | Invalid | None


DRAWN: Memory[Hashable, Drawn] = Memory(SECONDS + GRACE, most=1000)  # known by when its figures were counted


def drawn(installation: Installation, actor: Actor, now: Late, sums: Years, at: AsOf) -> Drawn:
    """Return the parts that show what a person was counted; an outline that is none is told in its place."""
    key = (installation.settings.database, actor, at, now.counted_at, sums.counted_at, in_english())
    return DRAWN.of(key, lambda: _draw(now, sums, at, installation.settings))


def _draw(now: Late, sums: Years, at: AsOf, settings: Settings) -> Drawn:
    fewest, league = settings.fewest_due, settings.league_table is not None
    units, divisions = ranked(sums.completion, now.warnings, sums.punctuality, fewest), sums.divisions
    if not league:  # in no order that says who is better
        units = sorted(units, key=lambda unit: (-unit.due, unit.organisation))
    return Drawn(
        late.totals(now.cells, at),
        {turn: _late(now.cells, turn, at) for turn in (Turn.THEIRS, Turn.OURS)},
        _units(units, at, fewest, league) if units else None,
        table_html(("区划", "事故", "死亡"), [_division(row, at) for row in divisions], narrow=(1, 2))
        if divisions
        else None,
        _map(sums, settings.outline),
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


def _units(units: Sequence[Ranked], at: AsOf, fewest: int, league: bool) -> Html:
    heads = (RANK, *UNITS) if league else UNITS
    rows = [((TOO_FEW if unit.few else unit.rank), *_unit(unit, at, fewest)) for unit in units]
    return table_html(heads, rows if league else [row[1:] for row in rows], narrow=range(league + 1, len(heads)))


def _unit(unit: Ranked, at: AsOf, fewest: int) -> tuple[object, ...]:
    who, kept = unit.organisation_id, unit.punctuality

    def figure(number: int, what: str, **more: int) -> Html:
        return Html("0") if not number else link(f"{number:,}", counted(at, what, unit=who, **more))

    return (
        unit.organisation,
        figure(unit.due, "measures"),
        f"{kept.on_time}/{kept.due}" if kept.due else None,
        TOO_FEW if kept.due < fewest else in_words(kept.on_time, kept.due),
        figure(unit.closed, "measures", closed=1),
        figure(unit.not_due, "measures", due=0),
        f"{kept.accepted}/{kept.assessed}" if kept.assessed else None,
        None if kept.median_days is None else f"{kept.median_days:g}",
        figure(unit.warnings, "warnings"),
    )


def _division(row: DivisionCount, at: AsOf) -> tuple[object, ...]:
    unknown = f"（另有{row.unknown}起不详）" if row.unknown else ""
    return division_name(row.division_code, at.day), row.accidents, f"{row.deaths}{unknown}"
