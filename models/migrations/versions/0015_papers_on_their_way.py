"""Papers on their way are found case by case, and those to serve without what stays sealed because it goes to nobody."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TO_SERVE = sa.text("recipient_id IS NOT NULL AND status IN ('issued', 'sealed')")


def upgrade() -> None:
    op.drop_index("ix_documents_status", "documents")
    op.create_index("ix_documents_status", "documents", ["status", "case_id"])
    op.create_index(
        "ix_documents_to_serve",
        "documents",
        ["status", "recipient_id"],
        sqlite_where=TO_SERVE,
        postgresql_where=TO_SERVE,
    )
