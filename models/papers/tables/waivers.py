"""缺项准予不补: what a paper lacked when it was signed, who let it pass and why."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column


class Waiver(Base):
    """One remark of the preflight that somebody else than the author let pass; printed in the volume's 备考表."""

    __tablename__ = "waivers"
    __table_args__ = (
        UniqueConstraint("document_id", "remark"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"))
    remark: Mapped[str] = column("key of the remark: what is missing, and in which row")
    what: Mapped[str] = column("what is missing, as a noun")
    reason: Mapped[str] = column("why the paper may go without")
    waived_by: Mapped[int] = column("who let it pass", ForeignKey("users.id"))
    waived_at: Mapped[datetime] = column("when")
