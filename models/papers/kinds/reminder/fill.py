"""催办函: all that the unit is late with, as an order would list it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import DocumentKind
from models.papers.content import PaperReference
from models.papers.filling.draft import Draft
from models.papers.filling.register import fills
from models.papers.kinds.supervision_order.fill import notice_of, overdue

from .content import Reminder


@fills(DocumentKind.REMINDER)
def content(session: Session, draft: Draft) -> Reminder:
    """Return what the letter reminds of on its date, or, in a draft, on the day of drafting."""
    row = draft.row
    notice = notice_of(session, row.id)
    return Reminder(
        head=draft.head(),
        case_number=row.case_number,
        accident=draft.accident(),
        notice=PaperReference(title=notice.title, number=notice.number, dated=notice.issued_on) if notice else None,
        delivered_on=local_date(notice.delivered_at) if notice and notice.delivered_at else None,
        matters=overdue(session, draft, draft.issued_on or local_date(row.drafted_at), notice.id if notice else None),
    )
