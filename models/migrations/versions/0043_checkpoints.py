"""Checkpoints over where every chain ends, and how far the worker is on its round through the record."""

import sqlalchemy as sa
from alembic import op

from models.migrations.append_only import kept_for_ever

revision = "0043"
down_revision = "0041"


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False, comment="counts from 1 without gaps"),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False, comment="when it was taken"),
        sa.Column(
            "streams",
            sa.Integer(),
            nullable=False,
            comment="chains it covers: cases, accidents with events of their own, the office",
        ),
        sa.Column("events", sa.Integer(), nullable=False, comment="events in all of them"),
        sa.Column(
            "root",
            sa.String(),
            nullable=False,
            comment="root of the Merkle tree over where the chains ended, ordered by name",
        ),
        sa.Column(
            "line", sa.String(), nullable=False, comment="what is kept outside: canonical JSON with its signature"
        ),
        sa.Column(
            "line_sha256", sa.String(), nullable=False, comment="hash of the line, which the next checkpoint names"
        ),
    )
    op.create_table(
        "checkpoint_ends",
        sa.Column("stream", sa.String(), primary_key=True, comment="name of the stream"),
        sa.Column(
            "number",
            sa.Integer(),
            sa.ForeignKey("checkpoints.number"),
            primary_key=True,
            comment="first checkpoint at which it ended here",
        ),
        sa.Column("events", sa.Integer(), nullable=False, comment="number of its last event then"),
        sa.Column("head", sa.String(), nullable=False, comment="hash of its last event then"),
    )
    op.create_index("ix_checkpoint_ends_number", "checkpoint_ends", ["number"])
    op.create_table(
        "record_watch",
        sa.Column("id", sa.Integer(), primary_key=True, comment="always 1"),
        sa.Column(
            "put_out", sa.Integer(), nullable=False, comment="last checkpoint whose line is outside the database"
        ),
        sa.Column(
            "begun_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the present round began; null between rounds",
        ),
        sa.Column(
            "cases_upto", sa.Integer(), nullable=False, comment="row number of the last case checked in this round"
        ),
        sa.Column(
            "accidents_upto",
            sa.Integer(),
            nullable=False,
            comment="row number of the last accident checked in this round",
        ),
        sa.Column("checked", sa.Integer(), nullable=False, comment="chains checked in this round"),
        sa.Column("whole_at", sa.DateTime(timezone=True), nullable=True, comment="when the last whole round ended"),
        sa.Column("whole_streams", sa.Integer(), nullable=False, comment="chains checked in the last whole round"),
        sa.CheckConstraint("id = 1", name=op.f("ck_record_watch_one_row")),
    )
    op.execute(
        "INSERT INTO record_watch (id, put_out, cases_upto, accidents_upto, checked, whole_streams)"
        " VALUES (1, 0, 0, 0, 0, 0)"
    )
    op.create_table(
        "record_faults",
        sa.Column(
            "stream", sa.String(), primary_key=True, comment="name of the stream; checkpoints for the lines themselves"
        ),
        sa.Column("code", sa.String(), primary_key=True, comment="what is wrong, for machines"),
        sa.Column("message", sa.String(), nullable=False, comment="what is wrong, the first of its kind"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first found"),
    )
    for table, same in (
        ("checkpoints", "number = NEW.number"),
        ("checkpoint_ends", "stream = NEW.stream AND number = NEW.number"),
    ):
        for statement in kept_for_ever(op.get_bind().dialect.name, table, same):
            op.execute(statement)
