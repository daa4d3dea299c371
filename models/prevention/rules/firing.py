"""Which subjects a criterion names on a day: all of them at once, from columns, never row by row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from models.kernel.vocabulary import PartyLiability, WarningKind

from .accident_rows import NOWHERE, Accidents, Involved, Subjects, subjects
from .cells import Flags, Ints, windows
from .criteria import Criterion, Demand


@dataclass(frozen=True, slots=True)
class Fired:
    """One subject that a criterion names: its key, and the positions of the accidents it rests on, in their order.

    A site's `across` and `along` are its column and row; a section's its road and the metres at which it begins; else
    `across` is the number of the unit or cause.
    """

    across: int
    along: int
    evidence: Ints


def fired(criterion: Criterion, accidents: Accidents, involved: Involved, as_of: int) -> list[Fired]:
    """Return the subjects that a criterion names at the end of a day (an ordinal), from nothing later."""
    recent = (accidents.days > as_of - criterion.days) & (accidents.days <= as_of)
    counts = recent & np.logical_or.reduce([_meets(accidents, one) for way in criterion.any_of for one in way])
    if criterion.kind is WarningKind.SECTION:
        return list(_sections(criterion, accidents, counts))
    of = subjects(criterion.kind, accidents, involved, criterion.size_m or 1)
    rows = counts[of.at]
    if criterion.liability is not None:
        rows &= involved.blame <= [*PartyLiability].index(criterion.liability)
    return list(_grouped(criterion, accidents, of, rows))


def usual(criterion: Criterion, accidents: Accidents, involved: Involved, as_of: int) -> float | None:
    """Return how many accidents that count a subject had on average in the days of the criterion; None where there is none.

    Subjects are those that had any accident in these days.
    """
    recent = (accidents.days > as_of - criterion.days) & (accidents.days <= as_of)
    counts = recent & np.logical_or.reduce([_meets(accidents, one) for way in criterion.any_of for one in way])
    of = subjects(criterion.kind, accidents, involved, criterion.size_m or 1)
    known = int((of.sites.count(recent[of.at]) > 0).sum())
    return int(counts[of.at].sum()) / known if known else None


def _meets(accidents: Accidents, demand: Demand) -> Flags:
    if demand.deaths:
        return accidents.deaths >= demand.deaths
    return (accidents.deaths <= 0) & (accidents.serious >= demand.serious)


def _grouped(criterion: Criterion, accidents: Accidents, of: Subjects, rows: Flags) -> Iterator[Fired]:
    # An enterprise may own two vehicles of one accident: the accident counts once.
    chosen = np.flatnonzero(rows)
    pairs = np.unique(np.column_stack([of.sites.of[chosen], of.at[chosen]]), axis=0)
    site, at = pairs[:, 0], pairs[:, 1]
    named = np.zeros(len(of.sites), np.bool_)
    for way in criterion.any_of:
        met = np.ones(len(of.sites), np.bool_)
        for demand in way:
            met &= np.bincount(site[_meets(accidents, demand)[at]], minlength=len(of.sites)) >= demand.accidents
        named |= met
    for one in np.flatnonzero(named):
        yield Fired(int(of.sites.across[one]), int(of.sites.along[one]), at[site == one])


def _sections(criterion: Criterion, accidents: Accidents, counts: Flags) -> Iterator[Fired]:
    """Yield windows that begin at an accident, the fullest first, none overlapping one before it on its road."""
    assert criterion.size_m is not None  # `faults_of` asks for it
    at = np.flatnonzero(counts & (accidents.road != NOWHERE) & (accidents.stake_m != NOWHERE))
    road, stake = accidents.road[at], accidents.stake_m[at]
    named = np.zeros(len(at), np.bool_)
    for way in criterion.any_of:
        met = np.ones(len(at), np.bool_)
        for demand in way:
            weight = _meets(accidents, demand)[at].astype(np.int64)
            met &= windows(road, stake, criterion.size_m, weight) >= demand.accidents
        named |= met
    full = windows(road, stake, criterion.size_m)
    taken: dict[int, list[int]] = {}
    for one in sorted(np.flatnonzero(named), key=lambda n: (-full[n], road[n], stake[n])):
        on, begins = int(road[one]), int(stake[one])
        if any(abs(begins - other) < criterion.size_m for other in taken.setdefault(on, [])):
            continue
        taken[on].append(begins)
        inside = (road == on) & (stake >= begins) & (stake < begins + criterion.size_m)
        yield Fired(on, begins, at[inside])
