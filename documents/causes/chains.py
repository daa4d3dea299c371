"""Chains of causes: findings of one aspect and one unit, the unit whose duty was not done, and the measures that answer.

Only what the case says is linked: which finding names which unit, which measure answers which finding. Nothing says which
indirect cause lies behind which direct one; so the indirect ones lead to the direct ones as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from models.kernel.vocabulary import Aspect, FindingLevel, SubjectType
from models.papers.content import FindingEntry, MeasureEntry
from models.papers.content.causes import Causes

_CLAUSE = re.compile("[。；]")
_NUMBERS = 40  # lines: more measures than any unit was ever given
NAMED = 3
"""So many units of one finding are named in a box; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a box: the words that stand in it, the whole of what is said, and the finding or measure it is.

    Of `words` as many lines are drawn as `most`; numbers are never cut off.
    """

    words: str
    whole: str
    most: int = 3
    finding: str | None = None
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """Causes that one unit answers for, and what must be done about them; `aspect` is None for measures without a finding.

    `again` are measures that an earlier chain shows already, by their numbers.
    """

    level: FindingLevel
    aspect: Aspect | None
    causes: tuple[Item, ...]
    unit: Item | None
    measures: tuple[Item, ...]
    again: tuple[str, ...] = ()

    @property
    def answers(self) -> tuple[Item, ...]:
        """Return the measures, and below them in one box those that were shown before."""
        if not self.again:
            return self.measures
        told = f"又见措施{_spans(self.again)}"
        return (*self.measures, Item(told, told, _NUMBERS))


def chains(causes: Causes) -> tuple[Chain, ...]:
    """Return the chains in the order in which they are drawn: direct causes first, then by aspect, then as found."""
    answering: dict[str, list[MeasureEntry]] = {}
    for measure in causes.measures:
        for number in measure.findings:
            answering.setdefault(number, []).append(measure)
    drawn: set[str] = set()
    linked = [
        _chain(group, [_cause(one, numbered=causes.numbered) for one in found], _answers(found, answering), drawn)
        for group, found in _groups(causes.findings, answering)
    ]
    return (*linked, *_units_alone(causes), *_measures_alone(causes, drawn))


_Group = tuple[FindingLevel, Aspect, tuple[str, ...]]


def _groups(
    findings: Sequence[FindingEntry], answering: dict[str, list[MeasureEntry]]
) -> list[tuple[_Group, list[FindingEntry]]]:
    """Put together what one unit left undone in one aspect; what is nobody's failing, by the measures that answer it."""
    groups: dict[tuple[object, ...], tuple[_Group, list[FindingEntry]]] = {}
    for finding in findings:
        units = finding.organisations if finding.duty_failure else ()
        apart = () if units else tuple(measure.number for measure in answering.get(finding.number, ()))
        group = (finding.level, finding.aspect, units)
        groups.setdefault((*group, apart), (group, []))[1].append(finding)
    levels, aspects = list(FindingLevel), list(Aspect)
    return sorted(groups.values(), key=lambda one: (levels.index(one[0][0]), aspects.index(one[0][1])))


def _answers(found: Sequence[FindingEntry], answering: dict[str, list[MeasureEntry]]) -> dict[str, MeasureEntry]:
    return {measure.number: measure for one in found for measure in answering.get(one.number, ())}


def _chain(group: _Group, found: Sequence[Item], answers: dict[str, MeasureEntry], drawn: set[str]) -> Chain:
    """Return a chain, and put its measures down as drawn."""
    level, aspect, units = group
    new = tuple(_measure(measure) for number, measure in answers.items() if number not in drawn)
    again = tuple(number for number in answers if number in drawn)
    drawn.update(answers)
    return Chain(level, aspect, tuple(found), _unit(units) if units else None, new, again)


def _cause(finding: FindingEntry, *, numbered: bool) -> Item:
    """A finding by its tags, which name the cause in a word each; without tags by the first clause of what was found."""
    words = "、".join(finding.tags) or _first_clause(finding.text)
    said = _numbered(finding.number, words) if numbered else words
    return Item(said, finding.text, finding=finding.number)


def _measure(measure: MeasureEntry) -> Item:
    return Item(_numbered(measure.number, _first_clause(measure.text)), measure.text, measure=measure.number)


def _numbered(number: str, words: str) -> str:
    return f"{number}{'. ' if number.isdigit() else ' '}{words}"


def _first_clause(text: str) -> str:
    return _CLAUSE.split(text.strip(), maxsplit=1)[0]


def _unit(names: Sequence[str]) -> Item:
    whole = "、".join(names)
    return Item(whole if len(names) <= NAMED else f"{'、'.join(names[:NAMED])}等{len(names)}个单位", whole, 4)


def _units_alone(causes: Causes) -> Iterable[Chain]:
    """Units whose duty was not done though no finding names them; people stand in no picture."""
    named = {unit for finding in causes.findings if finding.duty_failure for unit in finding.organisations}
    units = (one for one in causes.duties if one.subject_type is SubjectType.ORGANISATION and one.not_done)
    for subject in dict.fromkeys(duty.subject for duty in units):
        if subject not in named:
            yield Chain(FindingLevel.INDIRECT, Aspect.MANAGEMENT, (), Item(subject, subject), ())


def _measures_alone(causes: Causes, drawn: set[str]) -> Iterable[Chain]:
    left = [_measure(measure) for measure in causes.measures if measure.number not in drawn]
    if left:
        yield Chain(FindingLevel.INDIRECT, None, (), None, tuple(left))


def with_measures_folded(chain: Chain) -> Chain:
    """Return a chain whose measures stand in one box, by their numbers."""
    numbers = [one.measure for one in chain.measures if one.measure]
    if len(numbers) < 2:
        return chain
    told = f"措施{_spans(numbers)}（共{len(numbers)}项）"
    return replace(chain, measures=(Item(told, "；".join(one.whole for one in chain.measures), _NUMBERS),))


def with_causes_folded(chain: Chain) -> Chain:
    """Return a chain whose causes stand in one box, one after the other."""
    if len(chain.causes) < 2:
        return chain
    told = f"{len(chain.causes)}个问题：{'；'.join(one.words for one in chain.causes)}"
    return replace(chain, causes=(Item(told, "；".join(one.whole for one in chain.causes), 5),))


def _spans(numbers: Sequence[str]) -> str:
    """Return numbers in their order, those that follow each other as a span: M1、M3—M5、M8."""
    spans: list[list[str]] = []
    for number in sorted(numbers, key=_counted):
        letters, count = _counted(number)
        if spans and _counted(spans[-1][-1]) == (letters, count - 1):
            spans[-1].append(number)
        else:
            spans.append([number])
    return "、".join("、".join(span) if len(span) < 3 else f"{span[0]}—{span[-1]}" for span in spans)


def _counted(number: str) -> tuple[str, int]:
    letters = number.rstrip("0123456789")
    return letters, int(number[len(letters) :] or -1)
