"""Flow `sweep`: one pass over the deadlines whose day has come, some hundred cases in each transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from prefect import flow
from sqlalchemy import Select, select, tuple_

from flows.installation import current_installation, moment
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Refused
from models.kernel.installation import Installation
from models.rectification.commands.escalation import Climbed, Fired, RungTold, climb_all

log = logging.getLogger("shencha.sweep")

BATCH = 500  # clocks read at a time: their cases climb in one transaction, and nobody waits long for its locks
LATE = "warn"  # the rung that says: overdue from today
BUSY = "conflict_busy"  # nobody could write for half a minute: smaller batches would wait as long, one after the other


@dataclass(frozen=True, slots=True)
class NotLookedAt:
    """A case whose clocks could not be looked at, and why."""

    case_number: str
    message: str


@dataclass(frozen=True, slots=True)
class SweepCounted:
    """What a sweep did, in figures: clocks looked at, their cases, rungs that fired, and the cases that failed."""

    as_of: datetime
    looked_at: int
    cases: int
    rungs: int
    failed: list[NotLookedAt]


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did: `looked_at` (clocks), `cases`, `newly_late` (clocks that are overdue and were not known to be),
    `drafted` (papers), `rungs` (all that fired, but for those about restricted papers), `failed` (cases that could not
    be looked at; the others were)."""

    as_of: datetime
    dry_run: bool
    looked_at: int
    cases: int
    newly_late: list[RungTold]
    drafted: list[RungTold]
    rungs: list[RungTold]
    failed: list[NotLookedAt]


@flow(name="sweep")
def sweep_deadlines(as_of: str | None = None, dry_run: bool = False) -> Swept | SweepCounted:
    """Sweep the present office's clocks; see `sweep`. Safe to repeat and to run several times at once.

    Returns counts, and the rungs themselves only of a dry run: a worker must not grow with what became late.
    """
    with current_installation() as installation:
        if dry_run:
            return sweep(installation, moment(as_of), dry_run=True)
        pass_ = Pass(installation, moment(as_of))
        rungs = sum(1 for _ in pass_)
        return SweepCounted(pass_.at, pass_.looked_at, pass_.cases, rungs, pass_.failed)


def sweep(installation: Installation, as_of: datetime, dry_run: bool = False) -> Swept:
    """Fire every rung of the ladder that is due by the day of `as_of`; with `dry_run` say only what would be.

    A rung fires once per version of its clock, however many sweeps run. A dry run tells what one sweep on that day
    would do with the rows as they stand now, and not what sweeps on the days before it would have done.
    """
    pass_ = Pass(installation, as_of, dry_run=dry_run)
    # The answer goes to whoever runs the sweep, and into logs: what a named list knows stays out of it.
    fired = [rung.told() for rung in pass_ if not rung.restricted]
    return Swept(
        as_of=as_of,
        dry_run=dry_run,
        looked_at=pass_.looked_at,
        cases=pass_.cases,
        newly_late=[rung for rung in fired if rung.rung == LATE],
        drafted=[rung for rung in fired if rung.paper is not None],
        rungs=fired,
        failed=pass_.failed,
    )


def anything_due(installation: Installation, as_of: datetime) -> bool:
    """Return whether a sweep would have anything to look at."""
    with installation.database.reading() as session:
        return session.execute(_due(local_date(as_of)).limit(1)).first() is not None


@dataclass
class Pass:
    """One pass, which yields the rungs as they fire and keeps of them nothing but counts."""

    installation: Installation
    at: datetime
    dry_run: bool = False
    looked_at: int = 0
    cases: int = 0
    failed: list[NotLookedAt] = field(default_factory=list)
    # Cases by row number, with their case numbers. What has climbed does not come back; these would.
    _held: dict[int, str] = field(default_factory=dict)
    _done_with: set[int] = field(default_factory=set)

    def __iter__(self) -> Iterator[Fired]:
        for batch in self._batches():
            waiting = {number: case for number, case in batch.items() if number not in self._done_with}
            yield from self._climb(waiting, wait=False)
            if self.dry_run:
                self._done_with.update(waiting)
        # Whoever held these was at work in them for a moment, and has perhaps done what was waited for.
        while self._held:
            some = dict(islice(self._held.items(), BATCH))
            yield from self._climb(some, wait=True)
            for case_id in some:
                del self._held[case_id]

    def _batches(self) -> Iterator[dict[int, str]]:
        """Yield the cases of the clocks to look at along the index; each batch begins behind the last."""
        query = _due(local_date(self.at)).order_by(Deadline.next_look_on, Deadline.id).limit(BATCH)
        after = None
        while True:
            with self.installation.database.reading() as session:
                page = query if after is None else query.where(tuple_(Deadline.next_look_on, Deadline.id) > after)
                rows = session.execute(page).all()
            if not rows:
                return
            after = (rows[-1].next_look_on, rows[-1].id)
            yield {row.case_id: row.case_number for row in rows}

    def _climb(self, cases: dict[int, str], *, wait: bool) -> Iterator[Fired]:
        """Let cases climb together; where that fails, by halves, until what cannot be looked at stands alone."""
        if not cases:
            return
        try:
            climbed = self._together(list(cases), wait=wait)
        except Exception as failure:  # one case must not keep all the others from their clocks
            if len(cases) == 1 or (isinstance(failure, Conflict) and failure.code == BUSY):
                log.exception("%s could not be looked at", "、".join(cases.values()))
                self._give_up(cases, failure)
                return
            half = len(cases) // 2
            for part in (islice(cases.items(), half), islice(cases.items(), half, None)):
                yield from self._climb(dict(part), wait=wait)
            return
        self.looked_at += climbed.looked_at
        self.cases += climbed.cases
        self._held.update((case_id, cases[case_id]) for case_id in climbed.held)
        self._done_with.update(climbed.held)
        yield from climbed.fired

    def _together(self, cases: list[int], *, wait: bool) -> Climbed:
        with self.installation.dry_run(self.at) if self.dry_run else self.installation.as_system(self.at) as act:
            return climb_all(act, cases, wait=wait, dry_run=self.dry_run)

    def _give_up(self, cases: dict[int, str], failure: Exception) -> None:
        said = failure.message if isinstance(failure, Refused) else f"{type(failure).__name__}: {failure}"
        for case_id, case_number in cases.items():
            self.failed.append(NotLookedAt(case_number, said))
            self._done_with.add(case_id)


def _due(day: date) -> Select[date | None, int, int, str]:
    return select(Deadline.next_look_on, Deadline.id, Deadline.case_id, Case.case_number).where(
        Case.id == Deadline.case_id,
        Deadline.state == "open",
        Deadline.next_look_on.is_not(None),
        Deadline.next_look_on <= day,
    )
