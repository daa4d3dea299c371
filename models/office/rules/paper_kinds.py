"""What one registration says of a kind of paper, as plain data that every room may know.

Each folder of `models/papers/kinds` registers its kinds in `kind.py`. The rooms below the papers (whose numbers, who may
be written to how, who may never be summoned) read the registrations here; they find them by walking the folders and
import none of them by name. What a paper says and how it is filled needs the database and stays in the folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from models.kernel.vocabulary import DocumentForm, DocumentKind, Purpose, SealMode

from .relations import ENTERPRISES, Group, IssuingBody

FOLDERS = "models.papers.kinds"


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperKind:
    """One kind of paper.

    `purpose` is what it wants of its recipient, by which the table of competence judges it; None for what goes wherever
    another paper went, or to nobody.
    `series` is the letter that stands for the kind in a document number (鄂州公交 + 调 + 〔2026〕1号); None for what gets
    its number elsewhere or none. `titles` are the title in each form that the kind may take, and none for a paper that
    is addressed to nobody; a recipient whose usual form is not among them gets the last. `to` are the groups that such
    a paper may go to, `advice` the title of a letter to an enterprise, over which we have no power, `issued_by` the
    bodies that speak to a group instead of the usual ones, `closing` the closing words instead of the form's own.
    `in_name_of` is the one of our bodies (`unit`, `bureau`, `commission`) in whose name alone it goes, whoever asks.
    `answered` tells whether a letter asks for an answer; `seal` is how it is sealed wherever
    the office seals otherwise.

    `directive`: it orders or summons, so that nobody gets it who may not be ordered. `carries_measures`: it hands measures
    to a unit and starts the unit's clocks. `refers`: it asks somebody else to see to measures of a unit. `restricted`:
    only a named list may read it. `any_stage`: it cannot wait for the report's signature, or outlives it. `by_hand`: a
    person may ask for it on a case's page (the command `prepare`). `of_accident`: it speaks of an accident, and a work order
    about a hazard has none.
    """

    kind: DocumentKind
    purpose: Purpose | None = None
    series: str | None = None
    titles: Mapping[DocumentForm, str] = field(default_factory=dict)
    to: tuple[Group, ...] = tuple(Group)
    advice: str | None = None
    issued_by: Mapping[Group, IssuingBody] = field(default_factory=dict)
    in_name_of: str | None = None
    closing: str | None = None
    answered: bool = True
    seal: SealMode | None = None
    directive: bool = False
    carries_measures: bool = False
    refers: bool = False
    restricted: bool = False
    any_stage: bool = False
    of_accident: bool = False
    by_hand: bool = False

    @property
    def asked_by(self) -> str:
        """Return which of our bodies competence is asked for: the one in whose name alone it goes, else the unit."""
        return self.in_name_of or "unit"

    def title(self, group: Group, form: DocumentForm) -> str:
        """Return how a paper to a group in one of its forms is called where nobody said otherwise."""
        advises = form is DocumentForm.LETTER and group in ENTERPRISES and self.advice is not None
        return self.advice if advises and self.advice else self.titles[form]


def folders() -> list[str]:
    """Return the dotted names of the kinds' folders, by name."""
    where = import_module(FOLDERS)
    return sorted(f"{FOLDERS}.{module.name}" for module in iter_modules(where.__path__) if module.ispkg)


@cache
def paper_kinds() -> Mapping[DocumentKind, PaperKind]:
    """Return the registration of every kind, in the order of `DocumentKind`.

    Raises RuntimeError at once, before anything is drafted, where a kind is registered twice or not at all.
    """
    registered = [one for folder in folders() for one in _registered_in(folder)]
    found = {one.kind: one for one in registered}
    if len(found) != len(registered) or set(found) != set(DocumentKind):
        names = sorted(one.kind.value for one in registered)
        raise RuntimeError(f"each kind of paper is registered once in {FOLDERS}; found are {', '.join(names)}")
    return MappingProxyType({kind: found[kind] for kind in DocumentKind})


def folder_of(kind: DocumentKind) -> str:
    """Return the dotted name of the folder that registers a kind."""
    return next(folder for folder in folders() if any(one.kind is kind for one in _registered_in(folder)))


def _registered_in(folder: str) -> tuple[PaperKind, ...]:
    kinds: tuple[PaperKind, ...] = import_module(f"{folder}.kind").KINDS
    return kinds


def paper_kind(kind: DocumentKind) -> PaperKind:
    """Return the registration of one kind."""
    return paper_kinds()[kind]


def _those(wanted: str) -> tuple[DocumentKind, ...]:
    return tuple(kind for kind, one in paper_kinds().items() if getattr(one, wanted))


DIRECTIVE = _those("directive")
"""Papers that order or summon; whoever may not get one may get none of them."""

CARRYING = _those("carries_measures")
"""Papers that hand measures to a unit, and start its clocks when they are served."""

REFERRING = _those("refers")
"""Papers that ask somebody else to see to measures of a unit that we may not write to ourselves."""

OTHER_WAYS = (*(kind for kind in CARRYING if kind is not DocumentKind.RECTIFICATION_NOTICE), *REFERRING)
"""Papers by which a measure reaches its unit otherwise than by a notice after the report."""

ANY_STAGE = _those("any_stage")
"""Papers that cannot wait for the report's signature, or outlive it."""

BY_HAND = _those("by_hand")
"""Papers that a person may ask for on the page of a case."""
