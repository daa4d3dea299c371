"""An event of a case in the few words that a list of events has room for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.rules.local_time import SHANGHAI

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


def about(event: dict[str, Any]) -> str:
    """Return what an event was about, and its reason."""
    named = [str(event["data"][key]) for key in NAMED if event["data"].get(key)]
    text = f" {' '.join(named)}" if named else ""
    return f"{text}，{event['why']}" if event["why"] else text


def when(at: datetime) -> str:
    """Return a moment in Asia/Shanghai, to the minute."""
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
