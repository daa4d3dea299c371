"""截至日期: how the clocks stood at the end of a day, today or before. Lateness is derived, so the past can be too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, String, and_, case, cast, func, or_, select

from models.clock.rules.due import DAY
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.tables import Event


@dataclass(frozen=True, slots=True)
class AsOf:
    """A day on which the page stands, seen from `today`. A day to come shows what today's clocks would be by then."""

    day: date
    today: date

    @property
    def past(self) -> bool:
        """Whether the tables have moved on since."""
        return self.day < self.today

    @property
    def over(self) -> date:
        """The last day that is over by then: today is not, and whoever has it left may still use it."""
        return self.day - DAY if self.day == self.today else self.day

    @property
    def end(self) -> datetime:
        """The first moment after the day, Asia/Shanghai."""
        return datetime.combine(self.day + DAY, time.min, SHANGHAI)

    @property
    def year(self) -> tuple[datetime, datetime]:
        """From the first moment of the day's year to the end of the day."""
        return datetime(self.day.year, 1, 1, tzinfo=SHANGHAI), self.end

    @property
    def year_before(self) -> tuple[datetime, datetime]:
        """The same span one year earlier; 29 February ends on the 28th there."""
        last = self.day.replace(year=self.day.year - 1, day=min(self.day.day, _days(self.day.year - 1, self.day.month)))
        return datetime(last.year, 1, 1, tzinfo=SHANGHAI), datetime.combine(last + DAY, time.min, SHANGHAI)


def running(at: AsOf) -> ColumnElement[bool]:
    """Clocks that ran at the end of the day. One suspended since is left out: what it then had left, it has still."""
    if not at.past:
        return Deadline.state == "open"
    return and_(
        Deadline.started_at < at.end,
        Deadline.state != "suspended",
        or_(Deadline.closed_at.is_(None), Deadline.closed_at >= at.end),
    )


def due(at: AsOf) -> ColumnElement[str]:
    """The day each clock then ended on, in ISO 8601: what the first re-plan since put away, else what its row says.

    As text, because the record keeps it so, and ISO days order as days do.
    """
    stands = cast(Deadline.__table__.c.due_on, String)
    if not at.past:
        return stands
    before = (
        select(Event.data["before"].as_string())
        .where(
            Event.case_id == Deadline.case_id,
            Event.kind == "deadline_replanned",
            Event.recorded_at >= at.end,
            Event.data["deadline"].as_string() == Deadline.key,
        )
        .order_by(Event.seq)
        .limit(1)
        .correlate(Deadline)
        .scalar_subquery()
    )
    # Only a clock of a later version was ever re-planned: the record is read for those few alone.
    return case((Deadline.version > 1, func.coalesce(before, stands)), else_=stands)


def overdue(at: AsOf) -> ColumnElement[bool]:
    """Clocks whose last day had passed."""
    return due(at) < at.day.isoformat() if at.past else Deadline.due_on < at.day


def due_since(at: AsOf, day: date) -> ColumnElement[bool]:
    """Clocks that ended on `day` or later."""
    return due(at) >= day.isoformat() if at.past else Deadline.due_on >= day


def due_by(at: AsOf, day: date) -> ColumnElement[bool]:
    """Clocks that ended on `day` or before."""
    return due(at) <= day.isoformat() if at.past else Deadline.due_on <= day


def _days(year: int, month: int) -> int:
    first = date(year, month, 1)
    return ((first + timedelta(days=31)).replace(day=1) - first).days
