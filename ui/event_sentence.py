"""An event of a case in the few words that a list of events has room for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import Door

if TYPE_CHECKING:  # the command line loads no query before it needs one
    from models.overview.queries.case_view import EventShown
    from models.papers.queries.returns import ReturnShown

SHOWN = 4
"""How many changed cells a line names."""
_OF_A_ROW = {"added": "（新增）", "removed": "（删除）", "restored": "（恢复）"}
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


def about(events: Sequence[EventShown]) -> str:
    """Return what events that are read as one were about, and the reason of the first of them."""
    newest = events[0]
    named = [str(newest.data[key]) for key in NAMED if newest.data.get(key)] or _cells(events)
    text = f" {' '.join(named)}" if named else ""
    return f"{text}，{newest.why}" if newest.why else text


def _cells(events: Sequence[EventShown]) -> list[str]:
    """Return the cells of a sheet that were changed: 人员：P1姓名、P1座位等8处."""
    from models.accident.sheets import SHEETS

    changes = [change for event in reversed(events) for change in event.data.get("changes", ())]
    name = str(events[0].data.get("sheet"))
    if not changes or name not in SHEETS:
        return []
    named = list(dict.fromkeys(_cell(change, many=SHEETS[name].many) for change in changes))
    more = f"等{len(changes)}处" if len(named) > SHOWN else ""
    return [f"{SHEETS[name].title}：{'、'.join(named[:SHOWN])}{more}"]


def _cell(change: Mapping[str, Any], *, many: bool) -> str:
    row = change["row"] if many else ""
    return f"{row}{change['label']}" if "label" in change else f"{row}{_OF_A_ROW[change['what']]}"


def door(event: EventShown) -> str:
    """Return by which door an event came in, and as which user of the machine; nothing for one from before that was kept."""
    os_user = event.data.get("os_user")
    return label_of(event.data.get("door")) + (f"（操作系统用户 {os_user}）" if os_user else "")


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
