"""Findings whose 认定书 no longer stands: confirm them again or withdraw them before the case goes on."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case, Finding
from models.kernel.act import Act


def reopened(act: Act, case: Case) -> list[str]:
    """Return the findings that must be confirmed again or withdrawn."""
    return list(
        act.session.scalars(
            select(Finding.ref)
            .where(Finding.case_id == case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
            .order_by(Finding.position)
        )
    )
