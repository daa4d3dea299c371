"""Decides which papers tell of units that are late and get no order: one report a case and month to our leaders, and one
reminder a unit and month. Writes nothing.

What becomes late is taken into a draft that nobody has submitted; else it waits for the next month's paper.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.escalation import When
from models.kernel.lifecycle import DRAFTS
from models.kernel.vocabulary import DocumentKind, Turn
from models.office.rules.writing_rules import WhenLate
from models.papers.commands.drafting import Drafted, Wanted

from .decide import why_late
from .look import Clock, Facts, Sight, Told

UNITS = "有关单位"  # for a title that an office worded itself and that names a unit


@dataclass(slots=True)
class Telling:
    """A paper to draft, or a draft that takes in more."""

    case: Case
    clocks: list[Clock]
    """Late clocks that no paper told of."""
    carried: list[int]
    """Measures in hands to put on it."""
    why: str
    units: list[str]
    """Names of the units that the clocks run against."""
    paper: Wanted | None = None
    into: Told | None = None
    drafted: Drafted | None = None

    @property
    def paper_id(self) -> int:
        """The row number of the paper, once it is written."""
        if self.into is not None:
            return self.into.id
        assert self.drafted is not None
        return self.drafted.paper.id


def tell(facts: Facts, sight: Sight, rules: Rulebook, today: date) -> list[Telling]:
    """Return what is to be told of a case whose rungs have been decided; what must wait is noted in `facts.untold`."""
    late = [clock for clock in facts.clocks if _concerns(facts, clock, sight, rules, today)]
    found = []
    for unit in dict.fromkeys(clock.organisation_id for clock in late):
        if unit in sight.reminded:
            clocks = [clock for clock in late if clock.organisation_id == unit]
            paper = Wanted(facts.case, DocumentKind.REMINDER, unit)
            found.append(_telling(facts, paper, clocks, _late_with(facts, [unit]), sight, rules, today))
    paper = Wanted(facts.case, DocumentKind.LATE_REPORT, sight.bureau.id, unit=UNITS)
    unordered = [unit for unit in facts.late_units() if _gets_no_order(unit, sight)]
    found.append(_telling(facts, paper, late, _late_with(facts, unordered), sight, rules, today))
    return [one for one in found if one is not None]


def next_month(day: date) -> date:
    """Return the first day of the month after a day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _concerns(facts: Facts, clock: Clock, sight: Sight, rules: Rulebook, today: date) -> bool:
    """Whether the ladder knows a clock to be late whose unit gets no order."""
    if clock.turn is not Turn.THEIRS or clock.due_on >= today or not _gets_no_order(clock.organisation_id, sight):
        return False
    if rules.rule(clock.rule_code, clock.rule_version).reminder_only or not _measures(facts, clock):
        return False
    warned = {rung.code for rung in rules.ladder if rung.when is When.OVERDUE}
    return not warned.isdisjoint({*facts.fired[clock.id], *clock.changes.get("fired", ())})


def _gets_no_order(unit: int, sight: Sight) -> bool:
    """Nobody is told in a paper what it has not done itself: our bureau's people see it."""
    return unit != sight.bureau.id and sight.when_late[unit] is not WhenLate.ORDER


def _measures(facts: Facts, clock: Clock) -> list[int]:
    if clock.assignment_id is not None:
        return [clock.assignment_id]
    return facts.carried.get(clock.document_id or 0, [])


def _late_with(facts: Facts, units: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(one for unit in units for one in (*facts.late_measures(unit), *facts.owed.get(unit, ()))))


def _telling(
    facts: Facts,
    wanted: Wanted,
    clocks: list[Clock],
    carried: Collection[int],
    sight: Sight,
    rules: Rulebook,
    today: date,
) -> Telling | None:
    """Return the telling of the clocks that no paper of the kind told its recipient; None where there are none, or where
    this month's paper is on its way or out."""
    papers = [one for one in facts.told if (one.kind, one.recipient_id) == (wanted.kind, wanted.recipient_id)]
    untold = [clock for clock in clocks if not any(_tells(paper, facts, clock) for paper in papers)]
    if not untold:
        return None
    draft = next((paper for paper in reversed(papers) if paper.status in DRAFTS), None)
    if draft is None and any(_is_of_this_month(paper, today) for paper in papers):
        facts.untold |= {clock.id for clock in untold}
        return None
    units = list(dict.fromkeys(sight.units[clock.organisation_id].name for clock in untold))
    why = why_late(untold[0], rules)
    if draft is not None:
        more = [one for one in carried if one not in draft.carried]
        return Telling(facts.case, untold, more, why, units, into=draft)
    paper = Wanted(facts.case, wanted.kind, wanted.recipient_id, note=why, unit=wanted.unit)
    return Telling(facts.case, untold, list(carried), why, units, paper=paper)


def _tells(paper: Told, facts: Facts, clock: Clock) -> bool:
    """A paper tells what its measures are late with on the day of its signature, before it on that of its drafting."""
    if paper.carried.isdisjoint(_measures(facts, clock)):
        return False
    return clock.due_on < (paper.issued_on or paper.drafted_on)


def _is_of_this_month(paper: Told, today: date) -> bool:
    """What is on its way will bear a date of this month, or of a later one."""
    return paper.issued_on is None or next_month(paper.issued_on) > today
