"""Which passes are due on a day: what stands in the tables decides, and not when a worker last ran."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from models.kernel.vocabulary import WarningState
from models.prevention.tables import PassResult, RiskWarning
from models.register.tables import RegisteredAccident

from .criteria import TRIAL
from .helped import TASK as EFFECT
from .looking_back import anything_to_judge
from .proposing import kept_up

CRITERIA, BURSTS, SCREENING, JUDGING, LAPSING = "criteria", "bursts", "screening", "judging", "lapsing"
LIVE = (WarningState.DRAFTED, WarningState.OPEN, WarningState.PROPOSED)
"""Warnings that somebody still has to do something about."""
TASKS = (LAPSING, CRITERIA, BURSTS, SCREENING, TRIAL, JUDGING, EFFECT)


def due_on(task: str, day: date) -> date:
    """Return the day on which the present round of a pass fell due: lists by count each quarter, what looks back over years
    each month, the others each day."""
    if task == SCREENING:
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    return day.replace(day=1) if task in (TRIAL, EFFECT) else day


def due_tasks(session: Session, day: date) -> list[str]:
    """Return the passes that are still to be done, in their order; none while the register is empty."""
    if not session.scalar(select(exists(select(RegisteredAccident.id)))):
        return []
    marks = session.execute(
        select(PassResult.task, PassResult.due_on).where(
            PassResult.code == "", PassResult.due_on.in_({due_on(task, day) for task in TASKS})
        )
    )
    done = {(row.task, row.due_on) for row in marks}
    return [task for task in TASKS if (task, due_on(task, day)) not in done and _waits(session, task, day)]


def _waits(session: Session, task: str, day: date) -> bool:
    if task == LAPSING:
        lapsed = select(1).where(RiskWarning.state.in_(LIVE), RiskWarning.lapses_on <= day)
        return bool(session.scalar(select(exists(lapsed))))
    if task == SCREENING:
        # A quarter's lists are not done with before there is anything to make them of: the years may be imported tomorrow.
        counted = RegisteredAccident.exclusion.is_(None), RegisteredAccident.occurred_on <= day
        days = select(func.min(RegisteredAccident.occurred_on), func.max(RegisteredAccident.occurred_on))
        first, last = session.execute(days.where(*counted)).one()
        return first is not None and kept_up(first, last, day)
    return task != JUDGING or anything_to_judge(session, day)
