"""整改措施: what must be done, by whom, and what they answered."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column, counted, entered
from models.kernel.vocabulary import AssignmentState, MilestoneKind, Outcome, Part, ReplyKind, Verdict


class Measure(Base):
    """What must be done about findings and how it is proved."""

    __tablename__ = "measures"
    __table_args__ = (UniqueConstraint("case_id", "ref"), CheckConstraint("text <> ''", name="worded"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as M1")
    position: Mapped[int] = column("order in the report")
    text: Mapped[str] = column("what must be done")
    proof: Mapped[str | None] = column("how it is proved")
    withdrawn_at: Mapped[datetime | None] = column("when the measure was withdrawn; a measure is never deleted")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class MeasureFinding(Base):
    """A finding a measure answers."""

    __tablename__ = "measure_findings"

    measure_id: Mapped[int] = column("measure", ForeignKey("measures.id"), primary_key=True)
    finding_id: Mapped[int] = column("finding", ForeignKey("findings.id"), primary_key=True, index=True)


class Milestone(Base):
    """阶段目标 of a measure, with a clock of its own in the hands of its lead: interim control, a stage, long-term work."""

    __tablename__ = "milestones"
    __table_args__ = (UniqueConstraint("measure_id", "ref"), CheckConstraint("text <> ''", name="worded"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    measure_id: Mapped[int] = column("measure", ForeignKey("measures.id"))
    ref: Mapped[str] = column("short name inside the measure, as S1")
    kind: Mapped[MilestoneKind] = column("interim control, long-term work or a stage")
    text: Mapped[str] = column("what must be reached")
    due_on: Mapped[date | None] = column("until when; null starts no clock")
    withdrawn_at: Mapped[datetime | None] = column("when it was withdrawn; a milestone is never deleted")


class Assignment(Base):
    """A measure in the hands of one responsible unit. Lateness and whose turn it is are derived from its deadlines."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("measure_id", "organisation_id"),
        Index("ix_assignments_case_state", "case_id", "state"),
        Index("ix_assignments_organisation_state", "organisation_id", "state"),
        # Completion and rank look at what is open and at what was closed since New Year.
        Index("ix_assignments_closed", "closed_at"),
        CheckConstraint("(state = 'closed') = (outcome IS NOT NULL)", name="closed_with_outcome"),
        CheckConstraint("released_at IS NULL OR state = 'closed'", name="released_is_closed"),
        CheckConstraint("served_by_id <> id", name="served_by_another"),
        # Of those alone that are merged: SQLite would go through all that are not by an index that held them.
        Index(
            "ix_assignments_served_by_id",
            "served_by_id",
            sqlite_where=text("served_by_id IS NOT NULL"),
            postgresql_where=text("served_by_id IS NOT NULL"),
        ),
        Index(
            "uq_assignments_lead",
            "measure_id",
            unique=True,
            sqlite_where=text("part = 'lead' AND released_at IS NULL"),
            postgresql_where=text("part = 'lead' AND released_at IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    measure_id: Mapped[int] = column("measure", ForeignKey("measures.id"))
    organisation_id: Mapped[int] = column("responsible unit", ForeignKey("organisations.id"))
    part: Mapped[Part] = column("lead or cooperating")
    responsible_person: Mapped[str | None] = column("who answers for it there")
    due_on: Mapped[date | None] = column("its own date; null where the default limit counts")
    state: Mapped[AssignmentState] = column("where it stands")
    outcome: Mapped[Outcome | None] = column("how it ended")
    outcome_reason: Mapped[str | None] = column("why it ended so, where it was not simply done")
    notice_id: Mapped[int | None] = column("notice that carries it", ForeignKey("documents.id"), index=True)
    delegated_to_id: Mapped[int | None] = column(
        "subordinate that does the work; the principal stays responsible", ForeignKey("organisations.id"), index=True
    )
    closed_at: Mapped[datetime | None] = column("when it was closed")
    released_at: Mapped[datetime | None] = column("when the unit was taken out of the measure; null while it holds it")
    served_by_id: Mapped[int | None] = column(
        "合并整改: the same unit's measure in another case whose work counts here too",
        ForeignKey("assignments.id"),
    )


class Reply(Base):
    """整改反馈: one answer about one measure of one unit."""

    __tablename__ = "replies"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("(kind = 'extension') = (requested_due_on IS NOT NULL)", name="extension_names_a_date"),
        CheckConstraint("milestone_id IS NULL OR kind = 'progress'", name="progress_names_a_milestone"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_somebody"),
        Index(
            "ix_replies_extension",
            "assignment_id",
            sqlite_where=text("kind = 'extension'"),
            postgresql_where=text("kind = 'extension'"),
        ),
        Index("uq_replies_copy", "original_id", "assignment_id", unique=True),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as R1")
    assignment_id: Mapped[int] = column("measure and unit it is about", ForeignKey("assignments.id"), index=True)
    organisation_id: Mapped[int] = column("unit that answers", ForeignKey("organisations.id"))
    kind: Mapped[ReplyKind] = column("plan, progress, completion, refusal, extension or dispute")
    text: Mapped[str] = column("what they say")
    requested_due_on: Mapped[date | None] = column("new date asked for")
    incoming_number: Mapped[str | None] = column("来文号 of a paper reply")
    author_id: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    on_behalf: Mapped[bool] = column("代录: entered by our officer or clerk from paper", default=False)
    happened_at: Mapped[datetime] = column("when it was given")
    recorded_at: Mapped[datetime] = column("when it was entered here")
    milestone_id: Mapped[int | None] = column(
        "阶段目标 that a progress report says is reached", ForeignKey("milestones.id"), index=True
    )
    original_id: Mapped[int | None] = column(
        "合并整改: reply in the other case of which this one is the copy", ForeignKey("replies.id")
    )
    withdrawn_at: Mapped[datetime | None] = column("撤回: when it was taken back")
    withdrawn_by: Mapped[int | None] = column("who took it back", ForeignKey("users.id"))


class ReplyFile(Base):
    """A file that came with a reply."""

    __tablename__ = "reply_files"
    __table_args__ = (UniqueConstraint("reply_id", "sha256"),)

    id: Mapped[int] = column("row number", primary_key=True)
    reply_id: Mapped[int] = column("reply", ForeignKey("replies.id"))
    file_name: Mapped[str] = column("name of the file as it arrived, made safe")
    media_type: Mapped[str] = column("type found by looking into the file")
    size: Mapped[int] = column("bytes")
    sha256: Mapped[str] = column("hash of the file, the key in the store")
    other_names: Mapped[JsonList | None] = column("further names under which the same file came")


class Assessment(Base):
    """研判 of a reply; one each, by someone other than its author."""

    __tablename__ = "assessments"
    __table_args__ = (
        CheckConstraint("verdict IN ('accepted', 'accepted_alternate') OR reason IS NOT NULL", name="refusal_reasoned"),
    )

    reply_id: Mapped[int] = column("reply", ForeignKey("replies.id"), primary_key=True)
    verdict: Mapped[Verdict] = column("accepted, accepted alternate, partial or returned")
    reason: Mapped[str | None] = column("why")
    granted_due_on: Mapped[date | None] = column("new date granted to an extension request")
    assessor_id: Mapped[int] = column("who assessed", ForeignKey("users.id"))
    assessed_at: Mapped[datetime] = column("when")


class Verification(Base):
    """现场复查 on site, by neither the author of the reply nor its assessor; by two officers together, or jointly with the
    authority, where there is nobody else."""

    __tablename__ = "verifications"
    __table_args__ = (Index("uq_verifications_copy", "original_id", "assignment_id", unique=True),)

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    assignment_id: Mapped[int] = column("measure and unit", ForeignKey("assignments.id"), index=True)
    passed: Mapped[bool] = column("whether it was found done")
    place: Mapped[str] = column("where it was looked at")
    note: Mapped[str] = column("what was seen")
    photo_sha256: Mapped[str | None] = column("hash of the photo, the key in the store")
    photo_name: Mapped[str | None] = column("name of the photo")
    verifier_id: Mapped[int] = column("who looked", ForeignKey("users.id"))
    verified_at: Mapped[datetime] = column("when")
    together_with_id: Mapped[int | None] = column(
        "second officer who looked along (两人共同复查)", ForeignKey("users.id")
    )
    joint_with: Mapped[str | None] = column("unit and person of the authority who took part (联合验收)")
    original_id: Mapped[int | None] = column(
        "合并整改: verification in the other case of which this one is the copy", ForeignKey("verifications.id")
    )
