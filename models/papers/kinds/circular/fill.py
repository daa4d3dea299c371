"""通报: the figures as they were counted when it was drafted, and what its drafter added."""

from __future__ import annotations

import re

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentKind, OrganisationKind
from models.office.tables import Organisation
from models.papers.filling.draft import Draft
from models.papers.filling.recipients import recipients
from models.papers.filling.register import fills
from models.papers.rules.periods import Period
from models.papers.tables import CircularRow, Document

from .content import Circular, Figures

_OF_PLACE = re.compile("([省市州盟区县旗])道路交通安全委员会")


@fills(DocumentKind.CIRCULAR)
def content(session: Session, draft: Draft) -> Circular:
    """Return what the circular says."""
    row = session.get_one(CircularRow, draft.row.id)
    told = Period(row.period_from, row.period_until) if row.period_from and row.period_until else None
    place = _OF_PLACE.search(draft.row.issuer_name)
    head = draft.head()
    return Circular(
        head=head.model_copy(
            update={
                "recipients": recipients(session, draft),
                "copied_to": tuple(dict.fromkeys((*head.copied_to, *_government(session, draft)))),
            }
        ),
        case_number=draft.row.case_number,
        power=draft.ground.power,
        place=f"全{place[1]}" if place else "",
        called=told.called if told else "",
        coming=told.next.called if told else "",
        since=row.period_from,
        until=row.period_until,
        figures=Figures.model_validate(row.figures),
        accident=None if told else draft.accident(),
        lessons=tuple(row.lessons),
        practices=tuple(row.practices),
        steps=tuple(row.steps),
        report_by=row.report_by,
    )


def _government(session: Session, draft: Draft) -> list[str]:
    """The office of the government whose commission it is gets a copy, where that government is on record."""
    issuer = select(Document.issuer_id).where(Document.id == draft.row.id).scalar_subquery()
    place = select(Organisation.division_code).where(Organisation.id == issuer).scalar_subquery()
    name = session.scalar(
        select(func.min(Organisation.name)).where(
            Organisation.kind == OrganisationKind.GOVERNMENT,
            Organisation.division_code == place,
            Organisation.disabled_at.is_(None),
        )
    )
    return [] if name is None else [f"{name}办公室"]
