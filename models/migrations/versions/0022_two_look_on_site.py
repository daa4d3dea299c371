"""A site visit says who looked along: a second officer, or somebody of the authority."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"

SECOND = "second officer who looked along (两人共同复查)"
JOINT = "unit and person of the authority who took part (联合验收)"


def upgrade() -> None:
    with op.batch_alter_table("verifications") as batch:
        batch.add_column(sa.Column("together_with_id", sa.Integer(), nullable=True, comment=SECOND))
        batch.add_column(sa.Column("joint_with", sa.String(), nullable=True, comment=JOINT))
        batch.create_foreign_key(op.f("fk_verifications_together_with_id"), "users", ["together_with_id"], ["id"])
