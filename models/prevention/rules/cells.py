"""Sites (点位): fixed cells of the grid, fixed sections of a road, and windows that slide along its stakes.

Every accident belongs to exactly one cell and one section of a size, whoever counts and whenever: whole metres divided
by the size, cut off (`floor`). Sites are never found by clustering, which chains a whole city into one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

_COLUMN = 32  # bits that the metres north, or the section of a road, take up in a key
_ROOM = 1 << _COLUMN
_TABLE = 4_000_000  # cells of the largest table that is worth its 36 megabytes


@dataclass(frozen=True, slots=True)
class Sites:
    """The sites of one size on which anything happened, in the order of their keys.

    `across` is a cell's column or a road's number, `along` its row or its section, each as many as there are sites;
    metres are these times `size_m`. `of` gives the site of every accident by its position, as many as accidents.
    """

    size_m: int
    across: Ints
    along: Ints
    of: Ints
    on_roads: bool

    def __len__(self) -> int:
        """Return the number of sites."""
        return len(self.across)

    @property
    def keys(self) -> Ints:
        """Return one ascending number for each site."""
        return (self.across << _COLUMN) | self.along

    def count(self, chosen: Flags | None = None) -> Ints:
        """Return the number of accidents on each site, of all or of the chosen (one flag for each accident)."""
        of = self.of if chosen is None else self.of[chosen]
        return np.bincount(of, minlength=len(self))

    def around(self, counts: Ints) -> Ints:
        """Return the sum of counts on the neighbours of each site: eight cells, or the two sections beside it.

        `counts` has sites as its last axis; so has what is returned.
        """
        return self._within(counts) - counts

    def _within(self, counts: Ints) -> Ints:
        # Rows of a column lie one after the other in the order of keys: three of them are one stretch, a difference of sums.
        sums = np.zeros((*counts.shape[:-1], len(self) + 1), np.int64)
        np.cumsum(counts, axis=-1, out=sums[..., 1:])
        total, keys = np.zeros(counts.shape, np.int64), self.keys
        for column in (0,) if self.on_roads else (-1, 0, 1):
            middle = keys + column * _ROOM
            first, end = np.searchsorted(keys, middle - 1, "left"), np.searchsorted(keys, middle + 1, "right")
            total += sums[..., end] - sums[..., first]
        return total


def cells(east_m: ArrayLike, north_m: ArrayLike, size_m: int) -> Sites:
    """Return the cells of `size_m` metres that the points lie in; whole metres of the grid, from 0.

    Raises `ValueError` for what is no grid metre or no size.
    """
    return _sites(_whole(east_m), _whole(north_m), size_m, size_m, on_roads=False)


def sections(road: ArrayLike, stake_m: ArrayLike, size_m: int) -> Sites:
    """Return the sections of `size_m` metres along roads; roads by any whole numbers from 0, stakes in metres from 0."""
    return _sites(_whole(road), _whole(stake_m), 1, size_m, on_roads=True)


def _sites(across: Ints, along: Ints, across_m: int, size_m: int, *, on_roads: bool) -> Sites:
    if size_m < 1:
        raise ValueError("a site has a size of at least one metre")
    columns, rows = across // across_m, along // size_m
    west, south = int(columns.min(initial=_ROOM)), int(rows.min(initial=_ROOM))
    height = int(rows.max(initial=0)) - south + 1
    area = (int(columns.max(initial=0)) - west + 1) * height
    # A province as one table is quicker than sorting; places all over the country are sorted.
    if 0 < area <= _TABLE:
        where, of = _tabulated((columns - west) * height + (rows - south), area)
        return Sites(size_m, where // height + west, where % height + south, of, on_roads)
    keys, of = np.unique((columns << _COLUMN) | rows, return_inverse=True)
    return Sites(size_m, keys >> _COLUMN, keys & (_ROOM - 1), of, on_roads)


def _tabulated(numbers: Ints, end: int) -> tuple[Ints, Ints]:
    """Return the distinct numbers (from 0 to below `end`) in ascending order, and which of them each one is."""
    there = np.zeros(end, np.bool_)
    there[numbers] = True
    rank = np.cumsum(there, dtype=np.int64) - 1
    return np.flatnonzero(there), rank[numbers]


def _whole(metres: ArrayLike) -> Ints:
    given = np.asarray(metres)
    if given.size and (given.dtype.kind not in "iu" or given.min() < 0 or given.max() >= _ROOM >> 1):
        raise ValueError("metres are whole numbers from 0")
    return given.astype(np.int64, copy=False)


def windows(road: ArrayLike, stake_m: ArrayLike, length_m: int, weights: ArrayLike | None = None) -> Ints:
    """Return for each accident how many lie on its road from its stake on within `length_m` metres (end excluded).

    Every fullest window of a road begins at an accident, so these are all that matter. `weights` (whole numbers, as many
    as accidents) are summed instead, as deaths are.
    """
    start = (_whole(road) << _COLUMN) | _whole(stake_m)
    order = np.argsort(start, kind="stable")
    sorted_ = start[order]
    # The first at the same stake opens the window for all of them.
    first, end = np.searchsorted(sorted_, sorted_, "left"), np.searchsorted(sorted_, sorted_ + length_m, "left")
    sums = np.zeros(len(start) + 1, np.int64)
    np.cumsum(np.ones(len(start), np.int64) if weights is None else np.asarray(weights)[order], out=sums[1:])
    found = np.empty(len(start), np.int64)
    found[order] = sums[end] - sums[first]
    return found


@dataclass(frozen=True, slots=True)
class History:
    """Counts of every site by period (a year, as a rule): `every`, `severe` and `around` are periods by sites.

    `first` is the number of the first period: a calendar year, or how many years before today (0 the last twelve months).
    `around` counts all accidents on the neighbours.
    """

    sites: Sites
    first: int
    every: Ints
    severe: Ints
    around: Ints

    @property
    def last(self) -> int:
        """Return the number of the last period."""
        return self.first + len(self.every) - 1

    def known(self, period: int) -> Flags:
        """Return which sites had any accident up to that period."""
        return np.asarray(self.every[: period - self.first + 1].any(axis=0))

    def sum(self, counts: Ints, period: int, periods: int) -> Ints:
        """Return for each site the sum of one of the counts over so many periods up to that one."""
        end = period - self.first + 1
        return np.asarray(counts[max(0, end - periods) : end].sum(axis=0))


def history(sites: Sites, period: ArrayLike, severe: ArrayLike) -> History:
    """Count accidents by period and site; `period` and `severe` are given for each accident of the sites, in their order.

    Periods between the first and the last that have no accident count 0. Raises `ValueError` where there is no accident.
    """
    when, grave = np.asarray(period, np.int64), np.asarray(severe, np.bool_)
    first, size = int(when.min()), len(sites)
    shape = (int(when.max()) - first + 1, size)
    where = (when - first) * size + sites.of
    every = np.bincount(where, minlength=shape[0] * size).reshape(shape)
    worst = np.bincount(where[grave], minlength=shape[0] * size).reshape(shape)
    return History(sites, first, every, worst, sites.around(every))


def periods_back(days: ArrayLike, today: int, length: int = 365) -> Ints:
    """Return for each day (any count of days) its period before today: 0 the last `length` days, −1 those before, and so on.

    Today itself is not over and belongs to none of them: it and later days are periods from 1.
    """
    return (np.asarray(days, np.int64) - today) // length + 1
