"""先行整改通知: notices on urgent hazards before the report (道路交通安全法 art. 29(2), 30)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.case.commands.editing import by_ref
from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.refs import MeasureRef, UnitRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import AssignmentState, DocumentKind
from models.office.commands.organisations import find_organisation
from models.papers.commands.drafting import carry, draft_notice, draft_paper
from models.rectification.tables import Assignment, Measure


@action("prepare-advance", title="拟制先行整改通知（报告签发前）", rights=("paper.prepare",))
def prepare_advance(
    act: Act, case_number: str, *, measures: Sequence[MeasureRef], reason: str, inform: Sequence[UnitRef] = ()
) -> list[str]:
    """Draft one advance notice per unit that holds one of the measures; returns the papers' short names.

    `reason` says why it cannot wait; units in `inform` (the local government, art. 29(2)) get the same measures to
    know of, in the form their relation asks for. The report later lists these measures as told already, and no second
    notice carries them. Raises WrongStage once the report is under approval, Invalid (no measure, no unit, date
    passed, no reason), Conflict for a measure that a notice carries already.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    case.stage = lifecycle.advance(lifecycle.CASE, case.stage, "notify_early")
    why = require_reason(reason)
    refs = list(dict.fromkeys(measures))
    if not refs:
        raise Invalid("请指明需要先行整改的措施。", code="no_measure")
    held = [one for ref in refs for one in _held(act, case, ref)]
    by_recipient: dict[int, list[int]] = {}
    for assignment in held:
        by_recipient.setdefault(assignment.organisation_id, []).append(assignment.id)
    drafted = []
    for recipient, assignments in by_recipient.items():
        drafted.append(draft_notice(act, case, DocumentKind.ADVANCE_NOTICE, recipient, assignments, note=why).ref)
    told = dict.fromkeys(find_organisation(act.session, name).id for name in inform)
    for unit in told:
        if unit in by_recipient:
            raise Invalid("责任单位已列为主送单位，不必再列为告知单位。", code="informed_twice")
        paper = draft_paper(act, case, DocumentKind.ADVANCE_NOTICE, unit, note=why)
        carry(act, paper, [one.id for one in held])
        drafted.append(paper.ref)
    return drafted


def _held(act: Act, case: Case, ref: str) -> list[Assignment]:
    measure: Measure = by_ref(act, Measure, case, ref, "整改措施")
    if measure.withdrawn_at is not None:
        raise Invalid(f"整改措施{ref}已撤回，不能先行通知。", code="measure_withdrawn")
    held = list(
        act.session.scalars(
            select(Assignment)
            .where(Assignment.measure_id == measure.id, Assignment.released_at.is_(None))
            .order_by(Assignment.id)
        )
    )
    if not held:
        raise Invalid(f"整改措施{ref}尚未确认责任单位，确认后才能先行通知。", code="measures_unaddressed")
    for assignment in held:
        if assignment.notice_id is not None or assignment.state is not AssignmentState.UNISSUED:
            raise Conflict(f"整改措施{ref}已列入通知，不能重复通知。", code="measure_carried")
        if assignment.due_on is not None and assignment.due_on <= act.today:
            raise Invalid(f"整改措施{ref}的完成期限已过，请先修改期限。", code="measure_due_past")
    return held
