"""Lookup of assignments (a measure in the hands of one unit) and their names in events."""

from __future__ import annotations

from sqlalchemy import select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Invalid, NotFound, WrongStage
from models.kernel.rights.visible import visible_assignments
from models.kernel.rights.whose_step import wrote
from models.kernel.vocabulary import CaseKind
from models.office.commands.organisations import find_organisation
from models.office.tables import Organisation
from models.rectification.tables import Assignment, Measure, Reply


def find_hand(act: Act, case: Case, measure: str, organisation: str | None) -> Assignment:
    """Return a measure in the hands of the actor's own unit, or of the one named."""
    row: Measure = by_ref(act, Measure, case, measure, "整改措施")
    query = select(Assignment).where(Assignment.measure_id == row.id, visible_assignments(act.actor))
    if organisation is None:
        query = query.where(Assignment.released_at.is_(None))
    else:
        query = query.where(Assignment.organisation_id == find_organisation(act.session, organisation).id)
    found = act.session.scalars(query.order_by(Assignment.id)).all()
    if not found:
        raise NotFound(f"没有由该单位承担的整改措施{measure}，或您无权查看。", code="assignment_not_found")
    if len(found) > 1:
        raise Invalid(f"整改措施{measure}由多个单位承担，请指明单位。", code="organisation_needed")
    return found[0]


def require_own(act: Act, assignment: Assignment) -> None:
    """Refuse to act on a measure whose work is done in another case. Raises WrongStage with that case."""
    if assignment.served_by_id is None:
        return
    row = act.session.execute(
        select(Case.case_number, Measure.ref)
        .select_from(Assignment)
        .join(Case, Case.id == Assignment.case_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(Assignment.id == assignment.served_by_id)
    ).one()
    raise WrongStage(f"该措施已与案件{row.case_number}的措施{row.ref}合并整改，请在该案中办理。", code="merged")


def does_itself(case: Case, assignment: Assignment) -> bool:
    """Return whether our unit does a measure itself, without a paper (自办)."""
    return case.kind is CaseKind.HAZARD and assignment.organisation_id == case.unit_id and assignment.notice_id is None


def measure_ref(act: Act, assignment: Assignment) -> str:
    """Return the short name of the measure in hand."""
    return act.session.scalars(select(Measure.ref).where(Measure.id == assignment.measure_id)).one()


def unit_name(act: Act, organisation_id: int) -> str:
    """Return the name of a unit."""
    return act.session.scalars(select(Organisation.name).where(Organisation.id == organisation_id)).one()


def is_author(act: Act, answer: Reply) -> bool:
    """Return whether the actor wrote an answer; who typed in a sealed paper with its scan did not."""
    return act.session.scalar(select(Reply.id).where(Reply.id == answer.id, wrote(act.actor.id))) is not None
