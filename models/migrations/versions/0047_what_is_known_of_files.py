"""What is known of files that were handed in: what in them acts, and what the scanner for malware said."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0047"
down_revision = "0046"

HANDED_IN = (
    ("evidence", "sha256", ""),
    ("incoming_papers", "scan_sha256", ""),
    ("incoming_papers", "closing_sha256", ""),
    ("liability_decisions", "scan_sha256", ""),
    ("liability_reviews", "scan_sha256", ""),
    ("reply_files", "sha256", ""),
    ("verifications", "photo_sha256", ""),
    ("evaluation_files", "sha256", ""),
    ("disputes", "scan_sha256", ""),
    ("transfers", "receipt_sha256", ""),
    ("archive_supplements", "sha256", ""),
    ("authorities", "scan_sha256", ""),
    ("templates", "sha256", ""),
    ("renditions", "sha256", " AND form NOT IN ('final_docx', 'pdf')"),
)
"""Where files of others were kept before; those that were made here are not examined."""


def upgrade() -> None:
    json_type = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
    op.create_table(
        "file_examinations",
        sa.Column("sha256", sa.String(), primary_key=True, comment="hash of a file that was handed in"),
        sa.Column(
            "acts",
            json_type,
            nullable=False,
            comment="what in it acts when somebody opens it, in words; evidence alone may have any",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "clean",
                "found",
                "failed",
                name="filestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what the scanner said; waiting while it was not asked",
        ),
        sa.Column("found", sa.String(), nullable=True, comment="what was found, or why it could not be examined"),
        sa.Column(
            "examined_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the scanner said so; null while it waits",
        ),
        sa.Column(
            "asked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the scanner was last asked, also in vain; null before",
        ),
        sa.Column("told", sa.String(), nullable=True, comment="which finding is on the record of administrators"),
        sa.Column(
            "released_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when an administrator let it be handed out all the same",
        ),
        sa.CheckConstraint(
            "(found IS NULL) = (state NOT IN ('found', 'failed'))",
            name=op.f("ck_file_examinations_found_is_named"),
        ),
        sa.CheckConstraint(
            "(examined_at IS NULL) = (state = 'waiting')", name=op.f("ck_file_examinations_examined_when")
        ),
    )
    op.create_index("ix_file_examinations_state", "file_examinations", ["state", "asked_at"])
    nothing = "'[]'::jsonb" if op.get_bind().dialect.name == "postgresql" else "'[]'"
    for table, column, further in HANDED_IN:
        handed_in = f"SELECT DISTINCT {column}, {nothing}, 'waiting' FROM {table} WHERE {column} IS NOT NULL{further}"  # noqa: S608  ours
        op.execute(f"INSERT INTO file_examinations (sha256, acts, state) {handed_in} ON CONFLICT DO NOTHING")
