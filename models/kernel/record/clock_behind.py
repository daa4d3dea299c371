"""A clock of the machine that runs behind what is on record: noticed before a number and a date are given by it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.errors import WrongStage
from models.kernel.tables import AdminEvent, Event
from models.kernel.vocabulary import Door

TOLERANCE = timedelta(minutes=10)
"""By how much the clocks of several machines may differ."""


def latest_record(session: Session) -> datetime | None:
    """Return when the newest event of a case or of the office was recorded; None before the first."""
    newest = [
        session.scalar(select(moment).where(table.id == select(func.max(table.id)).scalar_subquery()))
        for table, moment in ((Event, Event.recorded_at), (AdminEvent, AdminEvent.happened_at))
    ]
    return max((moment for moment in newest if moment is not None), default=None)


def refuse_clock_behind(act: Act) -> None:
    """Refuse an act of somebody whose machine has gone back in time. Raises WrongStage with both moments.

    What the program does by itself, a rehearsal too, lives in a time of its own.
    """
    if act.door is Door.SYSTEM:
        return
    latest = latest_record(act.session)
    if latest is not None and act.at < latest - TOLERANCE:
        raise WrongStage(clock_behind(act.at, latest), code="clock_behind")


def clock_behind(now: datetime, latest: datetime) -> str:
    """Return what is said of a clock that is behind the record."""
    here, there = (f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" for at in (now, latest))
    return f"本机时钟（{here}）早于最近一次记录的时间（{there}），没有取号；请管理员校准服务器时钟后再办理。"
