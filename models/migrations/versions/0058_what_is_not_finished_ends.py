"""What is not finished ends: a disposal that is not due any more, a second factor whose first code was never shown."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"

STANDING = "decided_at IS NULL AND lapsed_at IS NULL"


def upgrade() -> None:
    op.drop_index("uq_archive_disposals_open", "archive_disposals")
    with op.batch_alter_table("archive_disposals") as batch:
        batch.add_column(
            sa.Column(
                "lapsed_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when it ceased to count, because the volume has to be kept longer",
            )
        )
        batch.create_check_constraint(
            op.f("ck_archive_disposals_lapsed_or_destroyed"), "destroyed_at IS NULL OR lapsed_at IS NULL"
        )
    op.create_index(
        "uq_archive_disposals_open",
        "archive_disposals",
        ["archive_id"],
        unique=True,
        sqlite_where=sa.text(STANDING),
        postgresql_where=sa.text(STANDING),
    )
    op.add_column(
        "second_factors",
        sa.Column(
            "begun_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when setting it up began; null where that is not known",
        ),
    )
