"""Which function fills which kind of paper: each kind's `fill.py` says so at the function."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TypeAlias, TypeVar

from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import folder_of
from models.papers.content import Paper

from .draft import Draft

P = TypeVar("P", bound=Paper)
Fill: TypeAlias = Callable[[Session, Draft], Paper]

_fillers: dict[DocumentKind, Fill] = {}


def fills(kind: DocumentKind) -> Callable[[Callable[[Session, Draft], P]], Callable[[Session, Draft], P]]:
    """Let a function fill the papers of a kind from the database."""

    def remember(fill: Callable[[Session, Draft], P]) -> Callable[[Session, Draft], P]:
        _fillers[kind] = fill
        return fill

    return remember


def filler(kind: DocumentKind) -> Fill:
    """Return what fills the papers of a kind."""
    import_module(f"{folder_of(kind)}.fill")
    return _fillers[kind]
