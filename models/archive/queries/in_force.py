"""The volume in force: the one of a case that no reopening replaced."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.archive.tables import Archive


def volume_in_force(session: Session, case_id: int) -> Archive | None:
    """Return the volume of a case that counts now, sealed or not; None before it is archived, and after a reopening."""
    return session.scalars(
        select(Archive).where(Archive.case_id == case_id, Archive.reopened_at.is_(None))
    ).one_or_none()
