"""Events are chained in a stream: of a case, of an accident, or of the office, whose record was no chain until now.

No row is copied or touched, on SQLite neither: `events` may have a million of them, and their hashes are in sealed
archives. Acts of the office that were recorded before stay as they are; the first one after this vouches for them.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

from models.migrations.append_only import replaced_on_sqlite
from models.migrations.redeclare import redeclare

revision = "0025"
down_revision = "0024"

GENESIS = "0" * 64
ONE_STREAM = "(case_id IS NULL) <> (accident_id IS NULL)"
LATER: dict[str, tuple[sa.types.TypeEngine[Any], str]] = {
    "seq": (sa.Integer(), "number inside the stream; null before there was one"),
    "recorded_at": (sa.DateTime(timezone=True), "when it was recorded; null before there was a stream"),
    "actor_name": (sa.String(), "name of the person at that time; null before there was a stream"),
    "prev_hash": (sa.String(), "hash of the event before; null before there was a stream"),
    "hash": (sa.String(), "hash of this event; null before there was a stream"),
}
AS_A_WHOLE = " AND ".join(f"(seq IS NULL) = ({name} IS NULL)" for name in LATER if name != "seq")


def upgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    _accidents()
    _events(sqlite=sqlite)
    _office(sqlite=sqlite)
    if sqlite:
        for statement in replaced_on_sqlite():
            op.execute(statement)


def _accidents() -> None:
    for column in (
        sa.Column(
            "last_seq",
            sa.Integer(),
            nullable=False,
            server_default="0",
            comment="number of the last event of its own chain",
        ),
        sa.Column(
            "last_hash",
            sa.String(),
            nullable=False,
            server_default=GENESIS,
            comment="hash of the last event of its own chain",
        ),
    ):
        op.add_column("accidents", column)


def _events(*, sqlite: bool) -> None:
    if sqlite:
        redeclare("events", r"\bcase_id INTEGER NOT NULL", "case_id INTEGER")
        op.execute(
            "ALTER TABLE events ADD COLUMN accident_id INTEGER"
            " CONSTRAINT fk_events_accident_id REFERENCES accidents (id)"
            f" CONSTRAINT ck_events_of_one_stream CHECK ({ONE_STREAM})"
        )
    else:
        op.alter_column("events", "case_id", nullable=True, comment="case whose stream it belongs to")
        op.alter_column("events", "seq", comment="number inside the stream, from 1 without gaps")
        op.add_column(
            "events",
            sa.Column("accident_id", sa.Integer(), nullable=True, comment="accident whose stream it belongs to"),
        )
        op.create_foreign_key(op.f("fk_events_accident_id"), "events", "accidents", ["accident_id"], ["id"])
        op.create_check_constraint(op.f("ck_events_of_one_stream"), "events", ONE_STREAM)
    of_accidents = sa.text("accident_id IS NOT NULL")
    op.create_index(
        "uq_events_accident_id_seq",
        "events",
        ["accident_id", "seq"],
        unique=True,
        sqlite_where=of_accidents,
        postgresql_where=of_accidents,
    )


def _office(*, sqlite: bool) -> None:
    office = op.create_table(
        "office_stream",
        sa.Column("id", sa.Integer(), nullable=False, comment="always 1"),
        sa.Column("last_seq", sa.Integer(), nullable=False, comment="number of the last event of the chain"),
        sa.Column("last_hash", sa.String(), nullable=False, comment="hash of the last event of the chain"),
        sa.CheckConstraint("id = 1", name=op.f("ck_office_stream_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_stream")),
    )
    op.bulk_insert(office, [{"id": 1, "last_seq": 0, "last_hash": GENESIS}])
    for name, (kind, comment) in LATER.items():
        if not (sqlite and name == "hash"):
            op.add_column("admin_events", sa.Column(name, kind, nullable=True, comment=comment))
    if sqlite:  # which takes a new constraint only together with a new column
        op.execute(
            "ALTER TABLE admin_events ADD COLUMN hash VARCHAR"
            f" CONSTRAINT ck_admin_events_chained_as_a_whole CHECK ({AS_A_WHOLE})"
        )
    else:
        op.create_check_constraint(op.f("ck_admin_events_chained_as_a_whole"), "admin_events", AS_A_WHOLE)
    op.create_index("uq_admin_events_seq", "admin_events", ["seq"], unique=True)
    op.create_index("uq_admin_events_hash", "admin_events", ["hash"], unique=True)
