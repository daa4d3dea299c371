"""Relations of a case: merged, split and linked cases, transfers, liability decisions, recusals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CompoundSelect, Row, and_, or_, select, union_all
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case, Finding, LiabilityDecision, LiabilityReview
from models.joining.tables import CaseLink, Recusal, Transfer
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases
from models.kernel.vocabulary import LinkNature, RecusalKind, ReviewOutcome, TransferDirection
from models.office.tables import Organisation, User

_OTHER = aliased(Case)
_ME = aliased(Case)


@dataclass(frozen=True, slots=True)
class LinkedCase:
    """A case that hangs together with this one, how and why."""

    case_number: str
    title: str
    nature: LinkNature
    reason: str


@dataclass(frozen=True, slots=True)
class TransferShown:
    """A transfer of the case from or to another unit."""

    direction: TransferDirection
    organisation: str
    reason: str
    number: str | None
    received_by: str | None
    happened_at: datetime


@dataclass(frozen=True, slots=True)
class LiabilityShown:
    """A decision on liability, with the review of it where there was one."""

    number: str
    decided_on: date
    issued_by: str
    review: ReviewOutcome | None
    review_number: str | None
    reviewed_on: date | None
    review_reason: str | None


@dataclass(frozen=True, slots=True)
class ReopenedFinding:
    """A finding that must be looked at again, and why."""

    finding: str
    reason: str


@dataclass(frozen=True, slots=True)
class RecusedPerson:
    """Somebody who keeps away from the case, and since when."""

    name: str
    kind: RecusalKind
    since: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """What surrounds a case: the one that goes on with it (`merged_into`) and others by number, transfers, liability
    decisions, findings taken up again, recusals."""

    merged_into: str | None
    merged: list[str]
    split_from: str | None
    split_into: list[str]
    linked: list[LinkedCase]
    transfers: list[TransferShown]
    liability: list[LiabilityShown]
    reopened_findings: list[ReopenedFinding]
    recused: list[RecusedPerson]


def joined(session: Session, actor: Actor, case_id: int) -> Joined:
    """Return what surrounds a case that the actor sees as a whole; other cases only where they may be seen, too.

    Five statements.
    """
    rows = _relatives(session, actor, case_id)
    return Joined(
        merged_into=next((row.case_number for row in rows if row.id == row.goes_on_in), None),
        merged=[row.case_number for row in rows if row.merged_into_id == case_id],
        split_from=next((row.case_number for row in rows if row.id == row.came_from), None),
        split_into=[row.case_number for row in rows if row.split_from_id == case_id],
        linked=[
            LinkedCase(row.case_number, row.title, row.nature, row.reason) for row in rows if row.nature is not None
        ],
        transfers=_transfers(session, case_id),
        liability=_liability(session, case_id),
        reopened_findings=_reopened(session, case_id),
        recused=_recused(session, case_id),
    )


def _kin(case_id: int) -> CompoundSelect[int | None]:
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


def _relatives(session: Session, actor: Actor, case_id: int) -> Sequence[Row[*tuple[object, ...]]]:
    together = and_(
        CaseLink.ended_at.is_(None),
        or_(
            and_(CaseLink.first_id == case_id, CaseLink.second_id == Case.id),
            and_(CaseLink.second_id == case_id, CaseLink.first_id == Case.id),
        ),
    )
    return session.execute(
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


def _transfers(session: Session, case_id: int) -> list[TransferShown]:
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
    return [TransferShown(**row._mapping) for row in rows]


def _liability(session: Session, case_id: int) -> list[LiabilityShown]:
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
    return [LiabilityShown(**row._mapping) for row in rows]


def _reopened(session: Session, case_id: int) -> list[ReopenedFinding]:
    rows = session.execute(
        select(Finding.ref.label("finding"), Finding.reopened_reason.label("reason"))
        .where(Finding.case_id == case_id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .order_by(Finding.position)
    )
    return [ReopenedFinding(**row._mapping) for row in rows]


def _recused(session: Session, case_id: int) -> list[RecusedPerson]:
    rows = session.execute(
        select(User.name, Recusal.kind, Recusal.recorded_at.label("since"))
        .join(User, User.id == Recusal.user_id)
        .where(Recusal.case_id == case_id, Recusal.ended_at.is_(None))
        .order_by(Recusal.id)
    )
    return [RecusedPerson(**row._mapping) for row in rows]
