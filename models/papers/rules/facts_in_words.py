"""StatedFacts in running text: numbers, dates, names and norms. Who edits a paper's words may not change a fact with them.

A fact is changed where it is entered, or the paper would say what the case does not. What a paragraph says as facts must
stand in the edited one too, and nothing new may come in that the paper says nowhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from models.kernel.errors import Fault
from models.papers.content.common import Content, Head, Paper
from models.papers.content.facts import (
    DutyEntry,
    FindingEntry,
    MeasureEntry,
    OrganisationFacts,
    PersonFacts,
    TeamMember,
    VehicleFacts,
)
from models.papers.content.names import NAMED, SHORTEST
from models.papers.content.passages import Passage
from models.papers.content.wording import day, moment, money, number
from models.papers.kinds.compel_decision.content import Hearing, Party, UnsafeVehicle
from models.papers.preflight.remarks import Place

_DIGITS = "零〇一二三四五六七八九十百千两"
_FIGURE = re.compile(
    r"(?P<plate>[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·A-Z0-9]{5,8})"
    r"|(?P<law>《[^《》]{2,80}》)"
    rf"|(?P<article>第[{_DIGITS}]+条)"
    rf"|(?P<words>(?<![第{_DIGITS}])[{_DIGITS}]+(?=[人名](?![民员们])|死|伤|辆车|日|月|年|万元|元|公里|千米|米))"
    r"|(?P<figure>[A-Za-z]*\d+(?:[.,·:+]\d+)*(?:%|％|[年月日时分人名起辆项条处次米元吨度]|个月|万元|千米|公里|千克)?)"
)
_HARM = re.compile(r"[人名][^\d，。；、]{0,4}?(死亡|受伤|重伤|轻伤|失踪)")
_PLACES: dict[type[Content], Place] = {
    PersonFacts: Place.PEOPLE,
    VehicleFacts: Place.VEHICLES,
    TeamMember: Place.TEAM,
    FindingEntry: Place.FINDINGS,
    MeasureEntry: Place.MEASURES,
    DutyEntry: Place.ACCOUNTABILITY,
    OrganisationFacts: Place.ACCIDENT,
    Party: Place.UNITS,
    Hearing: Place.CARRIER,
    UnsafeVehicle: Place.CARRIER,
    Head: Place.OFFICE,
}


@dataclass(frozen=True, slots=True)
class FactFault(Fault):
    """A fact that an edited text changes; `place` and `row` say where in the case it is put right."""

    place: Place = Place.PAPER
    row: str | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """A value of the content in words, where it is entered, and whether it is a name."""

    text: str
    place: Place
    row: str | None
    named: bool


def tokens(text: str) -> tuple[str, ...]:
    """Return the figures, dates, plates and norms of a text, in its order; of people hurt also how."""
    found = []
    for one in _FIGURE.finditer(text):
        harm = _HARM.match(text, one.end() - 1) or _HARM.match(text, one.end())
        found.append(one[0] + (harm[1] if harm and one.lastgroup in ("figure", "words") else ""))
    return tuple(found)


def stated(content: Content, place: Place = Place.ACCIDENT, row: str | None = None) -> Iterator[Stated]:
    """Yield every value that a paper states, with the place in the case where it is entered."""
    here = _PLACES.get(type(content), place)
    known = getattr(content, "number", None)
    own = known if here in (Place.FINDINGS, Place.MEASURES) and isinstance(known, str) else row
    for name in type(content).model_fields:
        if name not in ("kind", "kept"):
            yield from _stated(getattr(content, name), name, here, own)


def _stated(value: object, name: str, place: Place, row: str | None) -> Iterator[Stated]:
    if isinstance(value, Content):
        yield from stated(value, place, row)
    elif isinstance(value, tuple):
        for one in value:
            yield from _stated(one, name, place, row)
    elif (text := _in_words(value)) is not None:
        yield Stated(text, place, row, name in NAMED and len(text) >= SHORTEST)


def _in_words(value: object) -> str | None:
    if type(value) is str:
        return value
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, Decimal):
        return money(value)
    return number(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


class StatedFacts:
    """What one paper states: the names in it, the figures it may use, and where each comes from."""

    def __init__(self, paper: Paper, passages: Iterable[Passage]) -> None:
        # The frame repeats what is entered elsewhere: it is asked last.
        self._stated = tuple(sorted(stated(paper), key=lambda one: one.place is Place.OFFICE))
        self._names = tuple(sorted({one.text for one in self._stated if one.named}, key=len, reverse=True))
        written = [passage.lead + passage.text for passage in passages]
        self._known = {token for text in (*written, *(one.text for one in self._stated)) for token in tokens(text)}

    def faults(self, passage: Passage, text: str) -> list[FactFault]:
        """Return what an edited text changes of the facts of its passage, each with the place to change it."""
        before, after = tokens(passage.text), tokens(text)
        lost = [one for one in dict.fromkeys(before) if one not in after]
        lost += [name for name in self._names if name in passage.text and name not in text]
        new = [one for one in dict.fromkeys(after) if one not in before and one not in self._known]
        if lost or new:
            return [self._changed(passage, one) for one in lost] + [_added(passage, one) for one in new]
        changed = _exchanged(before, after)
        return [] if changed is None else [self._changed(passage, changed)]

    def entered(self, text: str) -> str:
        """Return where in the case what a text says is entered, in words."""
        whole = [text] if any(one.text == text for one in self._stated) else []
        found = whole or [token for token in tokens(text) if token in self._known] or [text]
        place, row = self._where(found[0])
        return f"{place.label}{row or ''}"

    def _changed(self, passage: Passage, token: str) -> FactFault:
        place, row = self._where(token)
        text = f"改动了案件里的事实“{token}”，文书里不能改；请到“{place.label}{row or ''}”修改。"
        return FactFault(passage.label, text, "fact_changed", place, row)

    def _where(self, token: str) -> tuple[Place, str | None]:
        """Return where a fact is entered: as a value of its own, else within the words of one."""
        figure = re.match(r"[^\d]*(\d+(?:\.\d+)?)", token)
        wanted = {token, figure[1]} if figure else {token}
        for exact in ({token}, wanted):
            for one in self._stated:
                if one.text in exact:
                    return one.place, one.row
        for one in self._stated:
            if wanted & _figures(one.text) or token in one.text:
                return one.place, one.row
        return Place.PAPER, None


def _added(passage: Passage, token: str) -> FactFault:
    text = f"写入了案件里没有的事实“{token}”，请先在案件的相应栏目填写。"
    return FactFault(passage.label, text, "fact_added", Place.ACCIDENT)


@cache
def _figures(text: str) -> frozenset[str]:
    return frozenset(tokens(text)) | frozenset(re.findall(r"\d+(?:\.\d+)?", text))


def _exchanged(before: Sequence[str], after: Sequence[str]) -> str | None:
    """Return the first figure that changed its place with another of the same unit, as 核定19人，实际27人."""

    def by_unit(figures: Sequence[str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one in dict.fromkeys(figures):
            found.setdefault(re.sub(r"[\d.,:+]+", "#", one), []).append(one)
        return found

    ordered = by_unit([one for one in after if one in before])
    for unit, figures in by_unit(before).items():
        for one, other in zip(figures, ordered.get(unit, ()), strict=False):
            if one != other:
                return one
    return None
