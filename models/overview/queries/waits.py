"""What waits, on whom, until when: every open step of every running case as one UNION ALL."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import and_, false, true
from sqlalchemy.sql.elements import False_

from models.kernel.rights import whose_step as whose
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_documents
from models.kernel.rights.whose_step import Condition, Ways
from models.kernel.vocabulary import DocumentKind
from models.overview.queries.waiting.of_cases import (
    finished,
    incoming,
    left_above,
    recurred,
    relapsed,
    reopened,
    talks,
    to_evaluate,
    unsent,
    unsent_digests,
)
from models.overview.queries.waiting.of_measures import answers, disputes, owed, unnoticed, unverified
from models.overview.queries.waiting.of_papers import (
    drafts,
    steps,
    to_follow,
    unacknowledged,
    unproven,
    unreceipted,
    unserved,
)
from models.overview.queries.waiting.rows import TROUBLED, Rows, Wait
from models.papers.tables import Document
from models.rectification.tables import Talk

__all__ = ["TROUBLED", "Wait", "mine", "of_ladder", "seen"]


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of step: its rows, who may know of it, and on whom it waits."""

    rows: Callable[[], Rows]
    seen: Callable[[Actor], Condition]
    mine: Callable[[Actor], Condition | Ways]

    def of(self, actor: Actor, *conditions: Condition) -> list[Rows]:
        """Return the rows that wait on the actor, way by way; nothing where none can."""
        ways = self.mine(actor)
        every = ways if isinstance(ways, tuple) else (ways,)
        return [self.rows().where(way, *conditions) for way in every if not isinstance(way, False_)]


def seen(actor: Actor, *conditions: Condition) -> list[Rows]:
    """Return the rows of every kind that the actor may know of and that satisfy the conditions on `Case`."""
    ways = [(branch, branch.seen(actor)) for branch in BRANCHES]
    return [branch.rows().where(way, *conditions) for branch, way in ways if not isinstance(way, False_)] or [NOTHING]


def mine(actor: Actor, *conditions: Condition) -> list[Rows]:
    """Return the rows of every kind that wait on the actor and that satisfy the conditions on `Case`."""
    return [rows for branch in BRANCHES for rows in branch.of(actor, *conditions)] or [NOTHING]


def of_ladder(actor: Actor, *, only_mine: bool = False) -> list[Rows]:
    """Return what the ladder drafted and somebody asked for that waits for a decision: orders and reports about the
    late, talks, extensions, disputes of duty; of all the actor may know of, or `only_mine` to decide."""
    drafted = Document.kind.in_((DocumentKind.SUPERVISION_ORDER, DocumentKind.LATE_REPORT))
    narrowed = {
        drafts: drafted,
        steps: drafted,
        answers: whose.extension(),
        disputes: true(),
        talks: Talk.state == "proposed",
    }
    asked = [(branch, narrowed[branch.rows]) for branch in BRANCHES if branch.rows in narrowed]
    if only_mine:
        return [rows for branch, kept in asked for rows in branch.of(actor, kept)] or [NOTHING]
    return [branch.rows().where(branch.seen(actor), kept) for branch, kept in asked]


NOTHING = drafts().where(false())

BRANCHES = (
    Branch(unnoticed, whose.police, whose.officer),
    Branch(drafts, visible_documents, whose.drafter),
    Branch(steps, visible_documents, whose.step_taker),
    Branch(unserved, visible_documents, whose.server),
    Branch(unacknowledged, visible_documents, whose.served),
    Branch(unproven, visible_documents, whose.clerk),
    Branch(unreceipted, visible_documents, lambda actor: and_(whose.officer(actor), visible_documents(actor))),
    Branch(to_follow, visible_documents, lambda actor: and_(whose.officer(actor), visible_documents(actor))),
    Branch(incoming, whose.police, whose.officer),
    Branch(owed, visible_assignments, whose.holder),
    Branch(answers, visible_assignments, whose.judge),
    Branch(disputes, visible_assignments, whose.adjudicator),
    Branch(unverified, visible_assignments, whose.inspector),
    Branch(reopened, whose.police, whose.officer),
    Branch(left_above, whose.upper_drafter, whose.upper_drafter),
    Branch(talks, whose.police, whose.talker),
    Branch(finished, whose.police, whose.archivist),
    Branch(unsent, whose.police, whose.officer),
    Branch(unsent_digests, whose.police, whose.officer),
    Branch(to_evaluate, whose.police, whose.officer),
    Branch(recurred, whose.police, whose.officer),
    Branch(relapsed, whose.police, whose.officer),
)
