"""What finds the few among many accidents, and two of which a person said that they are two."""

import sqlalchemy as sa
from alembic import op

revision = "0056"
down_revision = "0055"


def upgrade() -> None:
    op.create_table(
        "distinct_accidents",
        sa.Column("first_id", sa.Integer(), nullable=False, comment="the one"),
        sa.Column("second_id", sa.Integer(), nullable=False, comment="the other"),
        sa.Column("reason", sa.String(), nullable=False, comment="what tells them apart"),
        sa.Column("decided_by", sa.Integer(), nullable=False, comment="who said so"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_distinct_accidents_in_order")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_distinct_accidents_decided_by")),
        sa.ForeignKeyConstraint(["first_id"], ["registered_accidents.id"], name=op.f("fk_distinct_accidents_first_id")),
        sa.ForeignKeyConstraint(
            ["second_id"], ["registered_accidents.id"], name=op.f("fk_distinct_accidents_second_id")
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinct_accidents")),
    )
    with op.batch_alter_table("distinct_accidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_distinct_accidents_second_id"), ["second_id"], unique=False)

    with op.batch_alter_table("registered_accidents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_accidents_fatal",
            ["occurred_on", "id"],
            unique=False,
            sqlite_where=sa.text("exclusion IS NULL AND deaths > 0"),
            postgresql_where=sa.text("exclusion IS NULL AND deaths > 0"),
        )
        batch_op.create_index(
            "ix_registered_accidents_investigated",
            ["occurred_on", "id"],
            unique=False,
            sqlite_where=sa.text("exclusion IS NULL AND accident_id IS NOT NULL"),
            postgresql_where=sa.text("exclusion IS NULL AND accident_id IS NOT NULL"),
        )
        batch_op.create_index("ix_registered_accidents_road", ["road_name", "occurred_on"], unique=False)
        batch_op.create_index(
            "ix_registered_accidents_uncounted",
            ["occurred_on", "id"],
            unique=False,
            sqlite_where=sa.text("exclusion IS NOT NULL"),
            postgresql_where=sa.text("exclusion IS NOT NULL"),
        )
