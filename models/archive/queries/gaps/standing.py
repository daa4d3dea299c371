"""Everything that is missing in a case, from all that a case can lack."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from models.archive.rules.gaps import Gap, GapKind
from models.case.tables import Case
from models.kernel.storage.files import FileStore
from models.kernel.vocabulary import Stage

from .of_cases import of_the_case
from .of_files import of_files
from .of_measures import of_measures
from .of_papers import of_papers

_ORDER = list(GapKind)


def gaps_of(session: Session, case: Case, store: FileStore) -> list[Gap]:
    """Return what a case lacks, in the order of the kinds. Whoever calls has found the case for the actor.

    Of a case that was ended before its time only what it sent out, took in and holds is asked for: that its work was not
    done is what was decided. Some two dozen statements, and a look for each file.
    """
    ended = case.stage is Stage.DISCONTINUED
    return sorted(_all(session, case, store, ended=ended), key=lambda gap: _ORDER.index(gap.kind))


def _all(session: Session, case: Case, store: FileStore, *, ended: bool) -> Iterator[Gap]:
    if not ended:
        yield from of_measures(session, case)
    yield from of_papers(session, case, ended=ended)
    yield from of_the_case(session, case, ended=ended)
    yield from of_files(session, case, store)
