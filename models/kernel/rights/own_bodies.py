"""The bodies in whose names an installation's papers leave: what follows from the own unit's name and division, and nothing
where that is not sure."""

from __future__ import annotations

import re
from typing import NamedTuple

from models.kernel import divisions
from models.kernel.errors import NotFound
from models.kernel.vocabulary import DivisionLevel

BODIES = {"unit": "本单位", "bureau": "向上级行文的机关", "commission": "制发督办单的机关"}

UNIT, DIVISION = "鄂州市公安局交通警察支队", "420700"
_POLICE = re.compile(r"(?P<bureau>.+?公安[局厅](?:.{2,8}?分局)?)(?=交通|交警|交巡警|道路)(?P<traffic>.+)")
# A brigade of the city's detachment is no part of a county's bureau, whatever its division.
_BELOW = re.compile(r"(支队|总队).+(大队|中队)")


class OwnNames(NamedTuple):
    """What follows from a unit and its division; all empty where the two do not fit together."""

    bureau: str
    commission: str
    series_stem: str


NOTHING = OwnNames("", "", "")


def derived(unit: str, division: str) -> OwnNames:
    """Return the bureau that the unit's name begins with, its place's commission and the beginning of its numbers.

    Only for traffic police whose bureau is that of the division: anything else has to be said.
    """
    try:
        own, above = divisions.own_name(division), divisions.parent(division)
    except NotFound:
        return NOTHING
    city = divisions.own_name(above) if above else ""
    district = divisions.level(division) is DivisionLevel.COUNTY and own.endswith("区")
    found = _POLICE.fullmatch(unit.strip())
    if found is None or _BELOW.search(found["traffic"]):
        return NOTHING
    bureau, short = found["bureau"], divisions.short_name(own)
    title = f"{city}{own}" if district else own
    fitting = {f"{own}公安局", f"{title}公安局", f"{city}{own}公安局", f"{own}公安厅"}
    if district:
        fitting = {f"{title}公安局", f"{city}公安局{short}分局", f"{city}公安局{own}分局"}
    if bureau not in fitting:
        return NOTHING
    return OwnNames(bureau, f"{title}道路交通安全委员会办公室", f"{short}公交")
