"""Cases as lists show them; one case as a whole is in `case_view`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.lights import lights_of_cases
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, visible_cases
from models.kernel.vocabulary import CaseKind, Grade, Light, Role, Stage
from models.office.tables import User
from models.papers.queries.documents import document_list
from models.register.tables import Hazard

from .case_view import case_view
from .progress import Progress, progress_of, states

_OFFICER, _BEFORE = aliased(User), aliased(Case)
_PLACE = func.coalesce(Accident.place, Hazard.place, Hazard.responsible_name, Hazard.hazard_number)

__all__ = ["case_list", "case_view", "document_list"]


@dataclass(frozen=True, slots=True)
class CaseListed:
    """A case as lists show it: the worst light and the five states of its papers; who carries it, the police are told.

    A work order has no grade, and nothing occurred: its `place` is where the hazard is, or the unit that it is about.
    """

    case_number: str
    kind: CaseKind
    title: str
    stage: Stage
    light: Light
    grade: Grade | None
    grade_provisional: bool
    occurred_at: datetime | None
    place: str
    officer: str | None
    progress: list[Progress]


def case_list(
    session: Session,
    actor: Actor,
    today: date,
    *,
    after: str | None = None,
    limit: int = 50,
    stage: Stage | None = None,
    grade: Grade | None = None,
    kind: CaseKind | None = None,
    words: str | None = None,
    sponsored: bool = False,
) -> list[CaseListed]:
    """Return up to `limit` cases that the actor may see, the newest first, as after the case number `after`.

    `words` are looked for in number, title and place, each of them somewhere; `sponsored` are the running cases that
    the actor sponsors.
    `light` is the worst of the clocks and `progress` the five states of the papers, both of what the actor may see.
    Five statements, however many rows.
    """
    query = (
        select(
            Case.id,
            Case.case_number,
            Case.kind,
            Case.title,
            Case.stage,
            Case.grade,
            Case.grade_provisional,
            Accident.occurred_at,
            _PLACE.label("place"),
            _OFFICER.name.label("officer"),
        )
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .outerjoin(Hazard, Hazard.id == Case.hazard_id)
        .join(_OFFICER, _OFFICER.id == Case.officer_id)
        .where(visible_cases(actor))
        .order_by(Case.id.desc())
        .limit(limit)
    )
    if stage is not None:
        query = query.where(Case.stage == stage)
    if sponsored:
        query = query.where(Case.sponsor_id == actor.id, Case.closed_at.is_(None))
    if grade is not None:
        query = query.where(Case.grade == grade)
    if kind is not None:
        query = query.where(Case.kind == kind)
    for word in (words or "").split():
        query = query.where(
            or_(
                Case.case_number.startswith(word, autoescape=True),
                Case.title.contains(word, autoescape=True),
                _PLACE.contains(word, autoescape=True),
            )
        )
    if after is not None:
        query = query.where(Case.id < select(_BEFORE.id).where(_BEFORE.case_number == after).scalar_subquery())
    rows = session.execute(query).all()
    ids = [row.id for row in rows]
    lights = lights_of_cases(session, actor, ids, today)
    steps = progress_of(session, actor, ids)
    inside = actor.has(*POLICE, Role.SYSTEM)
    return [
        CaseListed(
            case_number=row.case_number,
            kind=row.kind,
            title=row.title,
            stage=row.stage,
            light=lights.get(row.id, Light.GREEN),
            grade=row.grade,
            grade_provisional=row.grade_provisional,
            occurred_at=row.occurred_at,
            place=row.place,
            officer=row.officer if inside else None,
            progress=states(steps[row.id]),
        )
        for row in rows
    ]
