"""One registered accident with all that is known of it: columns, parties, corrections, its case, what it was merged with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.errors import Invalid, NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_register
from models.kernel.vocabulary import Exclusion, PartyLiability
from models.office.tables import User
from models.register.rules.columns import BY_CASE, COLUMNS, POINT, SOURCE, in_words
from models.register.tables import RegisterChange, RegisteredAccident, RegisteredParty


@dataclass(frozen=True, slots=True)
class Told:
    """A column as a page shows it, and whether a person set it."""

    name: str
    label: str
    text: str
    edited: bool


@dataclass(frozen=True, slots=True)
class PartyShown:
    """A vehicle with who drove and who owns it, or somebody on foot."""

    position: int
    role: str | None
    plate: str | None
    vehicle_kind: str | None
    vehicle_use: str | None
    owner: str | None
    owner_id: int | None
    employer: str | None
    liability: PartyLiability | None
    injury: str | None
    years_driving: int | None


@dataclass(frozen=True, slots=True)
class ChangeShown:
    """A column that was changed after the accident had come into the register."""

    changed_at: datetime
    label: str
    before: str
    after: str
    by: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class RegisteredShown:
    """A registered accident; `case_number` is told to who may see the case, `same` are rows that were merged into it."""

    id: int
    version: int
    source: str
    source_key: str
    recorded_at: datetime
    occurred_at: datetime
    accident_number: str | None
    exclusion: Exclusion | None
    exclusion_reason: str | None
    merged_into_id: int | None
    same: tuple[int, ...]
    investigated: bool
    case_number: str | None
    case_title: str | None
    deaths: int | None
    serious: int | None
    light: int | None
    injured_unspecified: int | None
    east_m: int | None
    north_m: int | None
    road_number: str | None
    stake_m: int | None
    columns: tuple[Told, ...]
    details: dict[str, Any]
    parties: tuple[PartyShown, ...]
    changes: tuple[ChangeShown, ...]


def registered(session: Session, actor: Actor, accident: int) -> RegisteredShown:
    """Return everything that is known of one accident. Four statements. Raises NotFound, for an agency as well."""
    found = session.execute(
        select(RegisteredAccident, Case.case_number, Case.title)
        .outerjoin(Case, and_(Case.accident_id == RegisteredAccident.accident_id, visible_cases(actor)))
        .where(RegisteredAccident.id == accident, visible_register(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"事故台账中没有序号为{accident}的事故。", code="accident_not_found")
    row, case_number, case_title = found
    return RegisteredShown(
        **{name: getattr(row, name) for name in _AS_IT_IS},
        same=tuple(
            session.scalars(
                select(RegisteredAccident.id)
                .where(RegisteredAccident.merged_into_id == row.id)
                .order_by(RegisteredAccident.id)
            )
        ),
        investigated=row.accident_id is not None,
        case_number=case_number,
        case_title=case_title,
        columns=tuple(_columns(row, open_case=case_number is not None)),
        parties=_parties(session, row.id),
        changes=_changes(session, row.id, open_case=case_number is not None),
    )


_AS_IT_IS = (
    *("id", "version", "source", "source_key", "recorded_at", "occurred_at", "accident_number", "exclusion"),
    *("exclusion_reason", "merged_into_id", "deaths", "serious", "light", "injured_unspecified", "east_m", "north_m"),
    *("road_number", "stake_m", "details"),
)


def _columns(row: RegisteredAccident, *, open_case: bool) -> list[Told]:
    """Return the columns in words. What a case calls the accident is read by who may see the case."""
    edited = {*row.edited}
    hidden = {"title"} if row.source == SOURCE and not open_case else set()
    return [
        Told(name, one.label, "" if name in hidden else in_words(value_of(row, name)), _first_column(name) in edited)
        for name, one in COLUMNS.items()
    ]


def _first_column(name: str) -> str:
    return "longitude" if name == POINT else name


def value_of(row: RegisteredAccident, name: str) -> Any:
    """Return the value of a column that people know, from the columns of the table."""
    if name != POINT:
        return getattr(row, name)
    return None if row.longitude is None else (row.longitude, row.latitude)


def _parties(session: Session, row_id: int) -> tuple[PartyShown, ...]:
    party = RegisteredParty
    found = session.scalars(select(party).where(party.accident_id == row_id).order_by(party.position))
    return tuple(
        PartyShown(
            one.position,
            one.role,
            one.plate,
            one.vehicle_kind,
            one.vehicle_use,
            one.owner_name,
            one.owner_id,
            one.employer_name,
            one.liability,
            one.injury,
            one.years_driving,
        )
        for one in found
    )


def _changes(session: Session, row_id: int, *, open_case: bool) -> tuple[ChangeShown, ...]:
    """Return what was changed, the latest first; of columns that follow from another one that one is told, and a case that
    changed something is named to who may see it."""
    change = RegisterChange
    found = session.execute(
        select(change, User.name)
        .outerjoin(User, User.id == change.changed_by)
        .where(change.accident_id == row_id)
        .order_by(change.id.desc())
    )
    return tuple(
        ChangeShown(
            one.changed_at,
            label,
            _in_words(one.field, one.before),
            _in_words(one.field, one.after),
            name,
            one.reason if open_case or not one.reason.startswith(BY_CASE) else "深度调查",
        )
        for one, name in found
        if (label := _LABELS.get(one.field)) is not None and (open_case or one.field != "title")
    )


_LABELS = {name: one.label for name, one in COLUMNS.items()} | {
    "longitude": "经度",
    "latitude": "纬度",
    "merged_into_id": "并入的序号",
}


def _in_words(field: str, kept: dict[str, Any]) -> str:
    """Return a kept value as it was shown: words by their label, moments and numbers as they are."""
    value = kept.get("value")
    if value is None or field not in COLUMNS:
        return in_words(value)
    if isinstance(value, str):
        try:
            return in_words(COLUMNS[field].read(value))
        except Invalid:
            return value
    return in_words(value)
