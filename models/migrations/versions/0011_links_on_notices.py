"""Links printed on notices, and drafts of the recipients' replies."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "notice_links",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="the notice"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="its recipient"),
        sa.Column(
            "user_id", sa.Integer(), nullable=False, comment="account in whose name the recipient answers by code"
        ),
        sa.Column("token_sha256", sa.String(), nullable=False, comment="hash of the token in the address"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the paper's content that carries it"),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="last day on which the address opens"),
        sa.Column("tries", sa.Integer(), nullable=False, comment="wrong codes since the last right one"),
        sa.Column(
            "locked_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="until when no code is taken, after too many wrong ones",
        ),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_notice_links_tries_count_up")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_notice_links_document_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_notice_links_organisation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_notice_links_user_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_notice_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_notice_links_token_sha256")),
    )
    op.create_table(
        "reply_drafts",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="the notice"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit that writes"),
        sa.Column(
            "kind",
            sa.Enum(
                "plan",
                "progress",
                "completion",
                "refusal",
                "extension",
                "dispute",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="what it will be, once chosen",
        ),
        sa.Column(
            "measures",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="short names of the measures it is about",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="the words so far"),
        sa.Column("requested_due_on", sa.Date(), nullable=True, comment="new date to be asked for"),
        sa.Column("written_by", sa.String(), nullable=True, comment="name of the person who writes"),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False, comment="when it was last saved"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_reply_drafts_document_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_reply_drafts_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_drafts")),
        sa.UniqueConstraint("document_id", "organisation_id", name=op.f("uq_reply_drafts_document_id_organisation_id")),
    )
