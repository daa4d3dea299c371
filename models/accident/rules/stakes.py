"""公里桩号: a place on a road by its distance from the beginning, in every notation that reports use, as metres."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# 桩号 may name its carriageway or its line first: 左幅 ZK, 右幅 YK, 比较线 AK.
_BEGINNING = r"(?:[ZYAB]{0,2}K)?"
_UNIT = r"(?:KM|K|公里|千米)"
_WRITTEN = re.compile(
    rf"{_BEGINNING}(?P<kilometres>\d{{1,5}})(?:(?:{_UNIT}\+?|\+)(?:(?P<metres>\d{{1,3}})(?:M|米)?)?)?(?:处|路段|段|附近)?",
    re.ASCII,
)
_DECIMAL = re.compile(rf"{_BEGINNING}(?P<kilometres>\d{{1,5}})\.(?P<part>\d{{1,3}}){_UNIT}?处?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Stake:
    """A kilometre stake: the metres from the road's beginning. Two notations of one place are equal."""

    metres: int

    def __str__(self) -> str:
        """Return the notation of papers: K471+300."""
        return f"K{self.metres // 1000}+{self.metres % 1000:03d}"


def stake(text: str | None) -> Stake | None:
    """Return the stake that a text names: K12+318, K471㎞+300m, 305KM+500m, 335公里400米; None for anything else.

    A text that names a stretch (K12+300至K12+900) names no place.
    """
    if text is None:
        return None
    plain = "".join(unicodedata.normalize("NFKC", text).upper().split())
    if found := _WRITTEN.fullmatch(plain):
        return Stake(int(found["kilometres"]) * 1000 + int(found["metres"] or 0))
    if found := _DECIMAL.fullmatch(plain):
        return Stake(int(found["kilometres"]) * 1000 + int(found["part"].ljust(3, "0")))
    return None
