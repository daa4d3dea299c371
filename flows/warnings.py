"""Flow `warnings`: what is due of criteria, bursts, lists, judging and effect; computed first, then written with its mark."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import date, datetime

from prefect import flow
from sqlalchemy.orm import Session

from flows.installation import current_installation, moment
from models.kernel.act import Act
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Refused
from models.kernel.installation import Installation
from models.kernel.settings import Settings
from models.prevention.commands.passes import keep_judgement, keep_results, let_lapse, put_forward
from models.prevention.queries.criteria import TRIAL
from models.prevention.queries.due import BURSTS, CRITERIA, JUDGING, LAPSING, SCREENING, TASKS, due_on, due_tasks
from models.prevention.queries.helped import TASK as EFFECT
from models.prevention.queries.helped import what_helped
from models.prevention.queries.looking_back import looked_back
from models.prevention.queries.proposing import by_bursts, by_criteria, by_screening, tried_criteria
from models.prevention.rules.proposals import ProposedList

log = logging.getLogger("shencha.warnings")

Read = Callable[[Session, Settings, date], list[ProposedList]]
LISTING: Mapping[str, Read] = {CRITERIA: by_criteria, BURSTS: by_bursts, SCREENING: by_screening}


@flow(name="warnings")
def look_for_warnings(as_of: str | None = None) -> dict[str, int]:
    """Do what is due of the present office; safe to repeat, and to run several times at once.

    Returns for each pass how many warnings, judged lists, lapsed warnings or figures it wrote.
    """
    with current_installation() as installation:
        return pass_all(installation, moment(as_of))


def anything_due(installation: Installation, now: datetime) -> bool:
    """Return whether there is anything to do."""
    with installation.database.reading() as session:
        return bool(due_tasks(session, local_date(now)))


def pass_all(installation: Installation, now: datetime) -> dict[str, int]:
    """Do every pass that is due. One that is refused keeps none of the others from their turn; it is tried again."""
    with installation.database.reading() as session:
        due = due_tasks(session, local_date(now))
    done: dict[str, int] = {}
    for task in TASKS:
        if task in due:
            try:
                done[task] = _pass(installation, task, now)
            except Refused as refusal:
                log.error("pass %s: %s", task, refusal.message)
    return done


def judge_due(installation: Installation, now: datetime) -> int:
    """Judge the lists whose year is over, and nothing else; returns how many."""
    return _pass(installation, JUDGING, now)


def _pass(installation: Installation, task: str, now: datetime) -> int:
    """Compute with nothing locked, then write in a short transaction."""
    with installation.database.reading() as session:
        write = _computed(session, installation.settings, task, local_date(now))
    with installation.as_system(now) as act:
        return write(act)


def _computed(session: Session, settings: Settings, task: str, day: date) -> Callable[[Act], int]:
    due = due_on(task, day)
    if task in LISTING:
        lists = LISTING[task](session, settings, day)
        return lambda act: sum(one.length for one in put_forward(act, task, due, lists))
    if task == JUDGING:
        judged = looked_back(session, settings, day)
        return lambda act: keep_judgement(act, judged)
    if task == LAPSING:
        return let_lapse
    computed = _figures(session, settings, task, day)
    return lambda act: len(computed) if keep_results(act, task, due, computed) else 0


def _figures(session: Session, settings: Settings, task: str, day: date) -> Mapping[str, Mapping[str, object]]:
    if task == TRIAL:
        return {code: tally.as_json() for code, tally in tried_criteria(session, settings, day).items()}
    assert task == EFFECT
    return {kind: one.as_json() for kind, one in what_helped(session, settings, day).items()}
