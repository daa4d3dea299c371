"""来文: what was demanded of us, in which case, until when, and what is still owed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Case, IncomingPaper
from models.clock.queries.lights import lamp, severity, unlit_units
from models.clock.tables import Deadline
from models.kernel.rights.policy import POLICE, Actor
from models.kernel.rights.visible import in_territory, visible_cases
from models.kernel.vocabulary import IncomingKind, Light, Role


@dataclass(frozen=True, slots=True)
class IncomingShown:
    """One paper that came in; `light` None once it is closed."""

    id: int
    ref: str
    case_number: str
    kind: IncomingKind
    number: str
    sender: str
    dated: date
    received_at: datetime
    demand: str
    due_on: date
    provisional: bool
    light: Light | None
    closed_at: datetime | None
    outcome: str | None
    closing_number: str | None
    scan_name: str
    closing_name: str | None


def incoming_list(
    session: Session,
    actor: Actor,
    today: date,
    *,
    case_number: str | None = None,
    everything: bool = False,
    after: int | None = None,
    limit: int = 50,
) -> list[IncomingShown]:
    """Return papers that came in, of one case or of the actor's whole territory: what is owed, the oldest first, or
    `everything`, the newest first. At most `limit`, beginning behind the row `after`. Two statements."""
    if not actor.has(*POLICE, Role.SYSTEM):
        return []
    query = (
        select(
            IncomingPaper,
            Case.case_number,
            Deadline.due_on,
            Deadline.provisional,
            severity(today, unlit_units(session)).label("place"),
        )
        .join(Case, Case.id == IncomingPaper.case_id)
        .join(Deadline, Deadline.id == IncomingPaper.deadline_id)
        .where(in_territory(actor, Case.__table__.c.unit_id), visible_cases(actor))
        .limit(limit)
    )
    if case_number is not None:
        query = query.where(Case.case_number == case_number)
    if everything:
        query = query.order_by(IncomingPaper.id.desc())
        query = query if after is None else query.where(IncomingPaper.id < after)
    else:
        query = query.where(IncomingPaper.closed_at.is_(None)).order_by(IncomingPaper.id)
        query = query if after is None else query.where(IncomingPaper.id > after)
    return [
        _shown(row.IncomingPaper, row.case_number, row.due_on, row.provisional, lamp(row.place))
        for row in session.execute(query)
    ]


def _shown(row: IncomingPaper, case_number: str, due_on: date, provisional: bool, light: Light) -> IncomingShown:
    return IncomingShown(
        id=row.id,
        ref=row.ref,
        case_number=case_number,
        kind=row.kind,
        number=row.number,
        sender=row.sender,
        dated=row.dated,
        received_at=row.received_at,
        demand=row.demand,
        due_on=due_on,
        provisional=provisional,
        light=None if row.closed_at is not None else light,
        closed_at=row.closed_at,
        outcome=row.outcome,
        closing_number=row.closing_number,
        scan_name=row.scan_name,
        closing_name=row.closing_name,
    )
