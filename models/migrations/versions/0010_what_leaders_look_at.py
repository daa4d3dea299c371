"""Indexes for what leaders look at."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0008"

OPEN = sa.text("state = 'open'")


def upgrade() -> None:
    op.create_index("ix_deadlines_lit", "deadlines", ["due_on", "id"], sqlite_where=OPEN, postgresql_where=OPEN)
    op.create_index("ix_assignments_closed", "assignments", ["closed_at"])
    op.create_index("ix_rungs_fired_rung", "rungs_fired", ["rung", "fired_at"])
