"""行文规则: how each kind of paper is written to each group of recipients."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, column
from models.kernel.vocabulary import DocumentForm, DocumentKind, Publicity, SealMode
from models.office.rules.relations import Group, IssuingBody
from models.office.rules.writing_rules import WhenLate


class MannerRow(Base):
    """One version of one row of the table. A row is changed by adding a version; papers keep theirs."""

    __tablename__ = "manners"
    __table_args__ = (
        UniqueConstraint("recipients", "kind", "version"),
        CheckConstraint("version >= 1", name="version_counts_from_one"),
        CheckConstraint("reason <> ''", name="reasoned"),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    recipients: Mapped[Group] = column("group of recipients, as relation and kind of unit decide it")
    kind: Mapped[DocumentKind] = column("kind of paper")
    version: Mapped[int] = column("version, from 1")
    form: Mapped[DocumentForm] = column("报告, 函 or 通知")
    title: Mapped[str] = column("title, with {accident}, {again}, {number} and {unit} to be filled in")
    closing: Mapped[str] = column("closing words")
    issued_by: Mapped[IssuingBody] = column("body in whose name it leaves")
    series: Mapped[str | None] = column("机关代字 of its numbers; null for the issuer's own series of the kind")
    seal: Mapped[SealMode | None] = column("how it is sealed; null for the installation's setting")
    signer: Mapped[str | None] = column("account that must sign; null for the issuer's chain")
    copies_industry_authority: Mapped[bool] = column("copied to the recipient's industry authority")
    with_excerpt: Mapped[bool] = column("a notice goes out together with an excerpt of the report", default=False)
    when_late: Mapped[WhenLate | None] = column(
        "what a late recipient is met with; null where no clock of theirs starts"
    )
    publicity: Mapped[Publicity] = column(
        "公开属性 that is printed; unprinted where none is", default=Publicity.UNPRINTED
    )
    author: Mapped[str] = column("who set it")
    reason: Mapped[str] = column("why")
    valid_from: Mapped[datetime] = column("from when on it counts")
