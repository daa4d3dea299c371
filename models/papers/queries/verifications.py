"""现场复查 of a case as rows: for its page and for its archive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, aliased

from models.office.tables import Organisation, User
from models.rectification.tables import Assignment, Measure, Verification

_SECOND = aliased(User)


@dataclass(frozen=True, slots=True)
class VerificationShown:
    """A check on site; `verifier` names everybody who looked, `number` counts those of the case from 1."""

    passed: bool
    place: str
    note: str
    photo_name: str | None
    photo_sha256: str | None
    verified_at: datetime
    verifier: str
    organisation: str
    measure: str
    number: int


def verifications_of(session: Session, case_id: int) -> list[VerificationShown]:
    """Return the verifications of a case (its row number) in the order they were recorded; whoever calls has found the
    case for the actor. One statement."""
    rows = session.execute(
        select(
            Verification.passed,
            Verification.place,
            Verification.note,
            Verification.photo_name,
            Verification.photo_sha256,
            Verification.verified_at,
            _everybody().label("verifier"),
            Organisation.name.label("organisation"),
            Measure.ref.label("measure"),
        )
        .join(User, User.id == Verification.verifier_id)
        .outerjoin(_SECOND, _SECOND.id == Verification.together_with_id)
        .join(Assignment, Assignment.id == Verification.assignment_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Verification.case_id == case_id)
        .order_by(Verification.id)
    )
    return [VerificationShown(*row, number=number) for number, row in enumerate(rows, 1)]


def _everybody() -> ColumnElement[str]:
    """Return who looked on site: the officer, a second one, somebody of the authority."""
    return (
        User.name
        + func.coalesce(literal("、") + _SECOND.name, literal(""))
        + func.coalesce(literal("；联合验收：") + Verification.joint_with, literal(""))
    )
