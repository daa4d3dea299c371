"""整改报告通知书: one recipient's measures, the problems behind them and the dates of its answers."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.papers import RectificationNotice
from models.rules.vocabulary import DocumentForm
from models.tables import Assignment, DocumentAssignment, Finding, FindingOrganisation, Measure, MeasureFinding

from .draft import Draft, report_of
from .findings import findings
from .measures import measures, to_come

ANSWERS = ("notice.acknowledge", "notice.plan", "measure.complete")


def content(session: Session, draft: Draft) -> RectificationNotice:
    """Return what the notice says; never another unit's measures or problems.

    Its clocks start with the delivery, after the content is frozen: limits are told in words. No limit is set to a
    superior, who gets a 报告.
    """
    row = draft.row
    carried = (
        select(Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == row.id)
    )
    answered = select(MeasureFinding.finding_id).where(MeasureFinding.measure_id.in_(carried))
    named = select(FindingOrganisation.finding_id).where(FindingOrganisation.organisation_id == row.recipient_id)
    found = findings(session, row.case_id, or_(Finding.id.in_(answered), Finding.id.in_(named)))
    numbers = {one.entry.number for one in found}
    own = measures(session, row.case_id, Measure.id.in_(carried), recipient_id=row.recipient_id)
    report_number, report_dated = report_of(session, row.case_id)
    binding = row.form is not DocumentForm.REPORT
    return RectificationNotice(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        report_number=report_number,
        report_dated=report_dated,
        findings=tuple(one.entry for one in found),
        measures=tuple(m.model_copy(update={"findings": tuple(f for f in m.findings if f in numbers)}) for m in own),
        replies=tuple(to_come(draft.rule(code)) for code in ANSWERS) if binding else (),
        url=address(draft),
    )


def address(draft: Draft) -> str | None:
    """Return the page where the recipient looks at the notice; it holds no secret, because paper is read by many."""
    base = draft.settings.public_url
    return None if base is None else f"{base.rstrip('/')}/notice/{draft.row.case_number}/{draft.row.ref}"
