"""回测: how a criterion would have done on the unit's own earlier years, and what a list of the same length would have found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from models.kernel.vocabulary import WarningKind

from .accident_rows import Accidents, Involved, Subjects, subjects
from .cells import Flags, Ints
from .criteria import Criterion
from .firing import fired
from .screening import worst_first
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
    within = (accidents.days > end) & (accidents.days <= end + YEAR) & severe
    places = [(one.across, one.along) for one in named]
    caught = [
        len(happened_at(criterion.kind, criterion.size_m, accidents, of, across, along, within))
        for across, along in places
    ]
    return year_after(accidents, of, places, caught, end, severe)


def year_after(
    accidents: Accidents,
    of: Subjects,
    places: Sequence[tuple[int, int] | None],
    caught: Sequence[int],
    end: int,
    severe: Flags,
    among: Flags | None = None,
) -> Tally:
    """Return the counts of one list, whose warnings caught so many severe accidents each, beside the baseline of that year.

    Subjects are those that had any accident by the end of the list's day, of `among` only where it is given. Two warnings
    of one place (bursts of two causes) caught its accidents once.
    """
    days, sites = accidents.days[of.at], of.sites
    known = sites.count(days <= end) > 0
    if among is not None:
        known &= among
    found = sum(dict(zip(places, caught, strict=True)).values())
    after = np.where(known, sites.count((days > end) & (days <= end + YEAR) & severe[of.at]), 0)
    before = sites.count((days > end - BASELINE_DAYS) & (days <= end))
    plain = after[worst_first(before, len(caught), seed=0, among=known)]
    return Tally(
        lists=1,
        listed=len(caught),
        universe=int(known.sum()),
        hits=sum(bool(one) for one in caught),
        hit_anywhere=int((after > 0).sum()),
        caught=found,
        # A section that a criterion named may hold accidents where no fixed one had any before.
        severe=max(int(after.sum()), found),
        baseline_hits=int((plain > 0).sum()),
        baseline_caught=int(plain.sum()),
    )


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
