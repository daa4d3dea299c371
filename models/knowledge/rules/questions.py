"""The checklist (调查清单): which questions an accident of a kind must answer.

From three deaths all that apply are asked; below, at most thirty of those marked for it, so that a small team is led and
not buried. What answers a question is named by sheet and field (`models.knowledge.rules.answers`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.kernel.vocabulary import Aspect

from .answers import is_known
from .profile import AccidentForm, AccidentProfile, RoadKind, VehicleKind
from .rows import Row, by_key

FULL_FROM_DEATHS = 3  # 公安部令146号 art. 29: from here a deep investigation is a duty
SHORT_LIMIT = 30
NOT_SHORT = 0


@dataclass(frozen=True, slots=True)
class Condition:
    """When a question is asked: one of each list that is not empty must be true of the accident."""

    vehicles: frozenset[VehicleKind]
    roads: frozenset[RoadKind]
    forms: frozenset[AccidentForm]

    @property
    def breadth(self) -> float:
        """Return of how many kinds it is asked: the narrower, the more it is of this accident; without end for all."""
        return len(self.vehicles) + len(self.roads) + len(self.forms) or math.inf

    def met(self, profile: AccidentProfile) -> bool:
        """Return whether an accident of this kind is asked."""
        return (
            (not self.vehicles or bool(self.vehicles & profile.vehicle_kinds))
            and (not self.roads or bool(self.roads & profile.road_kinds))
            and (not self.forms or bool(self.forms & profile.forms))
        )


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `short` is 0 where it is asked from three deaths only, else how soon it is asked below (1 first)."""

    key: str
    aspect: Aspect
    text: str
    applies: Condition
    short: int
    answered_by: tuple[str, ...]
    version: int
    valid_from: date


def questions_for(profile: AccidentProfile, questions: Iterable[Question]) -> tuple[Question, ...]:
    """Return the questions for an accident by aspect, within an aspect in the order of the files.

    With one or two deaths (or none) at most SHORT_LIMIT: first what is marked more urgent, among equals what is asked of
    fewer kinds of accidents.
    """
    asked = [one for one in questions if one.applies.met(profile)]
    if profile.deaths < FULL_FROM_DEATHS:
        urgent = sorted((one for one in asked if one.short), key=lambda one: (one.short, one.applies.breadth))
        kept = {one.key for one in urgent[:SHORT_LIMIT]}
        asked = [one for one in asked if one.key in kept]
    order = list(Aspect)
    return tuple(sorted(asked, key=lambda one: order.index(one.aspect)))


def questions_of(rows: Sequence[Row]) -> tuple[Question, ...]:
    """Return all versions of all questions in the order of the files. Invalid names file and question."""
    by_key(rows)
    found = tuple(_question(row) for row in rows)
    seen: dict[str, str] = {}
    for row, one in zip(rows, found, strict=True):
        if seen.setdefault(one.text, one.key) != one.key:
            row.refuse(f"与问题 {seen[one.text]} 重复。", "duplicate")
    return found


def _question(row: Row) -> Question:
    row.only("key", "aspect", "text", "vehicles", "roads", "forms", "short", "answered_by", "version", "valid_from")
    answered_by = row.texts("answered_by", at_least=1)
    for name in answered_by:
        if not is_known(name):
            row.refuse(f"“{name}”不是事实表的栏目。", "unknown_field")
    applies = Condition(
        frozenset(row.words("vehicles", VehicleKind)),
        frozenset(row.words("roads", RoadKind)),
        frozenset(row.words("forms", AccidentForm)),
    )
    return Question(
        row.text("key"),
        row.word("aspect", Aspect),
        row.text("text"),
        applies,
        row.number("short", least=NOT_SHORT, most=3, default=NOT_SHORT),
        answered_by,
        row.number("version", least=1, most=9999),
        row.day("valid_from"),
    )
