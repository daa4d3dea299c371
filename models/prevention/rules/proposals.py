"""What a pass puts forward, before anybody wrote it down: lists with their warnings, and how such lists did before."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from models.kernel.vocabulary import WarningKind, WarningMethod

from .judging import Calibration
from .tally import Tally


@dataclass(frozen=True, slots=True)
class Subject:
    """What a warning is about: `key` the same for the same subject for ever, `title` as a person reads it.

    Metres of the grid for a site, road and metres of its stake for a section, a row for a unit of our list.
    """

    key: str
    title: str
    east_m: int | None = None
    north_m: int | None = None
    size_m: int | None = None
    road: str | None = None
    stake_from_m: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class Proposed:
    """One warning: its evidence as rows of registered accidents, the newest first, since `evidence_from`."""

    subject: Subject
    evidence: tuple[int, ...]
    evidence_from: date
    observed: int
    expected: float | None = None
    probability: float | None = None


@dataclass(frozen=True, slots=True)
class ProposedList:
    """One list for one division; `origin` names method or criterion. `records` say how such lists did on earlier
    years, by method; `truth` how true the probabilities were then."""

    method: WarningMethod
    kind: WarningKind
    origin: str
    criterion_id: int | None
    division_code: str
    as_of: date
    size_m: int | None
    base_rate: float | None
    warnings: tuple[Proposed, ...]
    records: Mapping[str, Tally] = field(default_factory=dict)
    truth: Calibration | None = None


def evidence_hash(evidence: Iterable[int]) -> str:
    """Return the hash by which evidence is known again, in whatever order it comes."""
    return hashlib.sha256(",".join(map(str, sorted(set(evidence)))).encode()).hexdigest()
