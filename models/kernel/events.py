"""Appends events to the hash chain of a stream: a case's, an accident's, or the office's."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.record import event_chain as chain
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.record.event_record import as_record, earlier_admin_events
from models.kernel.tables import AdminEvent, Event, OfficeStream


class Stream(Protocol):
    """What events are chained in: a row that knows its name and where its chain ends, locked before it is added to."""

    last_seq: int
    """Number of the last event, 0 before the first."""
    last_hash: str
    """Hash of the last event, `chain.GENESIS` before the first."""

    @property
    def stream_name(self) -> str:
        """What the hashes of its events cover as `case_number`; it never changes."""
        ...


def record(
    act: Act,
    stream: Case | Accident,
    kind: str,
    /,
    *,
    why: str | None = None,
    happened_at: datetime | None = None,
    **data: Any,
) -> Event:
    """Append an event to the chain of a case or an accident. Its row must be locked: the last hash is the link."""
    if kind not in HAPPENINGS:
        raise ValueError(f"unknown event {kind}")
    event = Event(
        case_id=stream.id if isinstance(stream, Case) else None,
        accident_id=stream.id if isinstance(stream, Accident) else None,
        seq=stream.last_seq + 1,
        kind=kind,
        happened_at=happened_at or act.at,
        recorded_at=act.at,
        actor=act.actor.account,
        actor_name=act.actor.name,
        why=why,
        data={**data, **act.came_in},
        prev_hash=stream.last_hash,
    )
    _link(stream, event)
    act.session.add(event)
    return event


def record_admin(act: Act, kind: str, /, *, why: str | None = None, **data: Any) -> AdminEvent:
    """Append an act outside any case to the chain of the office.

    Everybody's next such act waits for this one to be committed: record it last, after every lock on a case.
    """
    session = act.session
    office = session.scalars(select(OfficeStream).with_for_update().execution_options(populate_existing=True)).one()
    if office.last_seq == 0 and (earlier := earlier_admin_events(session)):
        data["earlier"] = earlier
    event = AdminEvent(
        seq=office.last_seq + 1,
        kind=kind,
        happened_at=act.at,
        recorded_at=act.at,
        actor=act.actor.account,
        actor_name=act.actor.name,
        why=why,
        data={**data, **act.came_in},
        prev_hash=office.last_hash,
    )
    _link(office, event)
    session.add(event)
    session.flush()
    return event


def _link(stream: Stream, event: Event | AdminEvent) -> None:
    event.hash = chain.link(stream.last_hash, as_record(stream.stream_name, event))
    stream.last_seq, stream.last_hash = stream.last_seq + 1, event.hash
