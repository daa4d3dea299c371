"""Which clocks and events an actor may see: they follow from the papers, measures and answers they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from models.rules.policy import Actor
from models.rules.vocabulary import Role, Turn
from models.tables import Assignment, Case, Deadline, Document

from .visible import POLICE, in_territory, visible_assignments, visible_documents

# What a recipient learns of the record; who reviewed, signed or commented inside our house is not its business.
TOLD_TO_AGENCIES = frozenset(
    {
        "paper_delivered",
        "paper_acknowledged",
        "notice_delegated",
        "reply_given",
        "reply_assessed",
        "extension_decided",
        "dispute_decided",
        "measure_verified",
        "measure_closed",
        "order_lifted",
        "order_ended",
        "warning_withdrawn",
        "deadline_replanned",
        "deadline_suspended",
        "deadline_resumed",
    }
)
# They tell of subjects of accountability: hidden together with the proposal that names them.
ABOUT_SUBJECTS = frozenset({"accountability_added", "organ_confirmed"})


def visible_deadlines(actor: Actor) -> ColumnElement[bool]:
    """Clocks of visible cases except those of papers the actor may not see; agencies: their own clocks, never ours."""
    if actor.has(Role.SYSTEM):
        return true()
    paper = exists(
        select(1)
        .select_from(Document)
        .where(Document.id == Deadline.document_id, visible_documents(actor))
        .correlate(Deadline)
    )
    of_seen_paper = or_(Deadline.document_id.is_(None), paper)
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        unit = exists(
            select(1)
            .select_from(Case)
            .where(Case.id == Deadline.case_id, in_territory(actor, Case.__table__.c.unit_id))
            .correlate(Deadline)
        )
        ways.append(and_(unit, of_seen_paper))
    if actor.has(Role.AGENCY):
        hand = exists(
            select(1)
            .select_from(Assignment)
            .where(Assignment.id == Deadline.assignment_id, visible_assignments(actor))
            .correlate(Deadline)
        )
        own = or_(in_territory(actor, Deadline.__table__.c.organisation_id), hand)
        ways.append(and_(Deadline.turn == Turn.THEIRS, own, of_seen_paper))
    return or_(*ways) if ways else false()


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor sees of one case, by short names; `whole` for those who see the case as the police do."""

    whole: bool
    papers: Collection[str]
    hidden_papers: Collection[str]
    hands: Collection[tuple[str, str]]  # measure and unit
    replies: Collection[str]
    clocks: Collection[str]

    def shows(self, kind: str, data: dict[str, Any]) -> bool:
        """Return whether an event may be told: never one about a hidden paper, to agencies only what is theirs."""
        paper = data.get("paper")
        if paper in self.hidden_papers or (self.hidden_papers and kind in ABOUT_SUBJECTS):
            return False
        if self.whole:
            return data.get("deadline") is None or data["deadline"] in self.clocks
        if kind not in TOLD_TO_AGENCIES:
            return False
        measure, unit = data.get("measure"), data.get("organisation")
        return (
            paper in self.papers
            or (measure, unit) in self.hands
            or data.get("reply") in self.replies
            or data.get("deadline") in self.clocks
        )
