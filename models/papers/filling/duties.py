"""Whose duty was not done, told from findings alone: no penalty of the source ever enters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from models.kernel.vocabulary import FindingLevel, SubjectType
from models.papers.content import DutyEntry, FindingEntry
from models.papers.content.wording import listed

from .findings import joined, once

NAMELESS = "姓名待查的人员"


def duty(
    subject: str,
    subject_type: SubjectType,
    entries: Sequence[FindingEntry],
    *,
    organisation: str | None = None,
    position: str | None = None,
) -> DutyEntry:
    """Return one subject's duty, its basis and how it was not done, as the findings about it say."""
    basis = once(norm for entry in entries for norm in entry.basis)
    failed = [entry for entry in entries if entry.duty_failure]
    return DutyEntry(
        subject=subject,
        subject_type=subject_type,
        organisation=organisation,
        position=position,
        basis=basis,
        facts=joined(entries),
        not_done=joined(failed),
        evidence=once(number for entry in entries for number in entry.evidence),
        findings=tuple(entry.number for entry in entries),
    )


WORSENED = "加重后果"


def bearing(entries: Sequence[FindingEntry]) -> str | None:
    """Return how what was not done bears on the accident: cause and aggravation are kept apart."""
    failed = [entry for entry in entries if entry.duty_failure]
    worse = [entry for entry in failed if entry.effect == WORSENED]
    rest = [entry.level for entry in failed if entry.effect != WORSENED]
    told = ["事故的直接原因"] if FindingLevel.DIRECT in rest else []
    told += ["加重事故后果的原因"] if worse else []
    told += ["间接原因和存在的问题"] if FindingLevel.INDIRECT in rest else []
    return f"列为{listed(told)}" if told else None


def duties_of_units(entries: Iterable[FindingEntry]) -> tuple[DutyEntry, ...]:
    """Return one entry per unit that a duty failure names, in the order in which the findings name them."""
    by_unit: dict[str, list[FindingEntry]] = {}
    for entry in entries:
        if entry.duty_failure:
            for unit in entry.organisations:
                by_unit.setdefault(unit, []).append(entry)
    return tuple(duty(unit, SubjectType.ORGANISATION, found) for unit, found in by_unit.items())
