"""A person has the last word on a paper's text: what was written in the place of a generated paragraph is kept."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    op.create_table(
        "paper_texts",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column(
            "document_id", sa.Integer(), sa.ForeignKey("documents.id"), nullable=False, index=True, comment="paper"
        ),
        sa.Column(
            "passage",
            sa.String(),
            nullable=False,
            comment="name of the paragraph when it was edited: the headings above it, and which one there",
        ),
        sa.Column(
            "base",
            sa.String(),
            nullable=False,
            comment="hash of the paragraph as the facts gave it when it was edited",
        ),
        sa.Column(
            "generated",
            sa.String(),
            nullable=False,
            comment="that paragraph, to be laid beside what the facts give now",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="the words of a person, one line a paragraph"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="number of the event that tells of its last change; a stale writer is told",
        ),
        sa.Column("kept_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who wrote it last"),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("text <> ''", name="worded"),
    )
