"""Measures that nobody answers for, that are not over, or that ended without being done; replies nobody assessed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from models.archive.rules.gaps import Gap, GapKind, state_of
from models.case.tables import Case
from models.kernel.vocabulary import AssignmentState, DocumentStatus, Outcome, ReplyKind
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation
from models.papers.queries.case_papers import of_case
from models.papers.tables import Document, withdrawn
from models.rectification.tables import Assessment, Assignment, Measure, Reply, Verification

from .naming import address, short_name

_DONE = (Outcome.DONE, Outcome.DONE_BY_ALTERNATIVE)
_ELSEWHERE = (Outcome.SUPERSEDED, Outcome.ANSWERED)
"""Ends by which the work went on in other hands, or its answer came."""
_ASSESSED = (ReplyKind.PLAN, ReplyKind.COMPLETION, ReplyKind.REFUSAL, ReplyKind.EXTENSION)


def of_measures(session: Session, case: Case) -> Iterator[Gap]:
    """Yield what the measures of a case lack. Four statements."""
    yield from _unaddressed(session, case)
    yield from _held(session, case)
    yield from _unanswered(session, case)
    yield from _unassessed(session, case)


def _unaddressed(session: Session, case: Case) -> Iterator[Gap]:
    held = select(Assignment.measure_id).where(Assignment.case_id == case.id)
    refs = session.scalars(
        select(Measure.ref)
        .where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None), Measure.id.not_in(held))
        .order_by(Measure.position)
    )
    for ref in refs:
        text = f"整改措施{ref}未办结（没有责任单位）"
        yield Gap(GapKind.MEASURE_UNADDRESSED, ref, text, ref, "measures", step="confirm-responsible")


def _held(session: Session, case: Case) -> Iterator[Gap]:
    passed = func.max(Verification.id).filter(Verification.passed)
    rows = session.execute(
        select(
            Measure.ref,
            Organisation.name,
            Assignment.id,
            Assignment.state,
            Assignment.outcome,
            Assignment.outcome_reason,
            Assignment.closed_at,
            Assignment.served_by_id,
            passed.label("verified"),
        )
        .join(Assignment, Assignment.measure_id == Measure.id)
        .join(Organisation, Organisation.id == Assignment.organisation_id)
        .outerjoin(Verification, Verification.assignment_id == Assignment.id)
        .where(Assignment.case_id == case.id, Assignment.released_at.is_(None), Measure.withdrawn_at.is_(None))
        .group_by(Measure.id, Organisation.id, Assignment.id)
        .order_by(Measure.position, Assignment.id)
    )
    for row in rows:
        named, of = f"整改措施{row.ref}（{row.name}）", f"{row.ref}/{row.id}"
        if row.state is not AssignmentState.CLOSED:
            text = f"{named}未办结，{row.state.label}"
            yield Gap(GapKind.MEASURE_OPEN, of, text, row.state.value, "measures", step="close-measure", unit=row.name)
            continue
        if row.outcome in _ELSEWHERE or row.served_by_id is not None or (row.outcome in _DONE and row.verified):
            continue
        ended = row.outcome.label.removesuffix("（说明理由）") if row.outcome else "无结果"
        lack = "没有现场复查合格的记录" if row.outcome in _DONE else "没有完成"
        why = f"（{row.outcome_reason.rstrip('。')}）" if row.outcome_reason else ""
        yield Gap(
            GapKind.MEASURE_UNDONE,
            of,
            f"{named}以“{ended}”办结{why}，{lack}",
            state_of(row.outcome and row.outcome.value, row.outcome_reason, str(row.closed_at)),
            "measures",
            unit=row.name,
        )


def _unanswered(session: Session, case: Case) -> Iterator[Gap]:
    """Notices to which nothing at all came back, though they stand."""
    holding = aliased(Assignment)
    answered = exists(
        select(1)
        .select_from(Reply)
        .join(holding, holding.id == Reply.assignment_id)
        .where(holding.notice_id == Document.id, Reply.withdrawn_at.is_(None))
        .correlate(Document)
    )
    rows = session.execute(
        select(
            Document.id, short_name(case), Document.number, Document.title, Organisation.name, Document.content_sha256
        )
        .join(Organisation, Organisation.id == Document.recipient_id)
        .where(
            of_case(case.id),
            Document.kind.in_(CARRYING),
            Document.status == DocumentStatus.DELIVERED,
            Document.id.not_in(withdrawn()),
            ~answered,
            exists(
                select(1)
                .where(
                    Assignment.notice_id == Document.id,
                    Assignment.case_id == case.id,
                    Assignment.served_by_id.is_(None),
                    Assignment.released_at.is_(None),
                )
                .correlate(Document)
            ),
        )
        .order_by(Document.id)
    )
    for row in rows:
        yield Gap(
            GapKind.NOTICE_UNANSWERED,
            row.ref,
            f"{row.ref}《{row.title}》送达{row.name}后没有收到反馈",
            state_of(row.content_sha256),
            "papers",
            about=address(row.ref),
            step="reply",
            number=row.number,
            unit=row.name,
            paper=row.id,
        )


def _unassessed(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.execute(
        select(Reply.ref, Reply.kind, Organisation.name, Measure.ref.label("measure"))
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(
            Reply.case_id == case.id,
            Reply.withdrawn_at.is_(None),
            Reply.original_id.is_(None),
            Reply.kind.in_(_ASSESSED),
            Assessment.reply_id.is_(None),
        )
        .order_by(Reply.id)
    )
    for row in rows:
        text = f"反馈{row.ref}（{row.name}关于整改措施{row.measure}的{row.kind.label}）没有研判"
        yield Gap(GapKind.REPLY_UNASSESSED, row.ref, text, row.ref, "measures", step="assess", unit=row.name)
