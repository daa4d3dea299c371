"""All sheets, in the order of the case page: what an investigation collects, each thing declared once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from models.kernel.errors import NotFound

from . import of_the_accident as accident
from . import of_the_investigation as investigation
from . import of_the_involved as involved
from . import of_the_place as place
from . import of_the_units as units
from .fields import POINTERS
from .sheet import Sheet
from .words_in_force import declare, in_force

DECLARED: Mapping[str, Sheet] = MappingProxyType(
    {
        one.name: one
        for one in (
            accident.SOURCE,
            accident.ACCIDENT,
            accident.COURSE,
            accident.TIMELINE,
            accident.RESPONSE,
            involved.PEOPLE,
            involved.OFFICIALS,
            involved.VEHICLES,
            place.ROAD,
            place.FACILITIES,
            place.SCENE,
            place.WEATHER,
            place.EARLIER,
            units.ORGANISATIONS,
            units.INDICATORS,
            units.CONTRACTS,
            units.PENALTIES,
            units.DUTIES,
            units.CARRIER_ACCIDENTS,
            units.HEARINGS,
            units.UNSAFE_VEHICLES,
            investigation.TEAM,
            investigation.APPRAISALS,
            investigation.STATEMENTS,
            investigation.SURVEY,
            investigation.EVIDENCE,
            investigation.FIGURES,
            accident.LOSSES,
            accident.CONFLICTS,
            accident.LESSONS,
            investigation.FINDINGS,
            investigation.MEASURES,
            investigation.ACCOUNTABILITY,
            accident.MEDIATION,
        )
    }
)

"""The sheets with our own words."""


class _InForce(Mapping[str, Sheet]):
    """The sheets with the words in force: ours, as the administrators of the installation at work changed them."""

    def __getitem__(self, name: str) -> Sheet:
        return in_force().sheets[name]

    def __iter__(self) -> Iterator[str]:
        return iter(DECLARED)

    def __len__(self) -> int:
        return len(DECLARED)


declare(DECLARED)
SHEETS: Mapping[str, Sheet] = _InForce()

ALSO_IN: Mapping[str, tuple[str, ...]] = MappingProxyType({"people": ("people", "officials")})
"""Where a ref may lead besides: who is behind an accident is a person, too."""


def sheet(name: str) -> Sheet:
    """Return a sheet by its name or title. Raises NotFound with those there are."""
    found = SHEETS.get(name) or next((one for one in SHEETS.values() if one.title == name), None)
    if found is None:
        known = "、".join(f"{one.name} {one.title}" for one in SHEETS.values())
        raise NotFound(f"没有名为“{name}”的情况表，可用的有：{known}。", code="unknown_sheet")
    return found


def targets(name: str) -> tuple[str, ...]:
    """Return the sheets in which a ref to a sheet may be found."""
    return ALSO_IN.get(name, (name,))


def pointers() -> tuple[tuple[str, str, str], ...]:
    """Return every field that points into a sheet: its sheet, its name, where it points."""
    return tuple(
        (one.name, field.name, field.target)
        for one in SHEETS.values()
        for field in one.fields
        if field.kind in POINTERS and field.target is not None
    )
