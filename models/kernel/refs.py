"""What a parameter of an action names (a paper, a measure, a word of a code table …): declared in its type, read by every door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, get_args, get_type_hints


class Thing(StrEnum):
    """What a reference can name."""

    PAPER = "paper"
    MEASURE = "measure"
    MILESTONE = "milestone"
    FINDING = "finding"
    EVIDENCE = "evidence"
    ITEM = "item"
    PERSON = "person"
    VEHICLE = "vehicle"
    REPLY = "reply"
    DEADLINE = "deadline"
    TALK = "talk"
    LIABILITY = "liability"
    RECURRENCE = "recurrence"
    INCOMING = "incoming"
    QUESTION = "question"
    UNIT = "unit"
    ACCOUNT = "account"
    CASE = "case"
    ELSEWHERE = "elsewhere"


# How an event of the case names the thing it is about. A milestone is named beside its measure, which says it already;
# units, accounts, other cases and what lies in them are no things of the case.
IN_EVENTS: dict[Thing, tuple[str, ...]] = {
    Thing.PAPER: ("paper", "amended"),
    Thing.MEASURE: ("measure", "measures"),
    Thing.FINDING: ("finding", "findings"),
    Thing.EVIDENCE: ("evidence",),
    Thing.ITEM: ("item",),
    Thing.PERSON: ("person",),
    Thing.REPLY: ("reply",),
    Thing.DEADLINE: ("deadline",),
    Thing.TALK: ("talk",),
    Thing.LIABILITY: ("decision", "number"),
    Thing.RECURRENCE: ("recurrences",),
    Thing.INCOMING: ("incoming",),
    Thing.QUESTION: ("asked",),
}


@dataclass(frozen=True, slots=True)
class Ref:
    """The mark in a parameter's type: its value names such a thing."""

    thing: Thing


@dataclass(frozen=True, slots=True)
class Coded:
    """The mark in a parameter's type: its value is one of the words that a field of a sheet offers."""

    sheet: str
    field: str


FigureKind = Annotated[str, Coded("figures", "kind")]
PaperRef = Annotated[str, Ref(Thing.PAPER)]
MeasureRef = Annotated[str, Ref(Thing.MEASURE)]
MilestoneRef = Annotated[str, Ref(Thing.MILESTONE)]
FindingRef = Annotated[str, Ref(Thing.FINDING)]
EvidenceRef = Annotated[str, Ref(Thing.EVIDENCE)]
ItemRef = Annotated[str, Ref(Thing.ITEM)]
PersonRef = Annotated[str, Ref(Thing.PERSON)]
VehicleRef = Annotated[str, Ref(Thing.VEHICLE)]
ReplyRef = Annotated[str, Ref(Thing.REPLY)]
DeadlineRef = Annotated[str, Ref(Thing.DEADLINE)]
TalkRef = Annotated[int, Ref(Thing.TALK)]
LiabilityRef = Annotated[str, Ref(Thing.LIABILITY)]
RecurrenceRef = Annotated[str, Ref(Thing.RECURRENCE)]
IncomingRef = Annotated[str, Ref(Thing.INCOMING)]
QuestionRef = Annotated[str, Ref(Thing.QUESTION)]
UnitRef = Annotated[str, Ref(Thing.UNIT)]
AccountRef = Annotated[str, Ref(Thing.ACCOUNT)]
CaseRef = Annotated[str, Ref(Thing.CASE)]
ElsewhereRef = Annotated[str, Ref(Thing.ELSEWHERE)]


@cache
def refs_of(step: Callable[..., object]) -> dict[str, Thing]:
    """Return what each parameter of a step names, where it names something."""
    hints = get_type_hints(step, include_extras=True)
    found = {name: _thing(hint) for name, hint in hints.items()}
    return {name: thing for name, thing in found.items() if thing is not None}


@cache
def codes_of(step: Callable[..., object]) -> dict[str, Coded]:
    """Return from which field of a sheet each parameter of a step takes its word, where it takes one."""
    hints = get_type_hints(step, include_extras=True)
    return {name: mark for name, hint in hints.items() for mark in _marks(hint) if isinstance(mark, Coded)}


def _marks(hint: object) -> list[object]:
    return [*getattr(hint, "__metadata__", ()), *(mark for part in get_args(hint) for mark in _marks(part))]


def _thing(hint: object) -> Thing | None:
    marks = [mark for mark in getattr(hint, "__metadata__", ()) if isinstance(mark, Ref)]
    inside = [_thing(part) for part in get_args(hint) if not isinstance(part, Ref)]
    return next((thing for thing in (*(mark.thing for mark in marks), *inside) if thing is not None), None)
