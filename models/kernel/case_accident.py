"""The accident of a case; a work order about a hazard has none, and what needs one is refused in words."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.errors import WrongStage
from models.kernel.vocabulary import CaseKind, Grade


def accident_of(session: Session, case: Case) -> Accident:
    """Return the accident of a case. Raises WrongStage for a work order."""
    return session.get_one(Accident, accident_id_of(case))


def accident_id_of(case: Case) -> int:
    """Return the row number of a case's accident. Raises WrongStage for a work order."""
    if case.accident_id is None:
        raise no_accident()
    return case.accident_id


def grade_of(case: Case) -> Grade:
    """Return the grade of a case's accident. Raises WrongStage for a work order."""
    if case.grade is None:
        raise no_accident()
    return case.grade


def refuse_hazard(case: Case) -> None:
    """Refuse a step that is about an accident. Raises WrongStage for a work order."""
    if case.kind is CaseKind.HAZARD:
        raise no_accident()


def no_accident() -> WrongStage:
    """Return what is said where a step needs an accident and the case is about a hazard."""
    return WrongStage("本案是隐患交办，没有事故，不适用此项办理。", code="no_accident")
