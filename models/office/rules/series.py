"""How the numbers of each body and kind of paper begin: 鄂州公交 + 局 + 调 + 〔2026〕1号."""

from __future__ import annotations

from collections.abc import Mapping

from .paper_kinds import paper_kinds

SERIES_MARKS = {kind: one.series for kind, one in paper_kinds().items() if one.series is not None}
# Each body's own letter keeps the series of two bodies apart where both issue the same kind.
BODY_MARKS = {"unit": "", "bureau": "局", "commission": "安"}


def prefixes(stem: str, said: Mapping[str, str]) -> dict[tuple[str, str], str]:
    """Return what stands before the year in the numbers of each body and kind; what was `said` by `body:kind` stands."""
    return {
        (body, kind.value): said.get(f"{body}:{kind.value}", f"{stem}{letter}{mark}" if stem else "")
        for body, letter in BODY_MARKS.items()
        for kind, mark in SERIES_MARKS.items()
    }
