"""Entries of the knowledge base (知识库条目): a duty, whose it is, its law, the finding it leads to, and what mends it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.accident.rules import codes
from models.kernel.vocabulary import Aspect, CodeTable, OrganisationKind, PersonRole

from .laws import Citation, Provision
from .rows import Row, by_key

BLANK = re.compile(r"【([^【】]+)】")
"""What a person fills in when a finding is taken over: 【车速】."""


@dataclass(frozen=True, slots=True)
class ProvenMeasure:
    """What mended the like before: what, by which kind of unit, how it is proved, in how many calendar days usually."""

    text: str
    by: OrganisationKind
    proof: str
    days: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One duty. `organisations` and `roles` say whose it is (one of them at least); `causes` are codes of 原因."""

    key: str
    aspect: Aspect
    title: str
    duty: str
    organisations: tuple[OrganisationKind, ...]
    roles: tuple[PersonRole, ...]
    basis: tuple[Provision, ...]
    finding: str
    causes: tuple[str, ...]
    measures: tuple[ProvenMeasure, ...]
    version: int
    valid_from: date

    @property
    def blanks(self) -> tuple[str, ...]:
        """Return the names of what is filled into the finding, in their order."""
        return tuple(BLANK.findall(self.finding))


def basis_on(entry: Entry, day: date) -> tuple[Citation, ...]:
    """Return the entry's legal basis as in force on the day of the breach, without what was not in force or is not known."""
    return tuple(found for one in entry.basis if (found := one.on(day)) is not None)


def ready_on(entry: Entry, day: date) -> bool:
    """Return whether the basis may stand in a paper as it is: there is one, all of it compared with the published text."""
    cited = basis_on(entry, day)
    return bool(cited) and all(one.checked for one in cited)


def entries_of(rows: Sequence[Row], provisions: Mapping[str, Provision]) -> tuple[Entry, ...]:
    """Return all versions of all entries in the order of the files. Invalid names file and entry."""
    by_key(rows)
    found = tuple(_entry(row, provisions) for row in rows)
    seen: dict[str, str] = {}
    for row, entry in zip(rows, found, strict=True):
        if seen.setdefault(entry.duty, entry.key) != entry.key:
            row.refuse(f"职责与条目 {seen[entry.duty]} 重复。", "duplicate")
    return found


def _entry(row: Row, provisions: Mapping[str, Provision]) -> Entry:
    row.only(
        *("key", "aspect", "title", "duty", "organisations", "roles", "basis"),
        *("finding", "causes", "measure", "version", "valid_from"),
    )
    entry = Entry(
        row.text("key"),
        row.word("aspect", Aspect),
        row.text("title"),
        row.text("duty"),
        row.words("organisations", OrganisationKind),
        row.words("roles", PersonRole),
        _basis(row, provisions),
        row.text("finding"),
        tuple(_cause(row, one) for one in row.texts("causes")),
        tuple(_measure(one) for one in row.rows("measure")),
        row.number("version", least=1, most=9999),
        row.day("valid_from"),
    )
    if not entry.organisations and not entry.roles:
        row.refuse("应当写明职责属于哪类单位（organisations）或者哪类人员（roles）。", "missing")
    if not entry.measures:
        row.refuse("缺少整改措施（measure）。", "missing")
    if not entry.blanks or re.search("[【】]", BLANK.sub("", entry.finding)):
        row.refuse("问题表述应当有成对的【】填空。", "no_blank")
    return entry


def _basis(row: Row, provisions: Mapping[str, Provision]) -> tuple[Provision, ...]:
    found = []
    for key in row.texts("basis", at_least=1):
        if key not in provisions:
            row.refuse(f"依据“{key}”不在条文目录中。", "unknown_law")
        found.append(provisions[key])
    return tuple(found)


def _cause(row: Row, name: str) -> str:
    code = codes.match(CodeTable.CAUSE, name)
    return row.refuse(f"原因“{name}”不在代码表中。", "unknown_word") if code is None else code


def _measure(row: Row) -> ProvenMeasure:
    row.only("text", "by", "proof", "days")
    return ProvenMeasure(
        row.text("text"), row.word("by", OrganisationKind), row.text("proof"), row.number("days", least=1, most=730)
    )
