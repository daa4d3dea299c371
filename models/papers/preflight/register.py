"""Which checks belong to which kind of paper: each kind's `preflight.py` says so at the function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec
from typing import TypeAlias, TypeVar

from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import folder_of
from models.papers.content import Paper

from .remarks import Remark, Weight
from .text import of_text
from .words import of_every_paper

P = TypeVar("P", bound=Paper)
Check: TypeAlias = Callable[[P], Iterable[Remark]]

_checks: dict[type[Paper], Callable[..., Iterable[Remark]]] = {}


def checks(kind: type[P]) -> Callable[[Check[P]], Check[P]]:
    """Let a function check what papers of a type of content hold."""

    def remember(check: Check[P]) -> Check[P]:
        _checks[kind] = check
        return check

    return remember


def remarks_on(paper: Paper) -> tuple[Remark, ...]:
    """Return what a paper lacks, what blocks its signing first; each thing once, in the order of the paper."""
    module = f"{folder_of(DocumentKind(paper.kind))}.preflight"
    if find_spec(module) is not None:
        import_module(module)
    own = _checks.get(type(paper))
    found = {remark.key: remark for remark in (*(own(paper) if own else ()), *of_every_paper(paper), *of_text(paper))}
    return tuple(sorted(found.values(), key=lambda remark: remark.weight is not Weight.MISSING))
