"""An accountability item can say duty, basis, facts and evidence that its findings do not say."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0016"


JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("accountability_items") as batch:
        batch.add_column(
            sa.Column(
                "duty", sa.String(), nullable=True, comment="what the subject had to do, where its findings do not say"
            )
        )
        batch.add_column(
            sa.Column("basis", JSON, nullable=True, comment="norms that make it a duty, beside those of its findings")
        )
        batch.add_column(
            sa.Column("facts", sa.String(), nullable=True, comment="what was not done, beside what its findings say")
        )
    op.create_table(
        "accountability_evidence",
        sa.Column("item_id", sa.Integer(), nullable=False, comment="item"),
        sa.Column("evidence_id", sa.Integer(), nullable=False, comment="evidence"),
        sa.ForeignKeyConstraint(["item_id"], ["accountability_items.id"]),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"]),
        sa.PrimaryKeyConstraint("item_id", "evidence_id"),
    )
