"""责令限期消除安全隐患: the order to a specialised carrier, drafted only where the law's conditions are on record."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, WrongStage
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.vocabulary import AssignmentState, DocumentKind, Part, Purpose
from models.office.commands.organisations import find_organisation
from models.office.rules.competence import Way
from models.office.tables import Organisation
from models.papers.commands.competence import our_competence
from models.papers.commands.drafting import draft_notice
from models.papers.kinds.compel_decision.fill import provisions
from models.papers.kinds.compel_decision.grounds import grounds
from models.rectification.tables import Assignment, Measure

from .cooperation import out_of_draft

KIND = DocumentKind.COMPEL_DECISION
UNAPPROVED = "没有登记设区的市公安机关交通管理部门的批准（行文凭据“批准”）"
INSTEAD = "条件具备前，以提示函告知该单位并函告其行业主管部门"


@action("prepare-compel", title="拟制责令限期消除安全隐患决定书", rights=("paper.prepare",))
def prepare_compel(act: Act, case_number: str, *, unit: UnitRef, measures: Sequence[MeasureRef] = ()) -> str:
    """Draft the order to a specialised carrier; returns its short name. Without `measures` it orders all that it leads.

    A measure that stands in a draft leaves it. Raises WrongStage before the report is signed, or with the open way where
    we may not order the unit; Invalid with every condition that does not hold; Conflict where it was drafted before, or a
    signed paper carries a measure.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    refuse_hazard(case)
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    carrier = find_organisation(act.session, unit)
    _refuse_unfounded(act, case, carrier)
    held = _held(act, case, carrier, measures)
    for one in held:
        out_of_draft(act, case, one, KIND.label)
    return draft_notice(act, case, KIND, carrier.id, [one.id for one in held]).ref


def _refuse_unfounded(act: Act, case: Case, carrier: Organisation) -> None:
    """Refuse in one sentence what competence closes, or all that is not on record of what the law asks."""
    ruling = our_competence(act).ruling(carrier, Purpose.COMPEL)
    approved = ruling.leaves or Way.APPROVE_FIRST not in ruling.ways
    if not ruling.leaves and approved:
        raise WrongStage(ruling.sentence, code=ruling.code)
    lacks = grounds(act.session, case.id, carrier).lacking(provisions(act.today))
    said = [one.text for one in lacks] + ([] if approved else [UNAPPROVED])
    if said:
        code = lacks[0].code if lacks else "not_approved"
        raise Invalid(f"还不能向{carrier.name}作出{KIND.label}：{'；'.join(said)}。{INSTEAD}。", code=code)


def _held(act: Act, case: Case, carrier: Organisation, refs: Sequence[str]) -> list[Assignment]:
    """Return what the carrier leads and nobody told it yet: all of it, or the measures named."""
    led = (
        select(Assignment)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(
            Measure.case_id == case.id,
            Measure.withdrawn_at.is_(None),
            Assignment.organisation_id == carrier.id,
            Assignment.part == Part.LEAD,
            Assignment.released_at.is_(None),
        )
        .order_by(Measure.position, Measure.id)
    )
    if not refs:
        found = list(act.session.scalars(led.where(Assignment.state == AssignmentState.UNISSUED)))
        if not found:
            raise Invalid(f"本案没有由{carrier.name}牵头、尚未通知的整改措施，请先增加措施。", code="no_measure")
        return found
    return [_named(act, case, carrier, ref) for ref in dict.fromkeys(refs)]


def _named(act: Act, case: Case, carrier: Organisation, ref: str) -> Assignment:
    measure: Measure = by_ref(act, Measure, case, ref, "整改措施")
    if measure.withdrawn_at is not None:
        raise Invalid(f"整改措施{ref}已撤回，不能责令。", code="measure_withdrawn")
    held = act.session.scalars(
        select(Assignment).where(
            Assignment.measure_id == measure.id,
            Assignment.organisation_id == carrier.id,
            Assignment.part == Part.LEAD,
            Assignment.released_at.is_(None),
        )
    ).one_or_none()
    if held is None:
        raise Invalid(f"整改措施{ref}不由{carrier.name}牵头，不能责令其完成。", code="not_theirs")
    if held.state is not AssignmentState.UNISSUED:
        raise Conflict(f"整改措施{ref}已经通知该单位，不能重复责令。", code="measure_carried")
    return held
