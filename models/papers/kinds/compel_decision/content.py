"""责令限期消除安全隐患决定书: whom it orders, on which facts and steps, what by when, and how one may object."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Content, Count, Head, HeadedPaper
from models.papers.content.facts import AccidentFacts, FindingEntry, MeasureEntry


class Party(Content):
    """当事人: the carrier. `licence` is what makes it one, in the words of the sheet of units."""

    name: str
    specialised: bool = False  # 专业运输单位
    credit_code: str | None = None
    address: str | None = None
    representative: str | None = None
    licence: str | None = None


class GraveAccident(Content):
    """An accident of the carrier with at least three deaths; `share` is what its driver bears of the liability."""

    on: date
    place: str
    deaths: Count
    share: str
    vehicle: str | None = None
    liability_number: str | None = None  # of the 认定书 that stands
    liability_note: str | None = None  # when it was served, whether a review was asked for


class Hearing(Content):
    """告知 and 陈述申辩: when the party was told, whether and what it answered, what came of that."""

    told_on: date | None = None
    stated: bool | None = None
    stated_on: date | None = None
    statement: str | None = None
    outcome: str | None = None


class UnsafeVehicle(Content):
    """One line of the annex."""

    plate: str
    type: str | None = None
    hazard: str
    found_on: date | None = None
    condition: str | None = None  # what must be shown before it may go on the road again


class Approval(Content):
    """批准 of the traffic police of the city, where another body decides."""

    given_by: str
    number: str
    on: date


class TimeLimit(Content):
    """期限 as its length reads (30日); a signed paper says where the count ends if served on its own day, and until when."""

    length: str
    ends: date | None = None  # the last day counted, before it rolls over a rest day
    due: date | None = None


class CompelDecision(HeadedPaper):
    """`basis` are the provisions in force on its day; `vehicles` may not go on the road until the hazard is removed."""

    kind: Literal["compel_decision"] = "compel_decision"
    head: Head
    case_number: str
    accident: AccidentFacts
    party: Party
    accidents: tuple[GraveAccident, ...] = ()
    hazards: tuple[FindingEntry, ...] = ()
    evidence: tuple[str, ...] = ()  # titles of what proves the hazards
    hearing: Hearing | None = None
    basis: tuple[str, ...] = ()
    approval: Approval | None = None
    measures: tuple[MeasureEntry, ...] = ()
    limit: TimeLimit
    vehicles: tuple[UnsafeVehicle, ...] = ()
    reconsidered_by: tuple[str, ...] = ()  # governments that hear a reconsideration, the first as a rule
    handlers: tuple[str, ...] = ()  # 承办民警
    strangers: tuple[str, ...] = ()  # people named in it who do not work for its recipient
    unsettled: tuple[str, ...] = ()  # cells of its grounds that were typed and not understood; none once it is signed
