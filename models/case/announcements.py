"""What happens to a case, as the rooms above are told of it."""

from __future__ import annotations

from dataclasses import dataclass

from models.case.tables import Case


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """An accident became a case."""

    case: Case


@dataclass(frozen=True, slots=True)
class ResultChanged:
    """The grade of the accident, or what it is graded by, is another one than before."""

    case: Case
    why: str


@dataclass(frozen=True, slots=True)
class PlaceCorrected:
    """Where the accident happened, or whose vehicle was in it, is known otherwise than before."""

    case: Case


@dataclass(frozen=True, slots=True)
class AccidentRetold:
    """What a case says of its accident, and of the vehicles and people in it, is another thing than before, or it says
    so for the first time without having been filed: split off another case, merged into one."""

    case: Case
