"""检索: what stands in each searched text, and which texts are to be read anew. Both follow from other tables."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column

NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # there alone an INTEGER is the row's own number


class SearchText(Base):
    """The words of a finding, measure, reply, paper or piece of evidence as search compares them; who may know of it is
    asked of its own row each time."""

    __tablename__ = "search_texts"

    id: Mapped[int] = column(
        "kind (1 finding, 2 measure, 3 reply, 4 paper, 5 evidence) × 2^40 + its row number",
        NUMBER,
        primary_key=True,
        autoincrement=False,
    )
    text: Mapped[str] = column("its words without difference of width and case")


class SearchDue(Base):
    """A text that was written, changed or deleted and is to be read anew; put here by triggers, within the same transaction.

    One row a change, however often the same text changes: what comes while the worker reads is a row that stays.
    """

    __tablename__ = "search_due"

    id: Mapped[int] = column("row number", primary_key=True)
    text_id: Mapped[int] = column("which, as in search_texts", NUMBER)
