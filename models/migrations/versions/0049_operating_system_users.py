"""Which operating-system user is whom at the command line."""

import sqlalchemy as sa
from alembic import op

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    comment = "operating-system user who is this person at the command line"
    op.add_column("credentials", sa.Column("os_user", sa.String(), nullable=True, comment=comment))
    op.create_index("uq_credentials_os_user", "credentials", ["os_user"], unique=True)
