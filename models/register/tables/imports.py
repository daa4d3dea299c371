"""How the files of other offices come in: profiles, runs, what is in quarantine, what was kept otherwise."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, JsonList, column
from models.kernel.vocabulary import (
    ImportState,
    QuarantineState,
)


class ImportProfile(Base):
    """导入模板: a version of a profile that an office wrote or changed; the last version is in force."""

    __tablename__ = "import_profiles"
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[int] = column("row number", primary_key=True)
    name: Mapped[str] = column("name of the profile")
    version: Mapped[int] = column("number of the version; those that come with the product are number 0")
    text: Mapped[str] = column("the profile as TOML")
    reason: Mapped[str] = column("why it was written or changed")
    author: Mapped[str] = column("account")
    made_at: Mapped[datetime] = column("when")


class ImportRun(Base):
    """导入批次: one file on its way into the register. What was written stands; `position` says where it goes on."""

    __tablename__ = "import_runs"
    __table_args__ = (Index("ix_import_runs_file", "sha256", "profile", "profile_version"),)

    id: Mapped[int] = column("row number", primary_key=True)
    file_name: Mapped[str] = column("name of the file")
    sha256: Mapped[str] = column("hash of the file, which lies in the store")
    file_bytes: Mapped[int] = column("size of the file in bytes", BigInteger)
    profile: Mapped[str] = column("name of the profile")
    profile_version: Mapped[int] = column("its version; 0 is the one that comes with the product")
    source: Mapped[str] = column("source that the profile names", index=True)
    state: Mapped[ImportState] = column("running, done or given up")
    all_or_none: Mapped[bool] = column("whether nothing was to come in where a row was bad")
    shift_reason: Mapped[str | None] = column("why a moved datum was taken in all the same; null where none had moved")
    position: Mapped[int] = column("accidents of the file that are dealt with", default=0)
    rows: Mapped[int] = column("rows of the file that are dealt with", default=0)
    total: Mapped[int] = column("accidents in the file, as counted when it was checked")
    added: Mapped[int] = column("accidents that were new", default=0)
    changed: Mapped[int] = column("accidents of which the file knew something otherwise", default=0)
    unchanged: Mapped[int] = column("accidents that stood there as the file says", default=0)
    repeated: Mapped[int] = column("rows that repeat an earlier one of the file word by word", default=0)
    quarantined: Mapped[int] = column("accidents that were put into quarantine", default=0)
    author: Mapped[str] = column("account that imported it")
    started_at: Mapped[datetime] = column("when it began")
    updated_at: Mapped[datetime] = column("when the last rows were written")
    finished_at: Mapped[datetime | None] = column("when it was done or given up; null while it is under way")


class QuarantinedAccident(Base):
    """隔离的行: an accident of a file that is not in the register, with what is wrong with it, until somebody mends it."""

    __tablename__ = "quarantined_accidents"
    __table_args__ = (
        UniqueConstraint("run_id", "row"),
        Index("ix_quarantined_accidents_state", "state", "id"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    run_id: Mapped[int] = column("import that found it", ForeignKey("import_runs.id"))
    row: Mapped[int] = column("its first row in the file")
    source_key: Mapped[str] = column("what the source knows it by; empty where the file does not say")
    heads: Mapped[JsonList] = column("heads of the file")
    cells: Mapped[JsonList] = column(
        "its rows, each a list of row number and cells; as mended, where somebody mended it"
    )
    faults: Mapped[JsonList] = column("what is wrong: row, column, message and code of each")
    state: Mapped[QuarantineState] = column("open, imported or dropped")
    settled_at: Mapped[datetime | None] = column("when it was imported or dropped; null while it is open")
    settled_by: Mapped[str | None] = column("account that did")
    reason: Mapped[str | None] = column("why it was dropped")


class ImportDifference(Base):
    """What a source says otherwise than the register, where a person or a case set what stands there: it was kept."""

    __tablename__ = "import_differences"
    __table_args__ = (UniqueConstraint("accident_id", "field"),)

    id: Mapped[int] = column("row number", primary_key=True)
    accident_id: Mapped[int] = column("registered accident", ForeignKey("registered_accidents.id"))
    field: Mapped[str] = column("column")
    ours: Mapped[Json] = column('what stands in the register, as {"value": …}')
    theirs: Mapped[Json] = column('what the source says, as {"value": …}')
    run_id: Mapped[int] = column("import that said so last", ForeignKey("import_runs.id"), index=True)
    found_at: Mapped[datetime] = column("when it was first seen")
