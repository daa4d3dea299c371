"""Whether the coordinates of a series have changed their datum (坐标系) unannounced.

The same address lies where it lay. Where the addresses that two years of a source share have moved together by more than
30 m, no road was moved: somebody changed the datum, and counts on a grid of both would be wrong (0056).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

LIMIT_M = 30
LEAST = 20
"""Addresses that two years must share before anything is said of them."""
MOST = 4_000
"""Addresses of a year that are looked at: enough for a median, and memory stays small."""
FARTHEST_M = 50_000
"""What lies farther apart is another place of the same name."""
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Shift:
    """By how much the shared addresses of two loads have moved, in metres east and north, and how many there are."""

    before: int
    after: int
    addresses: int
    east: float
    north: float

    @property
    def metres(self) -> float:
        """Return how far that is."""
        return math.hypot(self.east, self.north)


@dataclass(slots=True)
class Addresses:
    """Where the addresses of each load lie, in metres of the grid: a load is a year of what stands in the register, or of
    what a file brings.
    """

    loads: dict[tuple[int, bool], dict[str, Place]] = field(default_factory=lambda: defaultdict(dict))

    def note(self, year: int, address: str, east: int, north: int, *, new: bool) -> None:
        """Keep where an address lies, unless enough of that load are known."""
        known = self.loads[year, new]
        if len(known) < MOST:
            known.setdefault(address, (east, north))


def address_of(values: Mapping[str, object]) -> str | None:
    """Return what an accident's place is called wherever it is named: its address, else its road and stake."""
    if isinstance(place := values.get("place"), str):
        return "".join(place.split()).casefold()
    if values.get("road_number") and values.get("stake_m") is not None:
        return f"{values['road_number']}/{values['stake_m']}"
    return None


def shifted(addresses: Addresses) -> Shift | None:
    """Return the first two loads, each beside the one before it, whose shared addresses have moved; None for none.

    Two loads that stand in the register are not compared: what is there was taken in knowingly.
    """
    for before, after in pairwise(sorted(addresses.loads)):
        if not (before[1] or after[1]):
            continue
        moved = list(_moved(addresses.loads[before], addresses.loads[after]))
        if len(moved) < LEAST:
            continue
        found = Shift(before[0], after[0], len(moved), median(x for x, _ in moved), median(y for _, y in moved))
        if found.metres > LIMIT_M:
            return found
    return None


def _moved(old: Mapping[str, Place], new: Mapping[str, Place]) -> Iterable[Place]:
    for address in old.keys() & new.keys():
        east, north = new[address][0] - old[address][0], new[address][1] - old[address][1]
        if abs(east) < FARTHEST_M and abs(north) < FARTHEST_M:
            yield east, north
