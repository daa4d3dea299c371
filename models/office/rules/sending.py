"""When a message leaves the system, alone or in a digest, and what it may say: retries, quiet hours, digests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.kernel.calendar.local_time import SHANGHAI, chinese_date, local_date
from models.kernel.calendar.workdays import Calendar

# Tried at 0, 5 and 30 minutes, then hourly for ever: an address may come back to life after days.
PAUSES = (timedelta(minutes=5), timedelta(minutes=25), timedelta(hours=1))
# So many failures make a message stuck: from then on its case's officer is told of it each day.
STUCK_AFTER = 3
# Where another try would fail the same way, somebody is told at once, and it is looked at again after a day.
LASTING_PAUSE = timedelta(days=1)
LISTED = 50


def pause_after(tries: int) -> timedelta:
    """Return how long to wait after that many tries."""
    return PAUSES[min(tries, len(PAUSES)) - 1]


@dataclass(frozen=True, slots=True)
class Quiet:
    """The hours, and perhaps the rest days, in which nothing leaves the system but what is urgent."""

    begins: time | None
    ends: time | None
    rest_days: bool

    @classmethod
    def of(cls, hours: str, rest_days: bool) -> Quiet:
        """Read hours written as 22:00-07:00; an empty text means that no hour is quiet."""
        begins, _, ends = hours.partition("-")
        if not hours:
            return cls(None, None, rest_days)
        return cls(time.fromisoformat(begins), time.fromisoformat(ends), rest_days)

    def at(self, moment: datetime, calendar: Calendar) -> bool:
        """Return whether it is quiet at a moment."""
        here = moment.astimezone(SHANGHAI)
        if self.rest_days and not calendar.is_workday(here.date()):
            return True
        if self.begins is None or self.ends is None:
            return False
        if self.begins <= self.ends:
            return self.begins <= here.time() < self.ends
        return here.time() >= self.begins or here.time() < self.ends


def next_digest(now: datetime, hour: int, quiet: Quiet, calendar: Calendar) -> datetime:
    """Return when the next digest leaves: at its hour, the next time that lies ahead and on no rest day that is quiet."""
    day = local_date(now)
    while True:
        leaves = datetime.combine(day, time(hour), SHANGHAI)
        if leaves > now and (not quiet.rest_days or calendar.is_workday(day)):
            return leaves
        day += timedelta(days=1)


def day_began(now: datetime) -> datetime:
    """Return the first moment of the day in Asia/Shanghai."""
    return datetime.combine(local_date(now), time(), SHANGHAI)


def digest(day: date, subjects: Sequence[str], total: int) -> tuple[str, str]:
    """Return the subject and the body of a digest of `total` messages, of which `subjects` are named."""
    lines = [f"{number}. {subject}" for number, subject in enumerate(subjects, 1)]
    if total > len(subjects):
        lines.append(f"另有{total - len(subjects)}条，请在系统内查看。")
    return f"消息汇总（{chinese_date(day)}）：{total}条", "\n".join(lines)
