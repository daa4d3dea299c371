"""How lists did (名单评价): counts that add up over lists and years, beside as long a list by the three-year count."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from models.papers.rules.shares import percent

from .judging import Judged

FEWEST_LISTED = 10
"""Below so many warnings nothing is said of how lists did (样本不足)."""
TOO_LITTLE = "样本不足"


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts over one or several lists, each judged by the year after it: what `Judged` says of each, and of the baseline.

    `baseline_hits` and `baseline_caught` are those of the three-year count, of the same length, in the same years.
    """

    lists: int = 0
    listed: int = 0
    universe: int = 0
    hits: int = 0
    hit_anywhere: int = 0
    caught: int = 0
    severe: int = 0
    baseline_hits: int = 0
    baseline_caught: int = 0

    def __add__(self, other: Tally) -> Tally:
        """Return the counts of both."""
        mine, its = asdict(self), asdict(other)
        return Tally(**{name: mine[name] + its[name] for name in mine})

    @property
    def judged(self) -> Judged | None:
        """Return precision, recall and lift; None where too little was listed or nothing severe happened (样本不足)."""
        if self.listed < FEWEST_LISTED or not self.severe:
            return None
        return Judged(self.listed, self.universe, self.hits, self.hit_anywhere, self.caught, self.severe)

    @property
    def baseline(self) -> Judged | None:
        """Return the same of the list by the three-year count."""
        if self.judged is None:
            return None
        return Judged(
            self.listed, self.universe, self.baseline_hits, self.hit_anywhere, self.baseline_caught, self.severe
        )

    def as_json(self) -> dict[str, Any]:
        """Return the counts and what follows from them; null where too little is known."""
        judged, baseline = self.judged, self.baseline
        return {
            **asdict(self),
            "precision": judged and judged.precision,
            "recall": judged and judged.recall,
            "base_rate": judged and judged.base_rate,
            "lift": judged and judged.lift,
            "lift_interval": judged and list(judged.lift_interval),
            "baseline_lift": baseline and baseline.lift,
        }

    @property
    def words(self) -> str:
        """Return it as one sentence, base rate and baseline beside it."""
        judged, baseline = self.judged, self.baseline
        if judged is None or baseline is None:
            return f"{TOO_LITTLE}（已评判{self.listed}条，命中{self.hits}条）"
        low, high = judged.lift_interval
        plain = f"同样长度的近三年事故数名单命中{self.baseline_hits}条，{baseline.lift:.1f}倍"
        if (self.hits, self.caught) == (self.baseline_hits, self.baseline_caught):
            plain = "与同样长度的近三年事故数名单相同"
        return (
            f"列出{self.listed}条，一年内命中{self.hits}条（{percent(judged.precision)}，随机抽取为{percent(judged.base_rate)}），"
            f"占全部严重事故的{percent(judged.recall)}，为随机抽取的{judged.lift:.1f}倍（95%区间{low:.1f}至{high:.1f}）；"
            f"{plain}"
        )


def total(tallies: Iterable[Tally]) -> Tally:
    """Return the counts of all."""
    return sum(tallies, Tally())


def tally_from(data: Mapping[str, Any]) -> Tally:
    """Return the counts that a row holds."""
    return Tally(**{name: int(data.get(name, 0)) for name in Tally.__dataclass_fields__})
