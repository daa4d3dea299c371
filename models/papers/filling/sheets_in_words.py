"""Facts of sheets in the words of a paper: what was entered and understood is told, and what was not asked is not there."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.sheets import QUESTIONS, SHEETS, Field, FieldKind, faults, shown
from models.accident.sheets.values import clock_in_words
from models.accident.tables import Accident, Person, Vehicle
from models.case.tables import Case, CaseOrganisation, FactRow
from models.kernel.calendar.local_time import SHANGHAI
from models.office.tables import Organisation

K = FieldKind
Values = Mapping[str, Any]
_UNIT = re.compile(r"（[^）]*）$")


@dataclass(slots=True)
class Facts:
    """What a case holds beside its columns: rows by sheet, the accident's further facts, and the names of what is pointed to."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    accident: dict[str, Any] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)
    units: dict[int, dict[str, Any]] = field(default_factory=dict)

    def form(self, sheet: str) -> dict[str, Any]:
        """Return what a form says; nothing for one that nobody began."""
        return next(iter(self.rows[sheet]), {})


_WALLED = [one.name for one in SHEETS.values() if one.walled]


def facts_of_case(session: Session, case_id: int) -> Facts:
    """Return the facts of a case that papers may tell. Six statements, however many there are."""
    found = Facts()
    rows = session.execute(
        select(FactRow.sheet, FactRow.details)
        .where(FactRow.case_id == case_id, FactRow.removed_at.is_(None), FactRow.sheet.not_in(_WALLED))
        .order_by(FactRow.sheet, FactRow.position)
    )
    for sheet, details in rows:
        found.rows[sheet].append(details)
    accident = (
        select(Accident.id, Accident.details).join(Case, Case.accident_id == Accident.id).where(Case.id == case_id)
    )
    accident_id, found.accident = session.execute(accident).one()
    listed = session.execute(
        select(CaseOrganisation.organisation_id, CaseOrganisation.ref, CaseOrganisation.details, Organisation.name)
        .join(Organisation, Organisation.id == CaseOrganisation.organisation_id)
        .where(CaseOrganisation.case_id == case_id)
    ).all()
    found.names["organisations"] = {one.ref: one.name for one in listed}
    found.units = {one.organisation_id: {**one.details, "ref": one.ref} for one in listed}
    people = select(Person.ref, Person.name).where(Person.accident_id == accident_id)
    found.names["people"] = {ref: name for ref, name in session.execute(people) if name}
    vehicles = select(Vehicle.ref, Vehicle.plate).where(Vehicle.accident_id == accident_id)
    found.names["vehicles"] = {ref: plate for ref, plate in session.execute(vehicles) if plate}
    return found


def told(facts: Facts, one: Field, value: Any) -> str | None:
    """Return a value in words; None for what is empty, personal, or typed and not understood."""
    if value is None or one.personal or any(fault.code not in QUESTIONS for fault in faults(one, value)):
        return None
    if one.target is not None:
        names = facts.names.get(one.target, {})
        several = value if isinstance(value, list) else [value]
        return "、".join(str(names.get(str(ref)) or ref) for ref in several)
    if isinstance(value, list):
        return "、".join(shown(one, [part]) for part in value)
    return shown(one, value)


def phrases(facts: Facts, sheet: str, values: Values, *, without: Collection[str] = ()) -> tuple[str, ...]:
    """Return the short facts of a row, each with its word: 平曲线半径85米, 准驾车型B2; a yes by its word alone.

    What proves the row stands in brackets behind its last fact.
    """
    found: list[str] = []
    proof = ""
    for one in SHEETS[sheet].fields:
        if one.kind is K.LONG or one.name in without:
            continue
        said = told(facts, one, values.get(one.name))
        if said and one.name == "evidence":
            proof = f"（{said}）"
        elif said and (phrase := _phrase(one, said)):
            found.append(phrase)
    last = found.pop() if found else ""
    return tuple(filter(None, (*found, f"{last}{proof}")))


def _phrase(one: Field, said: str) -> str:
    label = _UNIT.sub("", one.label)
    if one.kind is K.BOOLEAN:
        return label.removeprefix("是否") if said == "是" else ""
    if one.name in _BARE:
        return f"{said}{one.unit or ''}"
    joint = "" if one.unit or (label.endswith(_OPEN) and said[0].isascii()) else "："
    return f"{label}{joint}{said}{one.unit or ''}"


# Words after which a figure or a class stands without a colon: 驾驶证有效期止2028年5月, but 驾驶证有效期止：长期.
_OPEN = ("时间", "日期", "起始", "有效期止", "车型", "领证")
# What says itself: 男, 51岁.
_BARE = frozenset(
    {"sex", "age", "qualification", "cause_of_death", "injury", "alignment", "administrative", "technical_grade"}
)


def paragraphs(
    facts: Facts, sheet: str, values: Values, *, without: Collection[str] = ()
) -> tuple[tuple[str, str], ...]:
    """Return the long facts of a row, each under its word."""
    found = []
    for one in SHEETS[sheet].fields:
        if one.kind is K.LONG and one.name not in without:
            said = told(facts, one, values.get(one.name))
            if said:
                found.append((one.label, said))
    return tuple(found)


def in_one(facts: Facts, sheet: str, values: Values, *, without: Collection[str] = ()) -> str | None:
    """Return all that a row says as one text: short facts in a sentence, long ones behind them."""
    short = "，".join(phrases(facts, sheet, values, without=without))
    long = [f"{label}：{_whole(text)}" for label, text in paragraphs(facts, sheet, values, without=without)]
    return "".join(filter(None, (_whole(short), *long))) or None


def _whole(text: str) -> str:
    return text if not text or text.endswith(("。", "！", "？")) else f"{text}。"


def when(value: str | None, *, on: datetime) -> str:
    """Return a moment as a table of one day has it: 17时43分; with its date where it is another day."""
    if value is None:
        return ""
    try:
        read = datetime.fromisoformat(value)
        at = read.astimezone(SHANGHAI)
    except (ValueError, OverflowError):
        return value
    if read.tzinfo is None:
        return value  # kept as it was typed
    clock = clock_in_words(at.time())
    return clock if at.date() == on.astimezone(SHANGHAI).date() else f"{at.month}月{at.day}日{clock}"


def column(facts: Facts, sheet: str, name: str, rows: Sequence[Values]) -> list[str | None]:
    """Return one field of several rows in words."""
    one = SHEETS[sheet].field(name)
    return [told(facts, one, row.get(name)) for row in rows]
