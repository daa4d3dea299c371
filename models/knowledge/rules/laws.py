"""Laws as data: their editions, and the wording of each quoted provision with the days on which it was in force.

A duty is cited as it was in force on the day of the breach. A wording that nobody compared with the published text, or not
for that day, says so (`checked`), and is not ready for a paper.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .rows import Row


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of a law: passed, in force from and to (both included); `held` says that its text was compared.

    `number` is that of the order by which a rule of a ministry was issued, as papers cite it.
    """

    passed: date
    number: str | None
    valid_from: date
    valid_to: date | None
    held: bool


@dataclass(frozen=True, slots=True)
class Law:
    """A law by its full title."""

    key: str
    title: str
    issued_by: str
    editions: tuple[Edition, ...]

    def edition_on(self, day: date) -> Edition | None:
        """Return the edition in force on a day."""
        return next((one for one in self.editions if _in_force(one, day)), None)


@dataclass(frozen=True, slots=True)
class Wording:
    """What a provision said and under which number; compared with the published text from `checked_from`, or never."""

    article: str
    text: str
    valid_from: date
    valid_to: date | None
    checked_from: date | None


@dataclass(frozen=True, slots=True)
class Citation:
    """A provision as it is cited for one day. `checked` False: a person compares it before it stands in a paper."""

    title: str
    article: str
    text: str
    checked: bool
    number: str | None = None  # of the order, where the law is cited with it

    @property
    def cited(self) -> str:
        """Return title, number of the order and article, as a paper names the law on which it rests."""
        return f"《{self.title}》{f'（{self.number}）' if self.number else ''}{self.article}"

    @property
    def name(self) -> str:
        """Return title and article as a paper writes them."""
        return f"《{self.title}》{self.article}"

    @property
    def told(self) -> str:
        """Return name and text as a person reads them before taking them over."""
        return f"{self.name}{'' if self.checked else '（未核对原文）'}：{self.text}"


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule of a law through its editions: the number may change, the rule stays."""

    key: str
    law: Law
    wordings: tuple[Wording, ...]

    def on(self, day: date) -> Citation | None:
        """Return the provision as in force on a day; None where no wording is known for it."""
        for one in self.wordings:
            if _in_force(one, day):
                checked = one.checked_from is not None and one.checked_from <= day
                edition = self.law.edition_on(day)
                number = None if edition is None else edition.number
                return Citation(self.law.title, one.article, one.text, checked, number)
        return None


def _in_force(one: Edition | Wording, day: date) -> bool:
    return one.valid_from <= day and (one.valid_to is None or day <= one.valid_to)


def laws_of(rows: Sequence[Row]) -> dict[str, Law]:
    """Return the laws by their keys. Invalid for a law twice, without edition, or with editions that overlap."""
    found: dict[str, Law] = {}
    for row in rows:
        row.only("key", "title", "issued_by", "edition")
        law = Law(row.text("key"), row.text("title"), row.text("issued_by"), _editions(row))
        if law.key in found or any(law.title == other.title for other in found.values()):
            row.refuse("同一法律重复。", "duplicate")
        found[law.key] = law
    return found


def _editions(row: Row) -> tuple[Edition, ...]:
    found = []
    for one in row.rows("edition"):
        one.only("passed", "number", "valid_from", "valid_to", "held")
        found.append(
            Edition(
                one.day("passed"),
                one.text_or_none("number"),
                one.day("valid_from"),
                one.day_or_none("valid_to"),
                one.flag("held"),
            )
        )
    if not found:
        row.refuse("缺少版本（edition）。", "missing")
    _one_after_the_other(row, found)
    return tuple(found)


def provisions_of(rows: Sequence[Row], laws: Mapping[str, Law]) -> dict[str, Provision]:
    """Return the provisions by their keys, `LAW/NUMBER`. Invalid for a missing law, overlapping or unheld wordings."""
    found: dict[str, Provision] = {}
    for row in rows:
        row.only("key", "wording")
        key = row.text("key")
        law = laws.get(key.partition("/")[0])
        if law is None:
            row.refuse("所引法律不在法律目录中。", "unknown_law")
        if key in found:
            row.refuse("同一条款重复。", "duplicate")
        found[key] = Provision(key, law, _wordings(row, law))
    return found


def _wordings(row: Row, law: Law) -> tuple[Wording, ...]:
    found = []
    for one in row.rows("wording"):
        one.only("article", "text", "valid_from", "valid_to", "checked_from")
        wording = Wording(
            one.text("article"),
            one.text("text"),
            one.day("valid_from"),
            one.day_or_none("valid_to"),
            one.day_or_none("checked_from"),
        )
        _within(one, wording, law)
        found.append(wording)
    if not found:
        row.refuse("缺少条文（wording）。", "missing")
    _one_after_the_other(row, found)
    return tuple(found)


def _within(row: Row, wording: Wording, law: Law) -> None:
    if law.edition_on(wording.valid_from) is None:
        row.refuse(f"{wording.valid_from}没有施行中的版本。", "outside_editions")
    if wording.checked_from is None:
        return
    edition = law.edition_on(wording.checked_from)
    if wording.checked_from < wording.valid_from or edition is None or not edition.held:
        row.refuse("核对日期不在已有文本的版本施行期内。", "not_held")


def _one_after_the_other(row: Row, spans: Sequence[Edition | Wording]) -> None:
    for one in spans:
        if one.valid_to is not None and one.valid_to < one.valid_from:
            row.refuse("失效日期早于施行日期。", "ends_before_it_begins")
    for one, other in pairwise(spans):
        if one.valid_to is None or other.valid_from <= one.valid_to:
            row.refuse("前后两个版本的施行期重叠，请按先后填写并写明失效日期。", "overlap")
