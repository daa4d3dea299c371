"""What a volume may lack, looks at whether packages can be read, disposals, and packages handed to another archive."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")

revision = "0046"
down_revision = "0045"


def upgrade() -> None:
    op.create_table(
        "gap_excuses",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False, comment="case"),
        sa.Column("gap", sa.String(), nullable=False, comment="kind and thing that is missing, as receipt_missing/D3"),
        sa.Column(
            "state",
            sa.String(),
            nullable=False,
            comment="how the thing stood: when it stands otherwise, it is asked for again",
        ),
        sa.Column("what", sa.String(), nullable=False, comment="what is missing, in words"),
        sa.Column("file_sha256", sa.String(), nullable=True, comment="hash of the file, where a file is missing"),
        sa.Column("reason", sa.String(), nullable=False, comment="why it may be missing"),
        sa.Column("approved_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who approved it"),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "archive_id",
            sa.Integer(),
            sa.ForeignKey("archives.id"),
            nullable=True,
            comment="volume that was last closed with it; null while none was",
        ),
        sa.UniqueConstraint("case_id", "gap", "state", name=op.f("uq_gap_excuses_case_id_gap_state")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_gap_excuses_reasoned")),
    )
    op.create_index(op.f("ix_gap_excuses_archive_id"), "gap_excuses", ["archive_id"])
    op.create_table(
        "archive_audits",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("archive_id", sa.Integer(), sa.ForeignKey("archives.id"), nullable=False, comment="volume"),
        sa.Column(
            "supplement_id",
            sa.Integer(),
            sa.ForeignKey("archive_supplements.id"),
            nullable=True,
            comment="supplement; null for the volume's own package",
        ),
        sa.Column("audited_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "audited_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=True, comment="who; null for the system"
        ),
        sa.Column(
            "sound", sa.Boolean(), nullable=False, comment="whether it is whole and everything in it can be opened"
        ),
        sa.Column("files", sa.Integer(), nullable=False, comment="files that were looked at"),
        sa.Column("faults", JSON, nullable=False, comment="what is wrong: objects with path and message"),
        sa.CheckConstraint("files >= 0", name=op.f("ck_archive_audits_files_counted")),
    )
    op.create_table(
        "archive_disposals",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("archive_id", sa.Integer(), sa.ForeignKey("archives.id"), nullable=False, comment="volume in force"),
        sa.Column("reason", sa.String(), nullable=False, comment="what the appraisal found: why it need not be kept"),
        sa.Column("proposed_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who proposed it"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "approved", sa.Boolean(), nullable=True, comment="whether it was approved; null while nobody decided"
        ),
        sa.Column(
            "decided_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=True, comment="who decided: somebody else"
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="when"),
        sa.Column("decision_reason", sa.String(), nullable=True, comment="why"),
        sa.Column(
            "destroyed_at", sa.DateTime(timezone=True), nullable=True, comment="when packages and files were destroyed"
        ),
        sa.Column(
            "proof",
            JSON,
            nullable=True,
            comment="what was destroyed: packages with manifest and chain's end, items, files",
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_archive_disposals_reasoned")),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL) AND (decided_by IS NULL) = (approved IS NULL)",
            name=op.f("ck_archive_disposals_decided_by_somebody"),
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> proposed_by", name=op.f("ck_archive_disposals_by_two_people")
        ),
        sa.CheckConstraint(
            "destroyed_at IS NULL OR (approved AND proof IS NOT NULL)",
            name=op.f("ck_archive_disposals_destroyed_as_approved"),
        ),
    )
    op.create_table(
        "archive_transfers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("archive_id", sa.Integer(), sa.ForeignKey("archives.id"), nullable=False, comment="volume"),
        sa.Column("recipient", sa.String(), nullable=False, comment="archive that takes it over"),
        sa.Column(
            "list_sha256", sa.String(), nullable=False, comment="hash of the checksums of all that was handed over"
        ),
        sa.Column("transferred_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who prepared it"),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.UniqueConstraint("archive_id", "list_sha256", name=op.f("uq_archive_transfers_archive_id_list_sha256")),
    )
    op.create_index("ix_archive_audits_archive_id_audited_at", "archive_audits", ["archive_id", "audited_at"])
    op.create_index(op.f("ix_archive_disposals_archive_id"), "archive_disposals", ["archive_id"])
    op.create_index(
        "uq_archive_disposals_open",
        "archive_disposals",
        ["archive_id"],
        unique=True,
        sqlite_where=sa.text("decided_at IS NULL"),
        postgresql_where=sa.text("decided_at IS NULL"),
    )
