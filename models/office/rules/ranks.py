"""What kind, name and division of a unit tell of its level, line, standing and leader; in doubt nothing, for a person."""

from __future__ import annotations

import re

from models.kernel.vocabulary import Level, Line, OrganisationKind, Standing

from .relations import Body, level

K = OrganisationKind
NO_ORGAN = (K.ENTERPRISE, K.INSPECTION_AGENCY)
"""Whoever lives by its trade holds no public office: it is no organ and has no level, whatever its papers are called."""

RULERS = (K.GOVERNMENT, K.PARTY_COMMITTEE)
OF_LAW = (K.DISCIPLINE_INSPECTION, K.PROCURATORATE, K.COURT)

_LINES = {
    K.POLICE: Line.PUBLIC_SECURITY,
    K.PARTY_COMMITTEE: Line.PARTY,
    K.SAFETY_COMMISSION: Line.ROAD_SAFETY,
    K.ROAD_AUTHORITY: Line.TRANSPORT,
    K.DISCIPLINE_INSPECTION: Line.DISCIPLINE,
    K.ENTERPRISE: Line.TRADE,
    K.INSPECTION_AGENCY: Line.TRADE,
}
_NATIONAL = re.compile(r"^(国务院|国家|中华人民共和国|中共中央|公安部|交通运输部|应急管理部)")
_PROVINCIAL = re.compile(r"(省|自治区)[^市县州盟]*$|厅$")
# A part of a unit stands neither at its level nor always in its place: 分局, 所, 站, a bureau of a bureau.
_PART_OF_ANOTHER = re.compile(r"(局|厅|委).*(局|所|站|队|处|中心)$|分局$|中队$")
# What traffic police are called tells their level, too; municipalities have a 支队 in each district.
_POLICE_LEVELS = {"总队": (Level.PROVINCE,), "支队": (Level.CITY, Level.COUNTY), "大队": (Level.COUNTY,)}
_MUNICIPALITIES = ("11", "12", "31", "50")
_TRAFFIC = re.compile(r"交警|交通警察|交巡警|交通管理|交管|[大支总中]队|车管所|车辆管理所")


def line_of(kind: OrganisationKind) -> Line:
    """Return the line that a kind of unit belongs to."""
    return _LINES.get(kind) or (Line(kind.value) if kind.value in set(Line) else Line.OTHER)


def standing_of(kind: OrganisationKind, name: str) -> Standing:
    """Return whether a unit is an organ, the traffic police of a bureau, or the office of a commission."""
    if kind is K.POLICE and _TRAFFIC.search(name):
        return Standing.TRAFFIC_POLICE
    if kind is K.SAFETY_COMMISSION and name.endswith(("办公室", "道安办")):
        return Standing.COMMISSION_OFFICE
    return Standing.ORGAN


def level_of(kind: OrganisationKind, name: str, division: str | None) -> Level | None:
    """Return the level of a unit; None for enterprises, and where name and division leave it in doubt."""
    if kind in NO_ORGAN:
        return None
    if _NATIONAL.match(name):
        return Level.NATION
    if kind is K.OTHER or division is None:
        return None
    said = level(division)
    if kind is K.POLICE:
        return said if _fits(name, said, division) else None
    if _PART_OF_ANOTHER.search(name) or (_PROVINCIAL.search(name) and said is not Level.PROVINCE):
        return None
    return said


def _fits(name: str, said: Level, division: str) -> bool:
    """Return whether the name of a police unit agrees with the level of its division."""
    if name.endswith(("中队", "所", "站", "中心")):
        return False
    if name.endswith("支队") and said is Level.COUNTY:
        return division.startswith(_MUNICIPALITIES)
    return next((said in levels for word, levels in _POLICE_LEVELS.items() if name.endswith(word)), True)


def led_from(kind: OrganisationKind, name: str, division: str | None) -> Level | None:
    """Return the level that leads a unit: its own, by the rule that a government leads its departments; else unknown."""
    return level_of(kind, name, division)


def described(kind: OrganisationKind, name: str, division: str | None, path: tuple[int | str, ...] = ()) -> Body:
    """Return a unit as far as kind, name and division tell what it is."""
    return Body(
        kind,
        division,
        path,
        level=level_of(kind, name, division),
        led_from=led_from(kind, name, division),
        line=line_of(kind),
        standing=standing_of(kind, name),
        name=name,
    )
