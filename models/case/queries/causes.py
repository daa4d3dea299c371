"""致因 of a case as it stands now: what the picture of causes on its page is drawn from, the same as in its report."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.papers.content.causes import Causes
from models.papers.filling.draft import facts_of, stated
from models.papers.filling.duties import duties_of_units
from models.papers.filling.findings import findings
from models.papers.filling.measures import measures
from models.papers.filling.sheets_in_words import facts_of_case
from models.papers.kinds.analysis_report import from_sheets

from .facts import sight_of


def causes(session: Session, actor: Actor, case_number: str) -> Causes:
    """Return the accident, its findings, the units whose duty was not done, and the measures.

    Nothing of accountability is in it: that a unit's duty was not done is said by findings and by the list of duties, which
    whoever sees the inside of the case may read. Raises NotFound, NotAllowed for who is not of the police there.
    """
    case_id = sight_of(session, actor, case_number).case.id
    [case] = facts_of(session, (case_id,))
    found = tuple(one.entry for one in findings(session, case_id))
    return Causes(
        accident=stated(case),
        findings=found,
        duties=from_sheets.duties(facts_of_case(session, case_id), duties_of_units(found)),
        measures=measures(session, case_id),
    )
