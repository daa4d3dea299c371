"""逾期情况报告: what a unit that may get no order is late with, for our leaders."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import DocumentKind
from models.office.tables import Organisation
from models.papers.content import DeadlineLine, LateReport, OverdueMatter, PaperReference
from models.papers.filling.draft import Draft, limited
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import notice_of, overdue
from models.papers.tables import DocumentAssignment
from models.rectification.tables import Assignment


def _advised(matters: Sequence[OverdueMatter]) -> tuple[OverdueMatter, ...]:
    """What a superior was advised, once for each measure, without the limits that only we keep in view."""
    told: dict[str, OverdueMatter] = {}
    for one in matters:
        kind, _, advice = one.matter.partition("：")
        if kind == one.original.what and advice:  # a stage is part of what was advised
            late = (one.not_done or "").startswith("逾期")
            changed = {"matter": advice, "original": DeadlineLine(what=kind), "days_late": None, "measure": None}
            told[advice] = one.model_copy(update=changed | ({"not_done": "尚未收到办理结果"} if late else {}))
    return tuple(told.values())


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
    matters = overdue(session, draft, on, notice.id if notice else None)
    told = notice is None or limited(notice.form, notice.recipient_kind)
    return LateReport(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        unit=unit,
        notice=PaperReference(title=notice.title, number=notice.number, dated=notice.issued_on) if notice else None,
        delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        matters=matters if told else _advised(matters),
        limited=told,
        next_steps=(
            f"我单位继续与{unit}联系，了解办理情况",
            "收到书面反馈后，由我单位研判、复查并续报",
        ),
    )
