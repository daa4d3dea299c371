"""Who a paper to several units is addressed to: the commissions below and the members of the commission."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import OrganisationKind
from models.office.tables import Organisation
from models.papers.tables import CircularRecipient

from .draft import Draft

FEW = 6
"""So many commissions below are named one by one."""


def recipients(session: Session, draft: Draft) -> tuple[str, ...]:
    """Return the recipients of a circular, or of what puts one right: the commissions below, each by its name where they
    are few, and the members together; none for a paper to one unit."""
    going = select(CircularRecipient.organisation_id).where(CircularRecipient.document_id == draft.row.id)
    units = session.execute(
        select(Organisation.name, Organisation.kind)
        .where(Organisation.id.in_(going))
        .order_by(Organisation.division_code, Organisation.id)
    ).all()
    below = [row.name for row in units if row.kind is OrganisationKind.SAFETY_COMMISSION]
    told = below if len(below) <= FEW else ["各下级道路交通安全委员会办公室"]
    members = [f"{draft.row.issuer_name.removesuffix('办公室')}各成员单位"] if len(below) < len(units) else []
    return (*told, *members)
