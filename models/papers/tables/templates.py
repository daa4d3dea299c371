"""Forms of a unit's own: one file per version; the version in use is the one that nobody retired."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import DocumentForm, DocumentKind


class Template(Base):
    """A Word or WPS file with named fields that replaces our form for one issuer, kind and form of paper."""

    __tablename__ = "templates"
    __table_args__ = (
        UniqueConstraint("issuer_id", "kind", "version"),
        Index(
            "uq_templates_in_use",
            "issuer_id",
            "kind",
            "form",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index(
            "uq_templates_in_use_any_form",
            "issuer_id",
            "kind",
            unique=True,
            sqlite_where=text("retired_at IS NULL AND form IS NULL"),
            postgresql_where=text("retired_at IS NULL AND form IS NULL"),
        ),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("size > 0", name="not_empty"),
        CheckConstraint("(retired_at IS NULL) = (retired_by IS NULL)", name="retired_by_somebody"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    issuer_id: Mapped[int] = column("body whose papers it is for", ForeignKey("organisations.id"))
    kind: Mapped[DocumentKind] = column("kind of paper")
    form: Mapped[DocumentForm | None] = column("报告, 函 or 通知; null where it serves every form of the kind")
    version: Mapped[int] = column("1, raised by each file of the same issuer and kind")
    sha256: Mapped[str] = column("hash of the file, the key in the store")
    size: Mapped[int] = column("bytes")
    file_name: Mapped[str] = column("name under which it was handed in")
    uploaded_by: Mapped[int] = column("who handed it in", ForeignKey("users.id"))
    uploaded_at: Mapped[datetime] = column("when; from then on papers are signed with it")
    retired_by: Mapped[int | None] = column("who took it out of use", ForeignKey("users.id"))
    retired_at: Mapped[datetime | None] = column("since when it is out of use; null while in use")
