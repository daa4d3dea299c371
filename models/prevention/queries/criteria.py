"""判定标准, read side: the newest version of each, and how it did on the unit's own earlier years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.errors import NotAllowed
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.vocabulary import Role
from models.prevention.rules.criteria import Criterion, criterion_from
from models.prevention.rules.tally import Tally, tally_from
from models.prevention.tables import PassResult, WarningCriterion

TRIAL = "trial"
"""The pass that tries criteria on earlier years."""


@dataclass(frozen=True, slots=True)
class CriterionShown:
    """A criterion as it stands, with its row, who set it and why, and its record on earlier years with its day."""

    id: int
    criterion: Criterion
    author: str
    reason: str
    valid_from: datetime
    record: Tally | None
    tried_on: date | None


def newest_criteria(session: Session) -> dict[str, tuple[int, Criterion]]:
    """Return row and criterion of the newest version of each, by its code; those out of force too."""
    rows = session.scalars(select(WarningCriterion).order_by(WarningCriterion.code, WarningCriterion.version))
    return {row.code: (row.id, _read(row)) for row in rows}


def _read(row: WarningCriterion) -> Criterion:
    return criterion_from(
        row.data,
        code=row.code,
        version=row.version,
        basis=row.basis,
        borrowed=row.borrowed,
        in_force=row.in_force,
    )


def last_record(session: Session, code: str) -> tuple[Tally, date] | None:
    """Return how a criterion did when it was tried last, and when that was; None before."""
    row = session.scalars(
        select(PassResult)
        .where(PassResult.task == TRIAL, PassResult.code == code)
        .order_by(PassResult.due_on.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (tally_from(row.data), row.due_on)


def criteria_shown(session: Session, actor: Actor) -> list[CriterionShown]:
    """Return the newest version of each criterion with its record. Raises NotAllowed for who has no part in warnings."""
    if not actor.has(*POLICE, Role.ADMIN, Role.SYSTEM):
        raise NotAllowed("风险预警只供公安机关内部使用。")
    rows = session.scalars(select(WarningCriterion).order_by(WarningCriterion.code, WarningCriterion.version))
    newest = {row.code: row for row in rows}
    last = select(func.max(PassResult.due_on)).where(PassResult.task == TRIAL).scalar_subquery()
    results = session.scalars(select(PassResult).where(PassResult.task == TRIAL, PassResult.due_on == last))
    tried = {row.code: row for row in results}
    return [
        CriterionShown(
            row.id,
            _read(row),
            row.author,
            row.reason,
            row.valid_from,
            tally_from(tried[code].data) if code in tried else None,
            tried[code].due_on if code in tried else None,
        )
        for code, row in newest.items()
    ]
