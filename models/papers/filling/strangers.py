"""Names of natural persons that a paper writes although its recipient is not their employer."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.tables import Person
from models.kernel.vocabulary import OrganisationKind
from models.office.tables import Organisation
from models.papers.content import FindingEntry, MeasureEntry

from .draft import Draft

# Whoever works for another kind of unit holds an office, and is named in no paper that hands over measures.
_EMPLOYERS = (OrganisationKind.ENTERPRISE, OrganisationKind.INSPECTION_AGENCY, OrganisationKind.OTHER)
_SHORTEST = 2  # characters: one alone stands in every second word


def strangers(
    session: Session, draft: Draft, findings: Iterable[FindingEntry], measures: Iterable[MeasureEntry], told: str = ""
) -> tuple[str, ...]:
    """Return the people of a case whom problems, measures or the accident as `told` name to somebody else's unit."""
    texts = "\n".join((*(one.text for one in findings), *(one.text for one in measures), told))
    rows = session.execute(
        select(Person.name, Person.organisation_id, Organisation.kind)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.accident_id == draft.row.accident_id, Person.name.is_not(None))
        .order_by(Person.id)
    )
    return tuple(
        dict.fromkeys(
            row.name
            for row in rows
            if len(row.name) >= _SHORTEST
            and row.name in texts
            and not (row.organisation_id == draft.row.recipient_id and row.kind in _EMPLOYERS)
        )
    )
