"""Time stamps over the lines of checkpoints, and how the service that gives them is doing."""

import sqlalchemy as sa
from alembic import op

from models.migrations.append_only import kept_for_ever

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    op.create_table(
        "checkpoint_stamps",
        sa.Column(
            "number",
            sa.Integer(),
            sa.ForeignKey("checkpoints.number"),
            primary_key=True,
            autoincrement=False,
            comment="checkpoint",
        ),
        sa.Column("stamped_at", sa.DateTime(timezone=True), nullable=False, comment="moment that the stamp tells"),
        sa.Column("authority", sa.String(), nullable=False, comment="who stamped it, by the name in its certificate"),
        sa.Column(
            "answer", sa.String(), nullable=False, comment="the whole answer of the service (RFC 3161), DER in base64"
        ),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False, comment="when it was received"),
    )
    for statement in kept_for_ever(op.get_bind().dialect.name, "checkpoint_stamps", "number = NEW.number"):
        op.execute(statement)
    for column in (
        sa.Column(
            "stamp_from",
            sa.Integer(),
            nullable=True,
            comment="first checkpoint that must have a time stamp; null where no service is set",
        ),
        sa.Column(
            "stamp_tries",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="how often the service failed since it last answered",
        ),
        sa.Column(
            "stamp_due_at", sa.DateTime(timezone=True), nullable=True, comment="not asked before, after a failure"
        ),
        sa.Column("stamp_error", sa.String(), nullable=True, comment="what went wrong the last time"),
    ):
        op.add_column("record_watch", column)
