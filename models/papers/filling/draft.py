"""One paper about to be filled: its row with case, accident or hazard, issuer and recipient, and what its issuing decides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session, aliased

from models.accident.rules.grading import grade_basis
from models.accident.tables import Accident
from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.deadline_rules import DeadlineRule
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.case_accident import no_accident
from models.kernel.errors import NotFound
from models.kernel.lifecycle import SIGNED
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentForm, DocumentKind, Grade, OrganisationKind, Publicity, Trigger, Urgency
from models.office.rules.competence import UPWARD
from models.office.rules.ranks import OF_LAW, RULERS
from models.office.tables import Organisation
from models.papers.content import AccidentFacts, CaseTopic, HazardFacts, Head
from models.papers.content.wording import title_lines
from models.papers.tables import Document, MannerRow
from models.register.tables import Hazard

from .ground import Ground, ground_of
from .hazards import stated_hazard

issuer = aliased(Organisation, name="issuer")
recipient = aliased(Organisation, name="recipient")
above = aliased(Organisation, name="above")
authority = aliased(Organisation, name="authority")
_OF_DOCUMENT = (
    Document.id,
    Document.case_id,
    Document.ref,
    Document.kind,
    Document.form,
    Document.recipient_id,
    Document.occasion,
    Document.title,
    Document.note,
    Document.priority,
    Document.confirmed_no_reply_by,
    Document.drafted_at,
    Document.content_version,
)
_OF_CASE = (
    Case.case_number,
    Case.accident_id,
    Case.unit_id,
    Case.officer_id,
    Case.stage_reason,
    Case.grade,
    Case.grade_provisional,
    Case.trigger,
    Case.filed_at,
    Case.last_seq,
    Case.last_hash,
)
_OF_ACCIDENT = (
    Accident.accident_number,
    Accident.occurred_at,
    Accident.place,
    Accident.road_name,
    Accident.road_number,
    Accident.stake,
    Accident.road_class,
    Accident.weather,
    Accident.light,
    Accident.pattern,
    Accident.deaths,
    Accident.serious_injuries,
    Accident.minor_injuries,
    Accident.injured_unspecified,
    Accident.economic_loss,
    Accident.property_loss,
    Accident.production_safety,
    Accident.summary,
)


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """A case and its accident, as papers speak of them; of a work order all of the accident is None, and there is a hazard."""

    case_id: int
    case_number: str
    accident_id: int | None
    unit_id: int
    officer_id: int
    stage_reason: str | None
    grade: Grade | None
    grade_provisional: bool
    trigger: Trigger | None
    filed_at: datetime
    last_seq: int
    last_hash: str
    accident_number: str | None
    occurred_at: datetime | None
    place: str | None
    road_name: str | None
    road_number: str | None
    stake: str | None
    road_class: str | None
    weather: str | None
    light: str | None
    pattern: str | None
    deaths: int | None
    serious_injuries: int | None
    minor_injuries: int | None
    injured_unspecified: int | None
    economic_loss: int | None
    property_loss: int | None
    production_safety: bool | None
    summary: str | None
    hazard: HazardFacts | None


@dataclass(frozen=True, slots=True)
class PaperFacts(CaseFacts):
    """A paper with its case, its issuer, its recipient, and how the table of manners has it."""

    id: int
    ref: str
    kind: DocumentKind
    form: DocumentForm | None
    recipient_id: int | None
    occasion: int
    title: str
    note: str | None
    priority: Urgency | None
    confirmed_no_reply_by: int | None
    drafted_at: datetime
    content_version: int
    issuer_name: str
    above_name: str | None
    recipient_name: str | None
    recipient_kind: OrganisationKind | None
    authority_name: str | None
    closing: str | None
    manner_form: DocumentForm | None
    copies_industry_authority: bool | None
    publicity: Publicity | None

    def in_case(self, facts: CaseFacts) -> PaperFacts:
        """Return the paper as it speaks of another case."""
        return replace(self, **{one.name: getattr(facts, one.name) for one in fields(facts)})


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper, and what its issuing adds."""

    row: PaperFacts
    settings: Settings
    rules: Rulebook
    issued_on: date | None
    number: str | None
    signatory: str | None
    ground: Ground

    @property
    def day(self) -> date:
        """Return the day whose law the paper names: its own, before the signature that of its drafting."""
        return self.issued_on or local(self.row.drafted_at).date()

    def rule(self, code: str) -> DeadlineRule:
        """Return a rule as it applies to this case's grade and kind of accident."""
        production_safety = bool(self.row.production_safety)
        return self.rules.rule(code).for_case(grade=self.row.grade, production_safety=production_safety)

    def head(self) -> Head:
        """Return the frame of the paper, with closing words and copies as the table of manners has them.

        The analysis report goes to nobody in particular: it is reported to the unit above.
        """
        row, form = self.row, self.row.form or DocumentForm.NOTICE
        enterprise = row.recipient_kind is OrganisationKind.ENTERPRISE
        wanted = enterprise if row.copies_industry_authority is None else row.copies_industry_authority
        authority_told = (row.authority_name,) if wanted and row.authority_name is not None else ()
        return Head(
            form=form,
            issuer=row.issuer_name,
            mark=row.issuer_name if form is DocumentForm.LETTER else f"{row.issuer_name}文件",
            number=self.number,
            priority=row.priority.label if row.priority is not None else None,
            signatory=self._signatory(form),
            title=title_lines(row.title),
            recipients=tuple(filter(None, (row.recipient_name or row.above_name,))),
            copied_to=tuple(dict.fromkeys((*authority_told, *self.ground.copies))),
            dated=self.issued_on,
            contact_name=self.settings.contact,
            contact_phone=self.settings.phone,
            printed_by=row.issuer_name,
            printed_on=self.issued_on,
            publicity=_printed(row.publicity),
            closing=row.closing if row.manner_form is form else None,
        )

    def _signatory(self, form: DocumentForm) -> str | None:
        """Return who is named as 签发人, in a draft of an upward 意见 a place for the name; None where nobody is."""
        if form is DocumentForm.OPINION and self.ground.upward:
            return self.signatory or ""
        return self.signatory if form in UPWARD else None

    def accident(self) -> AccidentFacts:
        """Return the accident as every paper states it. Raises WrongStage for a work order."""
        return stated(self.row)

    @property
    def accident_id(self) -> int:
        """Return the row number of the accident. Raises WrongStage for a work order."""
        if self.row.accident_id is None:
            raise no_accident()
        return self.row.accident_id

    def topic(self) -> CaseTopic:
        """Return what the case is about, the accident or the hazard."""
        return self.row.hazard or stated(self.row)


def stated(row: CaseFacts) -> AccidentFacts:
    """Return the accident of a case as every paper states it. Raises WrongStage for a work order."""
    if row.occurred_at is None or row.place is None or row.grade is None:
        raise no_accident()
    return AccidentFacts(
        occurred_at=local(row.occurred_at),
        place=row.place,
        grade=row.grade,
        grade_provisional=row.grade_provisional,
        grade_basis=_grade_basis(row.production_safety),
        accident_number=row.accident_number,
        deaths=row.deaths,
        serious_injuries=row.serious_injuries,
        minor_injuries=row.minor_injuries,
        injured_unspecified=row.injured_unspecified,
        economic_loss=_yuan(row.economic_loss),
        property_loss=_yuan(row.property_loss),
        weather=row.weather,
        light=row.light,
        pattern=row.pattern,
        summary=row.summary,
    )


def limited(form: DocumentForm | None, recipient: OrganisationKind | None) -> bool:
    """Return whether a notice may set limits: not upward, not to a party committee, government or organ of law."""
    return form not in UPWARD and recipient not in (*RULERS, *OF_LAW)


def load(
    session: Session,
    document_id: int,
    *,
    settings: Settings,
    rules: Rulebook,
    issued_on: date | None = None,
    number: str | None = None,
    signatory: str | None = None,
) -> Draft:
    """Return the draft of a paper. Raises NotFound."""
    row = session.execute(
        select(
            *_OF_DOCUMENT,
            *_OF_CASE,
            *_OF_ACCIDENT,
            Hazard,
            issuer.name.label("issuer_name"),
            above.name.label("above_name"),
            recipient.name.label("recipient_name"),
            recipient.kind.label("recipient_kind"),
            authority.name.label("authority_name"),
            MannerRow.closing,
            MannerRow.form.label("manner_form"),
            MannerRow.copies_industry_authority,
            MannerRow.publicity,
        )
        .select_from(Document)
        .join(Case, Case.id == Document.case_id)
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .outerjoin(Hazard, Hazard.id == Case.hazard_id)
        .join(issuer, issuer.id == Document.issuer_id)
        .outerjoin(above, above.id == issuer.parent_id)
        .outerjoin(recipient, recipient.id == Document.recipient_id)
        .outerjoin(authority, authority.id == recipient.industry_authority_id)
        .outerjoin(MannerRow, MannerRow.id == Document.manner_id)
        .where(Document.id == document_id)
    ).one_or_none()
    if row is None:
        raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
    facts = PaperFacts(**_told(row))
    on = issued_on or local_date(facts.drafted_at)
    ground = ground_of(session, session.get_one(Document, document_id), rules, on)
    return Draft(facts, settings, rules, issued_on, number, signatory, ground)


def facts_of(session: Session, case_ids: Collection[int]) -> list[CaseFacts]:
    """Return several cases with their accidents. One statement."""
    if not case_ids:
        return []
    rows = session.execute(
        select(Case.id.label("case_id"), *_OF_CASE, *_OF_ACCIDENT, Hazard)
        .outerjoin(Accident, Accident.id == Case.accident_id)
        .outerjoin(Hazard, Hazard.id == Case.hazard_id)
        .where(Case.id.in_(case_ids))
        .order_by(Case.id)
    )
    return [CaseFacts(**_told(row)) for row in rows]


def _told(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """Return the columns of a row by their names, and the hazard as papers state it."""
    told = dict(row._mapping)
    hazard = told.pop("Hazard")
    return {**told, "hazard": None if hazard is None else stated_hazard(hazard)}


def report_of(session: Session, case_id: int) -> tuple[str | None, date | None]:
    """Return number and date of the case's analysis report that is out, the newest if there are several."""
    found = session.execute(
        select(Document.number, Document.issued_on)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.ANALYSIS_REPORT,
            Document.status.in_(SIGNED),
        )
        .order_by(Document.occasion.desc())
        .limit(1)
    ).one_or_none()
    return (None, None) if found is None else (found.number, found.issued_on)


def local(moment: datetime) -> datetime:
    """Return a moment as the papers write it, in Asia/Shanghai."""
    return moment.astimezone(SHANGHAI)


def _grade_basis(production_safety: bool | None) -> str | None:
    """Printed once somebody decided whether it is a production-safety accident."""
    return None if production_safety is None else grade_basis(production_safety=production_safety).text


def _printed(publicity: Publicity | None) -> str | None:
    return None if publicity in (None, Publicity.UNPRINTED) else publicity.label


def _yuan(amount: int | None) -> Decimal | None:
    return None if amount is None else Decimal(amount)
