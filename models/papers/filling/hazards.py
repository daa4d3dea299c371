"""The hazard of a work order, as its papers state it: from the hazard's row and what the look on site (现场核查) found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from models.kernel.vocabulary import Aspect
from models.papers.content import HazardFacts, HazardFound
from models.register.tables import Hazard

SITE_CHECK = "site_check"
"""Under which name the details of a hazard keep the look on site: `checked_on` (a day), `found` (a list of `text`, each with
its `aspect`), `danger` (why it may cost lives). What else stands there papers leave alone."""


def stated_hazard(hazard: Hazard) -> HazardFacts:
    """Return a hazard as papers state it."""
    check = site_check(hazard)
    return HazardFacts(
        number=hazard.hazard_number,
        where=where_of(hazard),
        found_on=hazard.found_on,
        source=hazard.source,
        description=hazard.description,
        severity=hazard.severity,
        checked_on=_day(check.get("checked_on")),
        found=tuple(_found(check)),
        danger=check.get("danger") or None,
    )


def site_check(hazard: Hazard) -> Mapping[str, Any]:
    """Return what the look on site found; nothing where nobody looked yet."""
    found = hazard.details.get(SITE_CHECK)
    return found if isinstance(found, Mapping) else {}


def where_of(hazard: Hazard) -> str:
    """Return where a hazard is, in words: its place, else road and stake, else the unit that it is about."""
    road = hazard.road_name or hazard.road_number
    stake = f"{road or ''}{hazard.stake}处" if hazard.stake else road
    return hazard.place or stake or hazard.responsible_name or hazard.hazard_number


def _found(check: Mapping[str, Any]) -> Iterator[HazardFound]:
    for one in check.get("found") or ():
        if isinstance(one, Mapping) and one.get("text"):
            aspect = one.get("aspect")
            yield HazardFound(aspect=Aspect(aspect) if aspect else None, text=str(one["text"]))


def _day(told: object) -> date | None:
    return date.fromisoformat(told[:10]) if isinstance(told, str) and told else None
