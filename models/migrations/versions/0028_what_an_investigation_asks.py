"""The checklist of an investigation: what was answered to each of its questions."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0028"
down_revision = "0027"

STATES = "state IN ('answered', 'not_applicable', 'waived')"


def upgrade() -> None:
    op.create_table(
        "checklist_answers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False, comment="case"),
        sa.Column("question", sa.String(), nullable=False, comment="key of the question, as person.licence"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the question that was answered"),
        sa.Column(
            "state",
            sa.String(length=32),
            nullable=False,
            comment="answered, not applicable, or waived by somebody else than the investigators",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="the answer, or why there is none"),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="short names of the evidence it rests on",
        ),
        sa.Column("answered_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who said so"),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.UniqueConstraint("case_id", "question"),
        sa.CheckConstraint("text <> ''", name="worded"),
        sa.CheckConstraint(STATES, name="state_known"),
    )
