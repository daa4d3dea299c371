"""责令限期消除安全隐患决定书: from the recorded grounds, the measures that it carries and the findings behind them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.case.tables import Finding, FindingOrganisation
from models.clock.rules.deadlines import compute
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import Aspect, DocumentKind
from models.knowledge.rules.library import power
from models.office.queries.competence import body_of
from models.office.rules.remedies import heard_by
from models.office.tables import Organisation, User
from models.papers.content import FindingEntry
from models.papers.filling.draft import Draft
from models.papers.filling.findings import evidence, findings, once
from models.papers.filling.measures import measures
from models.papers.filling.register import fills
from models.papers.filling.strangers import strangers
from models.papers.tables import Document, DocumentAssignment
from models.rectification.tables import Assignment, Measure, MeasureFinding

from .conditions import PROVISIONS
from .content import Approval, CompelDecision, TimeLimit
from .grounds import grounds


@fills(DocumentKind.COMPEL_DECISION)
def content(session: Session, draft: Draft) -> CompelDecision:
    """Return what the decision says; dates as of a service on its own day."""
    row = draft.row
    on_record = grounds(session, row.case_id, session.get_one(Organisation, row.recipient_id))
    carried = (
        select(Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == row.id)
    )
    answered = select(MeasureFinding.finding_id).where(MeasureFinding.measure_id.in_(carried))
    named = select(FindingOrganisation.finding_id).where(FindingOrganisation.organisation_id == row.recipient_id)
    found = findings(session, row.case_id, or_(Finding.id.in_(answered), Finding.id.in_(named)))
    hazards = _hazards([one.entry for one in found])
    own = measures(session, row.case_id, Measure.id.in_(carried), recipient_id=row.recipient_id)
    proofs = evidence(session, row.case_id, numbers=once(number for one in hazards for number in one.evidence))
    head = draft.head()
    issuer = session.get_one(
        Organisation, session.scalars(select(Document.issuer_id).where(Document.id == row.id)).one()
    )
    return CompelDecision(
        head=head.model_copy(
            update={"mark": head.issuer, "copied_to": tuple(dict.fromkeys((*on_record.told, *head.copied_to)))}
        ),
        case_number=row.case_number,
        accident=draft.accident(),
        party=on_record.party,
        accidents=on_record.accidents,
        hazards=hazards,
        evidence=once(one.title for one in proofs),
        hearing=on_record.hearing,
        unsettled=on_record.unsettled,
        basis=provisions(draft.day),
        approval=_approval(draft),
        measures=own,
        strangers=strangers(session, draft, hazards, own),
        limit=_limit(draft),
        vehicles=on_record.vehicles,
        reconsidered_by=heard_by(body_of(issuer), draft.day),
        handlers=tuple(session.scalars(select(User.name).where(User.id == row.officer_id))),
    )


def _hazards(found: Sequence[FindingEntry]) -> tuple[FindingEntry, ...]:
    """Return what is wrong with the carrier's vehicles and management: how a driver drove is told by the accident."""
    theirs = tuple(one for one in found if one.aspect in (Aspect.VEHICLE, Aspect.MANAGEMENT))
    return theirs or tuple(found)


def provisions(on: date) -> tuple[str, ...]:
    """Return the provisions that the order names, as in force and compared for a day."""
    return tuple(told for key in PROVISIONS if (told := power(key, on)) is not None)


def _approval(draft: Draft) -> Approval | None:
    held = draft.ground.approval
    return None if held is None else Approval(given_by=held.given_by, number=held.number, on=held.valid_from)


def _limit(draft: Draft) -> TimeLimit:
    rule = draft.rule("measure.complete")
    length = f"{rule.amount}{rule.unit.label}"
    if draft.issued_on is None:
        return TimeLimit(length=length)
    due = compute(rule, datetime.combine(draft.issued_on, time.min, SHANGHAI), draft.rules.calendar)
    return TimeLimit(length=length, ends=due.ends_on, due=due.due_on)
