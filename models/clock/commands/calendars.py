"""放假安排: loads a year's calendar as a new version and recounts every deadline that reaches into it."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import Rulebook, rules_of
from models.clock.rules.calendar_file import CalendarFile, read_calendar
from models.clock.rules.due import DAY
from models.clock.tables import CalendarDay, CalendarYear, Deadline
from models.kernel.act import Act
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.calendar.workdays import UNPUBLISHED, Calendar, DayKind, statutory_days
from models.kernel.calendar.workdays import CalendarDay as Day
from models.kernel.errors import Conflict
from models.kernel.events import record_admin
from models.kernel.text.reasons import require_reason
from models.office.commands.users import require_manager

from .replanning import Replanned, replan

KNOWN_BETTER = "未公布放假安排的年份按法定节假日（含除夕、春节、清明、端午、中秋）重新核定"


@dataclass(frozen=True, slots=True)
class YearLoaded:
    """What loading a year did."""

    year: int
    version: str
    changed_days: tuple[date, ...]
    replanned: Replanned


def load_year(act: Act, data: bytes, *, reason: str, replace: bool = False) -> YearLoaded:
    """Load a year's arrangement (`models.clock.rules.calendar_file`) and re-plan every running clock that reaches into it.

    The first loading of a year is version 1; `replace` makes the next one. Raises NotAllowed, Invalid (faults of the
    file, all at once; no reason), Conflict where the year is loaded already and `replace` is not asked for, or where
    the file says what is loaded.
    """
    require_manager(act)
    why = require_reason(reason)
    file = read_calendar(data)
    present = act.session.get(CalendarYear, file.year, with_for_update=True)
    if present is not None and not replace:
        raise Conflict(
            f"{file.year}年的放假安排已载入（版本{present.version}），如需更正，请说明理由并加上 --replace。",
            code="calendar_loaded",
        )
    before = rules_of(act).calendar
    version = f"{file.year}-{_serial(present) + 1}"
    rows = _rows(act.session, file)
    after = Calendar.of(
        [*(day for day in before.days.values() if day.day not in rows.gone), *rows.added],
        {**before.versions, file.year: version},
    )
    changed = _changed_days(before, after, file.year)
    if present is not None and not changed:
        raise Conflict(f"{file.year}年的放假安排与已载入的版本{present.version}相同，无需替换。", code="calendar_same")
    _store(act, file.year, version, present, rows, hashed=hashlib.sha256(data).hexdigest(), why=why)
    act.session.flush()
    rules = dataclasses.replace(rules_of(act), calendar=after)
    first = min([date(file.year, 1, 1), *changed])
    replanned = replan(
        act,
        rules,
        _reaching(rules, first, date(file.year, 12, 31)),
        occasion=f"calendar/{version}",
        why=f"{file.year}年放假安排{'更正' if present else '公布'}（版本{version}）",
    )
    record_admin(
        act,
        "calendar_loaded",
        why=why,
        year=file.year,
        version=version,
        before=before.versions.get(file.year),
        changed={day.isoformat(): [before.why(day), after.why(day)] for day in changed},
    )
    return YearLoaded(file.year, version, tuple(changed), replanned)


def recount(act: Act) -> Replanned:
    """Count again every running clock that was counted over years without an arrangement, and tell whose date moved.

    A newer version of the program knows more of such years: their statutory days, or their arrangement itself. Again
    changes nothing.
    """
    unsure = or_(Deadline.provisional, Deadline.calendar_version.contains(UNPUBLISHED))
    return replan(act, rules_of(act), unsure, occasion=f"calendar/known-{act.at.isoformat()}", why=KNOWN_BETTER)


def _serial(present: CalendarYear | None) -> int:
    return 0 if present is None else int(present.version.rsplit("-", 1)[1])


@dataclass(frozen=True, slots=True)
class _Rows:
    """Which stored days go and which come. A year's arrangement may reach back into the December before it."""

    gone: frozenset[date]
    added: tuple[Day, ...]


def _rows(session: Session, file: CalendarFile) -> _Rows:
    """The later paper prevails: of a December day that the next year's arrangement named, this file says nothing."""
    owners = {row.day: row.year for row in session.execute(select(CalendarDay.day, CalendarDay.year))}
    added = tuple(day for day in file.days if owners.get(day.day, 0) <= file.year)
    replaced = {day.day for day in added if day.day in owners}
    return _Rows(frozenset(replaced | {day for day, year in owners.items() if year == file.year}), added)


def _changed_days(before: Calendar, after: Calendar, year: int) -> list[date]:
    """Return the days of which the two calendars say something else, in order."""
    named = {*before.days, *after.days, *statutory_days(year)}
    return sorted(day for day in named if _said(before, day) != _said(after, day))


def _said(calendar: Calendar, day: date) -> tuple[bool, str]:
    return calendar.is_workday(day), calendar.why(day)


def _store(
    act: Act, year: int, version: str, present: CalendarYear | None, rows: _Rows, *, hashed: str, why: str
) -> None:
    row = present or CalendarYear(year=year)
    row.version, row.source, row.loaded_at = version, f"sha256:{hashed}", act.at
    row.author, row.reason = act.actor.account, why
    act.session.add(row)
    act.session.flush()
    act.session.execute(
        delete(CalendarDay).where(CalendarDay.day.in_(rows.gone)).execution_options(synchronize_session=False)
    )
    act.session.add_all(
        CalendarDay(day=day.day, year=year, off=day.kind is DayKind.OFF, name=day.name) for day in rows.added
    )


def _reaching(rules: Rulebook, first: date, last: date) -> ColumnElement[bool]:
    """Clocks that a change of the days `first` to `last` can touch: also the days counted after they ran out."""
    after_due = timedelta(days=14 + 3 * max(rung.working_days for rung in rules.ladder))
    return and_(
        Deadline.started_at < datetime.combine(last + DAY, time.min, SHANGHAI),
        or_(Deadline.due_on >= first - after_due, Deadline.state == "suspended"),
    )
