"""Electronic seals: where one belongs on a paper, and what one that is there shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where the seal's picture is put: page from 0, its centre in points from the page's lower left corner."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SealReport:
    """What a sealed file shows: whether it is whole and its seal trusted, by whom and when it was sealed."""

    intact: bool  # nothing was changed since
    trusted: bool  # the seal belongs to somebody we know
    sealed_by: str
    at: datetime | None

    @property
    def good(self) -> bool:
        """Whether the file may be served."""
        return self.intact and self.trusted


__all__ = ["Place", "SealReport"]
