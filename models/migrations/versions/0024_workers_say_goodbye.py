"""A worker tells where it runs, in which version, and when it ends as it should."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"

MOMENT = sa.DateTime(timezone=True)
ENDED = "when it ended as it should; a stale row without is a worker that died"


def upgrade() -> None:
    with op.batch_alter_table("heartbeats") as batch:
        batch.add_column(sa.Column("host", sa.String(), nullable=True, comment="machine it runs on"))
        batch.add_column(sa.Column("pid", sa.Integer(), nullable=True, comment="process there"))
        batch.add_column(sa.Column("version", sa.String(), nullable=True, comment="version of the program"))
        batch.add_column(sa.Column("began_at", MOMENT, nullable=True, comment="when it began"))
        batch.add_column(sa.Column("ended_at", MOMENT, nullable=True, comment=ENDED))
    # How workers of earlier versions ended nobody knows; one that runs takes this back with its next sign of life.
    op.execute("UPDATE heartbeats SET ended_at = beat_at")
