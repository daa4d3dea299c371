"""`case-dossier/2`: its shape is generated from the sheets, so that a fact has one declaration for every door.

`case-dossier/1` stays readable: `upgraded` writes it as the second format without loss, `projected` gives what the first
one would say of a dossier of the second.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, create_model
from pydantic_core import PydanticCustomError

from models.accident.rules.datums import converted
from models.accident.rules.stakes import stake
from models.accident.sheets import SHEETS, FieldKind, Sheet, pointers, targets
from models.accident.sheets import Field as SheetField
from models.accident.sheets.of_the_involved import BEHIND
from models.accident.sheets.points import point
from models.accident.sheets.words import match
from models.accident.sheets.words_in_force import Words, in_force
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import AccountabilityCategory, Datum, OrganisationKind, PersonRole, TeamRole

from .shape import Dossier, LaterDeath, Milestone, Part
from .values import CreditCode, DivisionCode, IdentityNumber, Line, Many, Ref, Text, day, moment

SCHEMA = "case-dossier/2"
Tree = dict[str, Any]
K = FieldKind
_DAY, _DAY_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII), ("date", "unknown")
NAMED = ("vehicles", "people", "officials", "organisations", "findings", "measures", "accountability")
"""The lists whose rows need a short name, for others point to them."""


class Coordinates(BaseModel):
    """坐标: degrees as they were given, with their datum."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    x: Annotated[float | int, Field(ge=-180, le=180)] = Field(title="经度", description="度，东经为正")
    y: Annotated[float | int, Field(ge=-90, le=90)] = Field(title="纬度", description="度，北纬为正")
    datum: Annotated[Datum, Field(strict=False)] = Field(default=Datum.UNKNOWN, title="坐标系")


def _day_text(value: object) -> str:
    return day(value).isoformat()


def _moment_text(value: object) -> str:
    return moment(value).astimezone(SHANGHAI).isoformat()


def _clock_text(text: str) -> str:
    hour, _, minute = text.partition(":")
    if not (len(text) == 5 and hour.isdecimal() and minute.isdecimal() and int(hour) < 24 and int(minute) < 60):
        raise PydanticCustomError("bad_date", "时刻写法不对，应如 08:30")
    return text


def _stake_text(text: str) -> str:
    """Every notation of a stake in one; what is no stake stays in its words, and is asked about."""
    found = stake(text)
    return text if found is None else str(found)


def _to_the_fen(amount: float) -> float:
    if round(amount, 2) != amount:
        raise PydanticCustomError("not_a_number", "金额最多写到分")
    return amount


def _number(field: SheetField) -> Any:
    of: Any = int if field.kind is K.INTEGER else int | float
    checks = [AfterValidator(_to_the_fen)] if field.kind is K.MONEY else []
    whole = field.kind is K.INTEGER
    least = None if field.least is None else (int(field.least) if whole else field.least)
    most = None if field.most is None else (int(field.most) if whole else field.most)
    return Annotated[of, Field(ge=least, le=most), *checks]


def _word(field: SheetField) -> Any:
    """Return a text that is one of the words; of an open list any other word stays as it is."""
    by_word = {spelling: one.value for one in field.choices for spelling in (one.value, one.label, *one.aliases)}

    def known(text: str) -> str:
        if text in by_word:
            return by_word[text]
        if field.open:
            return text
        said = "、".join(
            f"{one.value}（{one.label}）" if one.value != one.label else one.label for one in field.offered
        )
        raise PydanticCustomError("unknown_word", "只能是下列之一：{words}", {"words": said})

    values = [one.value for one in field.choices]
    offered = [one.value for one in field.offered]
    shape: dict[str, Any] = {"type": "string"} | ({"examples": offered} if field.open else {"enum": values})
    return Annotated[Line, AfterValidator(known), WithJsonSchema(shape)] if values else Line


def _list_of(item: Any) -> Any:
    return Many[item]


_TEXTS: Mapping[str, Any] = {"GB 11643": IdentityNumber, "GB 32100": CreditCode, "GB/T 2260": DivisionCode}
_TYPES: Mapping[FieldKind, Callable[[SheetField], Any]] = {
    K.TEXT: lambda field: _TEXTS.get(field.standard or "", Line),
    K.LONG: lambda _: Text,
    K.INTEGER: _number,
    K.DECIMAL: _number,
    K.MONEY: _number,
    K.DATE: lambda _: Annotated[str, BeforeValidator(_day_text)],
    K.MOMENT: lambda _: Annotated[str, BeforeValidator(_moment_text)],
    K.CLOCK: lambda _: Annotated[str, AfterValidator(_clock_text)],
    K.BOOLEAN: lambda _: bool,
    K.CHOICE: _word,
    K.CHOICES: lambda field: _list_of(_word(field) if field.choices else Text),
    K.REF: lambda _: Ref,
    K.REFS: lambda _: Many[Ref],
    K.ORGANISATION: lambda _: Ref,
    K.STAKE: lambda _: Annotated[Line, AfterValidator(_stake_text)],
    K.PLACE: lambda _: Coordinates,
}
# What lies inside a row as a list of its own.
_NESTED: Mapping[str, dict[str, Any]] = {
    "accident": {"later_deaths": (Many[LaterDeath], Field(default=(), title="事故后死亡"))},
    "measures": {"milestones": (Many[Milestone], Field(default=(), title="阶段目标"))},
}


def model() -> type[Part]:
    """Return the format as a pydantic model, made of the sheets with the words in force."""
    return _model(in_force())


@lru_cache(maxsize=4)
def _model(_words: Words) -> type[Part]:
    parts: dict[str, Any] = {"schema_": (Literal["case-dossier/2"], Field(alias="schema", title="格式"))}
    for one in SHEETS.values():
        row = _row(one)
        if one.many:
            parts[one.name] = (_list_of(row), Field(default=(), title=one.title))
        elif any(one.required):
            parts[one.name] = (row, Field(title=one.title))
        else:
            parts[one.name] = (row | None, Field(default=None, title=one.title))
    return create_model("SecondDossier", __base__=Part, **parts)


def _row(one: Sheet) -> type[Part]:
    fields: dict[str, Any] = {}
    if one.many:
        needed = one.name in NAMED
        fields["ref"] = (Ref, Field(title="编号")) if needed else (Ref | None, Field(default=None, title="编号"))
    for field in one.fields:
        fields[field.name] = _declared(field)
    fields |= _NESTED.get(one.name, {})
    return create_model(f"Sheet{one.name.title().replace('_', '')}", __base__=Part, **fields)


def _declared(field: SheetField) -> tuple[Any, Any]:
    of = _TYPES[field.kind](field)
    told: dict[str, Any] = {"title": field.label} | ({"description": field.help} if field.help else {})
    if field.required:
        return of, Field(**told)
    if field.kind in (K.CHOICES, K.REFS):
        return of, Field(default=(), **told)
    return of | None, Field(default=None, **told)


def at_midnight(raw: dict[str, object]) -> dict[str, object]:
    """Return a tree whose accident says that only its day is known with that day's midnight; any other as it is.

    Without those words a date is asked for its time, for nobody said that it happened at midnight.
    """
    accident = raw.get("accident")
    if not isinstance(accident, dict):
        return raw
    on, said = accident.get("occurred_at"), accident.get("time_known")
    known = match(SHEETS["accident"].field("time_known").choices, said) if isinstance(said, str) else None
    if known is None or known.value not in _DAY_ALONE or not isinstance(on, str) or not _DAY.fullmatch(on):
        return raw
    return {**raw, "accident": {**accident, "occurred_at": f"{on}T00:00:00+08:00"}}


def plain(read: BaseModel) -> Tree:
    """Return a dossier that was read as its tree: no nulls, no empty lists, rows of every list with a short name."""
    found: Tree = _without_nothing(read.model_dump(by_alias=True, mode="json"))
    for one in SHEETS.values():
        rows = found.get(one.name)
        if one.many and isinstance(rows, list):
            taken = {row["ref"] for row in rows if "ref" in row}
            for place, row in enumerate(rows, 1):
                row.setdefault("ref", free_ref(taken, one.prefix, place))
                taken.add(row["ref"])
    return found


def free_ref(taken: set[str], prefix: str, number: int) -> str:
    """Return the first short name that nobody has, from a number on."""
    while f"{prefix}{number}" in taken:
        number += 1
    return f"{prefix}{number}"


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: _without_nothing(one) for key, one in value.items()}
        return {key: one for key, one in kept.items() if one is not None and one != [] and one != {}}
    return [_without_nothing(one) for one in value] if isinstance(value, list) else value


def rows(tree: Tree) -> dict[str, list[Tree]]:
    """Return the rows of every sheet of a plain tree; a form that holds nothing has none."""
    found: dict[str, list[Tree]] = {}
    for name in SHEETS:
        part = tree.get(name)
        found[name] = part if isinstance(part, list) else [part] if part else []
    return found


def upgraded(dossier: Dossier) -> Tree:
    """Return a dossier of the first format as the tree of the second: people behind the accident in a list of their own."""
    first = dossier.model_dump(by_alias=True, mode="json")
    people = first.pop("people")
    tree: Tree = {
        **first,
        "schema": SCHEMA,
        "people": [person for person in people if person["role"] not in BEHIND],
        "officials": [person for person in people if person["role"] in BEHIND],
    }
    accident = tree["accident"]
    x, y = accident.pop("longitude"), accident.pop("latitude")
    if x is not None and y is not None:
        accident["coordinates"] = {"x": x, "y": y, "datum": Datum.UNKNOWN.value}
    return plain(model().model_validate(_without_nothing(tree)))


def projected(tree: Tree) -> Tree:
    """Return what the first format would say of a plain tree of the second: for what asks for columns."""
    first: Tree = {key: tree.get(key, []) for key in ("vehicles", "organisations", "findings", "measures", "team")}
    first |= {
        "schema": "case-dossier/1",
        "source": tree.get("source"),
        "accountability": tree.get("accountability", []),
    }
    first["people"] = [*tree.get("people", []), *tree.get("officials", [])]
    first["accident"] = _first_accident(tree.get("accident", {}))
    kept = {section: _only(section, first[section]) for section in first}
    for person in kept["people"]:
        person["role"] = _listed(PersonRole, person["role"])
    for person in kept["people"][len(tree.get("people", [])) :]:
        person["role"] = person["role"] if person["role"] in BEHIND else PersonRole.OFFICIAL.value
    for unit in kept["organisations"]:
        unit["kind"] = _listed(OrganisationKind, unit["kind"])
    for member in kept["team"]:
        member["role"] = member["role"] if member["role"] in set(TeamRole) else TeamRole.MEMBER.value
    for item in kept["accountability"]:
        labels = {one.label for one in AccountabilityCategory}
        item["category"] = item["category"] if item["category"] in labels else AccountabilityCategory.OTHER.label
    return kept


def _first_accident(accident: Tree) -> Tree:
    told = dict(accident)
    place = told.pop("coordinates", None)
    if place is not None:
        there = converted(point(place), Datum.CGCS2000)
        told |= {"longitude": float(there.x), "latitude": float(there.y)}
        if there.datum is not Datum.UNKNOWN:
            told |= {"longitude": round(there.x, 7), "latitude": round(there.y, 7)}
    for name in ("direct_loss_yuan", "property_loss_yuan"):
        if name in told:
            told[name] = int(told[name])
    return told


def _listed(words: type[PersonRole] | type[OrganisationKind], word: str) -> str:
    return word if word in {one.value for one in words} else "other"


def _only(section: str, value: Any) -> Any:
    """Leave out the keys that the first format does not know."""
    shapes = {name: model_of(field.annotation) for name, field in Dossier.model_fields.items()}
    shape = shapes.get(section)
    if shape is None:
        return value
    known = set(shape.model_fields)
    if isinstance(value, list):
        return [{key: one for key, one in row.items() if key in known} for row in value]
    return {key: one for key, one in (value or {}).items() if key in known}


def model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model in an annotation, without its list."""
    while not isinstance(annotation, type) and getattr(annotation, "__args__", None):
        annotation = annotation.__args__[0]
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def pointed() -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    """Return every key that points into lists: its list or form, its name, the lists."""
    return tuple((name, field, targets(target)) for name, field, target in pointers())


def checked(tree: Tree) -> BaseModel:
    """Return a tree as a dossier of the second format. Raises ValidationError."""
    return model().model_validate(tree)
