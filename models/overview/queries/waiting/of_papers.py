"""Papers on their way: drafts, steps of their chains, service, receipts."""

from __future__ import annotations

from sqlalchemy import (
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    not_,
    select,
)
from sqlalchemy.orm import aliased

from models.accountability.tables import TransferredClue
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.lifecycle import DRAFTS, RUNNING
from models.kernel.rights.whose_step import Condition
from models.kernel.vocabulary import DocumentKind, DocumentStatus, Role, Turn
from models.office.rules.paper_kinds import CARRYING
from models.papers.tables import Approval, Delivery, Document, ProofFormPaper, SuperiorDecision
from models.rectification.tables import Talk, TalkPaper

from .rows import IN_APPROVAL, TODAY, Rows, Wait, first_clock, ours, row

_OTHER = aliased(Approval)

_HELD = aliased(Document)


def drafts() -> Rows:
    unconfirmed = and_(Document.kind == DocumentKind.SUPERVISION_ORDER, Document.confirmed_no_reply_by.is_(None))
    wait = case(
        (Document.status == DocumentStatus.RETURNED, Wait.RETURNED.value),
        (unconfirmed, Wait.CONFIRM_NO_REPLY.value),
        else_=Wait.SUBMIT.value,
    )
    unarranged = exists(
        select(1)
        .select_from(TalkPaper)
        .join(Talk, Talk.id == TalkPaper.talk_id)
        .where(TalkPaper.document_id == Document.id, Talk.planned_for.is_(None), Talk.state == "approved")
        .correlate(Document)
    )
    return (
        row(wait, Document.id, document=Document.id, clock=ours(Document.id))
        .join(Document, Document.case_id == Case.id)
        .where(
            Document.status.in_(DRAFTS),
            Document.kind != DocumentKind.TRACEBACK_ARCHIVE,
            not_(unarranged),
            Case.stage.in_(RUNNING),
        )
    )


def steps() -> Rows:
    first = (
        select(func.min(_OTHER.position))
        .where(_OTHER.document_id == Document.id, _OTHER.round == Document.round, _OTHER.decision.is_(None))
        .correlate(Document)
        .scalar_subquery()
    )
    wait = case(
        (Approval.role == Role.REVIEWER, Wait.REVIEW.value),
        (Approval.role == Role.COUNTERSIGNER, Wait.COUNTERSIGN.value),
        else_=Wait.SIGN.value,
    )
    return (
        row(
            wait,
            Document.id,
            document=Document.id,
            unit=Approval.organisation_id,
            user=Approval.user_id,
            clock=ours(Document.id),
        )
        .join(Document, Document.case_id == Case.id)
        .join(Approval, Approval.document_id == Document.id)
        .where(
            Document.status.in_(IN_APPROVAL),
            Approval.round == Document.round,
            Approval.decision.is_(None),
            Approval.position == first,
        )
    )


def unserved() -> Rows:
    unsigned = and_(Document.status == DocumentStatus.ISSUED, Document.kind == DocumentKind.TALK_MINUTES)
    wait = case(
        (unsigned, Wait.SIGN_MINUTES.value),
        (Document.status == DocumentStatus.ISSUED, Wait.SEAL.value),
        else_=Wait.DELIVER.value,
    )
    return (
        row(wait, Document.id, document=Document.id, clock=ours(Document.id))
        .join(Document, Document.case_id == Case.id)
        .where(
            to_serve(),
            Case.stage.in_(RUNNING),
        )
    )


def to_serve() -> Condition:
    """Papers to somebody that are issued and not served, spelled out: an index holds just these, and none of those that
    stay sealed for ever because they go to nobody."""
    statuses = [DocumentStatus.ISSUED, DocumentStatus.SEALED]
    issued = _HELD.status.in_(bindparam(None, statuses, expanding=True, literal_execute=True))
    held = select(_HELD.id).where(_HELD.recipient_id.is_not(None), issued)
    return Document.id.in_(held)


def unacknowledged() -> Rows:
    # Not as IS NULL: SQLite takes that for the narrower question, and reads every clock without a measure for each paper.
    of_no_measure = func.coalesce(Deadline.assignment_id, 0) == 0
    clock = first_clock(Deadline.document_id == Document.id, Deadline.turn == Turn.THEIRS, of_no_measure)
    return (
        row(
            literal(Wait.ACKNOWLEDGE.value),
            Document.id,
            document=Document.id,
            unit=Delivery.recipient_id,
            clock=clock,
        )
        .join(Document, Document.case_id == Case.id)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(
            Delivery.acknowledged_at.is_(None),
            Document.kind.in_((*CARRYING, DocumentKind.SUPERVISION_ORDER)),
            Case.stage.in_(RUNNING),
        )
    )


def unproven() -> Rows:
    """Served papers whose 送达回证 went along and has not come back; who prints no forms waits for none."""
    # Said once more of the paper: SQLite begins with every paper ever served unless it is told which few these are.
    out = select(ProofFormPaper.document_id).where(ProofFormPaper.returned_at.is_(None))
    return (
        row(literal(Wait.ATTACH_PROOF.value), Document.id, document=Document.id)
        .join(Document, Document.case_id == Case.id)
        .join(ProofFormPaper, ProofFormPaper.document_id == Document.id)
        .where(
            Document.id.in_(out),
            ProofFormPaper.returned_at.is_(None),
            Document.status == DocumentStatus.DELIVERED,
            Case.stage.in_(RUNNING),
        )
    )


def unreceipted() -> Rows:
    """Clues handed over whose list has not come back signed."""
    return (
        row(literal(Wait.RECORD_RECEIPT.value), Document.id, document=Document.id)
        .join(Document, Document.case_id == Case.id)
        .join(TransferredClue, TransferredClue.document_id == Document.id)
        .join(Delivery, Delivery.document_id == Document.id)
        .where(
            TransferredClue.position == 1,
            Delivery.acknowledged_at.is_(None),
            Case.stage.in_(RUNNING),
        )
    )


def to_follow() -> Rows:
    """Papers whose answer, a 批复 or decision, is to be looked at again on a day that has come."""
    # Said of the paper, too: few answers have such a day, and an index holds just these.
    due = select(SuperiorDecision.document_id).where(SuperiorDecision.follow_on <= TODAY)
    return (
        row(literal(Wait.FOLLOW_DECISION.value), Document.id, document=Document.id)
        .join(Document, Document.case_id == Case.id)
        .where(Document.id.in_(due), Case.stage.in_(RUNNING))
    )
