"""Evidence keeps the copies that show a picture, and every name under which its file came."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"

NAMES = "further names under which the same file came"
PICTURE = "of a picture its upright copies: sha256, suffix, width and height in pixels for papers, thumbnail for pages"


def upgrade() -> None:
    kept = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    op.add_column("evidence", sa.Column("other_names", kept, nullable=True, comment=NAMES))
    op.add_column("evidence", sa.Column("picture", kept, nullable=True, comment=PICTURE))
