"""Starts and ends the deadline of 整改评估, the only one that runs on beside a closed volume."""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.vocabulary import CaseKind, Stage
from models.rectification.queries.effects import RULE, left_to_evaluate

_BEGUN = {CaseKind.HAZARD: "隐患交办"}
"""What starts the clock where the rule's own event is none of the case."""


def keep_clock(act: Act, case: Case) -> Deadline | None:
    """Let the clock of the evaluation say what the measures say: started, met, fallen away, or running on.

    It starts with the report's approval, of a work order with the order itself, goes on in the archive, and is met by the
    evaluation of every measure worth evaluating. Called wherever measures change; a second call changes nothing.
    """
    if case.measures_since is None or case.stage is Stage.DISCONTINUED:
        return None
    act.session.flush()
    clock = act.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.rule_code == RULE)
    ).one_or_none()
    worth, left = left_to_evaluate(act.session, case.id)
    if clock is None:
        if left:
            about = deadlines.Subject("report", case.unit_id)
            clock = deadlines.start(act, case, RULE, about, case.measures_since, event=_BEGUN.get(case.kind))
    elif clock.state in ("open", "suspended"):
        if not worth:
            deadlines.withdraw(act, case, act.at, RULE)
        elif not left:
            deadlines.meet(act, case, act.at, RULE)
    elif left:
        deadlines.run_on(act, clock)
    return clock
