"""A table of the further findings that evidence supports; the first stays where it is named now."""

import sqlalchemy as sa
from alembic import op

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    op.create_table(
        "evidence_findings",
        sa.Column("evidence_id", sa.Integer(), sa.ForeignKey("evidence.id"), primary_key=True, comment="evidence"),
        sa.Column(
            "finding_id",
            sa.Integer(),
            sa.ForeignKey("findings.id"),
            primary_key=True,
            comment="further finding it supports",
        ),
    )
    op.create_index("ix_evidence_findings_finding_id", "evidence_findings", ["finding_id"])
