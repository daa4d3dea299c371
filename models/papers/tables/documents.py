"""文书: papers with numbers, approvals, files and service."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.kernel.base import Base, Json, column
from models.kernel.vocabulary import (
    DeliveryMode,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    RenditionForm,
    Role,
    SeriesMode,
    Urgency,
)

TO_SERVE = text("recipient_id IS NOT NULL AND status IN ('issued', 'sealed')")


class Document(Base):
    """One paper of one kind. Once issued its content is frozen here and never changes."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        UniqueConstraint("issuer_id", "number"),
        # The same paper to the same recipient twice needs a new occasion: a second order, a correction.
        Index("uq_documents_occasion", "case_id", "kind", "recipient_id", "occasion", unique=True),
        Index(
            "uq_documents_occasion_without_recipient",
            "case_id",
            "kind",
            "occasion",
            unique=True,
            sqlite_where=text("recipient_id IS NULL"),
            postgresql_where=text("recipient_id IS NULL"),
        ),
        CheckConstraint("occasion >= 1", name="occasion_counts_from_one"),
        CheckConstraint(
            "status NOT IN ('issued', 'sealed', 'delivered') OR (number IS NOT NULL AND content IS NOT NULL)",
            name="issued_with_number_and_content",
        ),
        CheckConstraint("status <> 'void' OR void_reason IS NOT NULL", name="void_with_reason"),
        Index("ix_documents_case_kind", "case_id", "kind"),
        # Of a case its few papers that are on their way; what waits for service stands apart from what goes to nobody.
        Index("ix_documents_status", "status", "case_id"),
        Index("ix_documents_to_serve", "status", "recipient_id", sqlite_where=TO_SERVE, postgresql_where=TO_SERVE),
        # What the upper unit writes in the stead of the units below.
        Index(
            "ix_documents_restricted",
            "issuer_id",
            "status",
            sqlite_where=text("restricted = 1"),
            postgresql_where=text("restricted"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"))
    ref: Mapped[str] = column("short name inside the case, as D1")
    kind: Mapped[DocumentKind] = column("what the paper is: one of the five, or one that accompanies them")
    form: Mapped[DocumentForm | None] = column("报告, 函 or 通知; null for the archive volume")
    issuer_id: Mapped[int] = column("body in whose name it leaves", ForeignKey("organisations.id"))
    recipient_id: Mapped[int | None] = column(
        "主送; null for papers to nobody", ForeignKey("organisations.id"), index=True
    )
    occasion: Mapped[int] = column("1, or 2 for a second order to the same recipient, and so on")
    title: Mapped[str] = column("title")
    status: Mapped[DocumentStatus] = column("where the paper stands")
    round: Mapped[int] = column("1, raised by each return: every round has its own approvals")
    author_id: Mapped[int | None] = column("who submitted it; null for a draft of the system", ForeignKey("users.id"))
    restricted: Mapped[bool] = column("readable by named list only")
    priority: Mapped[Urgency | None] = column("紧急程度; null for what its kind has, mostly none")
    note: Mapped[str | None] = column("facts the author adds for this paper (what was not done, why it is needed)")
    confirmed_no_reply_by: Mapped[int | None] = column(
        "who confirmed 未收到书面回复 before an order", ForeignKey("users.id")
    )
    replaces_id: Mapped[int | None] = column("paper this one replaces", ForeignKey("documents.id"))
    number: Mapped[str | None] = column("发文字号, unique per issuer; kept when voided")
    content: Mapped[Json | None] = column("what the paper says, frozen when it was issued")
    content_version: Mapped[int] = column(
        "1, raised where a signed paper is changed before its seal; its files carry the same version", default=1
    )
    content_sha256: Mapped[str | None] = column("hash of the canonical content")
    template_id: Mapped[int | None] = column(
        "template the paper was signed with; null for our own form", ForeignKey("templates.id")
    )
    drafted_at: Mapped[datetime] = column("when the draft was made")
    signed_by: Mapped[int | None] = column("who really signed", ForeignKey("users.id"))
    signed_for: Mapped[int | None] = column(
        "授权代签: the signer in whose stead it was signed; null where the signer signed", ForeignKey("users.id")
    )
    issued_at: Mapped[datetime | None] = column("when it was signed and numbered")
    issued_on: Mapped[date | None] = column("成文日期, printed on the paper")
    sealed_at: Mapped[datetime | None] = column("when the seal was put on")
    void_reason: Mapped[str | None] = column("why it was voided")
    manner_id: Mapped[int | None] = column(
        "row of the table of manners it was drafted by; null for papers to nobody", ForeignKey("manners.id")
    )
    version: Mapped[int] = column("raised by every change; a stale writer is told")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy declares it so


class DocumentAssignment(Base):
    """A measure-in-hands a notice or an order is about."""

    __tablename__ = "document_assignments"

    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"), primary_key=True)
    assignment_id: Mapped[int] = column("measure and unit", ForeignKey("assignments.id"), primary_key=True, index=True)


class BundledCase(Base):
    """汇总通知: a further case whose measures a notice lists; the case in which it is issued stands in the paper's row."""

    __tablename__ = "bundled_cases"
    __table_args__ = (UniqueConstraint("case_id", "ref"),)

    document_id: Mapped[int] = column("notice", ForeignKey("documents.id"), primary_key=True)
    case_id: Mapped[int] = column("further case", ForeignKey("cases.id"), primary_key=True)
    ref: Mapped[str] = column("short name of the notice inside that case, as H1")
    added_at: Mapped[datetime] = column("when the case was put on the notice")
    by_reference: Mapped[bool] = column(
        "合并整改: served before; named here because a measure of the case is done together with one of it",
        default=False,
    )


class Approval(Base):
    """One step of one round of a paper, copied from the chain at submission, so that later changes do not touch it."""

    __tablename__ = "approvals"
    __table_args__ = (
        UniqueConstraint("document_id", "round", "position"),
        CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name="decided_with_date"),
        CheckConstraint("decision IN ('approved', 'returned')", name="decision_known"),
        CheckConstraint("decision <> 'returned' OR reason IS NOT NULL", name="returned_with_reason"),
        CheckConstraint("decided_for <> decided_by", name="stands_in_for_another"),
        CheckConstraint(
            "(recorded_by IS NULL) = (recorded_at IS NULL) AND (recorded_by IS NULL) = (scan_id IS NULL)",
            name="recorded_with_scan",
        ),
        Index("ix_approvals_waiting", "organisation_id", "role", "document_id"),
        # Of all steps ever taken few are still to be taken.
        Index(
            "ix_approvals_undecided",
            "organisation_id",
            "role",
            "document_id",
            sqlite_where=text("decision IS NULL"),
            postgresql_where=text("decision IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"))
    round: Mapped[int] = column("round of the paper")
    position: Mapped[int] = column("order of the step, from 1")
    role: Mapped[Role] = column("review, countersign or sign")
    organisation_id: Mapped[int] = column("unit whose people take the step", ForeignKey("organisations.id"))
    user_id: Mapped[int | None] = column("a certain person, where the chain names one", ForeignKey("users.id"))
    decision: Mapped[str | None] = column("approved or returned")
    reason: Mapped[str | None] = column("why it was returned, or a remark")
    decided_by: Mapped[int | None] = column("who decided", ForeignKey("users.id"))
    decided_for: Mapped[int | None] = column("授权代签: in whose stead; null for the own step", ForeignKey("users.id"))
    decided_at: Mapped[datetime | None] = column("when; of a decision on paper, when it was written")
    recorded_by: Mapped[int | None] = column("批示: who entered a decision made on paper", ForeignKey("users.id"))
    recorded_at: Mapped[datetime | None] = column("批示: when it was entered")
    scan_id: Mapped[int | None] = column("批示: its scan", ForeignKey("renditions.id"))
    incoming_number: Mapped[str | None] = column("批示: 来文号 of the paper it stands on, where it has one")
    said_sha256: Mapped[str | None] = column(
        "hash of what the paper said, without number and dates of its signing, when it was passed on"
    )


class Rendition(Base):
    """One file of a paper, named by its hash."""

    __tablename__ = "renditions"
    __table_args__ = (UniqueConstraint("document_id", "form", "version"), CheckConstraint("size > 0", name="not_empty"))

    id: Mapped[int] = column("row number", primary_key=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"))
    form: Mapped[RenditionForm] = column("final docx, PDF, sealed file, proof of service or written decision")
    version: Mapped[int] = column("1, raised where a later file of the same form stands beside it")
    sha256: Mapped[str] = column("hash of the file, the key in the store", index=True)
    size: Mapped[int] = column("bytes")
    pages: Mapped[int | None] = column("pages, where a PDF could be counted")
    file_name: Mapped[str] = column("name for people: number and title")
    made_at: Mapped[datetime] = column("when it was stored")


class Delivery(Base):
    """送达 of one paper to one recipient, and its receipt. The recipient's clocks start here."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("document_id", "recipient_id"),
        CheckConstraint("(acknowledged_at IS NULL) = (received_by IS NULL)", name="receipt_with_name"),
        CheckConstraint("acknowledged_at >= delivered_at", name="received_after_delivery"),
        CheckConstraint(
            "mode <> 'left' OR (witness IS NOT NULL AND left_reason IS NOT NULL)", name="left_with_witness"
        ),
        CheckConstraint("mode <> 'post' OR tracking_number IS NOT NULL", name="posted_with_tracking"),
        CheckConstraint(
            "mode NOT IN ('confidential_post', 'exchange') OR register_number IS NOT NULL", name="exchanged_by_register"
        ),
        Index("ix_deliveries_recipient", "recipient_id", "id"),
        Index(
            "ix_deliveries_unacknowledged",
            "recipient_id",
            "document_id",
            sqlite_where=text("acknowledged_at IS NULL"),
            postgresql_where=text("acknowledged_at IS NULL"),
        ),
    )

    id: Mapped[int] = column("row number", primary_key=True)
    case_id: Mapped[int] = column("case", ForeignKey("cases.id"), index=True)
    document_id: Mapped[int] = column("paper", ForeignKey("documents.id"))
    recipient_id: Mapped[int] = column("unit that got it", ForeignKey("organisations.id"))
    mode: Mapped[DeliveryMode] = column("how it was served")
    delivered_at: Mapped[datetime] = column("when it was served")
    recorded_at: Mapped[datetime] = column("when this was entered")
    recorded_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    witness: Mapped[str | None] = column("留置: who saw that it was left")
    left_reason: Mapped[str | None] = column("留置: why it had to be left")
    tracking_number: Mapped[str | None] = column("邮寄: number of the mail")
    register_number: Mapped[str | None] = column("机要、公文交换: number in the register of the exchange")
    acknowledged_at: Mapped[datetime | None] = column("签收: when the recipient took it")
    received_by: Mapped[str | None] = column("name of the person who took it")
    acknowledged_by: Mapped[int | None] = column("account that entered the receipt", ForeignKey("users.id"))
    receipt_recorded_at: Mapped[datetime | None] = column("when the receipt was entered")
    receipt_on_behalf: Mapped[bool] = column(
        "代录: entered by our officer or clerk from a paper receipt", default=False
    )
    receipt_incoming_number: Mapped[str | None] = column("来文号 of a paper receipt")


class NumberSeries(Base):
    """A series of numbers: the prefix of a 发文字号 per issuer and kind of paper, or the case numbers of a unit."""

    __tablename__ = "number_series"
    __table_args__ = (UniqueConstraint("issuer_id", "kind"),)

    id: Mapped[int] = column("row number", primary_key=True)
    issuer_id: Mapped[int] = column("body that numbers", ForeignKey("organisations.id"))
    kind: Mapped[str] = column("kind of paper; case for case numbers; archive for volumes")
    prefix: Mapped[str] = column("what stands before the year: 鄂州公交调, or 4207 for cases", unique=True)
    mode: Mapped[SeriesMode] = column(
        "own: drawn here; external: entered from the register the office keeps", default=SeriesMode.OWN
    )


class NumberCounter(Base):
    """Last number drawn of a series in a year. Locked last of all rows, so that it is held for the shortest time."""

    __tablename__ = "number_counters"
    __table_args__ = (CheckConstraint("last >= 0", name="counts_up"),)

    series_id: Mapped[int] = column("series", ForeignKey("number_series.id"), primary_key=True)
    year: Mapped[int] = column("year", primary_key=True)
    last: Mapped[int] = column("last number drawn")


class DrawnNumber(Base):
    """Every number ever drawn; a voided paper keeps its number with the reason."""

    __tablename__ = "drawn_numbers"

    series_id: Mapped[int] = column("series", ForeignKey("number_series.id"), primary_key=True)
    year: Mapped[int] = column("year", primary_key=True)
    number: Mapped[int] = column("number", primary_key=True)
    used_for: Mapped[str] = column("what carries it: the paper's case and ref, or the case number")
    drawn_at: Mapped[datetime] = column("when it was drawn")
    void_reason: Mapped[str | None] = column("why the number is void")


class EnteredNumber(Base):
    """A number taken over from the register that an office keeps itself; a voided paper keeps it with the reason."""

    __tablename__ = "entered_numbers"
    __table_args__ = (Index("ix_entered_numbers_register", "issuer_id", "agency_code", "year", "serial"),)

    issuer_id: Mapped[int] = column("body whose register it is", ForeignKey("organisations.id"), primary_key=True)
    number: Mapped[str] = column("发文字号 as the register has it", primary_key=True)
    agency_code: Mapped[str] = column("机关代字 of the number")
    year: Mapped[int] = column("year of the number")
    serial: Mapped[int] = column("running number in the register")
    used_for: Mapped[str] = column("what carries it: the paper's case and ref")
    entered_by: Mapped[int] = column("who entered it", ForeignKey("users.id"))
    entered_at: Mapped[datetime] = column("when")
    void_reason: Mapped[str | None] = column("why the number is void")
