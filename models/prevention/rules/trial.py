"""回测: how a criterion would have done on the unit's own earlier years, and what a list of the same length would have found."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from models.kernel.vocabulary import WarningKind

from .accident_rows import Accidents, Involved, Subjects, subjects
from .cells import Flags, Ints
from .criteria import Criterion
from .firing import Fired, fired
from .screening import longest_first
from .tally import Tally, total

YEAR = 365
YEARS_BACK = 5
"""So many year-ends are tried at most."""
BASELINE_DAYS = 3 * YEAR


def trial(criterion: Criterion, accidents: Accidents, involved: Involved, as_of: int, *, with_serious: bool) -> Tally:
    """Return the counts over the ends of the last years whose following year is over; empty where there is no such year.

    A severe accident is one with a dead person, or, `with_serious`, with a seriously injured one.
    """
    if not len(accidents):
        return Tally()
    severe = accidents.severe(with_serious=with_serious)
    of = subjects(criterion.kind, accidents, involved, criterion.size_m or 1)
    ends = (as_of - YEAR * back for back in range(1, YEARS_BACK + 1))
    return total(
        _of_year(criterion, accidents, involved, of, end, severe)
        for end in ends
        if end - criterion.days >= int(accidents.days[0])
    )


def _of_year(
    criterion: Criterion, accidents: Accidents, involved: Involved, of: Subjects, end: int, severe: Flags
) -> Tally:
    named = fired(criterion, accidents, involved, end)
    within = (accidents.days > end) & (accidents.days <= end + YEAR)
    hits = sum(bool(one.any()) for one in _followed(criterion, accidents, of, named, within & severe))
    return year_after(accidents, of, len(named), end, severe, hits)


def year_after(accidents: Accidents, of: Subjects, warned: int, end: int, severe: Flags, hits: int) -> Tally:
    """Return the counts of one list of so many warned subjects and hits, beside chance and baseline of the same year."""
    days = accidents.days[of.at]
    sites = of.sites
    known = sites.count(days <= end) > 0
    hit = sites.count((days > end) & (days <= end + YEAR) & severe[of.at]) > 0
    before = sites.count((days > end - BASELINE_DAYS) & (days <= end))
    listed = longest_first(before, warned, seed=0)
    return Tally(1, warned, hits, int(hit[listed].sum()), int(known.sum()), int((known & hit).sum()))


def _followed(
    criterion: Criterion, accidents: Accidents, of: Subjects, named: list[Fired], chosen: Flags
) -> Iterator[Ints]:
    """Yield for each named subject the positions of chosen accidents on it."""
    for one in named:
        yield happened_at(criterion.kind, criterion.size_m, accidents, of, one.across, one.along, chosen)


def happened_at(
    kind: WarningKind, size_m: int | None, accidents: Accidents, of: Subjects, across: int, along: int, chosen: Flags
) -> Ints:
    """Return the positions of the chosen accidents on a subject, as `Fired` names it."""
    if kind is WarningKind.SECTION and size_m is not None:
        # A section that a criterion named begins anywhere, and is no fixed one.
        on = (accidents.road == across) & (accidents.stake_m >= along) & (accidents.stake_m < along + size_m)
        return np.flatnonzero(on & chosen)
    site = np.flatnonzero((of.sites.across == across) & (of.sites.along == along))
    rows = np.isin(of.sites.of, site) & chosen[of.at]
    return np.unique(of.at[rows])
