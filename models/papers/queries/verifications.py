"""现场复查 of a case as rows: for its page and for its archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.orm import Session, aliased

from models.office.tables import Organisation, User
from models.rectification.tables import Assignment, Measure, Verification

_SECOND = aliased(User)


def verifications_of(session: Session, case_id: int) -> Sequence[Any]:
    """Return the verifications of a case (its row number) in the order they were recorded; whoever calls has found the
    case for the actor. `verifier` names everybody who looked. One statement."""
    return session.execute(
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
    ).all()


def _everybody() -> ColumnElement[str]:
    """Return who looked on site: the officer, a second one, somebody of the authority."""
    return (
        User.name
        + func.coalesce(literal("、") + _SECOND.name, literal(""))
        + func.coalesce(literal("；联合验收：") + Verification.joint_with, literal(""))
    )
