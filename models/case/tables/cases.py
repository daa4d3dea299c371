"""The case: one investigation of one accident, or one work order about one hazard, and what it found."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text, union
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column, counted, entered
from models.kernel.vocabulary import Aspect, CaseKind, DocumentKind, FindingLevel, Grade, Stage, Trigger

STANDS = text("stage <> 'discontinued'")


class Case(Base):
    """深度调查案件, or 隐患交办: the work order about a hazard, which has no accident, no grade and no trigger.

    Whoever changes anything of a case locks this row first.
    """

    __tablename__ = "cases"
    __table_args__ = (
        CheckConstraint("stage <> 'discontinued' OR stage_reason IS NOT NULL", name="discontinued_with_reason"),
        CheckConstraint("trigger <> 'discretionary' OR trigger_reason IS NOT NULL", name="discretion_with_reason"),
        CheckConstraint("merged_into_id IS NULL OR stage = 'discontinued'", name="merged_case_is_over"),
        CheckConstraint("merged_into_id <> id AND split_from_id <> id", name="another_case"),
        CheckConstraint(
            "(kind = 'accident') = (accident_id IS NOT NULL) AND (kind = 'hazard') = (hazard_id IS NOT NULL)",
            name="about_one_thing",
        ),
        CheckConstraint(
            "(kind = 'accident') = (grade IS NOT NULL) AND (kind = 'accident') = (trigger IS NOT NULL)",
            name="only_accidents_are_graded",
        ),
        # A work order that was ended before its time gives its hazard free for another.
        Index("uq_cases_hazard_id", "hazard_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("ix_cases_unit_stage", "unit_id", "stage", "id"),
        # What waits on an officer is in the running cases: the archived ones become a hundred times as many.
        Index("ix_cases_officer_stage", "officer_id", "stage", "id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_number: Mapped[str] = column(
        "division, year and running number, as 4207-2026-0001; of a work order 4207-H2026-0001", unique=True
    )
    kind: Mapped[CaseKind] = column(
        "accident or hazard: what it is about", default=CaseKind.ACCIDENT, server_default=CaseKind.ACCIDENT.value
    )
    accident_id: Mapped[int | None] = column(
        "the accident; one case each; null where it is about a hazard", ForeignKey("accidents.id"), unique=True
    )
    hazard_id: Mapped[int | None] = column(
        "the hazard of a work order; one that stands each; null where it is about an accident",
        ForeignKey("hazards.id"),
    )
    title: Mapped[str] = column("how the case is called")
    unit_id: Mapped[int] = column("unit that investigates", ForeignKey("organisations.id"))
    officer_id: Mapped[int] = column("主办民警", ForeignKey("users.id"))
    sponsor_id: Mapped[int | None] = column("包案领导", ForeignKey("users.id"), index=True)
    stage: Mapped[Stage] = column("where the case stands")
    stage_reason: Mapped[str | None] = column("why it was discontinued, or archived without measures")
    grade: Mapped[Grade | None] = column("事故等级, computed (令493 art. 3); null where there is no accident")
    grade_provisional: Mapped[bool] = column("a figure is unknown; the grade is the lowest consistent one")
    trigger: Mapped[Trigger | None] = column("why the case exists, computed (令146 art. 29); null for a work order")
    trigger_reason: Mapped[str | None] = column("reason of a discretionary investigation")
    filed_at: Mapped[datetime] = column("when it was filed")
    clock_from: Mapped[datetime] = column(
        "start of the investigation's limit: the accident, receipt of a transfer, or the order"
    )
    merged_into_id: Mapped[int | None] = column(
        "并案: case that goes on with this one", ForeignKey("cases.id"), index=True
    )
    split_from_id: Mapped[int | None] = column(
        "分案: case this one was taken out of", ForeignKey("cases.id"), index=True
    )
    report_approved_at: Mapped[datetime | None] = column("when the analysis report was signed")
    closed_at: Mapped[datetime | None] = column("when it was archived or discontinued")
    version: Mapped[int] = column("raised by every change; a stale writer is told")
    last_seq: Mapped[int] = column("number of the last event of the chain")
    last_hash: Mapped[str] = column("hash of the last event of the chain")

    @property
    def stream_name(self) -> str:
        """Return what its events are hashed with."""
        return self.case_number

    @property
    def measures_since(self) -> datetime | None:
        """Return since when its measures are worked off: the report's approval; of a work order since it was opened."""
        return self.filed_at if self.kind is CaseKind.HAZARD else self.report_approved_at

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it so


class NotApplicable(Base):
    """A paper this case does not need, with who says so and why; printed in the archive's 备考表."""

    __tablename__ = "not_applicable"
    __table_args__ = (
        CheckConstraint("kind IN ('accountability_proposal', 'supervision_order')", name="only_papers_3_and_4"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), primary_key=True)
    kind: Mapped[DocumentKind] = column("paper that is not needed", primary_key=True)
    reason: Mapped[str] = column("why")
    approved_by: Mapped[int] = column("who approved it", ForeignKey("users.id"))
    approved_at: Mapped[datetime] = column("when")


class TeamMember(Base):
    """A member of the investigation team, as the report names it."""

    __tablename__ = "team_members"

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    ref: Mapped[str] = column("short name inside the case, as T1")
    name: Mapped[str | None] = column("name; null where the source names only the unit")
    role: Mapped[str] = column("lead, member, expert or another part, in words where no list has it")
    organisation_id: Mapped[int | None] = column("unit", ForeignKey("organisations.id"))
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class Finding(Base):
    """问题: a cause or failing."""

    __tablename__ = "findings"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("text <> ''", name="worded"),
        CheckConstraint("(reopened_at IS NULL) = (reopened_reason IS NULL)", name="reopened_with_reason"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as F1")
    position: Mapped[int] = column("order in the report")
    level: Mapped[FindingLevel] = column("direct or indirect")
    aspect: Mapped[Aspect] = column("person, vehicle, road, environment or management")
    text: Mapped[str] = column("what was found")
    cause_tags: Mapped[JsonList] = column("tags")
    legal_basis: Mapped[JsonList] = column("norms it departs from, as the report cites them")
    duty_failure: Mapped[bool] = column("a duty was not done")
    withdrawn_at: Mapped[datetime | None] = column("when the finding was withdrawn; a finding is never deleted")
    liability_id: Mapped[int | None] = column(
        "认定书 it is built on", ForeignKey("liability_decisions.id", name="fk_findings_liability_id"), index=True
    )
    reopened_at: Mapped[datetime | None] = column(
        "when its ground fell away; null once it was confirmed again, kept where it was withdrawn"
    )
    reopened_reason: Mapped[str | None] = column("why it must be confirmed again or withdrawn")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class FindingOrganisation(Base):
    """A unit a finding concerns."""

    __tablename__ = "finding_organisations"

    finding_id: Mapped[int] = column("finding", ForeignKey("findings.id"), primary_key=True)
    organisation_id: Mapped[int] = column("unit", ForeignKey("organisations.id"), primary_key=True, index=True)


class FindingPerson(Base):
    """A person a finding concerns."""

    __tablename__ = "finding_people"

    finding_id: Mapped[int] = column("finding", ForeignKey("findings.id"), primary_key=True)
    person_id: Mapped[int] = column("person", ForeignKey("people.id"), primary_key=True)


class Evidence(Base):
    """证据: a file or a reference; the hash is taken on arrival."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("(sha256 IS NULL) <> (reference IS NULL)", name="file_or_reference"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as E1")
    title: Mapped[str] = column("what it is")
    finding_id: Mapped[int | None] = column("finding it supports", ForeignKey("findings.id"), index=True)
    file_name: Mapped[str | None] = column("name of the file as it arrived, made safe")
    media_type: Mapped[str | None] = column("type found by looking into the file")
    size: Mapped[int | None] = column("bytes")
    sha256: Mapped[str | None] = column("hash of the file, the key in the store")
    other_names: Mapped[JsonList | None] = column("further names under which the same file came")
    picture: Mapped[Json | None] = column(
        "of a picture its upright copies: sha256, suffix, width and height in pixels for papers, thumbnail for pages"
    )
    reference: Mapped[str | None] = column("where the original lies, if it is no file")
    added_by: Mapped[int] = column("who added it", ForeignKey("users.id"))
    added_at: Mapped[datetime] = column("when")
    withdrawn_at: Mapped[datetime | None] = column("when it was withdrawn; evidence is never deleted")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class EvidenceFinding(Base):
    """A finding that evidence supports besides the one that its row names."""

    __tablename__ = "evidence_findings"

    evidence_id: Mapped[int] = column("evidence", ForeignKey("evidence.id"), primary_key=True)
    finding_id: Mapped[int] = column(
        "further finding it supports", ForeignKey("findings.id"), primary_key=True, index=True
    )


PROVING = union(
    select(Evidence.id.label("evidence_id"), Evidence.finding_id).where(Evidence.finding_id.is_not(None)),
    select(EvidenceFinding.evidence_id, EvidenceFinding.finding_id),
).subquery("proving")
"""Which evidence supports which findings: `evidence_id` and `finding_id`, each pair once, however it was said."""
