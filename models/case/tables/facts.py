"""案情: the facts of sheets without a table of their own, the units of a case, and the feed of every change of a fact."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column, counted, entered
from models.kernel.storage.sealed_columns import SealedJson

SEALED = SealedJson("fact_changes")


class FactRow(Base):
    """One row of a sheet of `models.accident.sheets` that has no table of its own; a form has one row."""

    __tablename__ = "fact_rows"
    __table_args__ = (UniqueConstraint("case_id", "sheet", "ref"),)

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    sheet: Mapped[str] = column("sheet, as timeline")
    ref: Mapped[str] = column("short name inside the sheet, as L1; 1 for a form")
    position: Mapped[int] = column("order on the page and in the report")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()
    removed_at: Mapped[datetime | None] = column("when it was taken out; it can be put back")


class CaseOrganisation(Base):
    """A unit as this case knows it: by which short name, and what was found out about it."""

    __tablename__ = "case_organisations"
    __table_args__ = (UniqueConstraint("case_id", "ref"), UniqueConstraint("case_id", "organisation_id"))

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    organisation_id: Mapped[int] = column("unit", ForeignKey("organisations.id"), index=True)
    ref: Mapped[str] = column("short name inside the case, as O1")
    position: Mapped[int] = column("order on the page and in the report")
    details: Mapped[Json] = entered()
    versions: Mapped[Json] = counted()


class MediationHandler(Base):
    """Who handles the mediation (损害赔偿调解) of a case besides the officer in charge: they alone read and write it."""

    __tablename__ = "mediation_handlers"
    __table_args__ = (
        Index(
            "uq_mediation_handlers_standing",
            "case_id",
            "user_id",
            unique=True,
            sqlite_where=text("released_at IS NULL"),
            postgresql_where=text("released_at IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    user_id: Mapped[int] = column("who handles it", ForeignKey("users.id"))
    named_by: Mapped[int] = column("officer in charge who named the person", ForeignKey("users.id"))
    named_at: Mapped[datetime] = column("since when")
    released_at: Mapped[datetime | None] = column("until when; null while the person handles it")


class FactChange(Base):
    """One change of one fact, or a row added, removed or put back: what other browsers ask for, and what the record of the
    case counts on by its digest. The databases refuse to change or delete a row."""

    __tablename__ = "fact_changes"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        CheckConstraint("what IN ('set', 'added', 'removed', 'restored')", name="what_known"),
        CheckConstraint("(what = 'set') = (field IS NOT NULL)", name="set_names_a_field"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    seq: Mapped[int] = column("number inside the case, from 1 without gaps")
    sheet: Mapped[str] = column("sheet, as people")
    row: Mapped[str] = column("short name of the row")
    field: Mapped[str | None] = column("field; null where the whole row is meant")
    what: Mapped[str] = column("set, added, removed or restored")
    op_id: Mapped[str] = column("name that the door gave this act: done again it changes nothing", unique=True)
    version: Mapped[int] = column("number of changes of the field, this one included")
    changed_by: Mapped[int] = column("who", ForeignKey("users.id"))
    changed_at: Mapped[datetime] = column("when")
    reason: Mapped[str | None] = column("why, where the report was signed already")
    before: Mapped[Any] = column(
        "value before; of a row that was removed all its values; personal data sealed", SEALED, nullable=True
    )
    after: Mapped[Any] = column(
        "value after; of a row that was added all its values; personal data sealed", SEALED, nullable=True
    )
