"""Numbers within a paper: problems, measures, evidence and materials are counted in it, never by the case's own keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from models.kernel.vocabulary import FindingLevel
from models.papers.content import (
    AccountabilityProposal,
    AdvanceNotice,
    AnalysisReport,
    AppraisalEntry,
    ClueTransfer,
    Content,
    DutyEntry,
    Excerpt,
    Figure,
    FindingEntry,
    FurtherCase,
    MeasureEntry,
    RectificationNotice,
    StatementEntry,
    SurveyEntry,
    TimelineEntry,
    Told,
)

Entry = TypeVar("Entry", bound=Content)
Proved = TypeVar("Proved", TimelineEntry, AppraisalEntry, StatementEntry, SurveyEntry)
Further = Mapping[str, tuple[str, ...]]
"""Further fields of an entry that are changed with its number."""
Places = Mapping[str, str]
NUMBER, PROOF, MATERIAL = "{}", "证{}", "材料{}"
_KEY = re.compile(r"E\d+")
_NAMED_PROOF = re.compile(r"（(E\d+)）")
CAUSED, WORSENED = "引起事故", "加重后果"


def report(paper: AnalysisReport) -> AnalysisReport:
    """Number problems, measures and evidence of a report: direct causes first, then what each unit failed in."""
    findings = tuple(one for group in in_order(paper.findings) for one in group)
    listed, found = _places(paper.evidence, PROOF), _places(findings)
    shown = {one.evidence: f"（图{one.number}）" for one in paper.figures if one.evidence}
    proofs = {number: place + shown.get(number, "") for number, place in listed.items()}
    return paper.model_copy(
        update={
            "findings": _numbered(findings, also=lambda one: {"evidence": _cited(one.evidence, proofs)}),
            "road": paper.road.model_copy(update={"told": tuple(_with_proofs(one, listed) for one in paper.road.told)}),
            "timeline": _proved(paper.timeline, proofs),
            "appraisals": _proved(paper.appraisals, proofs),
            "statements": _proved(paper.statements, proofs),
            "survey": _proved(paper.survey, proofs),
            "duties": tuple(_listed_duty(entry, proofs, found) for entry in paper.duties),
            "measures": _measures(paper.measures, found),
            "evidence": _numbered(paper.evidence, PROOF),
            "figures": tuple(_figure(one, listed) for one in paper.figures),
        }
    )


def _with_proofs(told: Told, listed: Places) -> Told:
    """A sentence that names evidence in brackets by the case's own key, with the number that the paper gives it."""
    text = _NAMED_PROOF.sub(lambda found: f"（{listed.get(found[1], found[1])}）", told.text)
    return told.model_copy(update={"text": text})


def _figure(figure: Figure, listed: Places) -> Figure:
    return figure.model_copy(update={"evidence": listed.get(figure.evidence or "")})


def in_order(findings: Iterable[FindingEntry]) -> tuple[tuple[FindingEntry, ...], ...]:
    """Return the causes of the accident, what made it worse, then all else by the units that it names."""
    groups: dict[tuple[str, ...], list[FindingEntry]] = {(CAUSED,): [], (WORSENED,): []}
    for one in findings:
        worse = one.effect == WORSENED
        direct = (WORSENED if worse else CAUSED,) if one.level is FindingLevel.DIRECT else ("", *one.organisations)
        groups.setdefault(direct, []).append(one)
    return tuple(map(tuple, groups.values()))


def _proved(entries: tuple[Proved, ...], proofs: Places) -> tuple[Proved, ...]:
    """Cite evidence of the list by its number in the paper; what is written otherwise stays as it is."""
    return tuple(
        entry.model_copy(update={"evidence": proofs.get(entry.evidence or "", entry.evidence)}) for entry in entries
    )


def notice(paper: RectificationNotice) -> RectificationNotice:
    """Number problems and measures of a notice, in each of its cases from 1 on."""
    findings, measures = _asked(paper.findings, paper.measures)
    further = tuple(_further(part) for part in paper.further)
    return paper.model_copy(update={"findings": findings, "measures": measures, "further": further})


def _further(part: FurtherCase) -> FurtherCase:
    findings, measures = _asked(part.findings, part.measures)
    return part.model_copy(update={"findings": findings, "measures": measures})


def advance(paper: AdvanceNotice) -> AdvanceNotice:
    """Number hazards and measures of an advance notice."""
    hazards, measures = _asked(paper.hazards, paper.measures)
    return paper.model_copy(update={"hazards": hazards, "measures": measures})


def proposal(paper: AccountabilityProposal) -> AccountabilityProposal:
    """Number the evidence of a proposal."""
    proofs = _places(paper.evidence, PROOF)
    subjects = tuple(_duty(entry, proofs, {}) for entry in paper.subjects)
    return paper.model_copy(update={"subjects": subjects, "evidence": _numbered(paper.evidence, PROOF)})


def excerpt(paper: Excerpt) -> Excerpt:
    """Number problems and measures of an excerpt."""
    return paper.model_copy(update={"findings": _numbered(paper.findings), "measures": _numbered(paper.measures)})


def transfer(paper: ClueTransfer) -> ClueTransfer:
    """Number the materials of a transfer of clues."""
    going = _places(paper.materials, MATERIAL)
    clues = tuple(clue.model_copy(update={"materials": _cited(clue.materials, going)}) for clue in paper.clues)
    return paper.model_copy(update={"clues": clues, "materials": _numbered(paper.materials, MATERIAL)})


def _asked(
    findings: tuple[FindingEntry, ...], measures: tuple[MeasureEntry, ...]
) -> tuple[tuple[FindingEntry, ...], tuple[MeasureEntry, ...]]:
    """Problems and measures of a notice; it carries no list of evidence, so that it cites none."""
    found = _places(findings)
    return _numbered(findings, also=lambda _: {"evidence": ()}), _measures(measures, found)


def _measures(measures: tuple[MeasureEntry, ...], found: Places) -> tuple[MeasureEntry, ...]:
    return _numbered(measures, also=lambda one: {"findings": _cited(one.findings, found)})


def _duty(entry: DutyEntry, proofs: Places, found: Places) -> DutyEntry:
    return entry.model_copy(
        update={"evidence": _cited(entry.evidence, proofs), "findings": _cited(entry.findings, found)}
    )


def _listed_duty(entry: DutyEntry, proofs: Places, found: Places) -> DutyEntry:
    """A duty of a report: what was written of its evidence by hand stays beside what is listed."""
    by_hand = tuple(one for one in entry.evidence if _KEY.fullmatch(one) is None and one not in proofs)
    cited = _duty(entry, proofs, found)
    return cited.model_copy(update={"evidence": tuple(dict.fromkeys((*cited.evidence, *by_hand)))})


class _Listed(Protocol):
    @property
    def number(self) -> str: ...


def _places(entries: Iterable[_Listed], pattern: str = NUMBER) -> Places:
    return {entry.number: pattern.format(n) for n, entry in enumerate(entries, 1)}


def _cited(numbers: Iterable[str], places: Places) -> tuple[str, ...]:
    return tuple(places[number] for number in numbers if number in places)


def _numbered(
    entries: tuple[Entry, ...], pattern: str = NUMBER, also: Callable[[Entry], Further] = lambda _: {}
) -> tuple[Entry, ...]:
    return tuple(
        entry.model_copy(update={"number": pattern.format(n), **also(entry)}) for n, entry in enumerate(entries, 1)
    )
