"""Dry run of a step: run in a transaction and rolled back, to tell beforehand what it would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import rules_of
from models.clock.tables import Deadline
from models.kernel.act import Act, acting
from models.kernel.errors import Refused
from models.kernel.settings import Settings
from models.kernel.storage.database import Database
from models.office.tables import Organisation

Step = Callable[[Act], object]


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that would start, or whose date would move: `before` is the date it has now."""

    rule: str
    key: str
    organisation: str
    due_on: date
    provisional: bool
    before: date | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What some steps would return, in their order (a refused one its refusal), and the clocks they would start, move
    and stop."""

    results: tuple[object, ...]
    started: tuple[Clock, ...]
    moved: tuple[Clock, ...]
    met: tuple[Clock, ...]


class _TakenBackError(Exception):
    """Ends the transaction without writing anything."""


def foresee(database: Database, settings: Settings, account: str, at: datetime, steps: Sequence[Step]) -> Foreseen:
    """Return what steps would do if they were taken now, one after the other; nothing is written, no number is used up.

    A refused step changes nothing for the others. Raises NotFound or NotAllowed for an account that may not act.
    """
    foreseen: Foreseen | None = None
    try:
        with acting(database, settings, account, at) as act:
            with _watched(act.session) as touched:
                results = tuple(_tried(act, step) for step in steps)
                act.session.flush()
            foreseen = _told(act, results, touched)
            raise _TakenBackError
    except _TakenBackError:
        assert foreseen is not None
        return foreseen


def _tried(act: Act, step: Step) -> object:
    try:
        with act.session.begin_nested():
            return step(act)
    except Refused as refusal:
        return refusal


@contextmanager
def _watched(session: Session) -> Iterator[dict[Deadline, date | None]]:
    """Collect the clocks that are made or changed, each with the date that it had; None for a new one."""
    touched: dict[Deadline, date | None] = {}

    def look(session: Session, *_: object) -> None:
        for row in session.new:
            if isinstance(row, Deadline):
                touched.setdefault(row, None)
        for row in session.dirty:
            if isinstance(row, Deadline):
                before = inspect(row).attrs.due_on.history.deleted
                touched.setdefault(row, before[0] if before else row.due_on)

    event.listen(session, "before_flush", look)
    try:
        yield touched
    finally:
        event.remove(session, "before_flush", look)


def _told(act: Act, results: tuple[object, ...], touched: dict[Deadline, date | None]) -> Foreseen:
    # What a refused step made went with it.
    kept = {row: before for row, before in touched.items() if row in act.session}
    names: dict[int, str] = {
        row.id: row.name
        for row in act.session.execute(
            select(Organisation.id, Organisation.name).where(
                Organisation.id.in_({clock.organisation_id for clock in kept})
            )
        )
    }

    def clock(row: Deadline, before: date | None = None) -> Clock:
        rule = rules_of(act).rule(row.rule_code).name
        return Clock(rule, row.key, names[row.organisation_id], row.due_on, row.provisional, before)

    return Foreseen(
        results,
        tuple(clock(row) for row, before in kept.items() if before is None and row.state == "open"),
        tuple(
            clock(row, before)
            for row, before in kept.items()
            if before is not None and row.state == "open" and before != row.due_on
        ),
        tuple(clock(row) for row, before in kept.items() if before is not None and row.state == "met"),
    )
