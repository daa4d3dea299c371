"""Simulated time of a rehearsal: jumps from one day on which something happens to the next until the case is archived."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from flows.rehearsal import agencies, desk, machine, police
from flows.rehearsal.run import Run, moment
from flows.rehearsal.scenarios import Progress
from models.kernel.calendar.local_time import chinese_date, local_date
from models.kernel.errors import WrongStage
from models.kernel.vocabulary import Stage

SWEEP, EVENING = time(8, 0), time(18, 0)
# Longer than any limit and ladder; a case that still stands then would stand for ever.
LONGEST = timedelta(days=3650)

# A working day: who is at work at which hour. Agencies answer before our papers go out, so that these find what came.
HOURS = (
    (time(9, 0), police.decide_talks),
    (time(9, 20), police.inspect),
    (time(9, 40), police.assess),
    (time(10, 30), agencies.reply),
    (time(11, 0), agencies.answer_proposals),
    (time(11, 10), police.answer_referred),
    (time(11, 30), police.review),
    (time(11, 50), police.countersign),
    (time(14, 30), police.sign),
    (time(15, 0), machine.work_off),
    (time(15, 20), police.seal),
    (time(15, 30), police.serve),
)
DRAFTED, FINISHED = time(16, 30), time(17, 0)


def never(_run: Run) -> bool:
    """Let a case go on to its end."""
    return False


def live(
    run: Run, report_on: date, progress: Progress, *, until: date = date.max, halt: Callable[[Run], bool] = never
) -> datetime:
    """Carry the filed case until nobody has anything left to do, close it, and return when its package lay sealed.

    Stops with the day `until`, or at the end of a day of which `halt` is true, finished or not, and returns the last
    moment lived. Raises WrongStage where the case cannot be closed at its end, with what is still open.
    """
    filed = run.rows(desk.standing(run.case_id))[0].filed_at
    day: date | None = local_date(filed)
    while day is not None:
        if day - local_date(filed) > LONGEST:
            raise WrongStage(f"推演到{chinese_date(day)}仍未办结案件。", code="rehearsal_stuck")
        progress(_done(run), chinese_date(day))
        last, before = day, run.rows(desk.standing(run.case_id))[0].last_seq
        machine.sweep(run, moment(day, SWEEP))
        if run.rules.calendar.is_workday(day):
            _work(run, max(filed, moment(day, SWEEP)), report_on)
        machine.work_off(run, moment(day, EVENING))
        if halt(run):
            return moment(day, EVENING)
        after = run.rows(desk.standing(run.case_id))[0].last_seq
        day = _next_day(run, day, report_on, moved=after != before)
        if day is not None and day > until:
            return moment(last, EVENING)
    end = run.rules.calendar.next_workday(last)
    if end > until:
        return moment(last, EVENING)
    police.finish(run, moment(end, FINISHED))
    machine.work_off(run, moment(end, EVENING))
    return moment(end, EVENING)


def _work(run: Run, since: datetime, report_on: date) -> None:
    """Let everybody work at the usual hours, on the first day only from the filing on."""
    day = local_date(since)
    for hour, do in HOURS:
        if moment(day, hour) >= since:
            do(run, moment(day, hour))
    police.draft(run, moment(day, DRAFTED), report_on)


def _next_day(run: Run, day: date, report_on: date, *, moved: bool) -> date | None:
    """Return the next day on which anybody or the ladder has something to do; None where all is still."""
    calendar = run.rules.calendar
    days: list[date] = [look.next_look_on for look in run.rows(desk.looks(run.case_id, day))]
    if moved or not calendar.is_workday(day):  # what waits over a weekend is taken up after it
        days.append(calendar.next_workday(day))
    people = [*agencies.next_days(run), *police.talk_days(run), *police.referral_days(run), report_on]
    days += [max(calendar.roll(wished), calendar.next_workday(day)) for wished in people if wished > day]
    return min(days, default=None)


def _done(run: Run) -> float:
    """Return roughly how far the case is: a tenth for the investigation, the rest by closed measures."""
    row = run.rows(desk.closed_share(run.case_id))[0]
    stage = run.rows(desk.standing(run.case_id))[0].stage
    if stage is Stage.RECTIFYING:
        return 0.2 + (0.7 * row.closed / row.total if row.total else 0.7)
    return 0.95 if stage is Stage.ARCHIVED else 0.05
