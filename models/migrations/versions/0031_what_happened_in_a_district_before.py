"""What happened in a district before: earlier accidents are asked for by district, the newest first."""

from __future__ import annotations

from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Upgrade from the revision before."""
    op.create_index("ix_accidents_division_time", "accidents", ["division_code", "occurred_at"])
    op.drop_index("ix_accidents_division_code", "accidents")
