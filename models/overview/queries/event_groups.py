"""The events of a case as they are read: cells that one person typed into one sheet in one go are one line of the record.

The chain of events stays as it is, an event an act; only who reads is spared forty lines for one table.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from models.overview.queries.case_view import EventShown

TYPED = "facts_changed"
PAUSE = timedelta(minutes=10)
"""How long somebody may look up from a table and still be in the same go."""


@dataclass(frozen=True, slots=True)
class EventGroup:
    """One event, or several of one go, the newest first."""

    events: tuple[EventShown, ...]

    @property
    def newest(self) -> EventShown:
        """Return the last event of the group, in whose place it is read."""
        return self.events[0]

    @property
    def oldest(self) -> EventShown:
        """Return the first event of the group."""
        return self.events[-1]


def grouped(events: Iterable[EventShown]) -> Sequence[EventGroup]:
    """Return events, the newest first in both, with those of one go together."""
    groups: list[list[EventShown]] = []
    going: dict[tuple[int, object], list[EventShown]] = {}
    for event in events:
        who = (event.person, event.data.get("sheet"))
        group = going.get(who) if event.kind == TYPED else None
        if group is not None and group[-1].happened_at - event.happened_at <= PAUSE:
            group.append(event)
            continue
        groups.append([event])
        if event.kind == TYPED:
            going[who] = groups[-1]
    return [EventGroup(tuple(group)) for group in groups]
