"""The values of a dossier one by one, and the words that a report may use for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from models.accident.sheets import SHEETS, Field, FieldKind, shown
from models.kernel.calendar.local_time import SHANGHAI
from models.papers.content.wording import money, number

K = FieldKind
NOT_TOLD: Mapping[str, str] = {
    "accountability": "no paper but the proposal speaks of it",
    "figures": "a caption stands under its picture, and only where there is one",
    "scene": "drawn as the plan of the scene",
    "officials": "named where a finding concerns them, else for the organ that decides about them",
    **dict.fromkeys(
        ("carrier_accidents", "hearings", "unsafe_vehicles"), "the decision to a specialised carrier rests on it"
    ),
    "mediation": "who conceded what to whom is nobody else's matter",
    "source": "what the dossier came from; the report has a title of its own",
}
"""Sheets that no report tells."""
NOT_SAID: Mapping[str, str] = {
    **dict.fromkeys(
        ("accident.coordinates", "accident.casualties_settled", "accident.time_known"),
        "asked so that programs can count",
    ),
    **dict.fromkeys(
        ("accident.division_code", "organisations.division_code", "organisations.credit_code", "organisations.kind"),
        "asked so that programs find the unit and know what may be asked of it",
    ),
    **dict.fromkeys(("findings.no_basis_because", "findings.no_evidence_because"), "told to whoever signs"),
    "accident.summary": "the course tells it; it stands in its place where there is none",
}
"""Fields that no report says, and why."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value at its place in the dossier."""

    path: str
    field: Field
    value: Any


def leaves(tree: Mapping[str, Any]) -> Iterator[Leaf]:
    """Return what a report is asked to tell: no personal data, no `no`, no count of nobody, no place of a row."""
    for sheet in SHEETS.values():
        if sheet.name in NOT_TOLD or not tree.get(sheet.name):
            continue
        rows = tree[sheet.name] if sheet.many else [tree[sheet.name]]
        for row in rows:
            for field in sheet.fields:
                if not field.personal and f"{sheet.name}.{field.name}" not in NOT_SAID:
                    place = f"{sheet.name}.{row.get('ref', '')}.{field.name}"
                    yield from (Leaf(place, field, value) for value in _values(row.get(field.name)))


def _values(value: Any) -> list[Any]:
    several = value if isinstance(value, list) else [value]
    return [one for one in several if one not in (None, "", False, 0, "unknown")]


def words_of(leaf: Leaf, names: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    """Return each way in which an office may write the value."""
    field, value = leaf.field, leaf.value
    if field.target is not None or field.name == "subject_ref":
        yield from names.get(str(value), (str(value),))
    elif isinstance(value, bool):
        yield field.label.removeprefix("是否")
        yield from _YES.get(field.name, ())
    elif field.kind is K.MONEY:
        yield money(Decimal(str(value)))
    elif isinstance(value, int | float):
        yield f"{number(value)}{_UNIT.get(field.name, field.unit or '')}"
        yield f"{number(value)}至"
    elif field.kind is K.MOMENT:
        at = datetime.fromisoformat(value).astimezone(SHANGHAI)
        yield from (shown(field, value), f"{at.hour}时{at.minute:02d}分", f"{at.hour}时{at.minute}分")
    elif field.name == "evidence":
        yield from (value, value.replace("E", "证"))
    elif field.name == "legal_basis":
        yield from (value, value.rpartition("》")[2])  # a law is named once, before its articles
    elif field.kind is K.DATE:
        yield _day(date.fromisoformat(value))
        yield f"至{_day(date.fromisoformat(value)).partition('年')[2]}"  # the year stands with the day before
    else:
        yield shown(field, value)
        yield from _SAID.get((field.name, value), ())


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


_UNIT = {"deaths": "", "injured": "", "deaths_at_scene": "人"}  # columns that say the unit above
_YES = {
    "production_safety": ("属生产安全事故",),
    "secondary": ("系二次事故",),
    "escape": ("逃逸",),
    "attached": ("系挂靠车辆",),
    "property": ("直接财产损失为",),
    "duty_failure": ("未履行情况",),
    "party_member": (),
}
_SAID: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("role", "lead"): ("组长",),
    ("role", "member"): ("成员",),
    ("effect", "引起事故"): ("直接原因",),
    ("effect", "加重后果"): ("加重了事故后果",),
    ("aspect", "person"): ("人员方面",),
    ("aspect", "vehicle"): ("车辆方面",),
    ("aspect", "road"): ("道路方面",),
    ("aspect", "environment"): ("环境方面",),
    ("aspect", "management"): ("管理方面",),
    ("belt", "使用"): ("使用了安全带",),
    ("belt", "未使用"): ("未使用安全带",),
    ("helmet", "使用"): ("使用了安全头盔",),
    ("helmet", "未使用"): ("未使用安全头盔",),
    ("kind", "委托"): ("建立委托关系",),
}


def plain(text: str, short: Mapping[str, str]) -> str:
    """Return a text without breaks, blanks and stops, and with units by their short names: so values are found in it."""
    for name in sorted(short, key=len, reverse=True):
        text = text.replace(name, short[name])
    return re.sub(r"[\s。，；、：]", "", text)


def lost(tree: Mapping[str, Any], text: str) -> tuple[int, list[Leaf]]:
    """Return how many values a report is asked to tell, and those that are not found in its text."""
    short = {one["name"]: one["short_name"] for one in tree.get("organisations", ()) if one.get("short_name")}
    said, names, every = plain(text, short), _names(tree), list(leaves(tree))
    missing = [one for one in every if not any(plain(words, short) in said for words in words_of(one, names) if words)]
    return len(every), missing


def _names(tree: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    named: dict[str, tuple[str, ...]] = {}
    for sheet, fields in {
        "organisations": ("name", "short_name"),
        "people": ("name",),
        "officials": ("name",),
        "vehicles": ("plate", "type"),
        "findings": ("text",),
    }.items():
        for row in tree.get(sheet, ()):
            named[row["ref"]] = tuple(row[field] for field in fields if row.get(field))
    return named
