"""Units wait for an administrator, are renamed and merged with history; the words of the sheets are data."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0032"
down_revision = "0031"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
# Added without rebuilding the table: both databases take such a column with its constraint in one statement.
COLUMNS = (
    (
        "pending_since",
        MOMENT,
        "",
        "when it was entered by somebody who is no administrator; null once an administrator confirmed it",
    ),
    (
        "merged_into_id",
        sa.Integer(),
        "CONSTRAINT fk_organisations_merged_into_id REFERENCES organisations (id)",
        "unit that goes on with this one",
    ),
    (
        "version",
        sa.Integer(),
        "DEFAULT 0 NOT NULL",
        "raised by every change of an administrator; a stale writer is told",
    ),
)


def upgrade() -> None:
    for name, kind, words, comment in COLUMNS:
        _add("organisations", name, kind, words, comment)
    op.create_table(
        "organisation_names",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        _unit("organisation_id", "unit"),
        sa.Column("name", sa.String(), nullable=False, comment="the name it had"),
        sa.Column(
            "folded_name", sa.String(), nullable=False, comment="that name without width, brackets' shape and blanks"
        ),
        sa.Column("until", sa.Date(), nullable=False, comment="first day on which it had its next name"),
        sa.Column("now", sa.String(), nullable=False, comment="its next name"),
        sa.Column("reason", sa.String(), nullable=False, comment="why: the decision by which it was renamed"),
        _person("recorded_by", "who entered it; null for the system"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when it was entered"),
        sa.CheckConstraint("reason <> ''", name="reasoned"),
    )
    op.create_index(op.f("ix_organisation_names_organisation_id"), "organisation_names", ["organisation_id"])
    op.create_index(op.f("ix_organisation_names_folded_name"), "organisation_names", ["folded_name"])
    op.create_table(
        "moved_pointers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("of", sa.String(), nullable=False, comment="table of the row that pointed"),
        sa.Column("row_id", sa.Integer(), nullable=False, comment="row number there"),
        sa.Column("attribute", sa.String(), nullable=False, comment="column that pointed"),
        _unit("former_id", "unit it pointed to"),
        sa.Column(
            "moved_on", sa.Date(), nullable=False, comment="first day on which it pointed to the unit that goes on"
        ),
    )
    op.create_index("ix_moved_pointers_row", "moved_pointers", ["of", "row_id"])
    _codes()
    op.create_table(
        "mediation_handlers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("case_id", sa.Integer(), sa.ForeignKey("cases.id"), nullable=False, comment="case"),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who handles it"),
        sa.Column(
            "named_by",
            sa.Integer(),
            sa.ForeignKey("users.id"),
            nullable=False,
            comment="officer in charge who named the person",
        ),
        sa.Column("named_at", MOMENT, nullable=False, comment="since when"),
        sa.Column("released_at", MOMENT, nullable=True, comment="until when; null while the person handles it"),
    )
    standing = sa.text("released_at IS NULL")
    op.create_index(
        "uq_mediation_handlers_standing",
        "mediation_handlers",
        ["case_id", "user_id"],
        unique=True,
        sqlite_where=standing,
        postgresql_where=standing,
    )


def _codes() -> None:
    op.create_table(
        "code_entries",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("list", sa.String(), nullable=False, comment="code table, by the field that it is for, as team.role"),
        sa.Column("value", sa.String(), nullable=False, comment="what is stored"),
        sa.Column("label", sa.String(), nullable=False, comment="what the office calls it"),
        sa.Column("aliases", JSON, nullable=False, comment="other words that mean it"),
        sa.Column(
            "standard",
            sa.String(),
            nullable=True,
            comment="standard that has it, as GB/T 2261.1; null where we know of none",
        ),
        sa.Column("standard_code", sa.String(), nullable=True, comment="its code in that standard"),
        sa.Column("valid_from", sa.Date(), nullable=True, comment="first day on which it is offered; null for always"),
        sa.Column(
            "valid_until",
            sa.Date(),
            nullable=True,
            comment="first day on which it is offered no more; null while it is",
        ),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was added or retired; null for ours"),
        _person("changed_by", "who changed it last; null for ours"),
        sa.Column("changed_at", MOMENT, nullable=False, comment="when"),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="number of the change of all tables that it came with"
        ),
        sa.UniqueConstraint("list", "value"),
        sa.CheckConstraint("label <> ''", name="labelled"),
        sa.CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
    )
    op.create_index(op.f("ix_code_entries_version"), "code_entries", ["version"])


def _unit(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("organisations.id"), nullable=False, comment=comment)


def _person(name: str, comment: str) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), sa.ForeignKey("users.id"), nullable=True, comment=comment)


def _add(table: str, name: str, kind: sa.types.TypeEngine[Any], words: str, comment: str) -> None:
    connection = op.get_bind()
    op.execute(f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(connection.dialect)} {words}")
    if connection.dialect.name == "postgresql":
        said = comment.replace("'", "''")
        op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{said}'")
