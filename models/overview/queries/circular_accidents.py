"""通报: the accidents of the territory in its period, from the register; the same for every reader.

Only where the register holds the whole span. One that knows investigated accidents alone would tell members of the
commission that a year had three, and of a rise where the register began.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy.orm import Session

from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Breakdown, Comparison, Indicator
from models.papers.kinds.circular.content import AccidentCount, AccidentFigures, DivisionCount
from models.papers.rules.periods import Period
from models.register.queries.counting import READERS, Counted, kept
from models.register.queries.figures import Figure, Line, report
from models.register.queries.sentences import beside
from models.register.rules.figures import year_before


def accident_figures(
    session: Session, actor: Actor, territory: str, period: Period, today: date
) -> AccidentFigures | None:
    """Return what a circular says of the accidents of a period; None where the register does not hold it, or to strangers."""
    counted = Counted(territory)
    if not actor.has(*READERS):
        return None
    told = report(session, actor, counted, period, today, compare=(Comparison.YOY,), by=Breakdown.DIVISION)
    if not (told.figures[0].entered or kept(session, counted, period)):
        return None
    before = kept(session, counted, year_before(period))
    year = Period(date(period.until.year, 1, 1), period.until)
    cumulative: tuple[AccidentCount, ...] = ()
    if year != period and (told.cumulative[0].entered or kept(session, counted, year)):
        cumulative = _counts(told.cumulative, before=kept(session, counted, year_before(year)))
    return AccidentFigures(
        counted_on=today,
        note=told.note,
        figures=_counts(told.figures, before=before),
        cumulative=cumulative,
        divisions=_divisions(told.lines, before=before),
        beside=tuple(beside(told)),
    )


def _counts(figures: Sequence[Figure], *, before: bool) -> tuple[AccidentCount, ...]:
    """Return figures beside those of a year before, of which an entered total holds even where the register does not."""
    return tuple(
        AccidentCount(
            indicator=one.indicator,
            now=one.value,
            before=change.before if before or change.source == "entered" else None,
            unknown=one.unknown,
        )
        for one in figures
        for change in one.changes
    )


def _divisions(lines: Sequence[Line], *, before: bool) -> tuple[DivisionCount, ...]:
    return tuple(
        DivisionCount(
            name=line.label,
            counts=tuple(
                AccidentCount(
                    indicator=one, now=line.figures[one.value], before=line.before[one.value] if before else None
                )
                for one in Indicator
            ),
        )
        for line in sorted(lines, key=lambda one: (one.key is None, one.key or ""))
    )
