"""调查清单 of a case: which questions its accident must answer, what was answered, and how far each aspect is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.tables import Accident, Person, Vehicle
from models.case.tables import Case, ChecklistAnswer
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import in_territory, visible_cases
from models.kernel.vocabulary import AnswerState, Aspect, CaseKind, PersonRole
from models.knowledge.rules import library, recognising
from models.knowledge.rules.profile import AccidentProfile
from models.knowledge.rules.questions import Question
from models.office.tables import User

# Hours between which it is light on most days; what the case says of the light is asked beside it.
DAY_BEGINS, DAY_ENDS = 6, 19


@dataclass(frozen=True, slots=True)
class AnswerShown:
    """What was said of a question, by whom."""

    state: AnswerState
    text: str
    evidence: tuple[str, ...]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class QuestionShown:
    """A question of the case's checklist; `answer` None while it is open."""

    key: str
    aspect: Aspect
    text: str
    answer: AnswerShown | None


@dataclass(frozen=True, slots=True)
class AspectShown:
    """The questions of one aspect, and how many of them are settled."""

    aspect: Aspect
    settled: int
    questions: tuple[QuestionShown, ...]


def checklist(session: Session, actor: Actor, case_number: str) -> tuple[AspectShown, ...]:
    """Return the checklist of a case by aspect. Raises NotFound for who may not look inside the case."""
    case_id = session.scalars(
        select(Case.id).where(Case.case_number == case_number, visible_cases(actor), in_territory(actor, Case.unit_id))
    ).one_or_none()
    if case_id is None:
        raise NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")
    answers = _answers(session, case_id)
    shown = [QuestionShown(one.key, one.aspect, one.text, answers.get(one.key)) for one in asked_of(session, case_id)]
    return tuple(
        AspectShown(aspect, sum(one.answer is not None for one in mine), mine)
        for aspect in Aspect
        if (mine := tuple(one for one in shown if one.aspect is aspect))
    )


def asked_of(session: Session, case_id: int) -> tuple[Question, ...]:
    """Return the questions that the accident of a case must answer, in the version of the day it was filed; a work order
    has none."""
    filed_at, kind = session.execute(select(Case.filed_at, Case.kind).where(Case.id == case_id)).one()
    if kind is CaseKind.HAZARD:
        return ()
    return library.questions_for(profile_of(session, case_id), local_date(filed_at))


def profile_of(session: Session, case_id: int) -> AccidentProfile:
    """Return what kind of accident it is, as far as its facts are entered. Two statements and one more."""
    row = session.execute(
        select(
            Accident.id,
            Accident.occurred_at,
            Accident.deaths,
            Accident.place,
            Accident.road_name,
            Accident.road_number,
            Accident.road_class,
            Accident.weather,
            Accident.light,
            Accident.pattern,
            Accident.summary,
        )
        .join(Case, Case.accident_id == Accident.id)
        .where(Case.id == case_id)
    ).one()
    vehicles = session.execute(select(Vehicle.type, Vehicle.usage).where(Vehicle.accident_id == row.id)).all()
    on_foot = session.scalar(
        select(Person.id).where(Person.accident_id == row.id, Person.role == PersonRole.PEDESTRIAN).limit(1)
    )
    at_night = not DAY_BEGINS <= row.occurred_at.astimezone(SHANGHAI).hour < DAY_ENDS
    words = [word for vehicle in vehicles for word in vehicle]
    return AccidentProfile(
        deaths=row.deaths or 0,
        vehicle_kinds=recognising.vehicle_kinds([*words, "行人" if on_foot is not None else None]),
        road_kinds=recognising.road_kinds((row.place, row.road_name, row.road_number, row.road_class)),
        forms=recognising.forms((row.pattern, row.light, row.weather, row.summary, "夜间" if at_night else None)),
    )


def _answers(session: Session, case_id: int) -> dict[str, AnswerShown]:
    rows = session.execute(
        select(
            ChecklistAnswer.question,
            ChecklistAnswer.state,
            ChecklistAnswer.text,
            ChecklistAnswer.evidence,
            ChecklistAnswer.answered_at,
            User.name,
        )
        .join(User, User.id == ChecklistAnswer.answered_by)
        .where(ChecklistAnswer.case_id == case_id)
    )
    return {
        row.question: AnswerShown(row.state, row.text, tuple(row.evidence), row.name, row.answered_at) for row in rows
    }
