"""Duties that were not done, as report and proposal tell them: each under its number, what several share told once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from documents.kinds.sentences import sentence
from documents.layout.measures import KAI
from documents.layout.text import body, led
from models.kernel.vocabulary import SubjectType
from models.papers.content import DutyEntry
from models.papers.content.wording import NOTHING, listed, norms, ordinal


def duties(entries: Sequence[DutyEntry]) -> str:
    """Each duty under its number; what several have in common is told with the first, and the others point there."""
    return "".join(_duty(n, entry) for n, entry in enumerate(each_once(entries, lambda n: f"第（{ordinal(n)}）项"), 1))


def each_once(entries: Sequence[DutyEntry], called: Callable[[int], str]) -> list[DutyEntry]:
    """Return the entries so that a fact that several share is told with the first; `called` names an entry by its place."""
    told: dict[str, int] = {}
    return [_once(n, entry, told, called) for n, entry in enumerate(entries, 1)]


def subject(entry: DutyEntry) -> str:
    """Whose duty it was; a person with unit and post."""
    post = "".join(part for part in (entry.organisation, entry.position) if part)
    return f"{entry.subject}（{post}）" if post and entry.subject_type is SubjectType.PERSON else entry.subject


def basis(entry: DutyEntry) -> str:
    """The norms of a duty that the duty itself is not told by."""
    told = entry.duty or ""
    named = norms(norm for norm in entry.basis if norm not in told)
    return "" if named == NOTHING or named in told or norms(entry.basis) in told else named


def _duty(n: int, entry: DutyEntry) -> str:
    """A duty and its basis, how it was not done and what proves it; what nobody said is not there."""
    told = (
        ("应尽职责", sentence(entry.duty)),
        ("职责依据", sentence(basis(entry))),
        ("未履行情况", sentence(entry.not_done)),
        ("证据", sentence(listed(entry.evidence)) if entry.evidence else ""),
    )
    others = beside(entry)
    return led(f"（{ordinal(n)}）{subject(entry)}。", f"有关情况：{others}" if others else "", KAI) + "".join(
        body(f"{label}：{words}") for label, words in told if words
    )


def beside(entry: DutyEntry) -> str:
    """The facts that are not told again as what was not done."""
    failed = set((entry.not_done or "").split("。"))
    return "".join(f"{fact}。" for fact in sentence(entry.facts).split("。") if fact and fact not in failed)


def _once(n: int, entry: DutyEntry, told: dict[str, int], called: Callable[[int], str]) -> DutyEntry:
    failed, others = _facts_of(entry.not_done), _facts_of(beside(entry))
    new = [fact for fact in failed if fact not in told]
    before = sorted({told[fact] for fact in failed if fact in told})
    kept = [fact for fact in others if fact not in told]
    told.update(dict.fromkeys((*new, *kept), n))
    if len(new) == len(failed) and len(kept) == len(others):
        return entry
    places = "、".join(called(place) for place in before)
    shared = [f"与{places}所列情况{'部分' if new else ''}相同"] if before else []
    return entry.model_copy(update={"not_done": _joined((*shared, *new)), "facts": _joined(kept)})


def _facts_of(text: str | None) -> list[str]:
    return [fact for fact in sentence(text).split("。") if fact]


def _joined(facts: Iterable[str]) -> str | None:
    return "".join(f"{fact}。" for fact in facts) or None
