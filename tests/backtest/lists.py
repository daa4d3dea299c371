"""Lists made at the end of a year from nothing later, held against the severe accidents of the next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import fmean

import numpy as np

from models.prevention.rules.cells import History, Ints, cells, history
from models.prevention.rules.judging import Calibration, Judged, calibration, judge, together
from models.prevention.rules.probability import Floats, Foreseen
from models.prevention.rules.screening import Screened, screen, three_years, worst_first
from tests.backtest.barcelona import Accidents

SEEDS = range(5)
LISTED_AT_THE_END_OF = range(2013, 2020)
"""Every year with three before it to count, one transition before it to learn from, and one after it to judge by."""
SHORT = 50
SHARE = 0.05


class By(Enum):
    """What a list of sites goes by."""

    LAST_SEVERE = "last year, severe only"
    LAST_ALL = "last year, all accidents"
    THREE_YEARS = "three years, all accidents (baseline)"
    PROBABILITY = "probability (the list)"


@dataclass(frozen=True, slots=True)
class Found:
    """Lists of one length: each year's over all seeds together, and the mean of the years' lifts."""

    together: Judged
    lift: float
    by_year: Mapping[int, float]


def counted(accidents: Accidents, size_m: int) -> History:
    """Count the accidents on the cells of a size that ever had one."""
    return history(cells(accidents.east, accidents.north, size_m), accidents.year, accidents.severe)


def five_percent(counts: History) -> int:
    """Return a twentieth of the sites."""
    return round(len(counts.sites) * SHARE)


def find(counts: History, by: By, length: int) -> Found:
    """Make a list each year and judge it by the next."""
    judged = {year: list(_judged(counts, by, length, year)) for year in LISTED_AT_THE_END_OF}
    lifts = {year: fmean(one.lift for one in here) for year, here in judged.items()}
    return Found(together([here[0] for here in judged.values()]), fmean(lifts.values()), lifts)


def _judged(counts: History, by: By, length: int, year: int) -> Iterator[Judged]:
    for seed in SEEDS:
        judged = judge(_list(counts, by, length, year, seed), _severe_after(counts, year))
        assert judged is not None
        yield judged


def _list(counts: History, by: By, length: int, year: int, seed: int) -> Ints:
    # Ties of one year are drawn apart from those of another.
    drawn = seed * 10_000 + year
    if by is By.PROBABILITY:
        return screen(counts, year, length, drawn).listed
    return worst_first(_scores(counts, by, year), length, drawn)


def _scores(counts: History, by: By, year: int) -> Ints:
    if by is By.THREE_YEARS:
        return three_years(counts, year)
    return counts.sum(counts.severe if by is By.LAST_SEVERE else counts.every, year, 1)


def over_all_draws(counts: History, by: By, length: int) -> float:
    """Return the mean lift of a list over every order in which its ties could be drawn; the probability hardly ties."""
    return fmean(
        _expected_lift(_scores(counts, by, year), _severe_after(counts, year), length) for year in LISTED_AT_THE_END_OF
    )


def _expected_lift(scores: Ints, severe: Ints, length: int) -> float:
    edge = np.sort(scores)[-length]
    sure, tied = scores > edge, scores == edge
    caught = severe[sure].sum() + severe[tied].mean() * (length - sure.sum())
    return float(caught / severe.sum() * len(scores) / length)


def _severe_after(counts: History, year: int) -> Ints:
    return np.asarray(counts.severe[year + 1 - counts.first])


def calibrated(counts: History) -> Calibration:
    """Return how true the probabilities of all years were together."""
    seen = [(_foreseen(counts, year), _severe_after(counts, year) > 0) for year in LISTED_AT_THE_END_OF]
    return calibration(
        np.concatenate([foreseen.probability for foreseen, _ in seen]),
        np.concatenate([came for _, came in seen]),
        np.concatenate([np.full(len(came), foreseen.base_rate) for foreseen, came in seen]),
    )


def own_rate(counts: History) -> Calibration:
    """Return how true the share of a place's own years with a severe accident is, as a probability of the next."""
    own, came, base = list[Floats](), list[Ints](), list[Floats]()
    for year in LISTED_AT_THE_END_OF:
        before = counts.severe[: year + 1 - counts.first] > 0
        own.append(before.mean(axis=0))
        came.append(_severe_after(counts, year) > 0)
        base.append(np.full(len(counts.sites), before.mean()))
    return calibration(np.concatenate(own), np.concatenate(came), np.concatenate(base))


def _foreseen(counts: History, year: int) -> Foreseen:
    screened: Screened = screen(counts, year, SHORT, 0)
    assert screened.foreseen is not None
    return screened.foreseen


def fall(counts: History, by: By) -> float:
    """Return by what share the listed accidents of the year (severe, or all in three years) fell in the next, nothing done."""
    before, after = list[float](), list[float]()
    for year in LISTED_AT_THE_END_OF:
        listed = _list(counts, by, SHORT, year, 0)
        severe = by is By.LAST_SEVERE
        source, years = (counts.severe, 1) if severe else (counts.every, 3)
        before.append(float(counts.sum(source, year, years)[listed].sum()) / years)
        after.append(float(source[year + 1 - counts.first][listed].sum()))
    return 1 - sum(after) / sum(before)


def spread(values: Sequence[float]) -> str:
    """Return the least and the most, as 3.9 to 5.7."""
    return f"{min(values):.1f} to {max(values):.1f}"
