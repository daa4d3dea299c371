"""The hazard of a work order, as its papers state it: from the hazard's row and what the look on site (现场核查) found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from models.kernel.calendar.local_time import local_date
from models.kernel.vocabulary import Aspect
from models.papers.content import HazardFacts, HazardFound
from models.register.tables import Hazard

SITE_CHECK, ORDER = "site_check", "order"
"""Under which names the details of a hazard keep the check on site (its moment `at`, its `answers` by question, each with a
`note`, and a `note` on the whole) and what its order adds: `checked_on`, `found` and `danger` in words."""
_PROBLEM = "有问题"
_ASPECTS = {
    "people": Aspect.PERSON,
    "vehicles": Aspect.VEHICLE,
    "road": Aspect.ROAD,
    "surroundings": Aspect.ENVIRONMENT,
    "management": Aspect.MANAGEMENT,
}
"""What the name of a question begins with, as in road.sight."""


def stated_hazard(hazard: Hazard) -> HazardFacts:
    """Return a hazard as papers state it."""
    check, order = told_by(hazard, SITE_CHECK), told_by(hazard, ORDER)
    return HazardFacts(
        number=hazard.hazard_number,
        where=where_of(hazard),
        found_on=hazard.found_on,
        source=hazard.source,
        description=hazard.description,
        severity=hazard.severity,
        checked_on=_day(check.get("at")) or _day(order.get("checked_on")),
        found=(*_found(check), *(HazardFound(text=text) for text in (order.get("found"),) if text)),
        danger=order.get("danger"),
    )


def told_by(hazard: Hazard, part: str) -> Mapping[str, Any]:
    """Return what the check on site, or the order, says; nothing where there is none."""
    return hazard.details.get(part) or {}


def photographs(hazard: Hazard) -> list[str]:
    """Return the hashes of a hazard's photographs and sketches, each once."""
    return list(dict.fromkeys(one["sha256"] if isinstance(one, Mapping) else str(one) for one in hazard.photos))


def where_of(hazard: Hazard) -> str:
    """Return where a hazard is, in words: its place, else road and stake, else the unit that it is about."""
    road = hazard.road_name or hazard.road_number
    stake = f"{road or ''}{hazard.stake}处" if hazard.stake else road
    return hazard.place or stake or hazard.responsible_name or hazard.hazard_number


def _found(check: Mapping[str, Any]) -> Iterator[HazardFound]:
    """Yield the problems that were seen, in the order of the form, then what was said of the whole."""
    for question, said in check.get("answers", {}).items():
        if said["answer"] == _PROBLEM:
            yield HazardFound(aspect=_ASPECTS.get(question.partition(".")[0]), text=said["note"])
    if check.get("note"):
        yield HazardFound(text=check["note"])


def _day(told: str | None) -> date | None:
    """Return the local day of a moment, or a day."""
    if told is None:
        return None
    return local_date(datetime.fromisoformat(told)) if "T" in told else date.fromisoformat(told)
