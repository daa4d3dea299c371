"""行政复议: the governments that hear a reconsideration of a decision of ours, as data with validity.

A body that a city's police set up by district is heard by the city's government and, if the party prefers, by the one of
its place (行政复议法, revised 2023, art. 24). Of days before that edition nobody compared the text: they name none.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from models.kernel import divisions
from models.kernel.errors import NotFound
from models.kernel.vocabulary import Level

from .relations import Body

_SET_UP_BY_THE_CITY = re.compile("支队.+大队$|分局")
"""Names of bodies of a district that belong to the city's police, wherever nobody said who leads them."""
_DIGITS = {Level.CITY: 4, Level.COUNTY: 6}


@dataclass(frozen=True, slots=True)
class Remedy:
    """One row: of a body of a level, led from a level, the levels of the governments that hear it, the first as a rule."""

    issuer_level: Level
    led_from: Level
    heard_by: tuple[Level, ...]
    valid_from: date
    valid_to: date | None
    basis: str

    def counts(self, body: Body, on: date) -> bool:
        """Return whether the row speaks of a body on a day."""
        dated = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return dated and (body.level, _led_from(body)) == (self.issuer_level, self.led_from)


def _led_from(body: Body) -> Level | None:
    of_a_city = body.level is Level.COUNTY and _SET_UP_BY_THE_CITY.search(body.name)
    return Level.CITY if of_a_city else body.led_from


def heard_by(issuer: Body, on: date) -> tuple[str, ...]:
    """Return the names of the governments that hear a reconsideration; none where level, leader, place or the law of the
    day is not known."""
    found = next((row for row in _rows() if row.counts(issuer, on)), None)
    if found is None or issuer.division is None:
        return ()
    try:
        return tuple(f"{_place(issuer.division, level, on)}人民政府" for level in found.heard_by)
    except NotFound:
        return ()


def _place(division: str, level: Level, on: date) -> str:
    return divisions.own_name(division[: _DIGITS[level]].ljust(6, "0"), on)


@cache
def _rows() -> tuple[Remedy, ...]:
    text = (files("models.office") / "data" / "remedies.tsv").read_text(encoding="utf-8")
    lines = [line.split("\t") for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return tuple(_row(*cells) for cells in lines[1:])


def _row(level: str, led: str, heard: str, also: str, since: str, until: str, basis: str) -> Remedy:
    return Remedy(
        Level(level),
        Level(led),
        tuple(Level(one) for one in (heard, also) if one),
        date.fromisoformat(since),
        date.fromisoformat(until) if until else None,
        basis,
    )
