"""What doors ask of the knowledge base: entries near to some words, with the law of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from models.accident.rules import codes
from models.kernel.vocabulary import Aspect, CodeTable

from .rules import library
from .rules.entries import Entry, ProvenMeasure, basis_on
from .rules.laws import Citation


@dataclass(frozen=True, slots=True)
class EntryShown:
    """An entry as a person reads it; `basis` as in force on the day of the breach, `causes` by their names."""

    key: str
    aspect: Aspect
    title: str
    duty: str
    basis: tuple[Citation, ...]
    finding: str
    causes: tuple[str, ...]
    measures: tuple[ProvenMeasure, ...]


def suggested(words: str, today: date, *, breach: date, aspect: Aspect | None = None) -> tuple[EntryShown, ...]:
    """Return the entries nearest to some words, the nearest first, with the law as it stood on the day of the breach."""
    return tuple(_shown(one, breach) for one in library.suggest(words, today, aspect=aspect))


def entry_shown(key: str, today: date, *, breach: date) -> EntryShown:
    """Return one entry by its key, with the law as it stood on the day of the breach. Raises NotFound."""
    return _shown(library.entry(key, today), breach)


def _shown(one: Entry, breach: date) -> EntryShown:
    return EntryShown(
        key=one.key,
        aspect=one.aspect,
        title=one.title,
        duty=one.duty,
        basis=basis_on(one, breach),
        finding=one.finding,
        causes=tuple(codes.name(CodeTable.CAUSE, code) for code in one.causes),
        measures=one.measures,
    )
