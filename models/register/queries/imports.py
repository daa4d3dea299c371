"""Imports into the register: the runs, what lies in quarantine, and what a source says otherwise than the register."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor, require
from models.kernel.vocabulary import ImportState, QuarantineState
from models.register.rules.records import label
from models.register.tables import (
    ImportDifference,
    ImportRun,
    QuarantinedAccident,
    RegisterChange,
    RegisteredAccident,
)

RIGHT = "register.import"
PAGE = 100


@dataclass(frozen=True, slots=True)
class RunShown:
    """An import with its counts of accidents; `open_rows` are those of its quarantine that nobody dealt with."""

    id: int
    file_name: str
    sha256: str
    file_bytes: int
    profile: str
    profile_version: int
    source: str
    state: ImportState
    position: int
    rows: int
    total: int
    added: int
    changed: int
    unchanged: int
    repeated: int
    quarantined: int
    author: str
    started_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    open_rows: int


@dataclass(frozen=True, slots=True)
class QuarantineShown:
    """An accident in quarantine: its rows as number and cells below `heads`, and what is wrong with them."""

    id: int
    run_id: int
    file_name: str
    row: int
    source_key: str
    heads: list[str]
    cells: list[tuple[int, list[str]]]
    faults: list[dict[str, Any]]
    state: QuarantineState
    reason: str | None

    @property
    def told(self) -> str:
        """Return what is wrong, in one line."""
        return "；".join(said(fault) for fault in self.faults)


@dataclass(frozen=True, slots=True)
class DifferenceShown:
    """A column of an accident, what stands in the register, what the source says, and whether it was taken over."""

    accident_id: int
    source_key: str
    field: str
    ours: Any
    theirs: Any
    taken: bool


def reason_of(run_id: int) -> str:
    """Return what a change of the register names as its reason, where an import brought it."""
    return f"第{run_id}批导入"


def said(fault: dict[str, Any]) -> str:
    """Return a fault in one sentence, with row and column."""
    column = f"“{fault['column']}”列" if fault["column"] else ""
    return f"第{fault['row']}行{column}：{fault['message']}"


def run_list(session: Session, actor: Actor, *, after: int | None = None, limit: int = PAGE) -> list[RunShown]:
    """Return the imports, the last one first. Raises NotAllowed."""
    require(actor, RIGHT)
    asked = _runs().order_by(ImportRun.id.desc()).limit(limit)
    if after is not None:
        asked = asked.where(ImportRun.id < after)
    return [RunShown(*row) for row in session.execute(asked)]


def run_shown(session: Session, actor: Actor, run_id: int) -> RunShown:
    """Return one import. Raises NotAllowed, NotFound."""
    require(actor, RIGHT)
    row = session.execute(_runs().where(ImportRun.id == run_id)).one_or_none()
    if row is None:
        raise NotFound(f"没有第{run_id}批导入。", code="import_not_found")
    return RunShown(*row)


def _runs() -> Any:
    waiting = (
        select(func.count())
        .where(QuarantinedAccident.run_id == ImportRun.id, QuarantinedAccident.state == QuarantineState.OPEN)
        .correlate(ImportRun)
        .scalar_subquery()
    )
    names = [name for name in RunShown.__dataclass_fields__ if name != "open_rows"]
    return select(*(getattr(ImportRun, name) for name in names), waiting)


def quarantine_list(
    session: Session,
    actor: Actor,
    *,
    run: int | None = None,
    state: QuarantineState | None = QuarantineState.OPEN,
    after: int | None = None,
    limit: int = PAGE,
) -> list[QuarantineShown]:
    """Return what lies in quarantine, oldest first: of one import or all, in one state or any. Raises NotAllowed."""
    require(actor, RIGHT)
    asked = _quarantine().order_by(QuarantinedAccident.id).limit(limit)
    if run is not None:
        asked = asked.where(QuarantinedAccident.run_id == run)
    if state is not None:
        asked = asked.where(QuarantinedAccident.state == state)
    if after is not None:
        asked = asked.where(QuarantinedAccident.id > after)
    return [QuarantineShown(*row) for row in session.execute(asked)]


def quarantined(session: Session, actor: Actor, quarantine_id: int) -> QuarantineShown:
    """Return one accident in quarantine. Raises NotAllowed, NotFound."""
    require(actor, RIGHT)
    row = session.execute(_quarantine().where(QuarantinedAccident.id == quarantine_id)).one_or_none()
    if row is None:
        raise NotFound(f"隔离区没有编号为{quarantine_id}的行。", code="quarantine_not_found")
    return QuarantineShown(*row)


def _quarantine() -> Any:
    row = QuarantinedAccident
    return select(
        row.id,
        row.run_id,
        ImportRun.file_name,
        row.row,
        row.source_key,
        row.heads,
        row.cells,
        row.faults,
        row.state,
        row.reason,
    ).join(ImportRun, ImportRun.id == row.run_id)


def difference_list(session: Session, actor: Actor, run_id: int, *, limit: int = PAGE) -> list[DifferenceShown]:
    """Return what an import found otherwise: first what the register kept, then what it took over. Raises NotAllowed."""
    require(actor, RIGHT)
    kept = (
        select(
            ImportDifference.accident_id,
            RegisteredAccident.source_key,
            ImportDifference.field,
            ImportDifference.ours,
            ImportDifference.theirs,
        )
        .join(RegisteredAccident, RegisteredAccident.id == ImportDifference.accident_id)
        .where(ImportDifference.run_id == run_id)
        .order_by(ImportDifference.id)
        .limit(limit)
    )
    taken = (
        select(
            RegisterChange.accident_id,
            RegisteredAccident.source_key,
            RegisterChange.field,
            RegisterChange.before,
            RegisterChange.after,
        )
        .join(RegisteredAccident, RegisteredAccident.id == RegisterChange.accident_id)
        .where(RegisterChange.reason == reason_of(run_id))
        .order_by(RegisterChange.id)
        .limit(limit)
    )
    return [
        DifferenceShown(row[0], row[1], label(row[2]), row[3]["value"], row[4]["value"], over)
        for over, asked in ((False, kept), (True, taken))
        for row in session.execute(asked)
    ]
