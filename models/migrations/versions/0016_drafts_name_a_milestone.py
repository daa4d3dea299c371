"""A draft of an answer keeps the milestone that it is going to report."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

MILESTONE = "short name of the milestone of the one measure that is to be reported reached"


def upgrade() -> None:
    with op.batch_alter_table("reply_drafts") as batch:
        batch.add_column(sa.Column("milestone", sa.String(), nullable=True, comment=MILESTONE))
