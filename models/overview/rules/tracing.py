"""回溯: what came of what in a case, as a graph that is walked forward and backward.

A notice lists several measures, and an order too: who follows one measure through them must not arrive at the answers to
another. So a link that belongs to the course of one measure says which, and a walk keeps to it once it took such a link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from models.kernel.vocabulary import Word


class Traced(Word):
    """What can be met on the way from evidence to the volume, in this order."""

    EVIDENCE = "evidence", "证据"
    FINDING = "finding", "问题"
    MEASURE = "measure", "整改措施"
    PAPER = "paper", "文书"
    REPLY = "reply", "整改反馈"
    ASSESSMENT = "assessment", "研判"
    VERIFICATION = "verification", "现场复查"
    ITEM = "item", "问责事项"
    ARCHIVE = "archive", "监管回溯档案"


@dataclass(frozen=True, slots=True)
class Node:
    """One thing of a case. `key` is its own in the case; `ref` its short name, empty where it has none; `what` the words
    for its kind, `text` what it says; `at` when it came to be, where that is told; `void` that it counts no more."""

    key: str
    kind: Traced
    ref: str
    what: str
    text: str
    at: datetime | None = None
    void: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """That one thing led to another (their keys); `measure` is the key of the measure in whose course it did."""

    before: str
    after: str
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class Happening:
    """A step in the course of a measure in one unit's hands. `opens`: a paper that hands the measure out; `of`: the reply
    that an assessment is about."""

    key: str
    kind: Traced
    at: datetime
    opens: bool = False
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A thing met on a walk, `depth` steps from its beginning; `again` where what follows stands further above."""

    key: str
    depth: int
    again: bool


_BEFORE: Mapping[Traced, tuple[Traced, ...]] = {
    Traced.REPLY: (Traced.PAPER,),
    Traced.VERIFICATION: (Traced.ASSESSMENT, Traced.REPLY, Traced.PAPER),
}
"""What a step follows from: a reply from the paper that asked for it."""
_ORDER = list(Traced)


def key_of(kind: Traced, name: object) -> str:
    """Return the key of a thing by the name it has among its kind, as measure/M3."""
    return f"{kind.value}/{name}"


def course(measure: str, happenings: Iterable[Happening]) -> list[Link]:
    """Return the links of a measure (its key) in one unit's hands, by the moments of what happened."""
    past: list[Happening] = []
    links = []
    for one in sorted(happenings, key=lambda one: (one.at, _ORDER.index(one.kind), one.key)):
        links.append(Link(one.of or _cause(one, past) or measure, one.key, measure))
        past.append(one)
    return links


def _cause(one: Happening, past: Sequence[Happening]) -> str | None:
    """Return what a step follows from: an order from the newest of all, others from the newest of the nearest kind."""
    if one.opens:
        return None
    if one.kind is Traced.PAPER:
        return past[-1].key if past else None
    return next(
        (before.key for kind in _BEFORE.get(one.kind, ()) for before in reversed(past) if before.kind is kind), None
    )


def proposed_after(
    links: Sequence[Link], orders: Mapping[str, datetime], proposals: Mapping[str, datetime]
) -> list[Link]:
    """Return the links from orders to the proposals that came later and rest on a finding which their measures answer.

    `orders` and `proposals` are keys with the moment of each.
    """
    into: defaultdict[str, set[str]] = defaultdict(set)
    for link in links:
        into[link.after].add(link.before)
    rests_on = {
        proposal: {finding for item in into[proposal] for finding in into[item]} - {proposal} for proposal in proposals
    }
    found = {
        Link(link.after, proposal, link.measure)
        for link in links
        if link.measure is not None and link.after in orders
        for proposal, findings in rests_on.items()
        if orders[link.after] <= proposals[proposal] and findings & into[link.measure]
    }
    return sorted(found, key=lambda link: (link.before, link.after, link.measure or ""))


def laid_down(nodes: Iterable[Node], links: Sequence[Link], volumes: Sequence[str]) -> list[Link]:
    """Return the links into the volumes: of all that nothing follows from, in the course of a measure or at all."""
    led: set[tuple[str, str | None]] = {(link.before, link.measure) for link in links}
    led |= {(link.before, None) for link in links}
    ends: set[tuple[str, str | None]] = {(link.after, link.measure) for link in links if link.measure is not None}
    ends |= {(node.key, None) for node in nodes if node.key not in volumes}
    last = sorted((key, measure or "") for key, measure in ends if (key, measure) not in led)
    # What ends some course has been laid down by it.
    told = {key for key, measure in last if measure}
    kept = [(key, measure) for key, measure in last if measure or key not in told]
    return [Link(key, volume, measure or None) for key, measure in kept for volume in volumes]


@dataclass(frozen=True, slots=True)
class Graph:
    """The things of a case that somebody may know of, and what led to what among them."""

    nodes: Mapping[str, Node]
    links: Sequence[Link]

    def named(self, ref: str) -> tuple[str, ...]:
        """Return the keys of what bears a short name, or of the one thing whose key it is; nothing where none does."""
        return tuple(key for key, node in self.nodes.items() if ref and ref in (node.ref, key))

    def beginnings(self) -> tuple[str, ...]:
        """Return what nothing led to, in the order of the things."""
        led_to = {link.after for link in self.links}
        return tuple(key for key in self.nodes if key not in led_to)

    def walk(self, start: Iterable[str], *, forward: bool) -> list[Step]:
        """Return what is met from `start` on, each before what follows from it (or, backward, before what led to it)."""
        ways = self._ways(forward)
        steps: list[Step] = []
        seen: set[tuple[str, str | None]] = set()
        for key in start:
            waiting: list[tuple[str, str | None, int]] = [(key, None, 0)]
            while waiting:  # not by recursion: a course may be as long as years of orders make it
                here, measure, depth = waiting.pop()
                onward = list(dict.fromkeys(_onward(ways.get(here, ()), measure)))
                again = bool(onward) and (here, measure) in seen
                steps.append(Step(here, depth, again))
                if not again:
                    seen.add((here, measure))
                    waiting.extend((there, course, depth + 1) for there, course in reversed(onward))
        return steps

    def _ways(self, forward: bool) -> dict[str, list[tuple[str, str | None]]]:
        ways: defaultdict[str, list[tuple[str, str | None]]] = defaultdict(list)
        for link in self.links:
            here, there = (link.before, link.after) if forward else (link.after, link.before)
            ways[here].append((there, link.measure))
        place = {key: number for number, key in enumerate(self.nodes)}
        return {here: sorted(there, key=lambda one: (place[one[0]], one[1] or "")) for here, there in ways.items()}


def _onward(ways: Iterable[tuple[str, str | None]], measure: str | None) -> Iterator[tuple[str, str | None]]:
    """Yield where a walk may go on that keeps to the course of a measure."""
    for there, course in ways:
        if course is None or measure is None or course == measure:
            yield there, course or measure


def graph(nodes: Iterable[Node], links: Iterable[Link]) -> Graph:
    """Return the graph; a link of which one end is not told is left out, and each stands once."""
    known = {node.key: node for node in nodes}
    kept = dict.fromkeys(link for link in links if link.before in known and link.after in known)
    return Graph(known, tuple(kept))
