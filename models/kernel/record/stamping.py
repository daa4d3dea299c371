"""Which checkpoints have their time stamp, which are owed one, and when the service is asked again.

Only the present checkpoint and what comes after it is stamped where a service is first set: each line names the one before,
so that a stamp over one proves the moment of all earlier ones too.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.x509 import Certificate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.errors import Fault, Invalid
from models.kernel.record.time_stamps import Stamp, read_stamp
from models.kernel.tables import Checkpoint, CheckpointStamp, RecordWatch

LONGEST_WAIT = timedelta(hours=1)

_OWED = (
    Checkpoint.number >= select(RecordWatch.stamp_from).scalar_subquery(),
    ~select(CheckpointStamp.number).where(CheckpointStamp.number == Checkpoint.number).exists(),
)


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A checkpoint that is owed a time stamp."""

    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Stamping:
    """How the time stamps stand: the last one, how many are owed since when, and why the service was in vain."""

    number: int | None
    stamped_at: datetime | None
    authority: str | None
    owed: int
    owed_since: datetime | None
    error: str | None


def stamped_bytes(line: str) -> bytes:
    """Return what of a line is stamped: the very file that keeps it outside."""
    return line.encode() + b"\n"


def begin_stamping(act: Act) -> None:
    """Let the newest checkpoint and all later ones be owed a stamp, where none were so far."""
    watch = act.session.get_one(RecordWatch, 1, with_for_update=True)
    if watch.stamp_from is None:
        watch.stamp_from = act.session.scalar(select(func.max(Checkpoint.number))) or 1


def end_stamping(act: Act) -> None:
    """Let none be owed any more: the service is no longer set."""
    watch = act.session.get_one(RecordWatch, 1, with_for_update=True)
    watch.stamp_from, watch.stamp_tries, watch.stamp_due_at, watch.stamp_error = None, 0, None, None


def stamping_began(session: Session) -> bool:
    """Whether any checkpoint may be owed a stamp."""
    return session.get_one(RecordWatch, 1).stamp_from is not None


def may_ask(session: Session, at: datetime) -> bool:
    """Whether the service may be asked: it did not fail, or the time to wait after that is over."""
    due_at = session.get_one(RecordWatch, 1).stamp_due_at
    return due_at is None or due_at <= at


def unstamped(session: Session, limit: int) -> list[Unstamped]:
    """Return the first checkpoints that are owed a stamp, oldest first."""
    rows = session.execute(
        select(Checkpoint.number, Checkpoint.line).where(*_OWED).order_by(Checkpoint.number).limit(limit)
    )
    return [Unstamped(row.number, row.line) for row in rows]


def keep_stamp(act: Act, number: int, answer: bytes, stamp: Stamp) -> None:
    """Keep the stamp of a checkpoint, the first that comes; the service has answered, so nothing is waited for."""
    watch = act.session.get_one(RecordWatch, 1, with_for_update=True)
    watch.stamp_tries, watch.stamp_due_at, watch.stamp_error = 0, None, None
    if act.session.get(CheckpointStamp, number) is None:
        act.session.add(
            CheckpointStamp(
                number=number,
                stamped_at=stamp.at,
                authority=stamp.authority,
                answer=b64encode(answer).decode(),
                received_at=act.at,
            )
        )


def stamping_failed(act: Act, why: str) -> None:
    """Keep why no stamp was to be had, and wait longer from time to time, up to an hour."""
    watch = act.session.get_one(RecordWatch, 1, with_for_update=True)
    watch.stamp_tries += 1
    watch.stamp_due_at = act.at + min(timedelta(minutes=2 ** min(watch.stamp_tries - 1, 10)), LONGEST_WAIT)
    watch.stamp_error = why


def stamp_of(session: Session, number: int) -> bytes | None:
    """Return the service's answer that stamps a checkpoint; None where there is none."""
    kept = session.scalar(select(CheckpointStamp.answer).where(CheckpointStamp.number == number))
    return None if kept is None else b64decode(kept)


def stamping(session: Session) -> Stamping:
    """Return how the time stamps stand."""
    last = session.scalars(select(CheckpointStamp).order_by(CheckpointStamp.number.desc()).limit(1)).first()
    owed = session.execute(select(func.count(), func.min(Checkpoint.taken_at)).where(*_OWED)).one()
    number, at, by = (last.number, last.stamped_at, last.authority) if last is not None else (None, None, None)
    return Stamping(number, at, by, owed[0], owed[1], session.get_one(RecordWatch, 1).stamp_error)


def stamp_faults(
    session: Session, authorities: Sequence[Certificate] | None, *, last: int | None = None
) -> Iterator[Fault]:
    """Yield what is wrong with the stamps of checkpoints, of the `last` ones or of all: each is read anew."""
    query = select(Checkpoint.number, Checkpoint.line, CheckpointStamp.answer, CheckpointStamp.stamped_at)
    joined = query.join(CheckpointStamp, CheckpointStamp.number == Checkpoint.number)
    for row in session.execute(joined.order_by(Checkpoint.number.desc()).limit(last)):
        path = f"检查点{row.number}"
        try:
            found = read_stamp(b64decode(row.answer), stamped_bytes(row.line), authorities=authorities)
        except (Invalid, ValueError) as refusal:
            told = refusal.message.rstrip("。") if isinstance(refusal, Invalid) else "时间戳不能读取"
            yield Fault(path, told, "stamp")
            continue
        if found.at != row.stamped_at:
            yield Fault(path, "时间戳所载时间与数据库中的记载不符", "stamp")
