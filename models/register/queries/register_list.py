"""事故台账: registered accidents as a list, found by when, where, what and words; a page at a time by key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, CompoundSelect, Row, Select, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_register
from models.kernel.vocabulary import Coverage, Exclusion, Procedure
from models.register.tables import RegisteredAccident, RegisteredParty

from .counting import Counted, in_the_indices

MOST_COUNTED = 10_000
"""Where more are found, their number is told as more than this."""
LATELY = timedelta(days=365)
"""Within which time words of a place are looked for where no days are given."""
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z\-]{5,}")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][A-Z0-9·]{4,7}[\u4e00-\u9fff]?")
_KEY = re.compile(r"(\d{4}-\d{2}-\d{2})/(\d{1,10})")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; None leaves it open. `division` may be a city's code, `deaths` is the least, `words` are a
    number, a plate, or words of the place. With a `coverage` only what the four indices count by it, in the `territory`."""

    since: date | None = None
    until: date | None = None
    division: str | None = None
    road: str | None = None
    deaths: int | None = None
    procedure: Procedure | None = None
    pattern: str | None = None
    has_case: bool | None = None
    counted: bool = True
    words: str | None = None
    coverage: Coverage | None = None
    territory: str | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list; `case_number` is told to who may see the case."""

    id: int
    accident_number: str | None
    occurred_at: datetime
    occurred_on: date
    hour: int | None
    division_code: str | None
    place: str | None
    road_name: str | None
    road_number: str | None
    stake: str | None
    pattern: str | None
    procedure: Procedure | None
    deaths: int | None
    serious: int | None
    light: int | None
    injured_unspecified: int | None
    property_loss: int | None
    exclusion: Exclusion | None
    investigated: bool
    case_number: str | None

    @property
    def key(self) -> str:
        """What the following page begins after."""
        return f"{self.occurred_on}/{self.id}"


@dataclass(frozen=True, slots=True)
class Found:
    """How many are found, at most one more than `MOST_COUNTED`, with their dead and injured as far as known."""

    accidents: int
    deaths: int
    injured: int

    @property
    def more(self) -> bool:
        """Whether there are more than were counted."""
        return self.accidents > MOST_COUNTED


def within(wanted: Wanted, today: date) -> Wanted:
    """Return what is really looked for: words of a place without days are looked for in the last year."""
    said = (wanted.words or "").strip()
    if not said or wanted.since or wanted.until or _PLATE.fullmatch(said.upper()) or _NUMBER.fullmatch(said):
        return wanted
    return replace(wanted, since=today - LATELY)


def register_list(
    session: Session, actor: Actor, wanted: Wanted, *, limit: int = 50, after: str | None = None
) -> list[Listed]:
    """Return a page of the accidents that are looked for, the latest first; `after` is the key of the last one shown.

    Raises Invalid for days in the wrong order or a key that is none.
    """
    query = (
        select(*_SHOWN, RegisteredAccident.accident_id, Case.case_number)
        .outerjoin(Case, and_(Case.accident_id == RegisteredAccident.accident_id, visible_cases(actor)))
        .where(visible_register(actor), *_conditions(wanted))
        .order_by(RegisteredAccident.occurred_on.desc(), RegisteredAccident.id.desc())
        .limit(limit)
    )
    if after is not None:
        place = tuple_(RegisteredAccident.occurred_on, RegisteredAccident.id)
        query = query.where(place < _place(after))
    return [_listed(row) for row in session.execute(query)]


def _place(after: str) -> tuple[date, int]:
    key = _KEY.fullmatch(after)
    try:
        if key is not None:
            return date.fromisoformat(key[1]), int(key[2])
    except ValueError:  # no day of any calendar
        pass
    raise Invalid("翻页位置有误，请从首页重新查看。", code="bad_key")


def register_found(session: Session, actor: Actor, wanted: Wanted) -> Found:
    """Return how many are found, with their dead and injured. One statement."""
    injured = sum((func.coalesce(column, 0) for column in _INJURED[1:]), start=func.coalesce(_INJURED[0], 0))
    some = (
        select(func.coalesce(RegisteredAccident.deaths, 0).label("deaths"), injured.label("injured"))
        .where(visible_register(actor), *_conditions(wanted))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    row = session.execute(
        select(func.count(), func.sum(some.c.deaths), func.sum(some.c.injured)).select_from(some)
    ).one()
    return Found(row[0], int(row[1] or 0), int(row[2] or 0))


def register_rows(session: Session, actor: Actor, wanted: Wanted, *, most: int = 50_000) -> list[Listed]:
    """Return everything that is looked for, as an export does. Raises Invalid where it is more than `most`."""
    found = register_list(session, actor, wanted, limit=most + 1)
    if len(found) > most:
        raise Invalid(f"符合条件的事故超过{most:,}起，请缩小时间或地区范围后再导出。", code="too_many")
    return found


_SHOWN = (
    RegisteredAccident.id,
    RegisteredAccident.accident_number,
    RegisteredAccident.occurred_at,
    RegisteredAccident.occurred_on,
    RegisteredAccident.hour,
    RegisteredAccident.division_code,
    RegisteredAccident.place,
    RegisteredAccident.road_name,
    RegisteredAccident.road_number,
    RegisteredAccident.stake,
    RegisteredAccident.pattern,
    RegisteredAccident.procedure,
    RegisteredAccident.deaths,
    RegisteredAccident.serious,
    RegisteredAccident.light,
    RegisteredAccident.injured_unspecified,
    RegisteredAccident.property_loss,
    RegisteredAccident.exclusion,
)
_INJURED = (RegisteredAccident.serious, RegisteredAccident.light, RegisteredAccident.injured_unspecified)


def _listed(row: Row[*tuple[object, ...]]) -> Listed:
    told = dict(row._mapping)
    investigated = told.pop("accident_id") is not None
    return Listed(**told, investigated=investigated)


def _conditions(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    row = RegisteredAccident
    if wanted.since and wanted.until and wanted.since > wanted.until:
        raise Invalid("起始日期晚于截止日期，请修改。", code="days_reversed")
    yield row.exclusion.is_(None) if wanted.counted else row.exclusion.is_not(None)
    if wanted.since:
        yield row.occurred_on >= wanted.since
    if wanted.until:
        yield row.occurred_on <= wanted.until
    if wanted.division:
        yield row.division_code.startswith(_of_division(wanted.division), autoescape=True)
    if wanted.road:
        yield row.id.in_(_on_road(wanted.road))
    if wanted.deaths:
        yield row.deaths > 0  # by which the index of the fatal ones is found
        yield row.deaths >= wanted.deaths
    if wanted.procedure:
        yield row.procedure == wanted.procedure
    if wanted.pattern:
        yield row.pattern == wanted.pattern
    if wanted.has_case is not None:
        yield row.accident_id.is_not(None) if wanted.has_case else row.accident_id.is_(None)
    if wanted.coverage is not None:
        yield from in_the_indices(Counted(wanted.territory or "", wanted.coverage))
    if wanted.words and wanted.words.strip():
        yield _by_words(wanted.words.strip())


def _of_division(code: str) -> str:
    """Return what codes of a division and of those below it begin with."""
    return code.removesuffix("00").removesuffix("00") if code.endswith("00") else code


def _by_words(said: str) -> ColumnElement[bool]:
    row = RegisteredAccident
    if _PLATE.fullmatch(said.upper()):
        return row.id.in_(_with_plate(said.upper().replace("·", "")))
    if _NUMBER.fullmatch(said):
        return or_(row.accident_number == said, row.source_key == said)
    return and_(
        *(
            or_(row.place.contains(word, autoescape=True), row.road_name.contains(word, autoescape=True))
            for word in said.split()
        )
    )


def _on_road(road: str) -> CompoundSelect[int]:
    row = aliased(RegisteredAccident)
    return union_all(select(row.id).where(row.road_number == road.upper()), select(row.id).where(row.road_name == road))


def _with_plate(plate: str) -> Select[int]:
    return select(RegisteredParty.accident_id).where(RegisteredParty.plate == plate)
