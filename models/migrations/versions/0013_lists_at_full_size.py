"""Indexes for lists that stay short however many cases are archived."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

UNDECIDED = sa.text("decision IS NULL")
UNACKNOWLEDGED = sa.text("acknowledged_at IS NULL")
EXTENSION = sa.text("kind = 'extension'")
OF_REPLY = sa.text("reply_id IS NOT NULL")


def upgrade() -> None:
    op.create_index("ix_people_user_id", "people", ["user_id"])
    op.drop_index("ix_deadlines_organisation", "deadlines")
    op.create_index("ix_deadlines_organisation", "deadlines", ["organisation_id", "state", "turn", "due_on"])
    op.create_index(
        "ix_documents_restricted",
        "documents",
        ["issuer_id", "status"],
        sqlite_where=sa.text("restricted = 1"),
        postgresql_where=sa.text("restricted"),
    )
    op.create_index("ix_cases_officer_stage", "cases", ["officer_id", "stage", "id"])
    op.drop_index("ix_cases_officer_id", "cases")
    op.create_index("ix_deadlines_reply", "deadlines", ["reply_id"], sqlite_where=OF_REPLY, postgresql_where=OF_REPLY)
    op.create_index(
        "ix_deliveries_unacknowledged",
        "deliveries",
        ["recipient_id", "document_id"],
        sqlite_where=UNACKNOWLEDGED,
        postgresql_where=UNACKNOWLEDGED,
    )
    op.create_index(
        "ix_replies_extension",
        "replies",
        ["assignment_id"],
        sqlite_where=EXTENSION,
        postgresql_where=EXTENSION,
    )
    op.create_index(
        "ix_approvals_undecided",
        "approvals",
        ["organisation_id", "role", "document_id"],
        sqlite_where=UNDECIDED,
        postgresql_where=UNDECIDED,
    )
