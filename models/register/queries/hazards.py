"""Hazards as people read them: the list, one with everything about it, what waits on officers, rows of the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, case, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.case.queries.attachments import FileFound
from models.case.tables import Case
from models.kernel.base import Json
from models.kernel.errors import Invalid, NotFound
from models.kernel.rights.policy import Actor, reaches
from models.kernel.rights.visible import POLICE, visible_cases, visible_hazards
from models.kernel.vocabulary import HazardGrade, HazardSource, HazardState, Role
from models.office.tables import Organisation, User
from models.register.queries.near_hazards import (
    AccidentNear,
    Alike,
    HazardNear,
    MeasureNear,
    accidents_near,
    hazards_alike,
    measures_near,
)
from models.register.rules.hazards import OPEN_STATES
from models.register.tables import Hazard, HazardLink, HazardStep

_RANK = {state: place for place, state in enumerate(HazardState)}
_rank_of: ColumnElement[int] = case(_RANK, value=Hazard.state)
_NEVER = date(9999, 12, 31)
_due_of: ColumnElement[date] = func.coalesce(Hazard.due_on, _NEVER)
_TO_CHECK = (HazardState.REPORTED,)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of hazards is narrowed to; None narrows nothing. `open_only` leaves out what is over."""

    state: HazardState | None = None
    source: HazardSource | None = None
    division_code: str | None = None
    words: str | None = None
    open_only: bool = False


@dataclass(frozen=True, slots=True)
class HazardListed:
    """A hazard in a list; `key` is where the next page begins."""

    key: str
    hazard_number: str
    state: HazardState
    source: HazardSource
    severity: HazardGrade | None
    description: str
    where: str
    division_code: str | None
    found_on: date
    due_on: date | None
    responsible_name: str | None
    photos: int


@dataclass(frozen=True, slots=True)
class StepShown:
    """What was done about a hazard, by whom."""

    kind: str
    at: datetime
    actor_name: str
    why: str | None
    data: Json


@dataclass(frozen=True, slots=True)
class HazardShown:
    """A hazard with everything about it; who told of it, what was done and what lies near it the police alone are told."""

    hazard_number: str
    version: int
    state: HazardState
    state_reason: str | None
    source: HazardSource
    severity: HazardGrade | None
    description: str
    division_code: str | None
    place: str | None
    road_name: str | None
    road_number: str | None
    stake: str | None
    longitude: float | None
    latitude: float | None
    found_on: date
    responsible_name: str | None
    responsible_person: str | None
    funds: int | None
    due_on: date | None
    accepted_on: date | None
    unit: str | None
    reporter: str | None
    reported_at: datetime
    photos: list[Json]
    site_check: Json | None
    ledger: Json | None
    steps: list[StepShown]
    alike: list[HazardNear]
    accidents: list[AccidentNear]
    measures: list[MeasureNear]
    cases: list[str]


def where_in_words(hazard: Any) -> str:
    """Return where a hazard lies: road and stake, else the place, else the point."""
    road = " ".join(part for part in (hazard.road_name, hazard.stake) if part)
    told = "，".join(part for part in (road, hazard.place) if part)
    if told or hazard.longitude is None:
        return told or "—"
    return f"{hazard.longitude:.6f},{hazard.latitude:.6f}"


def hazard_list(
    session: Session, actor: Actor, filters: Filters, *, after: str | None = None, limit: int = 50
) -> list[HazardListed]:
    """Return a page of the hazards that the actor may see: by state, then what is due first, then the newest.

    Raises Invalid for a key that is none.
    """
    asked = _narrowed(select(Hazard, _rank_of.label("rank"), _due_of.label("due")), actor, filters)
    if after is not None:
        asked = asked.where(_beyond(after))
    rows = session.execute(asked.order_by(_rank_of, _due_of, Hazard.id.desc()).limit(limit))
    return [
        HazardListed(
            f"{rank}.{due.isoformat()}.{row.id}",
            row.hazard_number,
            row.state,
            row.source,
            row.severity,
            row.description,
            where_in_words(row),
            row.division_code,
            row.found_on,
            row.due_on,
            row.responsible_name,
            len(row.photos),
        )
        for row, rank, due in rows
    ]


def _beyond(key: str) -> ColumnElement[bool]:
    try:
        rank, day, row = key.split(".")
        at, due, last = int(rank), date.fromisoformat(day), int(row)
    except ValueError as error:
        raise Invalid("不能识别的翻页位置，请回到首页。", code="bad_key") from error
    return tuple_(_rank_of, _due_of, -Hazard.__table__.c.id) > tuple_(literal(at), literal(due, Date), literal(-last))


def _narrowed(asked: Select[*tuple[Any, ...]], actor: Actor, filters: Filters) -> Select[*tuple[Any, ...]]:
    asked = asked.where(visible_hazards(actor))
    if filters.state is not None:
        asked = asked.where(Hazard.state == filters.state)
    elif filters.open_only:
        asked = asked.where(Hazard.state.in_(OPEN_STATES))
    if filters.source is not None:
        asked = asked.where(Hazard.source == filters.source)
    if filters.division_code:
        asked = asked.where(Hazard.division_code.startswith(filters.division_code.rstrip("0") or "0", autoescape=True))
    for word in (filters.words or "").split():
        texts = (Hazard.description, Hazard.road_name, Hazard.place, Hazard.hazard_number, Hazard.responsible_name)
        asked = asked.where(or_(*(text.contains(word, autoescape=True) for text in texts)))
    return asked


def hazards_to_check(session: Session, actor: Actor) -> int:
    """Return how many hazards of the territory wait for a check on site; none for who may not check."""
    if not reaches(actor, "hazard.check"):
        return 0
    waiting = select(func.count()).select_from(Hazard).where(visible_hazards(actor), Hazard.state.in_(_TO_CHECK))
    return session.scalars(waiting).one()


def hazard_shown(session: Session, actor: Actor, number: str) -> HazardShown:
    """Return a hazard with its steps and what lies near it. Raises NotFound, also for one that the actor may not see."""
    reporter, unit = aliased(User), aliased(Organisation)
    row = session.execute(
        select(Hazard, unit.name, reporter.name, HazardLink.label)
        .outerjoin(unit, unit.id == Hazard.unit_id)
        .outerjoin(reporter, reporter.id == Hazard.reported_by)
        .outerjoin(HazardLink, HazardLink.id == Hazard.link_id)
        .where(Hazard.hazard_number == number, visible_hazards(actor))
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有编号为“{number}”的隐患。", code="hazard_not_found")
    hazard, unit_name, reporter_name, label = row
    given = Alike.to(hazard)
    police = actor.has(*POLICE, Role.SYSTEM)
    told_by = [hazard.details.get("reporter"), label and f"上报链接“{label}”", reporter_name]
    return HazardShown(
        **{name: getattr(hazard, name) for name in _AS_THEY_ARE},
        unit=unit_name,
        reporter=("，".join(part for part in told_by if part) or None) if police else None,
        site_check=hazard.details.get("site_check") if police else None,
        ledger=hazard.details.get("ledger") if police else None,
        steps=_steps(session, hazard.id) if police else [],
        alike=hazards_alike(session, actor, given),
        accidents=accidents_near(session, actor, given),
        measures=measures_near(session, actor, given),
        cases=_cases(session, actor, hazard.id),
    )


_AS_THEY_ARE = [name for name in HazardShown.__slots__ if hasattr(Hazard, name)]


def _cases(session: Session, actor: Actor, hazard_id: int) -> list[str]:
    cases = select(Case.case_number).where(Case.hazard_id == hazard_id, visible_cases(actor)).order_by(Case.id)
    return list(session.scalars(cases))


def _steps(session: Session, hazard_id: int) -> list[StepShown]:
    rows = session.execute(
        select(HazardStep.kind, HazardStep.at, HazardStep.actor_name, HazardStep.why, HazardStep.data)
        .where(HazardStep.hazard_id == hazard_id)
        .order_by(HazardStep.id)
    )
    return [StepShown(*row) for row in rows]


def hazard_photo(session: Session, actor: Actor, number: str, place: int, *, small: bool = False) -> FileFound:
    """Return the photograph of a hazard at a place from 1, or its small copy. Raises NotFound."""
    photos = session.scalar(select(Hazard.photos).where(Hazard.hazard_number == number, visible_hazards(actor)))
    if photos is None or not 1 <= place <= len(photos):
        raise NotFound("没有这张照片。", code="photo_not_found")
    photo = photos[place - 1]
    if small and photo["thumbnail"]:
        return FileFound(photo["name"], photo["thumbnail"], None)
    return FileFound(photo["name"], photo["sha256"], photo["media_type"])


def ledger_rows(session: Session, actor: Actor, filters: Filters) -> Sequence[Hazard]:
    """Return the hazards that the actor may see, by their numbers, as a ledger lists them."""
    return session.scalars(_narrowed(select(Hazard), actor, filters).order_by(Hazard.hazard_number)).all()
