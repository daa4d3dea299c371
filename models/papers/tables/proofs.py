"""送达回证: forms that were made ready for the service of one or several papers to one recipient."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import DeliveryMode


class ProofForm(Base):
    """One form: on whom its papers are to be served, how and where. What is not known is left to the pen."""

    __tablename__ = "proof_forms"
    __table_args__ = (CheckConstraint("copies >= 1", name="at_least_one_copy"),)

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    recipient_id: Mapped[int] = column("unit to be served", ForeignKey("organisations.id"))
    mode: Mapped[DeliveryMode | None] = column("how it is to be served; null where that is open")
    place: Mapped[str | None] = column("where it is to be served")
    copies: Mapped[int] = column("copies of each paper")
    prepared_by: Mapped[int] = column("who made it ready", ForeignKey("users.id"))
    prepared_at: Mapped[datetime] = column("when")


class ProofFormPaper(Base):
    """A paper on a form; made ready anew, it moves to the later form."""

    __tablename__ = "proof_form_papers"
    __table_args__ = (
        # What waits is looked for among the few forms that are out, not among all there ever were.
        Index(
            "ix_proof_form_papers_out",
            "document_id",
            sqlite_where=text("returned_at IS NULL"),
            postgresql_where=text("returned_at IS NULL"),
        ),
    )

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    form_id: Mapped[int] = column("form", ForeignKey("proof_forms.id"), index=True)
    returned_at: Mapped[datetime | None] = column("when it came back signed, or the recipient signed for it online")
