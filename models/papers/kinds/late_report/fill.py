"""逾期情况报告: what a unit that may get no order is late with, for our leaders."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.local_time import local_date
from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation
from models.papers.content import LateReport, PaperReference
from models.papers.filling.draft import Draft
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import notice_of, overdue
from models.papers.tables import DocumentAssignment
from models.rectification.tables import Assignment


@fills(DocumentKind.LATE_REPORT)
def content(session: Session, draft: Draft) -> LateReport:
    """Return what the report says: all that is late on its date, or, in a draft, on the day of drafting."""
    row = draft.row
    on = draft.issued_on or local_date(row.drafted_at)
    notice = notice_of(session, row.id)
    unit = session.scalars(
        select(Organisation.name)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == row.id)
        .limit(1)
    ).one()
    return LateReport(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        unit=unit,
        notice=PaperReference(title=notice.title, number=notice.number, dated=notice.issued_on) if notice else None,
        delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        matters=overdue(session, draft, on, notice.id if notice else None),
        proposals=(
            f"请领导以适当方式商请{unit}推进落实，并指定专人对接",
            "整改情况书面反馈后，由我单位研判、复查并续报",
        ),
    )
