"""The sweep: one pass over the clocks whose day has come; each case climbs in a transaction of its own."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from prefect import flow
from sqlalchemy import select, tuple_

from flows.office import Office, at_work, moment
from models.clock import local_date
from models.commands.escalation import Fired, climb
from models.errors import Refused
from models.tables import Case, Deadline

log = logging.getLogger("shencha.sweep")

BATCH = 500
LATE = "warn"  # the rung that says: overdue from today


@flow(name="sweep")
def sweep_deadlines(as_of: str | None = None, dry_run: bool = False) -> dict[str, Any]:
    """Sweep the present office's clocks; see `sweep`. Safe to repeat and to run several times at once."""
    with at_work() as office:
        return sweep(office, moment(as_of), dry_run)


def sweep(office: Office, as_of: datetime, dry_run: bool = False) -> dict[str, Any]:
    """Fire every rung of the ladder that is due by the day of `as_of`; with `dry_run` say only what would be.

    Returns plain values: `looked_at` (clocks), `cases`, `newly_late` (clocks that are overdue and were not known to
    be), `drafted` (orders), `rungs` (all that fired, but for those about restricted papers), `failed` (cases that could
    not be looked at; the others were).
    A rung fires once per version of its clock, however many sweeps run.
    """
    looked_at = 0
    cases: set[str] = set()
    fired: list[dict[str, Any]] = []
    failed: list[dict[str, str]] = []
    for batch in _waiting(office, local_date(as_of)):
        looked_at += len(batch)
        for case_number in dict.fromkeys(number for number in batch if number not in cases):
            cases.add(case_number)
            try:
                climbed = _climb(office, case_number, as_of, dry_run)
                # The answer goes to whoever runs the sweep, and into logs: what a named list knows stays out of it.
                fired += [_told(case_number, rung) for rung in climbed if not rung.restricted]
            except Exception as failure:  # one case must not keep all the others from their clocks
                log.exception("%s could not be looked at", case_number)
                why = failure.message if isinstance(failure, Refused) else f"{type(failure).__name__}: {failure}"
                failed.append({"case_number": case_number, "message": why})
    return {
        "as_of": as_of.isoformat(),
        "dry_run": dry_run,
        "looked_at": looked_at,
        "cases": len(cases),
        "newly_late": [rung for rung in fired if rung["rung"] == LATE],
        "drafted": [rung for rung in fired if rung["paper"] is not None],
        "rungs": fired,
        "failed": failed,
    }


def anything_due(office: Office, as_of: datetime) -> bool:
    """Return whether a sweep would have anything to look at."""
    with office.database.reading() as session:
        return session.scalar(_due(local_date(as_of)).limit(1)) is not None


def _climb(office: Office, case_number: str, at: datetime, dry_run: bool) -> list[Fired]:
    with office.acting(at) as act:
        fired = climb(act, case_number)
        if dry_run:
            act.session.rollback()
        return fired


def _told(case_number: str, rung: Fired) -> dict[str, Any]:
    return {
        "case_number": case_number,
        "deadline": rung.deadline,
        "rung": rung.rung,
        "organisation": rung.organisation,
        "due_on": rung.due_on,
        "paper": rung.paper,
    }


def _due(day: date) -> Any:
    return select(Deadline.next_look_on, Deadline.id, Case.case_number).where(
        Case.id == Deadline.case_id,
        Deadline.state == "open",
        Deadline.next_look_on.is_not(None),
        Deadline.next_look_on <= day,
    )


def _waiting(office: Office, day: date) -> Iterator[list[str]]:
    """Yield the case numbers of the clocks to look at, one a clock, in batches along the index.

    Each batch begins behind the last: what could not be looked at does not come back in the same sweep.
    """
    query = _due(day).order_by(Deadline.next_look_on, Deadline.id).limit(BATCH)
    after = None
    while True:
        with office.database.reading() as session:
            batch = query if after is None else query.where(tuple_(Deadline.next_look_on, Deadline.id) > after)
            rows = session.execute(batch).all()
        if not rows:
            return
        after = (rows[-1].next_look_on, rows[-1].id)
        yield [row.case_number for row in rows]
