"""Papers that should be there and are not, that are under way, that nobody signed for, and that nobody answered."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from models.accountability.tables import ClueNews, OrganAnswer
from models.archive.rules.gaps import Gap, GapKind, state_of
from models.case.tables import Case, NotApplicable
from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import CaseKind, DocumentKind, DocumentStatus, ProposalAnswer, RenditionForm
from models.office.rules.paper_kinds import CARRYING, OTHER_WAYS
from models.office.tables import Organisation
from models.papers.queries.case_papers import of_case
from models.papers.queries.decisions import ANSWERED_BY_LETTER, ASKING
from models.papers.tables import (
    Delivery,
    Document,
    PaperFlag,
    ProofFormPaper,
    Rendition,
    SuperiorDecision,
    goes_round,
    withdrawn,
)
from models.rectification.tables import Assignment, Measure

from .naming import address, short_name

SETTLED = (DocumentStatus.DELIVERED, DocumentStatus.VOID)
NEEDED = {
    CaseKind.ACCIDENT: (
        DocumentKind.RECTIFICATION_NOTICE,
        DocumentKind.ACCOUNTABILITY_PROPOSAL,
        DocumentKind.SUPERVISION_ORDER,
    ),
    CaseKind.HAZARD: (DocumentKind.RECTIFICATION_NOTICE,),
}
"""Papers 2 to 4, which a case has or is known not to need; of a work order only what handed its measures over."""
_SEALED = (RenditionForm.SEALED_SCAN, RenditionForm.SEALED_PDF)
_SIGNED_FOR = (*CARRYING, DocumentKind.SUPERVISION_ORDER, DocumentKind.CLUE_TRANSFER)
"""Papers whose recipient signs for them, however they were sent."""
_STEP = {
    DocumentStatus.DRAFT: "submit",
    DocumentStatus.RETURNED: "submit",
    DocumentStatus.ISSUED: "seal",
    DocumentStatus.SEALED: "deliver",
}


def _paper_of(case: Case) -> tuple[Any, ...]:
    return (Document.id, short_name(case), Document.number, Document.title, Document.content_sha256)


def of_papers(session: Session, case: Case, *, ended: bool) -> Iterator[Gap]:
    """Yield what the papers of a case lack; of one that was ended before its time nothing that was not signed is asked for.
    Ten statements."""
    if not ended and not _without_measures(session, case):
        yield from _missing(session, case)
    yield from _unsettled(session, case, ended=ended)
    yield from _unscanned(session, case)
    yield from _unreceived(session, case)
    yield from _unproven(session, case)
    yield from _unanswered(session, case)
    yield from _flagged(session, case)


def _without_measures(session: Session, case: Case) -> bool:
    """Nothing was found that anybody would have to mend: no paper need have left."""
    left = select(Measure.id).where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None))
    return session.scalar(left.limit(1)) is None


def _missing(session: Session, case: Case) -> Iterator[Gap]:
    delivered = set(
        session.scalars(select(Document.kind).where(of_case(case.id), Document.status == DocumentStatus.DELIVERED))
    )
    settled = delivered | set(session.scalars(select(NotApplicable.kind).where(NotApplicable.case_id == case.id)))
    if delivered.intersection(OTHER_WAYS) and _all_told_otherwise(session, case):
        settled.add(DocumentKind.RECTIFICATION_NOTICE)
    if case.kind is CaseKind.HAZARD and _all_our_own(session, case):
        settled.add(DocumentKind.RECTIFICATION_NOTICE)
    for kind in NEEDED[case.kind]:
        if kind not in settled:
            lacks = "未送达" if case.kind is CaseKind.HAZARD else "未送达，也未认定不适用"
            text = f"{kind.label}{lacks}"
            step = "prepare" if kind is DocumentKind.RECTIFICATION_NOTICE else "mark-not-applicable"
            yield Gap(GapKind.PAPER_MISSING, kind.value, text, kind.value, "papers", step=step)


def _all_told_otherwise(session: Session, case: Case) -> bool:
    """Return whether every measure was carried by an advance notice, or by a paper that asked somebody else to see to it:
    nothing was left for a notice after the report."""
    left = (
        select(Assignment.id)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(
            Assignment.case_id == case.id,
            Assignment.released_at.is_(None),
            or_(Document.kind.is_(None), Document.kind.not_in(OTHER_WAYS)),
        )
    )
    return session.scalar(left.limit(1)) is None


def _all_our_own(session: Session, case: Case) -> bool:
    """Return whether our own unit did every measure itself: nobody had to be written to."""
    others = select(Assignment.id).where(
        Assignment.case_id == case.id,
        Assignment.released_at.is_(None),
        or_(Assignment.organisation_id != case.unit_id, Assignment.notice_id.is_not(None)),
    )
    return session.scalar(others.limit(1)) is None


def _unsettled(session: Session, case: Case, *, ended: bool) -> Iterator[Gap]:
    asked = Document.status.in_(SIGNED) if ended else Document.status.not_in(SETTLED)
    rows = session.execute(
        select(*_paper_of(case), Document.status)
        .where(
            of_case(case.id),
            Document.kind.not_in((DocumentKind.ANALYSIS_REPORT, DocumentKind.TRACEBACK_ARCHIVE)),
            asked,
            Document.status.not_in(SETTLED),
            ~(Document.recipient_id.is_(None) & Document.status.in_(SIGNED)),
            or_(~goes_round(), Document.case_id == case.id) if ended else Document.id.is_not(None),
        )
        .order_by(Document.id)
    )
    for row in rows:
        text = f"文书{row.ref}《{row.title}》（{row.status.label}）未办完"
        yield _paper(GapKind.PAPER_UNSETTLED, row, text, row.status.value, step=_STEP.get(row.status))


def _kept_by(case: Case) -> ColumnElement[bool]:
    """Papers whose seal and service are the case's own affair: its own, and notices over several cases that list its
    measures. What a circular over several lacks is asked of the case in which it was written."""
    return and_(of_case(case.id), or_(Document.case_id == case.id, Document.kind.in_(CARRYING)))


def _unscanned(session: Session, case: Case) -> Iterator[Gap]:
    """Papers that were sealed on paper or electronically, of which nothing shows the seal."""
    shown = exists(
        select(1).where(Rendition.document_id == Document.id, Rendition.form.in_(_SEALED)).correlate(Document)
    )
    rows = session.execute(
        select(*_paper_of(case))
        .where(_kept_by(case), Document.status.in_(SIGNED), Document.sealed_at.is_not(None), ~shown)
        .order_by(Document.id)
    )
    for row in rows:
        yield _paper(GapKind.SCAN_MISSING, row, f"{row.ref}《{row.title}》没有用印扫描件", state_of(row.content_sha256))


def _unreceived(session: Session, case: Case) -> Iterator[Gap]:
    """Services that nobody signed for and that nothing else proves: a signed proof, a witness, a number of the post."""
    proven = or_(
        exists(
            select(1)
            .where(Rendition.document_id == Document.id, Rendition.form == RenditionForm.PROOF_OF_SERVICE)
            .correlate(Document)
        ),
        Delivery.witness.is_not(None),
        and_(
            Document.kind.not_in(_SIGNED_FOR),
            or_(Delivery.tracking_number.is_not(None), Delivery.register_number.is_not(None)),
        ),
    )
    rows = session.execute(
        _delivered(case, Delivery.acknowledged_at.is_(None), ~proven)
        .add_columns(Delivery.id.label("delivery"), Organisation.name, Delivery.mode)
        .join(Delivery, Delivery.document_id == Document.id)
        .join(Organisation, Organisation.id == Delivery.recipient_id)
        .order_by(None)
        .order_by(Delivery.id)
    )
    for row in rows:
        text = f"{row.ref}《{row.title}》{row.mode.label}{row.name}后没有签收，也没有送达凭证"
        yield _paper(
            GapKind.RECEIPT_MISSING,
            row,
            text,
            state_of(row.content_sha256, row.delivery),
            of=f"{row.ref}/{row.delivery}",
            step="acknowledge",
            unit=row.name,
        )


def _unproven(session: Session, case: Case) -> Iterator[Gap]:
    rows = session.execute(
        _delivered(case, ProofFormPaper.returned_at.is_(None))
        .add_columns(ProofFormPaper.form_id)
        .join(ProofFormPaper, ProofFormPaper.document_id == Document.id)
    )
    for row in rows:
        text = f"{row.ref}《{row.title}》的送达回证没有收回"
        yield _paper(GapKind.PROOF_OUT, row, text, state_of(row.form_id), step="attach-proof")


def _unanswered(session: Session, case: Case) -> Iterator[Gap]:
    concluded = exists(
        select(1)
        .where(OrganAnswer.document_id == Document.id, OrganAnswer.answer != ProposalAnswer.RECEIVED)
        .correlate(Document)
    )
    told = exists(select(1).where(ClueNews.document_id == Document.id).correlate(Document))
    decided = exists(select(1).where(SuperiorDecision.document_id == Document.id).correlate(Document))
    proposal, clue = DocumentKind.ACCOUNTABILITY_PROPOSAL, DocumentKind.CLUE_TRANSFER
    asks = and_(
        or_(Document.form.in_(ASKING), Document.kind.in_(ANSWERED_BY_LETTER)), Document.kind.not_in((proposal, clue))
    )
    for kind, condition, lack, step in (
        (GapKind.PROPOSAL_UNANSWERED, and_(Document.kind == proposal, ~concluded), "没有办理结果", "record-answer"),
        (GapKind.CLUE_UNANSWERED, and_(Document.kind == clue, ~told), "没有答复", "record-clue-answer"),
        (GapKind.REQUEST_UNANSWERED, and_(asks, ~decided), "没有批复或者答复", "record-superior-decision"),
    ):
        rows = session.execute(
            _delivered(case, condition)
            .add_columns(Organisation.name)
            .outerjoin(Organisation, Organisation.id == Document.recipient_id)
        )
        for row in rows:
            text = f"{row.ref}《{row.title}》（{row.name or '主送单位'}）{lack}"
            yield _paper(kind, row, text, state_of(row.content_sha256), step=step, unit=row.name)


def _flagged(session: Session, case: Case) -> Iterator[Gap]:
    """Signed papers that the facts left behind, and that no correction in effect put right."""
    rows = session.execute(
        select(*_paper_of(case), PaperFlag.reason, PaperFlag.flagged_at)
        .join(PaperFlag, PaperFlag.document_id == Document.id)
        .where(
            of_case(case.id),
            PaperFlag.settled_at.is_(None),
            Document.status.in_(SIGNED),
            Document.id.not_in(withdrawn()),
        )
        .order_by(Document.id)
    )
    for row in rows:
        text = f"{row.ref}《{row.title}》与现有事实不符（{row.reason}），没有更正"
        state = state_of(row.content_sha256, str(row.flagged_at))
        yield _paper(GapKind.CORRECTION_MISSING, row, text, state, step="draft-correction")


def _delivered(case: Case, *conditions: ColumnElement[bool]) -> Select[*tuple[Any, ...]]:
    return (
        select(*_paper_of(case))
        .where(
            _kept_by(case),
            Document.status == DocumentStatus.DELIVERED,
            Document.id.not_in(withdrawn()),
            *conditions,
        )
        .order_by(Document.id)
    )


def _paper(
    kind: GapKind,
    row: Row[*tuple[object, ...]],
    text: str,
    state: str,
    *,
    of: str | None = None,
    step: str | None = None,
    unit: str | None = None,
) -> Gap:
    return Gap(
        kind,
        of or row.ref,
        text,
        state,
        "papers",
        about=address(row.ref),
        step=step,
        number=row.number,
        unit=unit,
        paper=row.id,
    )
