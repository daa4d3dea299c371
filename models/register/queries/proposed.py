"""Accidents of the register that are in the unit's scope and that nobody has filed a case for: proposed, never filed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from models.accident.rules.grading import STATUTORY_DEATHS
from models.kernel.rights.policy import Actor, require
from models.kernel.settings import Settings
from models.kernel.vocabulary import Scope, Trigger
from models.register.tables import RegisteredAccident

MOST = 200


@dataclass(frozen=True, slots=True)
class Proposed:
    """A registered accident for which a case is proposed, and why."""

    id: int
    accident_number: str | None
    occurred_at: datetime
    hour: int | None
    place: str | None
    road_name: str | None
    stake: str | None
    deaths: int | None
    serious: int | None
    light: int | None
    injured_unspecified: int | None
    trigger: Trigger


def proposed_cases(
    session: Session, actor: Actor, settings: Settings, today: date, *, limit: int = MOST
) -> list[Proposed]:
    """Return the accidents of the last `proposal_days` days for which a case is proposed, the latest first.

    A case is filed by a person alone, and accidents of earlier years are never proposed: no clock begins with an import.
    Raises NotAllowed for who may file none.
    """
    require(actor, "case.file", unit_path=actor.path)
    row = RegisteredAccident
    names = [name for name in Proposed.__dataclass_fields__ if name != "trigger"]
    asked = (
        select(*(getattr(row, name) for name in names))
        .where(
            row.accident_id.is_(None),
            row.exclusion.is_(None),
            row.occurred_on.between(today - timedelta(days=settings.proposal_days - 1), today),
            _in_scope(settings.scope),
        )
        .order_by(row.occurred_on.desc(), row.id.desc())
        .limit(limit)
    )
    return [Proposed(**found._mapping, trigger=_why(found.deaths)) for found in session.execute(asked)]


def _in_scope(scope: Scope) -> ColumnElement[bool]:
    """The rule of `models.accident.rules.grading.trigger` as a predicate: what is unknown counts as none."""
    row = RegisteredAccident
    deaths = func.coalesce(row.deaths, 0)
    hurt = (
        deaths + func.coalesce(row.serious, 0) + func.coalesce(row.light, 0) + func.coalesce(row.injured_unspecified, 0)
    )
    return {
        Scope.EVERY: true(),
        Scope.INJURY: hurt > 0,
        Scope.FATAL: deaths > 0,
        Scope.STATUTORY: deaths >= STATUTORY_DEATHS,
    }[scope]


def _why(deaths: int | None) -> Trigger:
    return Trigger.STATUTORY if (deaths or 0) >= STATUTORY_DEATHS else Trigger.SCOPE
