"""Short names of things inside a case: F1 finding, M3 measure, D2 paper."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar

from sqlalchemy import select, union_all

from models.accountability.tables import AccountabilityItem
from models.case.tables import Case, Evidence, Finding, IncomingPaper
from models.joining.tables import MovedRef
from models.kernel.act import Act
from models.papers.tables import Document
from models.rectification.tables import Measure, Reply

OfCase = TypeVar("OfCase", Finding, Measure, Evidence, AccountabilityItem, Reply, Document, IncomingPaper)
"""What has a short name inside a case."""


def next_ref(act: Act, table: type[OfCase], case: Case, letter: str) -> str:
    """Return the next short name inside a case, as D3: none that a dossier took or that something had which moved away."""
    (ref,) = next_refs(act, table, case, letter, 1)
    return ref


def next_refs(act: Act, table: type[OfCase], case: Case, letter: str, count: int) -> list[str]:
    """Return so many next short names."""
    taken, found = taken_refs(act, table, case, letter), []
    for _ in range(count):
        found.append(free_ref(taken, letter))
        taken.add(found[-1])
    return found


def taken_refs(act: Act, table: type[OfCase], case: Case, letter: str) -> set[str]:
    """Return the short names that rows of a table have in a case, or had before they moved to another one."""
    here = select(table.ref).where(table.case_id == case.id)
    gone = select(MovedRef.ref).where(MovedRef.case_id == case.id, MovedRef.ref.startswith(letter, autoescape=True))
    return set(act.session.scalars(union_all(here, gone)))


def free_ref(taken: Collection[str], letter: str) -> str:
    """Return the first short name that is not taken, counting on from how many are."""
    number = len(taken) + 1
    while f"{letter}{number}" in taken:
        number += 1
    return f"{letter}{number}"
