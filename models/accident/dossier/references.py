"""What one value says about another: references, dates in their order, counts that include others.

Works on the raw tree, so that a file with a wrong type in one place still hears of everything else. Where a value has
the wrong type the shape has already said so, and nothing is said here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from pydantic_core import PydanticCustomError

from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Fault

from .faults import Location, path
from .values import day, moment

Found = Iterator[tuple[Location, Fault]]
Known = Callable[[str], bool]
Tree = Mapping[str, object]

_CALLED = {
    "vehicles": "车辆",
    "people": "人员",
    "organisations": "单位",
    "findings": "问题",
    "measures": "措施",
    "accountability": "问责事项",
    "officials": "人员",
}
Pointers = tuple[tuple[str, str, tuple[str, ...]], ...]
# section, key, the section it points into
_FIRST = (
    ("vehicles", "owner_ref", "organisations"),
    ("people", "vehicle_ref", "vehicles"),
    ("people", "organisation_ref", "organisations"),
    ("findings", "organisation_refs", "organisations"),
    ("findings", "person_refs", "people"),
    ("measures", "finding_refs", "findings"),
    ("measures", "organisation_ref", "organisations"),
    ("measures", "cooperating_refs", "organisations"),
    ("accountability", "finding_refs", "findings"),
    ("accountability", "competent_organ_ref", "organisations"),
    ("team", "organisation_ref", "organisations"),
)
POINTERS: Pointers = tuple((section, key, (target,)) for section, key, target in _FIRST)
"""The keys of `case-dossier/1` that point into sections: section, key, sections."""
_SUBJECTS = {"person": ("people", "officials"), "organisation": ("organisations",)}


def reference_faults(tree: Tree, *, now: datetime, known_division: Known, pointers: Pointers = POINTERS) -> Found:
    """Yield everything that contradicts something else in the dossier, the calendar or the table of divisions."""
    yield from _repeated_refs(tree)
    yield from _dangling(tree, pointers)
    yield from _subjects(tree)
    yield from _cooperating(tree)
    yield from _divisions(tree, known_division)
    yield from _birthdays(tree, now)
    accident = tree.get("accident")
    if isinstance(accident, Mapping):
        yield from _times(accident, now)
        yield from _later_deaths(accident)


def _fault(location: Location, code: str, message: str) -> tuple[Location, Fault]:
    return location, Fault(path(location), message, code)


def _rows(tree: Tree, section: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    rows = tree.get(section)
    for place, row in enumerate(rows if isinstance(rows, list) else ()):
        if isinstance(row, Mapping):
            yield place, row


def _refs(tree: Tree, sections: Sequence[str]) -> set[str] | None:
    """Return the refs of sections; None where one cannot be read in full, for then nothing can be called unknown."""
    found: set[str] = set()
    for section in sections:
        rows = tree.get(section, [])
        refs = (
            [row.get("ref") if isinstance(row, Mapping) else None for row in rows] if isinstance(rows, list) else [None]
        )
        if section in _CALLED and any(not isinstance(ref, str) for ref in refs):
            return None
        found |= {str(ref) for ref in refs}
    return found


def _pointed(row: Mapping[str, Any], key: str) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Yield the places and values of one reference or a list of them."""
    value = row.get(key)
    if isinstance(value, str):
        yield (key,), value
    elif isinstance(value, list):
        yield from (((key, place), one) for place, one in enumerate(value) if isinstance(one, str))


def _repeated_refs(tree: Tree) -> Found:
    people: dict[str, tuple[str, int]] = {}
    for section, called in _CALLED.items():
        # Who is behind an accident is named among the people, too.
        seen = people if section in ("people", "officials") else {}
        for place, row in _rows(tree, section):
            ref = row.get("ref")
            if isinstance(ref, str) and seen.setdefault(ref, (section, place)) != (section, place):
                message = f"{called}编号与第{seen[ref][1] + 1}项重复"
                yield _fault((section, place, "ref"), "duplicate_reference", message)


def _dangling(tree: Tree, pointers: Pointers) -> Found:
    for section, key, targets in pointers:
        there, called = _refs(tree, targets), _CALLED.get(targets[0], "行")
        for location, row in _parts(tree, section):
            seen: set[str] = set()
            for inside, ref in _pointed(row, key):
                here = (*location, *inside)
                if there is not None and ref not in there:
                    yield _fault(here, "unknown_reference", f"案情卷中没有这个编号的{called}")
                elif ref in seen:
                    yield _fault(here, "duplicate_reference", f"同一{called}在这里列了不止一次")
                seen.add(ref)


def _parts(tree: Tree, section: str) -> Iterator[tuple[Location, Mapping[str, Any]]]:
    """Yield the rows of a list, or a form, each with its place."""
    part = tree.get(section)
    if isinstance(part, Mapping):
        yield (section,), part
    for place, row in _rows(tree, section):
        yield (section, place), row


def _subjects(tree: Tree) -> Found:
    there = {kind: _refs(tree, target) for kind, target in _SUBJECTS.items()}
    for place, row in _rows(tree, "accountability"):
        kind, ref = row.get("subject_type"), row.get("subject_ref")
        if not isinstance(kind, str) or not isinstance(ref, str):
            continue
        refs = there.get(kind)
        if refs is not None and ref not in refs:
            message = f"案情卷中没有这个编号的{_CALLED[_SUBJECTS[kind][0]]}，请核对对象类型和编号"
            yield _fault(("accountability", place, "subject_ref"), "unknown_reference", message)


def _cooperating(tree: Tree) -> Found:
    for place, row in _rows(tree, "measures"):
        for inside, ref in _pointed(row, "cooperating_refs"):
            if ref == row.get("organisation_ref"):
                yield _fault(("measures", place, *inside), "duplicate_reference", "牵头单位不能同时是配合单位")


def _divisions(tree: Tree, known: Known) -> Found:
    accident = tree.get("accident")
    places: list[tuple[Location, Mapping[str, Any]]] = [
        (("organisations", place), row) for place, row in _rows(tree, "organisations")
    ]
    if isinstance(accident, Mapping):
        places.append((("accident",), accident))
    for location, row in places:
        code = row.get("division_code")
        if isinstance(code, str) and not known(code):
            yield _fault((*location, "division_code"), "unknown_division", "行政区划代码不存在，请按国家标准代码核对")


def _birthdays(tree: Tree, now: datetime) -> Found:
    for section in ("people", "officials"):
        for place, row in _rows(tree, section):
            number = row.get("id_number")
            if isinstance(number, str) and number[6:14].isdecimal() and number[6:14] > f"{local_date(now):%Y%m%d}":
                message = "公民身份号码中的出生日期在将来，请核对"
                yield _fault((section, place, "id_number"), "bad_identity_number", message)


def _times(accident: Mapping[str, Any], now: datetime) -> Found:
    occurred = _moment(accident.get("occurred_at"))
    if occurred and occurred > now:
        yield _fault(("accident", "occurred_at"), "in_future", "事故时间在将来，请核对")
        occurred = None  # nothing can be measured against a time that is wrong itself
    for place, row in _rows(accident, "later_deaths"):
        died = _day(row.get("date"))
        here = ("accident", "later_deaths", place, "date")
        if died and died > local_date(now):
            yield _fault(here, "in_future", "死亡日期在将来，请核对")
        elif died and occurred and died < local_date(occurred):
            yield _fault(here, "later_death_before_accident", "死亡日期早于事故日期，请核对")


def _later_deaths(accident: Mapping[str, Any]) -> Found:
    deaths = accident.get("deaths")
    counted = sum(row.get("counted") is True for _, row in _rows(accident, "later_deaths"))
    if type(deaths) is int and 0 <= deaths < counted:
        message = f"死亡人数少于事故后死亡中计入的{counted}人，死亡人数应已包含他们"
        yield _fault(("accident", "deaths"), "too_many_later_deaths", message)


def _day(value: object) -> date | None:
    try:
        return day(value)
    except PydanticCustomError:
        return None  # the shape says so


def _moment(value: object) -> datetime | None:
    try:
        return moment(value)
    except PydanticCustomError:
        return None  # the shape says so
