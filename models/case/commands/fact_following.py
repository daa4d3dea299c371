"""What follows from a changed fact: grade, trigger and limits counted anew, the place looked at again."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.announcements import AccidentRetold, PlaceCorrected
from models.case.tables import Case
from models.clock.commands import deadlines
from models.clock.commands.replanning import replan
from models.clock.queries.rulebook import rules_of
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.case_accident import accident_of
from models.kernel.errors import Conflict, Invalid
from models.kernel.reactions import announce

from .regrading import regrade

# Of which sheet and field a change bears on what.
_GRADE = {
    ("accident", name)
    for name in (
        *("deaths", "missing", "serious_injuries", "minor_injuries", "injured_unspecified"),
        *("direct_loss_yuan", "property_loss_yuan", "casualties_settled"),
    )
}
_STATED = {("accident", name) for name in ("place", "occurred_at", "weather", "light", "pattern", "accident_number")}
_PLACE = {
    ("accident", name)
    for name in ("place", "division_code", "road_name", "road_number", "stake", "coordinates", "occurred_at")
} | {("vehicles", "owner_ref")}
# The sheets that tell of the accident itself.
_TOLD = ("source", "accident", "vehicles", "people")
_NATURE = ("accident", "production_safety")
_WHEN = ("accident", "occurred_at")


def follow(act: Act, case: Case, changed: Collection[tuple[str, str]], *, why: str) -> None:
    """Do what follows from changes of (sheet, field); the case is locked. Raises Invalid, Conflict for what cannot be."""
    touched = set(changed)
    if _NATURE in touched:
        act.session.flush()
        deadlines.follow_nature(act, case)
    if touched & (_GRADE | _STATED | _PLACE):
        _look_again(act, case, touched, why)
    if any(sheet in _TOLD for sheet, _ in touched):
        act.session.flush()
        announce(act, AccidentRetold(case))


def _look_again(act: Act, case: Case, touched: set[tuple[str, str]], why: str) -> None:
    accident = accident_of(act.session, case)
    if touched & {_WHEN, ("accident", "division_code"), ("accident", "place"), ("accident", "accident_number")}:
        _refuse_second(act, accident)
    if _WHEN in touched:
        _refuse_future(act, accident)
    act.session.flush()
    if touched & (_GRADE | _STATED):
        regrade(act, case, accident, why=why)
    if touched & _PLACE:
        announce(act, PlaceCorrected(case))


def recount(act: Act, case: Case, before: datetime, *, why: str) -> None:
    """Let the investigation's limit run from the moment at which the accident is now known to have happened."""
    accident = accident_of(act.session, case)
    if case.clock_from != before:
        return  # it runs from the receipt of a transfer
    case.clock_from = accident.occurred_at
    clocks = act.session.scalars(
        select(Deadline).where(Deadline.case_id == case.id, Deadline.started_at == before, Deadline.closed_at.is_(None))
    ).all()
    for clock in clocks:
        clock.started_at = accident.occurred_at
    if clocks:
        chosen = Deadline.id.in_([clock.id for clock in clocks])
        replan(act, rules_of(act), chosen, occasion=f"occurred/{case.case_number}/{case.last_seq}", why=why)


def _refuse_future(act: Act, accident: Accident) -> None:
    if accident.occurred_at > act.at:
        raise Invalid("事故时间在将来，请核对。", code="in_future")


def _refuse_second(act: Act, accident: Accident) -> None:
    """Refuse time and place, or a number, by which another accident is on file."""
    with act.session.no_autoflush:
        same = (
            (Accident.occurred_at == accident.occurred_at)
            & (Accident.division_code == accident.division_code)
            & (Accident.place == accident.place)
        )
        if accident.accident_number is not None:
            same |= Accident.accident_number == accident.accident_number
        number = act.session.scalar(
            select(Case.case_number)
            .join(Accident, Accident.id == Case.accident_id)
            .where(same, Accident.id != accident.id)
            .limit(1)
        )
    if number is not None:
        raise Conflict(f"同一时间、地点或事故编号的事故已立案，案件编号{number}。", code="duplicate_accident")
