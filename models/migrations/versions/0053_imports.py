"""Imports into the register: profiles, runs, quarantine, differences."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0053"
down_revision = "0052"


def upgrade() -> None:
    op.create_table(
        "import_profiles",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("name", sa.String(), nullable=False, comment="name of the profile"),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="number of the version; those that come with the product are number 0",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="the profile as TOML"),
        sa.Column("reason", sa.String(), nullable=False, comment="why it was written or changed"),
        sa.Column("author", sa.String(), nullable=False, comment="account"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_profiles")),
        sa.UniqueConstraint("name", "version", name=op.f("uq_import_profiles_name_version")),
    )
    op.create_table(
        "import_runs",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name of the file"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, which lies in the store"),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False, comment="size of the file in bytes"),
        sa.Column("profile", sa.String(), nullable=False, comment="name of the profile"),
        sa.Column(
            "profile_version",
            sa.Integer(),
            nullable=False,
            comment="its version; 0 is the one that comes with the product",
        ),
        sa.Column("source", sa.String(), nullable=False, comment="source that the profile names"),
        sa.Column(
            "state",
            sa.Enum(
                "running", "done", "given_up", name="importstate", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
            comment="running, done or given up",
        ),
        sa.Column(
            "all_or_none", sa.Boolean(), nullable=False, comment="whether nothing was to come in where a row was bad"
        ),
        sa.Column(
            "shift_reason",
            sa.String(),
            nullable=True,
            comment="why a moved datum was taken in all the same; null where none had moved",
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="accidents of the file that are dealt with"),
        sa.Column("rows", sa.Integer(), nullable=False, comment="rows of the file that are dealt with"),
        sa.Column(
            "total", sa.Integer(), nullable=False, comment="accidents in the file, as counted when it was checked"
        ),
        sa.Column("added", sa.Integer(), nullable=False, comment="accidents that were new"),
        sa.Column(
            "changed", sa.Integer(), nullable=False, comment="accidents of which the file knew something otherwise"
        ),
        sa.Column("unchanged", sa.Integer(), nullable=False, comment="accidents that stood there as the file says"),
        sa.Column(
            "repeated", sa.Integer(), nullable=False, comment="rows that repeat an earlier one of the file word by word"
        ),
        sa.Column("quarantined", sa.Integer(), nullable=False, comment="accidents that were put into quarantine"),
        sa.Column("author", sa.String(), nullable=False, comment="account that imported it"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="when it began"),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False, comment="when the last rows were written"),
        sa.Column(
            "finished_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was done or given up; null while it is under way",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_runs")),
    )
    with op.batch_alter_table("import_runs", schema=None) as batch_op:
        batch_op.create_index("ix_import_runs_file", ["sha256", "profile", "profile_version"], unique=False)
        batch_op.create_index(batch_op.f("ix_import_runs_source"), ["source"], unique=False)

    op.create_table(
        "quarantined_accidents",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="import that found it"),
        sa.Column("row", sa.Integer(), nullable=False, comment="its first row in the file"),
        sa.Column(
            "source_key",
            sa.String(),
            nullable=False,
            comment="what the source knows it by; empty where the file does not say",
        ),
        sa.Column(
            "heads",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="heads of the file",
        ),
        sa.Column(
            "cells",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="its rows, each a list of row number and cells; as mended, where somebody mended it",
        ),
        sa.Column(
            "faults",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what is wrong: row, column, message and code of each",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "imported",
                "dropped",
                name="quarantinestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="open, imported or dropped",
        ),
        sa.Column(
            "settled_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was imported or dropped; null while it is open",
        ),
        sa.Column("settled_by", sa.String(), nullable=True, comment="account that did"),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was dropped"),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_quarantined_accidents_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quarantined_accidents")),
        sa.UniqueConstraint("run_id", "row", name=op.f("uq_quarantined_accidents_run_id_row")),
    )
    with op.batch_alter_table("quarantined_accidents", schema=None) as batch_op:
        batch_op.create_index("ix_quarantined_accidents_state", ["state", "id"], unique=False)

    op.create_table(
        "import_differences",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="registered accident"),
        sa.Column("field", sa.String(), nullable=False, comment="column"),
        sa.Column(
            "ours",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment='what stands in the register, as {"value": …}',
        ),
        sa.Column(
            "theirs",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment='what the source says, as {"value": …}',
        ),
        sa.Column("run_id", sa.Integer(), nullable=False, comment="import that said so last"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, comment="when it was first seen"),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["registered_accidents.id"], name=op.f("fk_import_differences_accident_id")
        ),
        sa.ForeignKeyConstraint(["run_id"], ["import_runs.id"], name=op.f("fk_import_differences_run_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_differences")),
        sa.UniqueConstraint("accident_id", "field", name=op.f("uq_import_differences_accident_id_field")),
    )
    with op.batch_alter_table("import_differences", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_import_differences_run_id"), ["run_id"], unique=False)
