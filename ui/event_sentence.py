"""An event of a case in the few words that a list of events has room for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import Door

if TYPE_CHECKING:  # the command line loads no query before it needs one
    from models.overview.queries.case_view import EventShown
    from models.papers.queries.returns import ReturnShown

NAMED = (
    "paper",
    "number",
    "measure",
    "reply",
    "organisation",
    "item",
    "finding",
    "evidence",
    "other_case",
    "new_case",
    "old_case",
    "decision",
    "person",
    "reader",
)


def about(event: EventShown) -> str:
    """Return what an event was about, and its reason."""
    named = [str(event.data[key]) for key in NAMED if event.data.get(key)]
    text = f" {' '.join(named)}" if named else ""
    return f"{text}，{event.why}" if event.why else text


def door(event: EventShown) -> str:
    """Return by which door an event came in; nothing for one from before that was kept."""
    return label_of(event.data.get("door"))


def label_of(kept: str | None) -> str:
    """Return what a door that an event keeps is called."""
    return "" if kept is None else Door(kept).label


def by(event: EventShown) -> str:
    """Return who did it, and by which door."""
    return "，".join(filter(None, (event.by, door(event))))


def sent_back(returned: ReturnShown) -> str:
    """Return who sent a paper back, at which step, when and why, in full."""
    stead = f"代{returned.principal}" if returned.principal else ""
    return f"{returned.by}（{stead}{returned.step.label}）{when(returned.at)} 退回，理由：{returned.reason}"


def when(at: datetime) -> str:
    """Return a moment in Asia/Shanghai, to the minute."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
