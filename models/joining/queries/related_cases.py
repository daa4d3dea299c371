"""Relations of a case: merged, split and linked cases, transfers, liability decisions, recusals."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CompoundSelect, and_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case, Finding, LiabilityDecision, LiabilityReview
from models.joining.tables import CaseLink, Recusal, Transfer
from models.kernel.policy import Actor
from models.kernel.visible import visible_cases
from models.office.tables import Organisation, User

_OTHER = aliased(Case)
_ME = aliased(Case)


def joined(session: Session, actor: Actor, case_id: int) -> dict[str, Any]:
    """Return what surrounds a case that the actor sees as a whole; other cases only where they may be seen, too.

    `merged_into` is the case that goes on with this one. Five statements.
    """
    return {
        **_relatives(session, actor, case_id),
        "transfers": _transfers(session, case_id),
        "liability": _liability(session, case_id),
        "reopened_findings": _reopened(session, case_id),
        "recused": _recused(session, case_id),
    }


def _kin(case_id: int) -> CompoundSelect[Any]:
    """Return the row numbers of whatever hangs together with a case, each way by its index."""
    linked = CaseLink.ended_at.is_(None)
    return union_all(
        select(_OTHER.merged_into_id).where(_OTHER.id == case_id),
        select(_OTHER.split_from_id).where(_OTHER.id == case_id),
        select(_OTHER.id).where(_OTHER.merged_into_id == case_id),
        select(_OTHER.id).where(_OTHER.split_from_id == case_id),
        select(CaseLink.second_id).where(CaseLink.first_id == case_id, linked),
        select(CaseLink.first_id).where(CaseLink.second_id == case_id, linked),
    )


def _relatives(session: Session, actor: Actor, case_id: int) -> dict[str, Any]:
    together = and_(
        CaseLink.ended_at.is_(None),
        or_(
            and_(CaseLink.first_id == case_id, CaseLink.second_id == Case.id),
            and_(CaseLink.second_id == case_id, CaseLink.first_id == Case.id),
        ),
    )
    rows = session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.title,
            Case.merged_into_id,
            Case.split_from_id,
            _ME.merged_into_id.label("goes_on_in"),
            _ME.split_from_id.label("came_from"),
            CaseLink.nature,
            CaseLink.reason,
        )
        .select_from(Case)
        .join(_ME, _ME.id == case_id)
        .outerjoin(CaseLink, together)
        .where(
            Case.id.in_(_kin(case_id)),
            or_(
                Case.id == _ME.merged_into_id,
                Case.id == _ME.split_from_id,
                Case.merged_into_id == case_id,
                Case.split_from_id == case_id,
                CaseLink.id.is_not(None),
            ),
            visible_cases(actor),
        )
        .order_by(Case.id)
    ).all()
    return {
        "merged_into": next((row.case_number for row in rows if row.id == row.goes_on_in), None),
        "merged": [row.case_number for row in rows if row.merged_into_id == case_id],
        "split_from": next((row.case_number for row in rows if row.id == row.came_from), None),
        "split_into": [row.case_number for row in rows if row.split_from_id == case_id],
        "linked": [
            {"case_number": row.case_number, "title": row.title, "nature": row.nature, "reason": row.reason}
            for row in rows
            if row.nature is not None
        ],
    }


def _transfers(session: Session, case_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            Transfer.direction,
            Organisation.name.label("organisation"),
            Transfer.reason,
            Transfer.number,
            Transfer.received_by,
            Transfer.happened_at,
        )
        .join(Organisation, Organisation.id == Transfer.organisation_id)
        .where(Transfer.case_id == case_id)
        .order_by(Transfer.id)
    )
    return [dict(row._mapping) for row in rows]


def _liability(session: Session, case_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(
            LiabilityDecision.number,
            LiabilityDecision.decided_on,
            LiabilityDecision.issued_by,
            LiabilityReview.outcome.label("review"),
            LiabilityReview.number.label("review_number"),
            LiabilityReview.decided_on.label("reviewed_on"),
            LiabilityReview.reason.label("review_reason"),
        )
        .outerjoin(LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id)
        .where(LiabilityDecision.case_id == case_id)
        .order_by(LiabilityDecision.id)
    )
    return [dict(row._mapping) for row in rows]


def _reopened(session: Session, case_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(Finding.ref.label("finding"), Finding.reopened_reason.label("reason"))
        .where(Finding.case_id == case_id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .order_by(Finding.position)
    )
    return [dict(row._mapping) for row in rows]


def _recused(session: Session, case_id: int) -> list[dict[str, Any]]:
    rows = session.execute(
        select(User.name, Recusal.kind, Recusal.recorded_at.label("since"))
        .join(User, User.id == Recusal.user_id)
        .where(Recusal.case_id == case_id, Recusal.ended_at.is_(None))
        .order_by(Recusal.id)
    )
    return [dict(row._mapping) for row in rows]
