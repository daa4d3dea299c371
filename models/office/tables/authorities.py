"""行文凭据 and the rows of competence that a place adds: on what a way of writing rests that is else closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import AuthorityKind, Purpose, Standing
from models.office.rules.stands import Stand


class Authority(Base):
    """A recorded consent, authorisation, delegation, standing, rule or approval. Never changed: ended, and recorded anew."""

    __tablename__ = "authorities"
    __table_args__ = (
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="ends_after_it_begins"),
        CheckConstraint("number <> '' AND given_by <> '' AND scope <> ''", name="described"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
        Index("ix_authorities_kind", "kind", "valid_until"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    kind: Mapped[AuthorityKind] = column("what it is")
    title: Mapped[str | None] = column("name of the paper without 《》, as a paper that rests on it cites it")
    number: Mapped[str] = column("文号 of the paper, or its register number")
    article: Mapped[str | None] = column("article that opens the way, as 第十六条第二款; null for the paper as a whole")
    given_by: Mapped[str] = column("who gave it")
    scope: Mapped[str] = column("what it covers, in its own words")
    organisation_id: Mapped[int | None] = column(
        "the recipient it speaks of; null for every recipient", ForeignKey("organisations.id"), index=True
    )
    purposes: Mapped[JsonList | None] = column("what papers may want on its ground; null for all")
    valid_from: Mapped[date] = column("first day, Asia/Shanghai")
    valid_until: Mapped[date | None] = column("last day; null while nobody ended it")
    scan_sha256: Mapped[str] = column("hash of the scan in the store")
    scan_name: Mapped[str] = column("name of the scan's file")
    scan_bytes: Mapped[int] = column("size of the scan")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    recorded_at: Mapped[datetime] = column("when")
    ended_at: Mapped[datetime | None] = column("when it was ended")
    ended_on: Mapped[date | None] = column("last day on which it counts once ended")
    ended_reason: Mapped[str | None] = column("why it was ended")


class CompetenceRow(Base):
    """One version of a row of competence that the place adds before the shipped ones, on its days."""

    __tablename__ = "competence_rows"
    __table_args__ = (
        UniqueConstraint("issuer", "recipient", "purpose", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("reason <> '' AND basis <> ''", name="reasoned"),
        CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="ends_after_it_begins"),
        CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    issuer: Mapped[Standing] = column("standing of the body that writes")
    recipient: Mapped[Stand] = column("how the recipient stands to it")
    purpose: Mapped[Purpose] = column("what the paper wants")
    version: Mapped[int] = column("version, from 1; the newest counts")
    data: Mapped[Json] = column("the row: ways, refused, form, needs, copies")
    basis: Mapped[str] = column("the document and article it rests on")
    valid_from: Mapped[date] = column("first day")
    valid_until: Mapped[date | None] = column("last day; null while it counts")
    author: Mapped[str] = column("account that set it")
    reason: Mapped[str] = column("why")
    set_at: Mapped[datetime] = column("when")
    ended_at: Mapped[datetime | None] = column("when it was ended before its last day")
    ended_on: Mapped[date | None] = column("last day on which it counts once ended")
    ended_reason: Mapped[str | None] = column("why it was ended")
