"""先行整改通知: the hazards behind the measures that cannot wait, and the dates of the answers."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.papers import AdvanceNotice
from models.rules.vocabulary import DocumentForm
from models.tables import Assignment, DocumentAssignment, Finding, Measure, MeasureFinding

from .draft import Draft
from .findings import findings
from .measures import dated, demanded, measures
from .rectification_notice import ANSWERS, address, code_of


def content(session: Session, draft: Draft) -> AdvanceNotice:
    """Return what the notice says; who only gets to know of the measures is set no limit."""
    row = draft.row
    carried = (
        select(Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == row.id)
    )
    answered = select(MeasureFinding.finding_id).where(MeasureFinding.measure_id.in_(carried))
    found = findings(session, row.case_id, Finding.id.in_(answered))
    own = measures(session, row.case_id, Measure.id.in_(carried), recipient_id=row.recipient_id)
    responsible = session.scalar(select(Assignment.id).where(Assignment.notice_id == row.id).limit(1)) is not None
    binding = responsible and row.form is not DocumentForm.REPORT
    own = dated(draft, own) if binding else own
    return AdvanceNotice(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        urgency=row.note,
        hazards=tuple(one.entry for one in found),
        measures=own,
        replies=demanded(draft, ANSWERS, own) if binding else (),
        url=address(draft),
        answer_code=code_of(draft),
    )
