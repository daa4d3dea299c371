"""What a subject must stand with in an accountability proposal."""

from __future__ import annotations

from models.kernel.vocabulary import Word


class Part(Word):
    """What a subject must stand with in a proposal."""

    DUTY = "duty", "职责"
    BASIS = "basis", "依据"
    FACT = "fact", "事实"
    EVIDENCE = "evidence", "证据"


def missing_parts(*, duty: bool, basis: bool, fact: bool, evidence: bool) -> tuple[Part, ...]:
    """Return what a subject lacks to stand in a proposal."""
    held = {Part.DUTY: duty, Part.BASIS: basis, Part.FACT: fact, Part.EVIDENCE: evidence}
    return tuple(part for part, there in held.items() if not there)
