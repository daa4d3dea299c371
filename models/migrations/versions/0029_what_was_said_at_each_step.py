"""What a paper said when a step of its chain passed it on."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    # Steps taken before keep none: what they saw is not known any more, and nothing is compared with it.
    op.add_column(
        "approvals",
        sa.Column(
            "said_sha256",
            sa.String(),
            nullable=True,
            comment="hash of what the paper said, without number and dates of its signing, when it was passed on",
        ),
    )
