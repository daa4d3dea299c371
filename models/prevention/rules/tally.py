"""How lists did: hits, precision, recall and lift, beside chance and beside a list as long by the three-year count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models.papers.rules.shares import percent, wilson

FEWEST_WARNED = 10
"""Below so many warnings nothing is said of how lists did (样本不足)."""
TOO_LITTLE = "样本不足"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over one or several lists, each judged by the year after it.

    `warned` subjects of which `hits` saw a severe accident; `baseline_hits` of as long a list by the three-year count;
    `subjects` that ever had an accident, of which `severe` saw a severe one.
    """

    lists: int = 0
    warned: int = 0
    hits: int = 0
    baseline_hits: int = 0
    subjects: int = 0
    severe: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return the counts of both."""
        return Tally(*(mine + its for mine, its in zip(_values(self), _values(other), strict=True)))

    @property
    def enough(self) -> bool:
        """Whether anything may be said."""
        return self.warned >= FEWEST_WARNED and self.severe > 0

    @property
    def precision(self) -> float | None:
        """Return the share of warned subjects that were hit; None where too few were warned of."""
        return self.hits / self.warned if self.enough else None

    @property
    def recall(self) -> float | None:
        """Return the share of subjects with a severe accident that had been warned of."""
        return self.hits / self.severe if self.enough else None

    @property
    def base_rate(self) -> float | None:
        """Return the share that chance would hit."""
        return self.severe / self.subjects if self.subjects else None

    @property
    def lift(self) -> tuple[float, float, float] | None:
        """Return how many times chance the list hit, with the ends of the 95 % interval (Wilson, of its precision)."""
        if not self.enough or not self.base_rate:
            return None
        low, high = wilson(self.hits, self.warned)
        return self.hits / self.warned / self.base_rate, low / self.base_rate, high / self.base_rate

    @property
    def baseline_lift(self) -> float | None:
        """Return the same of as long a list by the three-year count, without its interval."""
        return self.baseline_hits / self.warned / self.base_rate if self.enough and self.base_rate else None

    @property
    def words(self) -> str:
        """Return it as one sentence, base rate and baseline beside it."""
        if not self.enough or self.lift is None:
            return f"{TOO_LITTLE}（已评判{self.warned}条，命中{self.hits}条）"
        lift, low, high = self.lift
        return (
            f"预警{self.warned}条，一年内命中{self.hits}条（{percent(self.hits / self.warned)}）；随机抽取"
            f"{percent(self.base_rate or 0)}，提升{lift:.1f}倍（95%区间{low:.1f}至{high:.1f}）；"
            f"同样长度的近三年事故数名单命中{self.baseline_hits}条"
        )


def _values(tally: Tally) -> list[int]:
    return [*asdict(tally).values()]


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the counts of all."""
    return sum(tallies, Tally())


def tally_data(tally: Tally) -> dict[str, Any]:
    """Return the counts and what follows from them, for JSON."""
    return {
        **asdict(tally),
        "precision": tally.precision,
        "recall": tally.recall,
        "base_rate": tally.base_rate,
        "lift": None if tally.lift is None else tally.lift[0],
        "lift_interval": None if tally.lift is None else list(tally.lift[1:]),
        "baseline_lift": tally.baseline_lift,
        "enough": tally.enough,
    }


def tally_from(data: Mapping[str, Any]) -> Tally:
    """Return the counts that a row holds."""
    return Tally(**{name: int(data.get(name, 0)) for name in Tally.__dataclass_fields__})
