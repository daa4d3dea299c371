"""A disposal that is not due any more lapses, and another one may be proposed when the time has come."""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0051"

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
