"""Which clocks and events an actor may see: they follow from the papers, measures and answers they are about."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from models.accountability.tables import Reader
from models.case.tables import Case
from models.clock.rules.escalation import RECIPIENT_RULES
from models.clock.tables import Deadline
from models.kernel.base import Json
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import (
    CHAIN,
    POLICE,
    in_territory,
    takes_part,
    visible_assignments,
    visible_documents,
    watched_assignments,
)
from models.kernel.vocabulary import Role, Turn
from models.papers.tables import Document
from models.rectification.tables import Assignment

# What a recipient learns of the record; who reviewed, signed or commented inside our unit is not its business.
TOLD_TO_AGENCIES = frozenset(
    {
        "paper_delivered",
        "paper_acknowledged",
        "notice_delegated",
        "reply_given",
        "reply_withdrawn",
        "reply_assessed",
        "extension_decided",
        "dispute_adjudicated",
        "cooperating_removed",
        "lead_changed",
        "measure_merged",
        "measure_unmerged",
        "responsible_changed",
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
# They tell of subjects of accountability, whether or not a proposal names them yet.
ABOUT_SUBJECTS = frozenset({"accountability_added", "accountability_changed", "organ_confirmed", "person_identified"})
# What of an event's facts only those learn who see the subjects.
COUNTS_SUBJECTS = frozenset({"accountability"})
ACCOUNT = "account"  # the ladder's last rung puts a unit on the list of subjects


def visible_deadlines(actor: Actor, clock: type[Deadline] = Deadline) -> ColumnElement[bool]:
    """Clocks of visible cases except those of papers the actor may not see; agencies: their own clocks, never ours, and
    how the units stand that cooperate in what they lead. `clock` is the entity that is asked about, where it is aliased."""
    if actor.has(Role.SYSTEM):
        return true()
    paper = exists(
        select(1)
        .select_from(Document)
        .where(Document.id == clock.document_id, visible_documents(actor))
        .correlate(clock)
    )
    of_seen_paper = or_(clock.document_id.is_(None), paper)
    ways: list[ColumnElement[bool]] = []
    if actor.has(*POLICE):
        unit = exists(
            select(1)
            .select_from(Case)
            .where(Case.id == clock.case_id, in_territory(actor, Case.__table__.c.unit_id))
            .correlate(clock)
        )
        ways.append(and_(unit, of_seen_paper))
    if actor.has(Role.AGENCY):
        hand = exists(
            select(1)
            .select_from(Assignment)
            .where(Assignment.id == clock.assignment_id, visible_assignments(actor))
            .correlate(clock)
        )
        own = or_(in_territory(actor, clock.organisation_id), hand)
        ways.append(and_(clock.turn == Turn.THEIRS, own, of_seen_paper))
        watched = exists(
            select(1)
            .select_from(Assignment)
            .where(Assignment.id == clock.assignment_id, watched_assignments(actor))
            .correlate(clock)
        )
        ways.append(and_(clock.rule_code.in_(RECIPIENT_RULES), watched))
    return and_(or_(*ways), takes_part(actor, clock.case_id)) if ways else false()


def restricted_clocks() -> ColumnElement[bool]:
    """Clocks of papers that are known by list only; all others are the same to everybody of a scope."""
    return exists(
        select(1)
        .select_from(Document)
        .where(Document.id == Deadline.document_id, Document.restricted)
        .correlate(Deadline)
    )


def listed_clocks(actor: Actor) -> ColumnElement[bool]:
    """Of these no fewer than the actor may know of: by the lists on which the actor stands, as long as nothing but a list
    tells of a paper. Who takes steps of a chain learns of papers by them, too."""
    if actor.has(*CHAIN, Role.SYSTEM) or actor.stands_in:
        return restricted_clocks()
    lists = select(Reader.document_id).where(Reader.user_id == actor.id, Reader.removed_at.is_(None))
    return and_(Deadline.document_id.in_(lists), restricted_clocks())


@dataclass(frozen=True, slots=True)
class Sight:
    """What an actor sees of one case, by short names; `whole` for those who see the case as the police do, `subjects`
    for those who may know whose accountability is looked at."""

    whole: bool
    subjects: bool
    papers: Collection[str]
    hidden_papers: Collection[str]
    hands: Collection[tuple[str, str]]  # measure and unit
    replies: Collection[str]
    clocks: Collection[str]

    # What an event says is JSON: each kind has facts of its own, and those of every version stay readable.
    def shows(self, kind: str, data: Json) -> bool:
        """Return whether an event may be told: never one about a hidden paper, to agencies only what is theirs."""
        paper = data.get("paper")
        if paper in self.hidden_papers or not (self.subjects or self._without_subjects(kind, data)):
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

    def facts(self, data: Json) -> Json:
        """Return the facts of an event as far as they may be told."""
        return data if self.subjects else {name: data[name] for name in data if name not in COUNTS_SUBJECTS}

    def _without_subjects(self, kind: str, data: Json) -> bool:
        """Return whether an event tells nothing of subjects; a volume's package is known by the papers in it."""
        packed_unseen = kind in ("archive_packed", "package_listed") and bool(self.hidden_papers)
        return kind not in ABOUT_SUBJECTS and data.get("rung") != ACCOUNT and not packed_unseen
