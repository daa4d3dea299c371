"""How a letter calls units: its reader as who is spoken to, others by a name that the reader knows.

A problem is written for the case, where every unit has its short name. Who gets one page of it was never told them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import CaseOrganisation
from models.kernel.vocabulary import OrganisationKind
from models.office.tables import Organisation
from models.papers.content import FindingEntry, Head, MeasureEntry
from models.papers.content.reader import reader

Texts = tuple[tuple[FindingEntry, ...], tuple[MeasureEntry, ...]]
# 市教育局, 鄂城大队 are ends of a name by which everybody around knows the unit; the end of a firm's name tells nobody which.
_PRIVATE = (OrganisationKind.ENTERPRISE, OrganisationKind.INSPECTION_AGENCY, OrganisationKind.OTHER)
_PLACES = frozenset("省市区县镇乡")


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    short: str | None
    kind: OrganisationKind

    @property
    def told(self) -> bool:
        """Whether its short name must be introduced to who has not read the case."""
        return bool(self.short) and (not self.name.endswith(str(self.short)) or self.kind in _PRIVATE)


def named_for(
    session: Session,
    case_id: int,
    head: Head,
    findings: Sequence[FindingEntry],
    measures: Sequence[MeasureEntry],
) -> Texts:
    """Return problems and measures of a case as their one reader is told them. One statement."""
    rows = session.execute(
        select(Organisation.name, Organisation.kind, CaseOrganisation.details)
        .join(CaseOrganisation, CaseOrganisation.organisation_id == Organisation.id)
        .where(CaseOrganisation.case_id == case_id)
        .order_by(Organisation.id)
    )
    units = [_Unit(row.name, row.details.get("short_name"), row.kind) for row in rows]
    said = [_with_subject(one) for one in findings]
    texts = _named([*said, *(one.text for one in measures)], units, head)
    count = len(findings)
    return (
        tuple(one.model_copy(update={"text": text}) for one, text in zip(findings, texts[:count], strict=True)),
        tuple(one.model_copy(update={"text": text}) for one, text in zip(measures, texts[count:], strict=True)),
    )


_REFERS_BACK = re.compile("该(?:公司|企业|单位|机构|局|中心|校|大队|支队)")


def _with_subject(finding: FindingEntry) -> str:
    """The text of a problem; one that begins with 该公司 names it, for what was said before stands in another paper."""
    begins = _REFERS_BACK.match(finding.text)
    if begins is None or len(finding.organisations) != 1:
        return finding.text
    return finding.organisations[0] + finding.text[begins.end() :]


def _named(texts: Sequence[str], units: Sequence[_Unit], head: Head) -> list[str]:
    """Return texts in which the reader is 你局, and a short name first stands with the name that it is short for."""
    by_word = {unit.name: unit for unit in units} | {str(unit.short): unit for unit in units if unit.short}
    if not by_word:
        return list(texts)
    words = re.compile("|".join(re.escape(word) for word in sorted(by_word, key=len, reverse=True)))
    uses = [by_word[found[0]].name for text in texts for found in words.finditer(text)]
    spoken_to = reader(head)
    known: set[str] = set()

    def called(found: re.Match[str]) -> str:
        word, unit = found[0], by_word[found[0]]
        begins = found.string[: found.start()]
        if word != unit.name and begins and begins[-1] in _PLACES and word[0] in _PLACES:
            return word  # 华容区交通运输局 is not 区交通运输局
        if head.recipients == (unit.name,):
            return spoken_to
        if not unit.told:
            return word
        if unit.name in known:
            return str(unit.short)
        known.add(unit.name)
        return f"{unit.name}（以下简称{unit.short}）" if uses.count(unit.name) > 1 else unit.name

    return [words.sub(called, text) for text in texts]
