"""What the doors remember: who guessed wrong how often, and which forms have been sent already."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column


class Guesses(Base):
    """Wrong guesses at a password or an answer code: of one address or browser at one of them, or of all together.

    Names and addresses stand here as hashes: what somebody types for an account may be a password.
    """

    __tablename__ = "guesses"
    __table_args__ = (
        CheckConstraint("wrong >= 0", name="wrong_ones_count_up"),
        Index("ix_guesses_about", "about"),
        Index("ix_guesses_last_at", "last_at"),
    )

    who_at_what: Mapped[str] = column("hash of who guesses at what", primary_key=True)
    about: Mapped[str] = column("hash of what is guessed at")
    wrong: Mapped[int] = column("wrong guesses since the last right one")
    last_at: Mapped[datetime] = column("when the last guess was made")
    until: Mapped[datetime | None] = column("until when no further guess is taken")
    right_at: Mapped[datetime | None] = column("when the last right guess was made")


class Submission(Base):
    """A form that was sent and taken: sent again, it is answered by the same receipt and files nothing."""

    __tablename__ = "submissions"

    id: Mapped[int] = column("row number, the number of the receipt", primary_key=True)
    form_key: Mapped[str] = column("key of the one form that was shown", unique=True)
    document_id: Mapped[int] = column("the notice that it is about", ForeignKey("documents.id"), index=True)
    content_sha256: Mapped[str] = column("hash of what the form said and of its files")
    told: Mapped[str] = column("what the person is told")
    submitted_at: Mapped[datetime] = column("when it was taken")
