"""Refuses papers to recipients who may not get them, and accountability items that lack what a proposal must say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.errors import Invalid, WrongStage
from models.kernel.record.bulk_events import among
from models.kernel.vocabulary import DocumentKind, Purpose
from models.office.commands.organisations import issuing_bodies
from models.office.queries.competence import Competence, body_of
from models.office.rules.competence import Way
from models.office.rules.paper_kinds import paper_kind
from models.office.tables import Organisation
from models.papers.filling.subjects import Subject, subjects
from models.papers.queries.writing import BY_WAY, form_of
from models.papers.tables import CircularRow, Document

from .shared_papers import circular_recipients

COMPLETE_IT = "请补充后再列入建议书"
DRAFT_ANEW = "请作废后重新拟制。"


def our_competence(act: Act, on: date | None = None) -> Competence:
    """Return what our unit may ask of others on a day, today by default. Raises NotFound before `shencha init`."""
    bodies = {issues_as: body_of(body) for issues_as, body in issuing_bodies(act.session).items()}
    return Competence(bodies, rules_of(act).competences, on or act.today)


def refuse_closed(act: Act, organisation_id: int, purpose: Purpose) -> None:
    """Refuse a paper that may not go to a unit. Raises WrongStage with the open way."""
    ruling = our_competence(act).ruling(act.session.get_one(Organisation, organisation_id), purpose)
    if not ruling.leaves:
        raise WrongStage(ruling.sentence, code=ruling.code)


def refuse_talk(act: Act, organisation_id: int) -> None:
    """Refuse to summon who is never summoned. Raises WrongStage with the open way."""
    refuse_closed(act, organisation_id, Purpose.SUMMON)


def refuse_organ(act: Act, organ: Organisation, *, organisation_id: int | None, person_id: int | None) -> None:
    """Refuse an organ that cannot be asked to examine this unit, or this person. Raises Invalid with the open way."""
    if person_id is not None:
        organisation_id = act.session.scalar(select(Person.organisation_id).where(Person.id == person_id))
    units = act.session.scalars(select(Organisation).where(Organisation.id == organisation_id)).all()
    ours = our_competence(act)
    about_unit = next(filter(None, map(ours.subject, units)), None) if person_id is None else None
    if about_unit is not None:
        raise Invalid(about_unit, code="superior_concerned")
    ruling = ours.organ(organ, units)
    if not ruling.leaves:
        raise Invalid(ruling.sentence, code=ruling.code)


def open_subjects(act: Act, asked: Sequence[Subject], ours: Competence | None = None) -> dict[int, str]:
    """Return by item why it can stand in no proposal: what it lacks, else why its organ cannot be asked."""
    named = {unit for one in asked for unit in (one.unit_id, one.organ_id) if unit is not None}
    units = {unit.id: unit for unit in act.session.scalars(select(Organisation).where(among(Organisation.id, named)))}
    ours = ours or our_competence(act)
    found = {one.id: _obstacle(one, ours, units) for one in asked}
    return {item: sentence for item, sentence in found.items() if sentence is not None}


def _obstacle(one: Subject, ours: Competence, units: dict[int, Organisation]) -> str | None:
    if one.missing:
        return f"{one.open}，{COMPLETE_IT}。"
    unit = units[one.unit_id] if one.unit_id is not None else None
    if unit is not None and one.is_unit:
        above = ours.subject(unit)
        if above is not None:
            return f"问责事项{one.ref}：{above}"
    if one.organ_id is None:
        return f"问责事项{one.ref}尚未确认有权机关，确认后再列入建议书。"
    ruling = ours.organ(units[one.organ_id], [unit] if unit is not None else ())
    return None if ruling.leaves else f"问责事项{one.ref}：{ruling.sentence}"


def refuse_unlawful(act: Act, case: Case, document: Document, *, on: date | None = None) -> None:
    """Refuse, before a paper is submitted or signed, what drafting would refuse on the day that it bears. Raises WrongStage.

    Papers that an earlier version drafted pass here, and facts change: evidence is withdrawn, a unit placed anew, a
    recorded paper ended.
    """
    purpose = paper_kind(document.kind).purpose
    ours = our_competence(act, on)
    if document.kind is DocumentKind.ACCOUNTABILITY_PROPOSAL:
        _refuse_proposal(act, case, document, ours)
    elif document.kind is DocumentKind.CIRCULAR:
        _refuse_circular(act, document, ours)
    elif purpose is not None and document.recipient_id is not None:
        _refuse_other_way(act, document, purpose, ours)


def _refuse_other_way(act: Act, document: Document, purpose: Purpose, ours: Competence) -> None:
    """Refuse a paper that may not go to its recipient, or only by another of our bodies or in another form."""
    recipient = act.session.get_one(Organisation, document.recipient_id)
    kind = paper_kind(document.kind)
    ruling = ours.ruling(recipient, purpose, by=kind.asked_by)
    if not ruling.leaves:
        raise WrongStage(ruling.sentence, code=ruling.code)
    by = act.session.get_one(Organisation, document.issuer_id).issues_as
    own = recipient.issues_as is not None  # none of our bodies writes to itself: another stands in for it
    if (
        not own
        and by != BY_WAY[ruling.way]
        and (by is None or ours.ruling(recipient, purpose, by=by).way is not Way.DIRECT)
    ):
        raise WrongStage(f"{ruling.sentence}{DRAFT_ANEW}", code=ruling.code)
    form = form_of(kind, ruling)
    if document.form not in (None, form):
        raise WrongStage(
            f"{recipient.name}是{ruling.stand.label}，现应以{form.label}行文，{DRAFT_ANEW}",
            code=ruling.code,
        )


def _refuse_circular(act: Act, document: Document, ours: Competence) -> None:
    """Refuse a circular to whom none may go any more, or that names who may not be named in one."""
    addressed = circular_recipients(act, document.id)
    named = act.session.scalars(select(CircularRow.named).where(CircularRow.document_id == document.id)).one_or_none()
    concerned = {document.recipient_id, *addressed, *(named or ())}
    units = act.session.scalars(
        select(Organisation).where(among(Organisation.id, concerned)).order_by(Organisation.id)
    ).all()
    for unit in units:
        ruling = ours.ruling(unit, Purpose.CIRCULATE, by="commission")
        if not ruling.leaves:
            raise WrongStage(f"{ruling.sentence}{DRAFT_ANEW}", code=ruling.code)


def _refuse_proposal(act: Act, case: Case, document: Document, ours: Competence) -> None:
    organ = act.session.get_one(Organisation, document.recipient_id)
    asked = subjects(act.session, case.id, AccountabilityItem.document_id == document.id)
    if not asked:
        raise WrongStage(f"文书{document.ref}没有列入任何问责对象，请作废后重新拟制。", code="no_subject")
    obstacles = open_subjects(act, asked, ours)
    if obstacles:
        raise WrongStage("".join(obstacles.values()), code="subjects_open")
    units = act.session.scalars(select(Organisation).where(among(Organisation.id, _units(asked)))).all()
    ruling = ours.organ(organ, units)
    if not ruling.leaves:
        raise WrongStage(ruling.sentence, code=ruling.code)


def _units(asked: Iterable[Subject]) -> set[int]:
    return {one.unit_id for one in asked if one.unit_id is not None}
