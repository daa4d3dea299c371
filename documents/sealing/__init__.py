"""Electronic seals: what a provider must do. An office's own seal service is one more class with these two methods."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Place:
    """Where the seal's picture is put: page from 0, its centre in points from the page's lower left corner."""

    page: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class SealRequest:
    """One paper to be sealed: in whose name, which paper, at which moment; without a place the seal is not visible."""

    issuer: str
    number: str
    at: datetime
    place: Place | None = None


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


class SealProvider(Protocol):
    """Something that puts the seal of an issuer on a PDF."""

    @property
    def name(self) -> str:
        """What people call the provider, as events record it."""
        ...

    def seal(self, pdf: bytes, request: SealRequest) -> bytes:
        """Return the sealed PDF, the original inside it unchanged. Raises Refused in words."""
        ...

    def examine(self, pdf: bytes, at: datetime) -> list[SealReport]:
        """Return what each seal on a PDF shows at a moment; none for a file without seal."""
        ...


__all__ = ["Place", "SealProvider", "SealReport", "SealRequest"]
