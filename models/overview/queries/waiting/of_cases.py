"""What waits in a case as a whole: talks, reopened questions, the archive, messages, evaluations, recurrences."""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    ScalarSelect,
    and_,
    bindparam,
    case,
    exists,
    literal,
    not_,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from models.case.tables import Case, Finding, IncomingPaper, NotApplicable
from models.clock.tables import Deadline
from models.kernel.lifecycle import RUNNING
from models.kernel.rights.own_police import left_to_the_upper_unit
from models.kernel.rights.whose_step import Condition
from models.kernel.tables import Message
from models.kernel.vocabulary import FIVE_DOCUMENTS, AssignmentState, CaseKind, DocumentKind, DocumentStatus, Stage
from models.office.rules.paper_kinds import OTHER_WAYS
from models.office.tables import Send
from models.papers.queries.case_papers import has_paper
from models.papers.tables import Document
from models.prevention.tables import Recurrence
from models.rectification.queries.effects import RULE
from models.rectification.tables import Assignment, Measure, Talk, TalkPaper

from .rows import SETTLED, TODAY, TROUBLED, Rows, Wait, row

_CARRIED = aliased(Send)
_CARRIER = aliased(Case)

_EVALUATION = aliased(Deadline)


def reopened() -> Rows:
    """Cases with findings whose 认定书 was revoked or changed: one step a case, however many findings."""
    open_again = exists(
        select(1)
        .where(Finding.case_id == Case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .correlate(Case)
    )
    return row(literal(Wait.RECONFIRM.value), Case.id).where(open_again, Case.stage.in_(RUNNING))


def left_above() -> Rows:
    """Cases in which our own police are examined and the upper unit has drafted nothing yet."""
    return row(literal(Wait.PROPOSE_ABOVE.value), Case.id).where(
        left_to_the_upper_unit(), Case.stage == Stage.RECTIFYING
    )


def talks() -> Rows:
    """Talks to decide, to arrange, and, once the summons was served, to hold; between them the notice waits."""
    on_its_way = exists(
        select(1)
        .select_from(TalkPaper)
        .join(Document, Document.id == TalkPaper.document_id)
        .where(TalkPaper.talk_id == Talk.id, Document.status.not_in(SETTLED))
        .correlate(Talk)
    )
    wait = case(
        (Talk.state == "proposed", Wait.DECIDE_TALK.value),
        (Talk.planned_for.is_(None), Wait.ARRANGE_TALK.value),
        else_=Wait.HOLD_TALK.value,
    )
    return (
        row(wait, Talk.id, talk=Talk.id, unit=Talk.organisation_id)
        .join(Talk, Talk.case_id == Case.id)
        .where(
            Talk.state.in_(("proposed", "approved")),
            or_(Talk.state == "proposed", Talk.planned_for.is_(None), not_(on_its_way)),
            Case.stage.in_(RUNNING),
        )
    )


def finished() -> Rows:
    """Cases that can be archived: every measure closed, papers 2 to 4 delivered or not applicable, none under way."""

    def settled(kind: DocumentKind) -> Condition:
        delivered = has_paper(Case.id, Document.kind == kind, Document.status == DocumentStatus.DELIVERED)
        waived = exists(select(1).where(NotApplicable.case_id == Case.id, NotApplicable.kind == kind).correlate(Case))
        if kind is DocumentKind.RECTIFICATION_NOTICE:
            return or_(delivered, waived, told_otherwise, and_(of_hazard, not_(told_by_paper)))
        return or_(delivered, waived, of_hazard)

    # A work order owes papers to nobody but those who are told of measures; what our unit does itself needs none.
    of_hazard = Case.kind == CaseKind.HAZARD
    told_by_paper = exists(
        select(1)
        .where(
            Assignment.case_id == Case.id,
            Assignment.released_at.is_(None),
            or_(Assignment.organisation_id != Case.unit_id, Assignment.notice_id.is_not(None)),
        )
        .correlate(Case)
    )
    told = exists(
        select(1)
        .where(Document.case_id == Case.id, Document.kind.in_(OTHER_WAYS), Document.status == DocumentStatus.DELIVERED)
        .correlate(Case)
    )
    untold = exists(
        select(1)
        .select_from(Assignment)
        .outerjoin(Document, Document.id == Assignment.notice_id)
        .where(
            Assignment.case_id == Case.id,
            Assignment.released_at.is_(None),
            or_(Document.kind.is_(None), Document.kind.not_in(OTHER_WAYS)),
        )
        .correlate(Case)
    )
    told_otherwise = and_(told, not_(untold))
    open_hand = exists(
        select(1).where(Assignment.case_id == Case.id, Assignment.state != AssignmentState.CLOSED).correlate(Case)
    )
    unheld = exists(
        select(1)
        .select_from(Measure)
        .where(
            Measure.case_id == Case.id,
            Measure.withdrawn_at.is_(None),
            not_(exists(select(1).where(Assignment.measure_id == Measure.id).correlate(Measure))),
        )
        .correlate(Case)
    )
    pending = has_paper(Case.id, Document.kind != DocumentKind.ANALYSIS_REPORT, Document.status.not_in(SETTLED))
    unsure = exists(
        select(1)
        .where(Finding.case_id == Case.id, Finding.reopened_at.is_not(None), Finding.withdrawn_at.is_(None))
        .correlate(Case)
    )
    owed = exists(select(1).where(IncomingPaper.case_id == Case.id, IncomingPaper.closed_at.is_(None)).correlate(Case))
    return row(literal(Wait.ARCHIVE.value), Case.id).where(
        Case.stage == Stage.RECTIFYING,
        not_(owed),
        not_(open_hand),
        not_(unheld),
        not_(pending),
        not_(unsure),
        *(
            settled(kind)
            for kind in FIVE_DOCUMENTS
            if kind not in (DocumentKind.ANALYSIS_REPORT, DocumentKind.TRACEBACK_ARCHIVE)
        ),
    )


def troubled() -> Condition:
    """Messages that wait for a person, spelled out as their index spells them: it is nearly always empty."""
    return Send.state.in_(bindparam(None, list(TROUBLED), expanding=True, literal_execute=True))


def unsent() -> Rows:
    """Messages that could not be sent or are uncertain, alone."""
    # Said of the case, too: SQLite begins with every case of an officer unless it is told which few there are.
    of_few = select(Message.case_id).join(Send, Send.message_id == Message.id).where(troubled())
    return (
        row(literal(Wait.SETTLE_MESSAGE.value), Send.id)
        .join(Message, Message.case_id == Case.id)
        .join(Send, Send.message_id == Message.id)
        .where(Case.id.in_(of_few), troubled())
    )


def unsent_digests() -> Rows:
    """The same with the digest that carries them, once a case."""
    of_few = select(Message.case_id).join(_CARRIED, _CARRIED.message_id == Message.id)
    of_few = of_few.join(Send, Send.id == _CARRIED.digest_id).where(troubled())
    return (
        row(literal(Wait.SETTLE_MESSAGE.value), Send.id)
        .join(Message, Message.case_id == Case.id)
        .join(_CARRIED, _CARRIED.message_id == Message.id)
        .join(Send, Send.id == _CARRIED.digest_id)
        .where(Case.id.in_(of_few), troubled())
        .distinct()
    )


def to_evaluate() -> Rows:
    """Evaluations whose clock runs and whose earliest day has come."""
    # A case has one such clock at most, and there are as many as cases of a year: they are joined, not looked up. Most of
    # them do not open for months, and need not be carried on to where every clock is asked (`effects.opened_by`).
    return (
        row(literal(Wait.EVALUATE.value), Case.id, clock=_EVALUATION.id)
        .join(_EVALUATION, _EVALUATION.case_id == Case.id)
        .where(
            _EVALUATION.rule_code == RULE,
            _EVALUATION.state == "open",
            or_(_EVALUATION.opens_on.is_(None), _EVALUATION.opens_on <= TODAY),
            Case.stage.in_((Stage.RECTIFYING, Stage.ARCHIVED)),
        )
    )


def recurred() -> Rows:
    """Cases whose accident happened after measures of other cases, until somebody decides."""
    undecided = select(Recurrence.case_id).where(Recurrence.decision.is_(None), Recurrence.lapsed_at.is_(None))
    return row(literal(Wait.RECURRENCE.value), Case.id).where(Case.id.in_(undecided))


def relapsed() -> Rows:
    """Cases after whose measures an accident happened again, carried by somebody else than the new one."""

    def carried_by(case_id: ColumnElement[int]) -> ScalarSelect[int]:
        return select(_CARRIER.officer_id).where(_CARRIER.id == case_id).correlate(Recurrence).scalar_subquery()

    undecided = select(Recurrence.old_case_id).where(
        Recurrence.decision.is_(None),
        Recurrence.lapsed_at.is_(None),
        carried_by(Recurrence.__table__.c.case_id) != carried_by(Recurrence.__table__.c.old_case_id),
    )
    return row(literal(Wait.RELAPSE.value), Case.id).where(Case.id.in_(undecided))


def incoming() -> Rows:
    """Papers that came in and are not answered, or not lifted, yet."""
    return (
        row(literal(Wait.CLOSE_INCOMING.value), IncomingPaper.id, clock=IncomingPaper.deadline_id)
        .join(IncomingPaper, IncomingPaper.case_id == Case.id)
        .where(IncomingPaper.closed_at.is_(None), Case.stage.in_(RUNNING))
    )
