"""请示, 意见 and 商请督促函: the measures in hands that the paper carries, of one unit, or what a person wrote."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus, Purpose
from models.office.queries.competence import Competence, own_bodies
from models.office.rules.competence import Ruling
from models.office.rules.stands import Stand
from models.office.tables import Organisation
from models.papers.content.reader import reader
from models.papers.filling.draft import Draft
from models.papers.filling.measures import stages_of
from models.papers.filling.register import fills
from models.papers.tables import AnnexedMeasure as AnnexedMeasureRow
from models.papers.tables import Document, DocumentAssignment, WrittenPaper
from models.rectification.tables import Assignment, Measure

from .content import AnnexedMeasure, Opinion, OwnWords, ReferralLetter, ReferredMeasure, RequestForInstructions
from .route import inclined, why_not_straight


@fills(DocumentKind.REQUEST_FOR_INSTRUCTIONS)
def request(session: Session, draft: Draft) -> RequestForInstructions:
    """Return what is asked of our superior."""
    unit, measures = _carried(session, draft)
    ruling, head = _ruling(session, draft), draft.head()
    return RequestForInstructions(
        head=head,
        case_number=draft.row.case_number,
        accident=draft.topic(),
        unit=unit,
        why=None if ruling is None else why_not_straight(unit, ruling),
        found=_found(unit, ruling),
        inclined=None if ruling is None else inclined(unit, reader(head), ruling),
        reported=_told_our_government(session, draft.row.case_id),
        measures=measures,
        own=own_words(session, draft),
    )


@fills(DocumentKind.OPINION)
def opinion(session: Session, draft: Draft) -> Opinion:
    """Return what is proposed."""
    own, head = own_words(session, draft), draft.head()
    assert own is not None  # drafted by a person's step alone
    return Opinion(head=head, case_number=draft.row.case_number, accident=draft.topic(), own=own)


@fills(DocumentKind.REFERRAL_LETTER)
def letter(session: Session, draft: Draft) -> ReferralLetter:
    """Return what the authority, or the police of the place, is asked."""
    unit, measures = _carried(session, draft)
    return ReferralLetter(
        head=draft.head(),
        case_number=draft.row.case_number,
        accident=draft.topic(),
        unit=unit,
        measures=measures,
    )


def own_words(session: Session, draft: Draft) -> OwnWords | None:
    """Return what a person wrote for the paper, with the measures annexed to it; None for one that the table drafted."""
    row = session.get(WrittenPaper, draft.row.id)
    if row is None:
        return None
    return OwnWords(
        matter=row.matter, reasons=row.reasons, inclination=row.inclination, annex=_annexed(session, draft.row.id)
    )


def _annexed(session: Session, document_id: int) -> tuple[AnnexedMeasure, ...]:
    rows = session.execute(
        select(Measure.id, Measure.text, Measure.proof, Organisation.name, Assignment.due_on)
        .join(AnnexedMeasureRow, AnnexedMeasureRow.measure_id == Measure.id)
        .outerjoin(Assignment, Assignment.measure_id == Measure.id)
        .outerjoin(Organisation, Organisation.id == Assignment.organisation_id)
        .where(AnnexedMeasureRow.document_id == document_id, Measure.withdrawn_at.is_(None))
        .order_by(AnnexedMeasureRow.position, Assignment.id)
    ).all()
    found: dict[int, AnnexedMeasure] = {}
    for row in rows:
        known = found.get(row.id) or AnnexedMeasure(text=row.text, proof=row.proof)
        units = known.units if row.name is None else (*known.units, row.name)
        days = [day for day in (known.due, row.due_on) if day is not None]
        found[row.id] = known.model_copy(update={"units": units, "due": max(days, default=None)})
    return tuple(found.values())


def _found(unit: str, ruling: Ruling | None) -> str | None:
    """What the measures are about: a government brings things together, all others have their own."""
    if ruling is None or ruling.stand in (Stand.LOWER_GOVERNMENT, Stand.HIGHER_RULER):
        return None
    return f"其中涉及{unit}的，需要落实下列措施："


def _ruling(session: Session, draft: Draft) -> Ruling | None:
    """Return what competence says of the direct way to the unit concerned, on the paper's day."""
    unit = session.scalars(
        select(Organisation)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == draft.row.id)
        .limit(1)
    ).first()
    bodies = own_bodies(session)
    if unit is None or "unit" not in bodies:
        return None
    return Competence(bodies, draft.rules.competences, draft.day).ruling(unit, Purpose.ADVISE)


def _told_our_government(session: Session, case_id: int) -> bool:
    """Return whether a government is told of what must be repaired by a report: drafted or out, never by its number,
    which that report may get between the review of this paper and its signing."""
    told = select(Document.id).where(
        Document.case_id == case_id,
        Document.kind == DocumentKind.RECTIFICATION_NOTICE,
        Document.form == DocumentForm.REPORT,
        Document.status != DocumentStatus.VOID,
    )
    return session.scalar(told.limit(1)) is not None


def _carried(session: Session, draft: Draft) -> tuple[str, tuple[ReferredMeasure, ...]]:
    rows = session.execute(
        select(Organisation.name, Measure.id, Measure.text, Measure.proof, Assignment.due_on)
        .join(Assignment, Assignment.organisation_id == Organisation.id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(DocumentAssignment, DocumentAssignment.assignment_id == Assignment.id)
        .where(DocumentAssignment.document_id == draft.row.id)
        .order_by(Measure.position, Measure.id)
    ).all()
    unit = rows[0].name if rows else ""
    stages = stages_of(session, [row.id for row in rows])
    return unit, tuple(
        ReferredMeasure(text=row.text, proof=row.proof, due=row.due_on, milestones=tuple(stages.get(row.id, ())))
        for row in rows
    )
