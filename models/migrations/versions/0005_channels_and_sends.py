"""Addresses of people and units, messages on their way to them, and duties that one worker holds."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "restricted",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="about a restricted paper: says only that one waits",
            )
        )
        batch_op.add_column(
            sa.Column(
                "urgent",
                sa.Boolean(),
                server_default=sa.false(),
                nullable=False,
                comment="goes out at night and on rest days too, never in a digest",
            )
        )
        batch_op.add_column(
            sa.Column(
                "planned_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when it was decided to which addresses it goes",
            )
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_messages_restricted_says_nothing"),
            "NOT restricted OR (subject = '有一件文书待办' AND body = '有一件文书待办')",
        )
        batch_op.create_index(
            "ix_messages_unplanned",
            ["id"],
            unique=False,
            sqlite_where=sa.text("planned_at IS NULL"),
            postgresql_where=sa.text("planned_at IS NULL"),
        )
    # What was told before this version has been told.
    op.execute(sa.text("UPDATE messages SET planned_at = sent_at"))

    op.create_table(
        "duties",
        sa.Column("name", sa.String(), nullable=False, comment="what is done: sweep"),
        sa.Column("worker", sa.String(), nullable=False, comment="worker that holds it"),
        sa.Column(
            "held_until",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="end of the hold: a dead worker's duty is taken over after it",
        ),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_duties")),
    )
    op.create_table(
        "channels",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="unit it reaches"),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="person it reaches"),
        sa.Column(
            "medium",
            sa.Enum("mail", "chat", name="medium", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="mail or chat",
        ),
        sa.Column(
            "address",
            sa.String(),
            nullable=False,
            comment="mail address; for chat the name of the secret that holds the webhook's URL",
        ),
        sa.Column("added_by", sa.String(), nullable=False, comment="account that entered it"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="from when on messages go there"),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True, comment="when it ceased to be used"),
        sa.Column("disabled_reason", sa.String(), nullable=True, comment="why it ceased to be used"),
        sa.CheckConstraint(
            "medium <> 'chat' OR substr(address, 1, 16) = 'SHENCHA_CHANNEL_'",
            name=op.f("ck_channels_chat_by_name_of_its_secret"),
        ),
        sa.CheckConstraint(
            "(disabled_at IS NULL) = (disabled_reason IS NULL)", name=op.f("ck_channels_disabled_with_reason")
        ),
        sa.CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_channels_one_owner")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_channels_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_channels_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_channels")),
    )
    with op.batch_alter_table("channels", schema=None) as batch_op:
        batch_op.create_index(
            "uq_channels_organisation",
            ["organisation_id", "medium", "address"],
            unique=True,
            sqlite_where=sa.text("disabled_at IS NULL"),
            postgresql_where=sa.text("disabled_at IS NULL"),
        )
        batch_op.create_index(
            "uq_channels_user",
            ["user_id", "medium", "address"],
            unique=True,
            sqlite_where=sa.text("disabled_at IS NULL"),
            postgresql_where=sa.text("disabled_at IS NULL"),
        )

    op.create_table(
        "sends",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("message_id", sa.Integer(), nullable=True, comment="message; null for a digest"),
        sa.Column("channel_id", sa.Integer(), nullable=False, comment="whose address it is"),
        sa.Column(
            "medium",
            sa.Enum("mail", "chat", name="medium", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="mail or chat",
        ),
        sa.Column("address", sa.String(), nullable=False, comment="address at that time"),
        sa.Column(
            "digest_on", sa.Date(), nullable=True, comment="day of the digest, Asia/Shanghai; null for a message"
        ),
        sa.Column("digest_id", sa.Integer(), nullable=True, comment="digest that carries the message"),
        sa.Column("urgent", sa.Boolean(), server_default=sa.false(), nullable=False, comment="as its message says"),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "sending",
                "sent",
                "stuck",
                "uncertain",
                "folded",
                "handled",
                name="sendstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="where it stands",
        ),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it was tried"),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it was planned"),
        sa.Column(
            "due_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="not before; while it is in a worker's hands the end of the claim",
        ),
        sa.Column("claimed_by", sa.String(), nullable=True, comment="worker that holds it"),
        sa.Column("last_error", sa.String(), nullable=True, comment="what went wrong the last time"),
        sa.Column(
            "sent_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was taken over by the mail server or the chat",
        ),
        sa.Column("note", sa.String(), nullable=True, comment="what a person found out or did about it"),
        sa.Column("settled_by", sa.String(), nullable=True, comment="account that decided"),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True, comment="when that was decided"),
        sa.CheckConstraint("(state = 'folded') = (digest_id IS NOT NULL)", name=op.f("ck_sends_folded_into_a_digest")),
        sa.CheckConstraint("state <> 'sending' OR claimed_by IS NOT NULL", name=op.f("ck_sends_sending_in_hand")),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_sends_sent_at_a_moment")),
        sa.CheckConstraint("state <> 'handled' OR note <> ''", name=op.f("ck_sends_handled_with_a_note")),
        sa.CheckConstraint("(message_id IS NULL) <> (digest_on IS NULL)", name=op.f("ck_sends_message_or_digest")),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_sends_tries_count_up")),
        sa.ForeignKeyConstraint(["channel_id"], ["channels.id"], name=op.f("fk_sends_channel_id")),
        sa.ForeignKeyConstraint(["digest_id"], ["sends.id"], name=op.f("fk_sends_digest_id")),
        sa.ForeignKeyConstraint(["message_id"], ["messages.id"], name=op.f("fk_sends_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sends")),
        sa.UniqueConstraint("channel_id", "digest_on", name=op.f("uq_sends_channel_id_digest_on")),
        sa.UniqueConstraint("message_id", "medium", "address", name=op.f("uq_sends_message_id_medium_address")),
    )
    with op.batch_alter_table("sends", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_sends_digest_id"), ["digest_id"], unique=False)
        batch_op.create_index(
            "ix_sends_due",
            ["medium", "due_at", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending', 'stuck')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending', 'stuck')"),
        )
        batch_op.create_index("ix_sends_channel", ["channel_id", "created_at"], unique=False)
        batch_op.create_index(
            "ix_sends_troubled",
            ["id"],
            unique=False,
            sqlite_where=sa.text("state IN ('stuck', 'uncertain')"),
            postgresql_where=sa.text("state IN ('stuck', 'uncertain')"),
        )
        batch_op.create_index(
            "ix_sends_unfinished",
            ["channel_id"],
            unique=False,
            sqlite_where=sa.text("state IN ('waiting', 'sending', 'stuck')"),
            postgresql_where=sa.text("state IN ('waiting', 'sending', 'stuck')"),
        )

    with op.batch_alter_table("heartbeats", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "stuck_work",
                sa.Integer(),
                nullable=True,
                comment="pieces of work in the outbox that nobody got done, at the last sweep",
            )
        )
        batch_op.add_column(
            sa.Column(
                "stuck_sends",
                sa.Integer(),
                nullable=True,
                comment="messages that could not be sent or are uncertain, at the last sweep",
            )
        )
