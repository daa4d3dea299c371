"""How each kind of paper becomes a file: what the folders of `documents/kinds` register in `DRAWN`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Any, Generic, TypeVar

from documents.fields.named import AnyFields, Fields
from documents.layout.package import Sheet
from models.kernel.vocabulary import DocumentKind
from models.papers.content import Paper

FOLDERS = "documents.kinds"
P = TypeVar("P", bound=Paper)


def _as_it_is(paper: P) -> P:
    return paper


@dataclass(frozen=True, slots=True)
class Drawn(Generic[P]):
    """How the papers of one content type are drawn.

    `build` lays a paper out, `fields` are the named fields that a unit's own template may use. `within` numbers what the
    paper lists, where it lists or cites the case's findings, measures or evidence.
    """

    content: type[P]
    build: Callable[[P], Sheet]
    fields: Fields[P]
    within: Callable[[P], P] = _as_it_is

    @property
    def kind(self) -> DocumentKind:
        """The kind whose content it draws."""
        return DocumentKind(self.content.model_fields["kind"].default)

    def sheet(self, paper: P) -> Sheet:
        """Return the paper laid out, not yet packed."""
        return self.build(self.within(paper))


@cache
def drawn_kinds() -> Mapping[DocumentKind, Drawn[Any]]:  # each of its own content, which no type of Python says
    """Return how every kind is drawn, in the order of `DocumentKind`.

    Raises RuntimeError where a kind is drawn twice or not at all.
    """
    where = import_module(FOLDERS)
    names = sorted(module.name for module in iter_modules(where.__path__) if module.ispkg)
    registered = [one for name in names for one in import_module(f"{FOLDERS}.{name}").DRAWN]
    found = {one.kind: one for one in registered}
    if len(found) != len(registered) or set(found) != set(DocumentKind):
        listed = ", ".join(sorted(one.kind.value for one in registered))
        raise RuntimeError(f"each kind of paper is drawn once in {FOLDERS}; found are {listed}")
    return MappingProxyType({kind: found[kind] for kind in DocumentKind})


def drawn(paper: P) -> Drawn[P]:
    """Return how a paper of this kind is drawn."""
    return drawn_kinds()[DocumentKind(paper.kind)]


def within(paper: P) -> P:
    """Return a paper whose entries are numbered as it lists them, from 1 on; what it does not list, it does not cite."""
    return drawn(paper).within(paper)


def fields(kind: DocumentKind) -> AnyFields:
    """Return the named fields that a template of a kind may use, those of list entries inside."""
    return drawn_kinds()[kind].fields
