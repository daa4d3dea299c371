"""Sessions and what guards accounts; forms that are being filled in."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "credentials",
        sa.Column("user_id", sa.Integer(), autoincrement=False, nullable=False, comment="account"),
        sa.Column("failures", sa.Integer(), nullable=False, comment="wrong passwords since the last right one"),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True, comment="until when no password is right"),
        sa.Column(
            "issuer", sa.String(), nullable=True, comment="address of the OpenID Connect service that knows this person"
        ),
        sa.Column("subject", sa.String(), nullable=True, comment="what that service calls the person"),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True, comment="when the account signed in last"),
        sa.CheckConstraint("(issuer IS NULL) = (subject IS NULL)", name=op.f("ck_credentials_subject_of_an_issuer")),
        sa.CheckConstraint("failures >= 0", name=op.f("ck_credentials_failures_count_up")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_credentials_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_credentials")),
        sa.UniqueConstraint("issuer", "subject", name=op.f("uq_credentials_issuer_subject")),
    )
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("token_hash", sa.String(), nullable=False, comment="SHA-256 of the cookie's token"),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="account"),
        sa.Column("way", sa.String(), nullable=False, comment="password, or oidc"),
        sa.Column("address", sa.String(), nullable=True, comment="network address that signed in"),
        sa.Column(
            "began_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it began; the absolute limit counts from here",
        ),
        sa.Column(
            "seen_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="last use, to the minute; the idle limit counts from here",
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when it was ended before its time"),
        sa.Column(
            "ended_why",
            sa.String(),
            nullable=True,
            comment="signed out, password changed, account disabled, taken back",
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_why IS NULL)", name=op.f("ck_web_sessions_ended_for_a_reason")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_web_sessions_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_sessions_token_hash")),
    )
    op.create_index("ix_web_sessions_user", "web_sessions", ["user_id", "ended_at"])
    op.create_table(
        "case_drafts",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="whose it is"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what stands in the fields",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="counts the changes: who saves over another's change is told",
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="last change"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_case_drafts_version_counts_from_one")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_case_drafts_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_drafts")),
    )
    op.create_index(op.f("ix_case_drafts_user_id"), "case_drafts", ["user_id"])
