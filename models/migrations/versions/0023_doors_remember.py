"""Guesses are slowed down one by one instead of locking an account for everybody; a form is taken once; a file may have
come under several names."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"

NAMES = "further names under which the same file came"


def upgrade() -> None:
    op.create_table(
        "guesses",
        sa.Column("who_at_what", sa.String(), nullable=False, comment="hash of who guesses at what"),
        sa.Column("about", sa.String(), nullable=False, comment="hash of what is guessed at"),
        sa.Column("wrong", sa.Integer(), nullable=False, comment="wrong guesses since the last right one"),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False, comment="when the last guess was made"),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True, comment="until when no further guess is taken"),
        sa.Column("right_at", sa.DateTime(timezone=True), nullable=True, comment="when the last right guess was made"),
        sa.CheckConstraint("wrong >= 0", name=op.f("ck_guesses_wrong_ones_count_up")),
        sa.PrimaryKeyConstraint("who_at_what", name=op.f("pk_guesses")),
    )
    op.create_index("ix_guesses_about", "guesses", ["about"])
    op.create_index("ix_guesses_last_at", "guesses", ["last_at"])
    op.create_table(
        "submissions",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number, the number of the receipt"),
        sa.Column("form_key", sa.String(), nullable=False, comment="key of the one form that was shown"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="the notice that it is about"),
        sa.Column("content_sha256", sa.String(), nullable=False, comment="hash of what the form said and of its files"),
        sa.Column("told", sa.String(), nullable=False, comment="what the person is told"),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False, comment="when it was taken"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_submissions_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("form_key", name=op.f("uq_submissions_form_key")),
    )
    op.create_index("ix_submissions_document_id", "submissions", ["document_id"])
    names = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    for table in ("reply_files", "evaluation_files"):
        op.add_column(table, sa.Column("other_names", names, nullable=True, comment=NAMES))
    with op.batch_alter_table("credentials") as batch:
        batch.drop_constraint(op.f("ck_credentials_failures_count_up"), type_="check")
        batch.drop_column("failures")
        batch.drop_column("locked_until")
    with op.batch_alter_table("notice_links") as batch:
        batch.drop_constraint(op.f("ck_notice_links_tries_count_up"), type_="check")
        batch.drop_column("tries")
        batch.drop_column("locked_until")
