"""A year later: what happened where a list had warned, beside chance and beside a list as long by the three-year count."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from sqlalchemy import ColumnElement, and_, exists, func, select
from sqlalchemy.orm import Session

from models.kernel.settings import Settings
from models.kernel.vocabulary import WarningKind
from models.prevention.rules.accident_rows import NOWHERE, Accidents, Involved, Subjects, subjects
from models.prevention.rules.cells import Flags
from models.prevention.rules.tally import Tally
from models.prevention.rules.trial import YEAR, happened_at, year_after
from models.prevention.tables import RiskWarning, WarningList
from models.register.rules.figures import MATURE_DAYS
from models.register.tables import RegisteredAccident

from .accident_columns import accident_columns, involved_units


@dataclass(frozen=True, slots=True)
class LookedBack:
    """How one list did, and for each of its warnings, by row, the severe accidents of the year after it."""

    list_id: int
    tally: Tally
    happened: dict[int, tuple[int, ...]]


def due_for_judging(session: Session, day: date) -> ColumnElement[bool]:
    """Lists whose year is over, returned ones too, and after whose year the register knows of any accident."""
    last = session.scalar(select(func.max(RegisteredAccident.occurred_on)))
    # A year's last deaths are known as those of a month that is closed: seven whole days later.
    # A register that was not kept up would make every warning a miss.
    known = day if last is None else min(day - timedelta(days=MATURE_DAYS + 1), last)
    return and_(WarningList.judged_on.is_(None), WarningList.as_of <= known - timedelta(days=YEAR))


def anything_to_judge(session: Session, day: date) -> bool:
    """Return whether any list is due."""
    return bool(session.scalar(select(exists(select(1).where(due_for_judging(session, day))))))


def looked_back(session: Session, settings: Settings, day: date) -> list[LookedBack]:
    """Return how each list that is due did. The register is read once, and the units of each kind once."""
    lists = session.scalars(select(WarningList).where(due_for_judging(session, day)).order_by(WarningList.id)).all()
    if not lists:
        return []
    accidents = accident_columns(session, max(one.as_of for one in lists) + timedelta(days=YEAR))
    involved = {kind: involved_units(session, accidents, kind) for kind in {one.kind for one in lists}}
    severe = accidents.severe(with_serious=settings.severe_with_serious)
    judged = []
    for one in lists:
        of = subjects(one.kind, accidents, involved[one.kind], one.size_m or 1)
        end = one.as_of.toordinal()
        within = severe & (accidents.days > end) & (accidents.days <= end + YEAR)
        warnings = session.scalars(select(RiskWarning).where(RiskWarning.list_id == one.id)).all()
        happened = {
            warning.id: tuple(
                int(accidents.ids[at]) for at in _happened(warning, accidents, involved[one.kind], of, within)
            )
            for warning in warnings
        }
        places = [_place(warning, accidents, involved[one.kind]) for warning in warnings]
        caught = [len(ids) for ids in happened.values()]
        among = _of_division(one, settings, accidents, of, {number for ids in happened.values() for number in ids})
        judged.append(LookedBack(one.id, year_after(accidents, of, places, caught, end, severe, among), happened))
    return judged


def _of_division(
    listed: WarningList, settings: Settings, accidents: Accidents, of: Subjects, caught: set[int]
) -> Flags | None:
    """Return the places that a division's list was drawn from: chance and baseline draw from the same. None for what is no
    place.

    A place is where its last accident up to the list's day was, as lists have it; where listed ones hit is among them.
    """
    if listed.kind not in (WarningKind.SITE, WarningKind.SECTION):
        return None
    before = accidents.days[of.at] <= listed.as_of.toordinal()
    where = np.full(len(of.sites), NOWHERE)
    where[of.sites.of[before]] = accidents.division[of.at[before]]
    called = np.array([*(code == listed.division_code for code in accidents.divisions), False], np.bool_)
    called[NOWHERE] = listed.division_code == settings.unit_division  # the last one: of no known division
    among: Flags = called[where]
    among[of.sites.of[np.isin(accidents.ids[of.at], [*caught])]] = True
    return among


def _happened(
    warning: RiskWarning,
    accidents: Accidents,
    involved: Involved,
    of: Subjects,
    chosen: Flags,
) -> list[int]:
    """Return the positions of the chosen accidents on a warning's subject."""
    place = _place(warning, accidents, involved)
    if place is None:
        return []
    at = happened_at(warning.kind, warning.size_m, accidents, of, *place, chosen)
    return [int(one) for one in at]


def _place(warning: RiskWarning, accidents: Accidents, involved: Involved) -> tuple[int, int] | None:
    """Return a warning's subject as these columns number it; None where nothing of it stands there any more."""
    if warning.kind is WarningKind.SITE:
        assert warning.east_m is not None
        assert warning.north_m is not None
        assert warning.size_m is not None
        return warning.east_m // warning.size_m, warning.north_m // warning.size_m
    if warning.kind is WarningKind.SECTION:
        assert warning.road is not None
        assert warning.stake_from_m is not None
        return _numbered(accidents.roads, warning.road, warning.stake_from_m)
    names = accidents.causes if warning.kind is WarningKind.CAUSE else involved.names
    return _numbered(names, warning.subject_key, 0)


def _numbered(names: tuple[str, ...], name: str, along: int) -> tuple[int, int] | None:
    return (names.index(name), along) if name in names else None
