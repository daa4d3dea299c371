"""现场复查 of a case as rows: for its page and for its archive."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.tables import Assignment, Measure, Organisation, User, Verification


def verifications_of(session: Session, case_id: int) -> Sequence[Any]:
    """Return the verifications of a case (its row number) in the order they were recorded; whoever calls has found the
    case for the actor. One statement."""
    return session.execute(
        select(
            Verification.passed,
            Verification.place,
            Verification.note,
            Verification.photo_name,
            Verification.photo_sha256,
            Verification.verified_at,
            User.name.label("verifier"),
            Organisation.name.label("organisation"),
            Measure.ref.label("measure"),
        )
        .join(User, User.id == Verification.verifier_id)
        .join(Assignment, Assignment.id == Verification.assignment_id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Verification.case_id == case_id)
        .order_by(Verification.id)
    ).all()
