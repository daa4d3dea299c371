"""A registered accident in words, as pages, files and the command line tell it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Protocol

from models.kernel import divisions
from models.register.queries.register_list import Listed
from ui.event_sentence import when

UNKNOWN = "不详"
SOURCES = {"case": "深度调查案件", "sample": "演示数据", "hand": "人工录入"}
"""Where a row comes from, where that is no import."""
NOTE = "内部参考，以公安交管统计为准。"


class Hurt(Protocol):
    """What has figures of dead and injured."""

    @property
    def deaths(self) -> int | None:
        """Dead within 7 days."""
        ...

    @property
    def serious(self) -> int | None:
        """Seriously injured."""
        ...

    @property
    def light(self) -> int | None:
        """Lightly injured."""
        ...

    @property
    def injured_unspecified(self) -> int | None:
        """Injured of unknown severity."""
        ...


def injured(row: Hurt) -> int | str:
    """Return how many were injured; 不详 where nobody says so."""
    known = [figure for figure in (row.serious, row.light, row.injured_unspecified) if figure is not None]
    return sum(known) if known else UNKNOWN


def dead(row: Hurt) -> int | str:
    """Return how many died; 不详 where nobody says so."""
    return UNKNOWN if row.deaths is None else row.deaths


def division(code: str | None, on: date) -> str | None:
    """Return a division's name, as it was called then; its code where there is none."""
    return divisions.own_name(code, on) if code is not None and divisions.known(code, on) else code


def happened(at: datetime, hour: int | None) -> str:
    """Return when it happened; the day alone where no time is known."""
    moment = when(at)
    return moment if hour is not None else f"{moment[:10]}（时间不详）"


def place_in_words(one: Listed) -> str:
    """Return road, stake and place in one line, nothing of it twice."""
    place = one.place or ""
    around = (one.road_number or one.road_name, one.stake, place)
    return " ".join(part for part in around if part and (part is place or part not in place))
