"""What the volume's 备考表 says of other cases: merged into this one, split from it, linked, handed over."""

from __future__ import annotations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case, LiabilityDecision, LiabilityReview
from models.joining.tables import CaseLink, Transfer
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.vocabulary import TransferDirection
from models.office.tables import Organisation


def in_words(session: Session, case_id: int) -> list[str]:
    """Return one sentence each. Three statements."""
    return [*_kin(session, case_id), *_transfers(session, case_id), *_liability(session, case_id)]


def _kin(session: Session, case_id: int) -> list[str]:
    me = aliased(Case)
    linked = and_(
        CaseLink.ended_at.is_(None),
        or_(
            and_(CaseLink.first_id == case_id, CaseLink.second_id == Case.id),
            and_(CaseLink.second_id == case_id, CaseLink.first_id == Case.id),
        ),
    )
    rows = session.execute(
        select(
            Case.case_number,
            (Case.merged_into_id == case_id).label("merged"),
            (Case.split_from_id == case_id).label("split_off"),
            (Case.id == me.split_from_id).label("origin"),
            CaseLink.nature,
            CaseLink.reason,
        )
        .select_from(Case)
        .join(me, me.id == case_id)
        .outerjoin(CaseLink, linked)
        .where(
            or_(
                Case.merged_into_id == case_id,
                Case.split_from_id == case_id,
                Case.id == me.split_from_id,
                CaseLink.id.is_not(None),
            )
        )
        .order_by(Case.id)
    )
    told = []
    for row in rows:
        if row.merged:
            told.append(f"案件{row.case_number}并入本案，其文书、问题、措施由本案接续。")
        if row.split_off:
            told.append(f"从本案分出案件{row.case_number}。")
        if row.origin:
            told.append(f"本案由案件{row.case_number}分出。")
        if row.nature is not None:
            told.append(f"与案件{row.case_number}关联（{row.nature.label}）：{row.reason}")
    return told


def _transfers(session: Session, case_id: int) -> list[str]:
    rows = session.execute(
        select(Transfer.direction, Transfer.happened_at, Transfer.number, Organisation.name)
        .join(Organisation, Organisation.id == Transfer.organisation_id)
        .where(Transfer.case_id == case_id)
        .order_by(Transfer.id)
    )
    return [
        f"{chinese_date(local_date(row.happened_at))}"
        f"{'由' if row.direction is TransferDirection.IN else '移送'}{row.name}"
        f"{'移送本单位' if row.direction is TransferDirection.IN else ''}{f'（{row.number}）' if row.number else ''}。"
        for row in rows
    ]


def _liability(session: Session, case_id: int) -> list[str]:
    rows = session.execute(
        select(LiabilityDecision.number, LiabilityDecision.issued_by, LiabilityReview.outcome)
        .outerjoin(LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id)
        .where(LiabilityDecision.case_id == case_id)
        .order_by(LiabilityDecision.id)
    )
    return [
        f"事故认定书{row.number}（{row.issued_by}）{'' if row.outcome is None else f'，复核结论：{row.outcome.label}'}。"
        for row in rows
    ]
