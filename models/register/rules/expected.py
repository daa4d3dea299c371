"""期望区间: between what a month's count would lie by chance, where the month is like those of the years before."""

from __future__ import annotations

from collections.abc import Sequence

from scipy.stats import nbinom

FEWEST_YEARS = 3
"""With fewer years before nothing is expected."""
SURE = 0.95


def expected(before: Sequence[int]) -> tuple[float, int, int] | None:
    """Return mean, lower and upper end of what a Poisson count would be, whose mean is known by the counts `before` alone.

    The interval (95 %) is the predictive one: the mean of few years is itself in doubt, so it is a negative binomial (the
    Poisson mixed over the gamma posterior of Jeffreys' prior). None with fewer than three years.
    """
    years = len(before)
    if years < FEWEST_YEARS:
        return None
    total = sum(before)
    low, high = nbinom.ppf([(1 - SURE) / 2, (1 + SURE) / 2], total + 0.5, years / (years + 1))
    return total / years, int(low), int(high)
