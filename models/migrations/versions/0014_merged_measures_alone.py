"""The index of merged measures holds no others."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

MERGED = sa.text("served_by_id IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_assignments_served_by_id", "assignments")
    op.create_index(
        "ix_assignments_served_by_id", "assignments", ["served_by_id"], sqlite_where=MERGED, postgresql_where=MERGED
    )
