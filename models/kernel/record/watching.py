"""The round of the worker through the whole record: slice by slice, found faults kept until they are gone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.errors import Fault
from models.kernel.events import record_admin
from models.kernel.record.checking import Looked, check_accidents, check_cases
from models.kernel.record.checkpoints import file_name, stamp_name
from models.kernel.storage.place import Place
from models.kernel.tables import AdminEvent, Checkpoint, CheckpointStamp, RecordFault, RecordWatch

UNKNOWN = "checkpoint_unknown"
EXPLAINED = "earlier_state_explained"
CHECKPOINTS = "checkpoints"
"""Name under which faults of the checkpoints themselves are kept."""


@dataclass(frozen=True, slots=True)
class Watched:
    """How the record stands: when the last whole round ended over how many chains, what does not hold, what is not outside."""

    whole_at: datetime | None
    whole_streams: int
    faults: Sequence[RecordFault]
    newest: int
    newest_at: datetime | None
    put_out: int


@dataclass(frozen=True, slots=True)
class Taken:
    """A checkpoint in a list."""

    number: int
    taken_at: datetime
    streams: int
    events: int
    root: str
    signed: bool
    outside: bool
    stamped_at: datetime | None


def newest_checkpoints(session: Session, last: int) -> list[Taken]:
    """Return the last checkpoints, newest first."""
    upto = session.get_one(RecordWatch, 1).put_out
    found = session.execute(
        select(Checkpoint, CheckpointStamp.stamped_at)
        .outerjoin(CheckpointStamp, CheckpointStamp.number == Checkpoint.number)
        .order_by(Checkpoint.number.desc())
        .limit(last)
    )
    return [
        Taken(
            one.number,
            one.taken_at,
            one.streams,
            one.events,
            one.root,
            signed='"signature"' in one.line,
            outside=one.number <= upto,
            stamped_at=stamped_at,
        )
        for one, stamped_at in found
    ]


def watched(session: Session) -> Watched:
    """Return how the record stands by what the worker found; three short statements."""
    watch = session.get_one(RecordWatch, 1)
    faults = session.scalars(select(RecordFault).order_by(RecordFault.found_at, RecordFault.stream)).all()
    newest = session.execute(
        select(Checkpoint.number, Checkpoint.taken_at).order_by(Checkpoint.number.desc()).limit(1)
    ).one_or_none()
    number, taken_at = (newest.number, newest.taken_at) if newest else (0, None)
    return Watched(watch.whole_at, watch.whole_streams, faults, number, taken_at, watch.put_out)


@dataclass(frozen=True, slots=True)
class Found:
    """How many faults of the record are known, and since when the first."""

    count: int
    found_at: datetime


def first_fault(session: Session) -> Found | None:
    """Return what is known of faults of the record; None where it holds. One short statement."""
    row = session.execute(select(func.count(), func.min(RecordFault.found_at)).select_from(RecordFault)).one()
    return Found(row[0], row[1]) if row[0] else None


def look_on(session: Session, limit: int) -> tuple[Looked, str]:
    """Look at the next chains of the round and return what was found and of which kind; nothing is left at its end."""
    watch = session.get_one(RecordWatch, 1)
    cases = check_cases(session, after=watch.cases_upto, limit=limit)
    if cases.streams:
        return cases, "cases"
    return check_accidents(session, after=watch.accidents_upto, limit=limit), "accidents"


def keep_look(act: Act, looked: Looked, kind: str) -> None:
    """Keep how far the round is after a look; an empty one ends the round."""
    watch = act.session.get_one(RecordWatch, 1, with_for_update=True)
    watch.begun_at = watch.begun_at or act.at
    watch.checked += len(looked.streams)
    if looked.streams and kind == "cases":
        watch.cases_upto = looked.last
    elif looked.streams:
        watch.accidents_upto = looked.last
    else:
        watch.whole_at, watch.whole_streams = act.at, watch.checked
        watch.begun_at, watch.cases_upto, watch.accidents_upto, watch.checked = None, 0, 0, 0


def keep_faults(act: Act, streams: Iterable[str], faults: Mapping[str, Iterable[Fault]]) -> None:
    """Keep what was found of some streams: a fault known before keeps its day, one that is gone is gone."""
    session, names = act.session, list(streams)
    found = {(stream, fault.code): fault.message for stream in faults for fault in reversed(tuple(faults[stream]))}
    for known in session.scalars(select(RecordFault).where(RecordFault.stream.in_(names))).all():
        message = found.pop((known.stream, known.code), None)
        if message is None:
            session.delete(known)
        else:
            known.message = message
    session.add_all(
        RecordFault(stream=stream, code=code, message=message, found_at=act.at)
        for (stream, code), message in found.items()
    )
    session.flush()


def lines_to_put_out(session: Session) -> list[tuple[int, str]]:
    """Return number and line of the checkpoints that are not outside yet, oldest first."""
    upto = select(RecordWatch.put_out).scalar_subquery()
    rows = session.execute(
        select(Checkpoint.number, Checkpoint.line).where(Checkpoint.number > upto).order_by(Checkpoint.number)
    )
    return [(row.number, row.line) for row in rows]


def mark_put_out(act: Act, number: int) -> None:
    """Keep that the lines up to a number are outside."""
    act.session.execute(update(RecordWatch).where(RecordWatch.put_out < number).values(put_out=number))


def outside_faults(session: Session, outside: Place) -> list[Fault]:
    """Return what differs between the lines outside and those in the database.

    A line that only stands outside means that the database was replaced by an earlier state, or rewritten.
    """
    upto = session.get_one(RecordWatch, 1).put_out
    rows = session.execute(select(Checkpoint.number, Checkpoint.line))
    inside = {file_name(row.number, row.line): row for row in rows}
    everything = set(outside.files())
    there = {name for name in everything if name.startswith("checkpoint-") and name.endswith(".json")}
    found = []
    for name in sorted(there - _explained(session)):
        row = inside.get(name)
        if row is None:
            found.append(Fault(name, "库外有此检查点，数据库中没有：数据库被换成较早的状态或被改写", UNKNOWN))
        elif _said(outside, name) != row.line.encode() + b"\n":
            found.append(Fault(name, "库外的检查点与数据库中的不同", "checkpoint_differs"))
    found += [
        Fault(name, "库外缺少此检查点", "checkpoint_lost")
        for name, row in inside.items()
        if row.number <= upto and name not in there
    ]
    stamped = set(session.scalars(select(CheckpointStamp.number)))
    found += [
        Fault(name, "库外缺少此检查点的时间戳", "stamp_lost")
        for name, row in inside.items()
        if row.number in stamped and row.number <= upto and stamp_name(row.number, row.line) not in everything
    ]
    return found


def _said(outside: Place, name: str) -> bytes:
    with outside.open(name) as file:
        return file.read()


def explain_lines(act: Act, names: Iterable[str], reason: str) -> None:
    """Put on record why the database does not have some lines that stand outside: it was restored from an earlier day."""
    record_admin(act, EXPLAINED, why=reason, lines=sorted(names))


def _explained(session: Session) -> set[str]:
    told = session.scalars(select(AdminEvent.data).where(AdminEvent.kind == EXPLAINED))
    return {name for data in told for name in data["lines"]}
