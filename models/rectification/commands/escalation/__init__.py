"""The ladder of escalation: what a late deadline brings by itself (remind, warn, draft). Nothing it drafts leaves by
itself.

Many cases climb in one transaction: `look` reads what their clocks stand on, `decide` asks the pure rules, `tell` gathers
what goes into the month's papers, `write` puts down what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from models.case.tables import Case
from models.clock.queries.rulebook import rules_of
from models.kernel.act import Act
from models.kernel.case_lock import lock_case
from models.kernel.record.bulk_events import among
from models.kernel.rights import policy
from models.kernel.rights.visible import visible_cases
from models.kernel.vocabulary import Stage
from models.papers.commands.drafting import plan_papers

from .decide import Step, decide
from .look import look
from .tell import Telling, tell
from .write import write


@dataclass(frozen=True, slots=True)
class RungTold:
    """A rung that fired, for those who want to tell about it."""

    case_number: str
    deadline: str
    rung: str
    organisation: str
    due_on: date
    paper: str | None


@dataclass(frozen=True, slots=True)
class Fired(RungTold):
    """A rung that fired, and whether it is about a paper, or a subject, that only a named list knows."""

    restricted: bool

    def told(self) -> RungTold:
        """Return what is told of it."""
        return RungTold(self.case_number, self.deadline, self.rung, self.organisation, self.due_on, self.paper)


@dataclass(frozen=True, slots=True)
class Climbed:
    """What came of a batch: clocks looked at, cases they belong to, rungs that fired, and cases others are at work on."""

    looked_at: int
    cases: int
    fired: tuple[Fired, ...]
    held: tuple[int, ...]


def climb(act: Act, case_number: str) -> list[Fired]:
    """Fire every rung that the clocks of a case have reached by the day of the act; a second call fires none.

    Each rung fires once per version of a deadline, by a unique key. Only the system climbs.
    """
    policy.require(act.actor, "ladder.climb")
    return list(_climb(act, [lock_case(act, case_number)], dry_run=False).fired)


def climb_all(act: Act, case_ids: Sequence[int], *, wait: bool = False, dry_run: bool = False) -> Climbed:
    """Let many cases climb as `climb` lets one, in the order given: all of them, or by an exception none.

    A case that somebody else holds is left out and named in `held`, unless `wait`. With `dry_run` nothing is locked or
    written; what is told is what would be.
    """
    policy.require(act.actor, "ladder.climb")
    # Locked in one order by everyone, so that nobody waits in a ring; SQLite's one writer holds everything anyway.
    query = select(Case).where(among(Case.id, case_ids), visible_cases(act.actor)).order_by(Case.id)
    if not dry_run:
        query = query.with_for_update(skip_locked=not wait)
    found = {case.id: case for case in act.session.scalars(query)}
    climbed = _climb(act, [found[case_id] for case_id in case_ids if case_id in found], dry_run=dry_run)
    return Climbed(climbed.looked_at, climbed.cases, climbed.fired, tuple(one for one in case_ids if one not in found))


def _climb(act: Act, cases: Sequence[Case], *, dry_run: bool) -> Climbed:
    sight = look(act, [case for case in cases if case.stage is not Stage.DISCONTINUED])
    rules = rules_of(act)
    steps: list[Step] = []
    tellings: list[Telling] = []
    drafting: list[Step | Telling] = []
    for facts in sight.cases:
        climbed = list(decide(facts, sight, rules, act.today))
        told = tell(facts, sight, rules, act.today)
        steps += climbed
        tellings += told
        drafting += [*told, *climbed]
    drafting = [one for one in drafting if one.paper is not None]
    for one, drafted in zip(drafting, plan_papers(act, [one.paper for one in drafting if one.paper]), strict=True):
        one.drafted = drafted
    refs = _refs(tellings)
    fired = tuple(_told(step, refs) for step in steps)
    if not dry_run:
        write(act, sight.cases, steps, tellings)
    return Climbed(sum(len(facts.clocks) for facts in sight.cases), len(sight.cases), fired, ())


def _refs(tellings: Sequence[Telling]) -> dict[int, str]:
    """Return the short names of drafts that tell of late clocks, each beside the first clock that has none yet."""
    refs: dict[int, str] = {}
    for telling in tellings:
        if telling.drafted is not None:
            clock = next((clock for clock in telling.clocks if clock.id not in refs), None)
            if clock is not None:
                refs[clock.id] = telling.drafted.paper.ref
    return refs


def _told(step: Step, refs: dict[int, str]) -> Fired:
    told = refs.get(step.clock.id) if step.due.drafts_report else None
    return Fired(
        case_number=step.case.case_number,
        deadline=step.clock.key,
        rung=step.due.rung.code,
        organisation=step.unit.name,
        due_on=step.clock.due_on,
        paper=told if step.drafted is None else step.drafted.paper.ref,
        restricted=step.restricted,
    )
