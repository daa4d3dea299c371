"""Second factors of accounts, and the codes for who lost theirs."""

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"


def upgrade() -> None:
    op.create_table(
        "second_factors",
        sa.Column(
            "user_id", sa.Integer(), sa.ForeignKey("users.id"), primary_key=True, autoincrement=False, comment="account"
        ),
        sa.Column(
            "secret",
            sa.String(),
            nullable=False,
            comment="secret of the codes, encrypted by a key outside the database",
        ),
        sa.Column(
            "confirmed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the first code was shown; null while it is being set up",
        ),
        sa.Column(
            "last_step",
            sa.Integer(),
            nullable=False,
            comment="the 30 seconds of the last code taken: none before it counts again",
        ),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="account"),
        sa.Column(
            "code_hash",
            sa.String(),
            nullable=False,
            comment="keyed hash of the code; the key is outside the database",
        ),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True, comment="when it was used"),
        sa.UniqueConstraint("user_id", "code_hash", name=op.f("uq_recovery_codes_user_id_code_hash")),
    )
