"""倒查问责: items of the dossier, and what the competent organ answered. No column says that a person is guilty."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column, counted, entered
from models.kernel.vocabulary import ProposalAnswer, SubjectType


class AccountabilityItem(Base):
    """One subject whose duty is in question; feeds the proposal's facts."""

    __tablename__ = "accountability_items"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint(
            "(subject_type = 'person') = (person_id IS NOT NULL)"
            " AND (subject_type = 'organisation') = (organisation_id IS NOT NULL)",
            name="one_subject",
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as A1")
    subject_type: Mapped[SubjectType] = column("person or organisation")
    person_id: Mapped[int | None] = column("the person", ForeignKey("people.id"))
    organisation_id: Mapped[int | None] = column("the unit", ForeignKey("organisations.id"))
    category: Mapped[str] = column("category in the source, in Chinese")
    text: Mapped[str] = column("what the source says; never printed as a penalty")
    informational: Mapped[bool] = column("already decided, with the judiciary or exempt: told, not proposed")
    competent_organ_id: Mapped[int | None] = column("organ that may decide", ForeignKey("organisations.id"), index=True)
    document_id: Mapped[int | None] = column("proposal that carries it", ForeignKey("documents.id"), index=True)
    duty: Mapped[str | None] = column("what the subject had to do, where its findings do not say")
    basis: Mapped[JsonList | None] = column("norms that make it a duty, beside those of its findings")
    facts: Mapped[str | None] = column("what was not done, beside what its findings say")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class AccountabilityFinding(Base):
    """A finding an item rests on."""

    __tablename__ = "accountability_findings"

    item_id: Mapped[int] = column("item", ForeignKey("accountability_items.id"), primary_key=True)
    finding_id: Mapped[int] = column("finding", ForeignKey("findings.id"), primary_key=True)


class AccountabilityEvidence(Base):
    """Evidence of an item beside that of its findings."""

    __tablename__ = "accountability_evidence"

    item_id: Mapped[int] = column("item", ForeignKey("accountability_items.id"), primary_key=True)
    evidence_id: Mapped[int] = column("evidence", ForeignKey("evidence.id"), primary_key=True)


class OrganAnswer(Base):
    """What the competent organ answered to a proposal; it may answer more than once."""

    __tablename__ = "organ_answers"
    __table_args__ = (
        CheckConstraint("answer NOT IN ('not_adopted', 'adopted_in_part') OR reason IS NOT NULL", name="reasoned"),
        UniqueConstraint("document_id", "answer", "happened_at"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("proposal", ForeignKey("documents.id"), index=True)
    answer: Mapped[ProposalAnswer] = column("received, adopted, adopted in part or not adopted")
    reason: Mapped[str | None] = column("why not, or not wholly")
    incoming_number: Mapped[str | None] = column("来文号 of the answer")
    happened_at: Mapped[datetime] = column("when the organ answered")
    recorded_at: Mapped[datetime] = column("when it was entered")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))


class Reader(Base):
    """A person on the named list of a restricted paper; nobody else sees that it exists."""

    __tablename__ = "readers"
    __table_args__ = (CheckConstraint("(removed_by IS NULL) = (removed_at IS NULL)", name="removed_by_somebody"),)

    document_id: Mapped[int] = column("restricted paper", ForeignKey("documents.id"), primary_key=True)
    user_id: Mapped[int] = column("person who may read it", ForeignKey("users.id"), primary_key=True, index=True)
    added_by: Mapped[int | None] = column("who put the person on the list; null for the system", ForeignKey("users.id"))
    added_at: Mapped[datetime] = column("when")
    removed_by: Mapped[int | None] = column("who took the person off the list", ForeignKey("users.id"))
    removed_at: Mapped[datetime | None] = column("when; the row stays, so that no later round puts the person back")
