"""Registered accidents as columns of whole numbers: what criteria, lists and bursts are computed from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.kernel.vocabulary import WarningKind

from .cells import Flags, Ints, Sites, cells, sections

NOWHERE = -1
"""Stands for a place, road, cause, unit or division that is not known."""


@dataclass(frozen=True, slots=True)
class Accidents:
    """Columns of counted accidents in the order of their days, each as long as there are accidents.

    `days` are ordinals of dates. `divisions`, `roads` and `causes` are the words that the numbers of the columns of like
    name stand for; `NOWHERE` stands for none.
    """

    ids: Ints
    days: Ints
    deaths: Ints
    serious: Ints
    division: Ints
    east_m: Ints
    north_m: Ints
    road: Ints
    stake_m: Ints
    cause: Ints
    divisions: tuple[str, ...]
    roads: tuple[str, ...]
    causes: tuple[str, ...]

    def __len__(self) -> int:
        """Return the number of accidents."""
        return len(self.ids)

    def severe(self, *, with_serious: bool) -> Flags:
        """Return which accidents are severe: somebody died, or, where the unit counts so, was seriously injured."""
        return (self.deaths > 0) | (with_serious & (self.serious > 0))


@dataclass(frozen=True, slots=True)
class Involved:
    """Units that accidents have to do with, as pairs: `unit` a number among `names`, `at` the accident's position, `blame`
    its liability (the place in `PartyLiability`: 0 full to 4 none, 5 unknown)."""

    unit: Ints
    at: Ints
    blame: Ints
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subjects:
    """What accidents are counted by: `sites` in the order of `at`, the position of the accident behind each row."""

    sites: Sites
    at: Ints


def by_place(accidents: Accidents, size_m: int) -> Subjects:
    """Return fixed cells; accidents without a point belong to none."""
    at = np.flatnonzero(accidents.east_m != NOWHERE)
    return Subjects(cells(accidents.east_m[at], accidents.north_m[at], size_m), at)


def by_section(accidents: Accidents, size_m: int) -> Subjects:
    """Return fixed sections of roads; accidents without road and stake belong to none."""
    at = np.flatnonzero((accidents.road != NOWHERE) & (accidents.stake_m != NOWHERE))
    return Subjects(sections(accidents.road[at], accidents.stake_m[at], size_m), at)


def by_cause(accidents: Accidents) -> Subjects:
    """Return the causes that the register names."""
    at = np.flatnonzero(accidents.cause != NOWHERE)
    return _named(accidents.cause[at], at)


def by_unit(involved: Involved) -> Subjects:
    """Return the units; one that is involved twice in an accident counts once where rows say it once."""
    return _named(involved.unit, involved.at)


def _named(number: Ints, at: Ints) -> Subjects:
    # A unit or a cause has no neighbours: it is the only section of a road of its own.
    return Subjects(sections(number, np.zeros(len(number), np.int64), 1), at)


def subjects(kind: WarningKind, accidents: Accidents, involved: Involved, size_m: int) -> Subjects:
    """Return what accidents are counted by for a kind of warning; `size_m` means something for sites and sections alone."""
    if kind is WarningKind.SITE:
        return by_place(accidents, size_m)
    if kind is WarningKind.SECTION:
        return by_section(accidents, size_m)
    return by_cause(accidents) if kind is WarningKind.CAUSE else by_unit(involved)
