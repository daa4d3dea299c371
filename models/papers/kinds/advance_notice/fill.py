"""先行整改通知: the hazards behind the measures that cannot wait, and the dates of the answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Finding
from models.kernel.vocabulary import DocumentForm, DocumentKind, OrganisationKind, Urgency
from models.knowledge.rules.library import power
from models.papers.content import AdvanceNotice, FindingEntry
from models.papers.filling.draft import Draft, limited
from models.papers.filling.findings import findings
from models.papers.filling.measures import dated, demanded, measures
from models.papers.filling.naming import named_for
from models.papers.filling.register import fills
from models.papers.filling.sheets_in_words import column, facts_of_case
from models.papers.filling.strangers import strangers
from models.papers.kinds.rectification_notice.fill import address, advisory, code_of
from models.papers.tables import DocumentAssignment
from models.rectification.tables import Assignment, Measure, MeasureFinding

_ANSWERS = ("notice.acknowledge", "measure.complete")
"""What is asked for beside the measures: no plan, for each is done at once, by its own date."""


@fills(DocumentKind.ADVANCE_NOTICE)
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
    upward = row.form is DocumentForm.REPORT
    binding = responsible and limited(row.form, row.recipient_kind)
    own = dated(draft, own) if binding else own
    head = draft.head()
    hazards, own = named_for(session, row.case_id, head, [one.entry for one in found], own)
    facts = facts_of_case(session, row.case_id)
    return AdvanceNotice(
        head=head if head.priority else head.model_copy(update={"priority": Urgency.EXTRA_URGENT.label}),
        power=_power(draft, hazards),
        case_number=row.case_number,
        accident=draft.accident(),
        urgency=row.note,
        interim=column(facts, "response", "interim_measures", [facts.form("response")])[0],
        hazards=hazards,
        measures=own,
        strangers=strangers(session, draft, hazards, own),
        advisory=advisory(draft),
        replies=demanded(draft, _ANSWERS, own) if binding else (),
        url=address(draft) if not upward else None,
        answer_code=code_of(draft) if not upward else None,
    )


_DAMAGED = "《中华人民共和国道路交通安全法》第三十条"


def _power(draft: Draft, hazards: Sequence[FindingEntry]) -> str | None:
    """Return by what power we write: art. 29 to a government; art. 30 to others, but only of what was damaged or lost,
    for its words reach no further."""
    if draft.row.recipient_kind is OrganisationKind.GOVERNMENT:
        return power("report_to_government", draft.day)
    damaged = any(norm.startswith(_DAMAGED) for one in hazards for norm in one.basis)
    return power("notify_maintainer", draft.day) if damaged else None
