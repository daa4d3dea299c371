"""What is known of files that were handed in: what in them acts, and what the scanner for malware said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from models.kernel.errors import Conflict
from models.kernel.tables import FileExamination
from models.kernel.vocabulary import FileState

SETTLING = timedelta(minutes=15)
"""Longer than any transaction that takes a file into a case."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of one file; `locked` where it is not handed out."""

    sha256: str
    acts: tuple[str, ...]
    state: FileState
    found: str | None
    released: bool

    @property
    def locked(self) -> bool:
        """Return whether malware was found in it and no administrator has let it out."""
        return self.state is FileState.FOUND and not self.released


def known_of(session: Session, sha256: str) -> Known | None:
    """Return what is known of a file; None for one that was made here."""
    row = session.get(FileExamination, sha256)
    return None if row is None else known(row)


def known(row: FileExamination) -> Known:
    """Return what a row knows."""
    return Known(row.sha256, tuple(row.acts), row.state, row.found, row.released_at is not None)


def refuse_locked(one: Known | None) -> None:
    """Refuse to hand out a file in which malware was found. Raises Conflict."""
    if one is not None and one.locked:
        raise Conflict(
            f"这个文件查出恶意程序（{one.found}），不能打开或下载；确认属误报或者办案必需的，"
            f"请管理员用 shencha scanner release {one.sha256[:12]} 写明理由后放行。",
            code="file_malware",
        )


def due() -> ColumnElement[bool]:
    """Return what the scanner has to be asked about: never asked, or asked in vain since it last said something."""
    asked, said = FileExamination.asked_at, FileExamination.examined_at
    return or_(asked.is_(None), said.is_(None), asked > said)


def next_due(session: Session, limit: int, at: datetime) -> list[str]:
    """Return the hashes of files that are to be examined next: those never asked about first, then the longest ago.

    A fresh finding that nobody was told of is left alone for a while: the file may belong to a case whose transaction is
    not through yet, and its officer is to be told.
    """
    fresh = and_(
        FileExamination.state == FileState.FOUND,
        FileExamination.told.is_distinct_from(FileExamination.found),
        FileExamination.examined_at > at - SETTLING,
    )
    asked = select(FileExamination.sha256).where(due(), ~fresh)
    order = (FileExamination.asked_at.is_not(None), FileExamination.asked_at, FileExamination.sha256)
    return list(session.scalars(asked.order_by(*order).limit(limit)))


def counts(session: Session) -> Mapping[FileState, int]:
    """Return how many files there are in each state."""
    rows = session.execute(select(FileExamination.state, func.count()).group_by(FileExamination.state))
    return {row[0]: row[1] for row in rows}


def locked_count(session: Session) -> int:
    """Return how many files are not handed out."""
    locked = (FileExamination.state == FileState.FOUND) & FileExamination.released_at.is_(None)
    return session.scalar(select(func.count()).select_from(FileExamination).where(locked)) or 0


def listed(session: Session, state: FileState, limit: int) -> list[Known]:
    """Return files in a state, those examined last first."""
    rows = session.scalars(
        select(FileExamination)
        .where(FileExamination.state == state)
        .order_by(FileExamination.examined_at.desc(), FileExamination.sha256)
        .limit(limit)
    )
    return [known(row) for row in rows]
