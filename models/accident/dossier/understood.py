"""What was understood of one accident in a file."""

from __future__ import annotations

from dataclasses import dataclass

from models.kernel.errors import Fault

from .shape import Dossier


@dataclass(frozen=True, slots=True)
class Understood:
    """What one accident of a file says, and what looks odd in it, each by its place in the file."""

    dossier: Dossier
    remarks: tuple[Fault, ...]
