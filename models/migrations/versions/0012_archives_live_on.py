"""Supplements to sealed volumes, and volumes that follow a reopening."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

REOPENED = "(reopened_at IS NULL) = (reopened_by IS NULL) AND (reopened_at IS NULL) = (reopened_reason IS NULL)"


def upgrade() -> None:
    _archives()
    _supplements()


def _archives() -> None:
    # On SQLite the table is made anew, while the items of its volumes point at it.
    _obey_keys(False)
    with op.batch_alter_table("archives") as batch:
        batch.add_column(
            sa.Column(
                "version",
                sa.Integer(),
                nullable=False,
                server_default="1",
                comment="1, raised by each archiving after a reopening",
            )
        )
        batch.add_column(
            sa.Column(
                "reopened_at",
                sa.DateTime(timezone=True),
                nullable=True,
                comment="when the case was reopened, and this volume ceased to be in force",
            )
        )
        batch.add_column(sa.Column("reopened_by", sa.Integer(), nullable=True, comment="who reopened it"))
        batch.add_column(sa.Column("reopened_reason", sa.String(), nullable=True, comment="why it was reopened"))
        batch.drop_constraint(op.f("uq_archives_case_id"), type_="unique")
        batch.create_unique_constraint(op.f("uq_archives_case_id_version"), ["case_id", "version"])
        batch.create_foreign_key(op.f("fk_archives_reopened_by"), "users", ["reopened_by"], ["id"])
        batch.create_check_constraint(op.f("ck_archives_version_counts_from_one"), "version >= 1")
        batch.create_check_constraint(op.f("ck_archives_reopened_with_reason"), REOPENED)
    op.create_index(
        "uq_archives_in_force",
        "archives",
        ["case_id"],
        unique=True,
        sqlite_where=sa.text("reopened_at IS NULL"),
        postgresql_where=sa.text("reopened_at IS NULL"),
    )
    op.create_index("ix_archives_keep_until", "archives", ["keep_until", "id"])
    _obey_keys(True)


def _obey_keys(obey: bool) -> None:
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        return
    connection = bind.connection.driver_connection
    assert connection is not None
    connection.execute("COMMIT")  # inside a transaction the switch does nothing
    connection.execute(f"PRAGMA foreign_keys = {'ON' if obey else 'OFF'}")
    connection.execute("BEGIN")


def _supplements() -> None:
    op.create_table(
        "archive_supplements",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("archive_id", sa.Integer(), nullable=False, comment="volume"),
        sa.Column("position", sa.Integer(), nullable=False, comment="which supplement of the volume, from 1"),
        sa.Column("archive_number", sa.String(), nullable=False, comment="档号 of the supplement"),
        sa.Column("title", sa.String(), nullable=False, comment="题名"),
        sa.Column("responsible", sa.String(), nullable=False, comment="责任者"),
        sa.Column("number", sa.String(), nullable=True, comment="文号"),
        sa.Column("dated", sa.Date(), nullable=True, comment="日期 of the material"),
        sa.Column("reason", sa.String(), nullable=False, comment="why it is supplemented"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name of the file as it arrived, made safe"),
        sa.Column("media_type", sa.String(), nullable=False, comment="type found by looking into the file"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, the key in the store"),
        sa.Column("added_by", sa.Integer(), nullable=False, comment="who supplemented it"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("chain_head", sa.String(), nullable=False, comment="hash of the last event inside the package"),
        sa.Column("chain_length", sa.Integer(), nullable=False, comment="number of events inside the package"),
        sa.Column(
            "package_path",
            sa.String(),
            nullable=True,
            comment="folder of the package, relative to the archive folder",
        ),
        sa.Column("manifest_sha256", sa.String(), nullable=True, comment="hash of the package's manifest"),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True, comment="when the package was written"),
        sa.CheckConstraint("title <> ''", name=op.f("ck_archive_supplements_titled")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_archive_supplements_reasoned")),
        sa.CheckConstraint(
            "(packed_at IS NULL) = (manifest_sha256 IS NULL)", name=op.f("ck_archive_supplements_packed_with_manifest")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_archive_supplements_added_by")),
        sa.ForeignKeyConstraint(["archive_id"], ["archives.id"], name=op.f("fk_archive_supplements_archive_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_supplements")),
        sa.UniqueConstraint("archive_id", "position", name=op.f("uq_archive_supplements_archive_id_position")),
        sa.UniqueConstraint("archive_id", "sha256", name=op.f("uq_archive_supplements_archive_id_sha256")),
        sa.UniqueConstraint("archive_number", name=op.f("uq_archive_supplements_archive_number")),
    )
