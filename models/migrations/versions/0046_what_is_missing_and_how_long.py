"""What a volume may lack, looks at whether packages can be read, disposals, and packages handed to another archive."""

import sqlalchemy as sa
from alembic import op

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
