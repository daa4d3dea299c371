"""电子印章: what a provider of electronic seals must be able to do; which one an installation has is its own choice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol


@dataclass(frozen=True, slots=True)
class SealRequest:
    """The paper to be sealed: in whose name it leaves, its number, title and date."""

    issuer: str
    number: str
    title: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed PDF, and the certificate it was sealed with as people would name it."""

    pdf: bytes
    certificate: str


class SealProvider(Protocol):
    """Puts an issuer's electronic seal on a PDF. Raises a Refused with a sentence for the person where it cannot."""

    @property
    def name(self) -> str:
        """Return how the record names the provider."""
        ...

    def seal(self, pdf: bytes, request: SealRequest) -> Sealed:
        """Return the sealed PDF; the bytes given stay unchanged in it where the provider signs incrementally."""
        ...
