"""Shared measures: milestones as rows, disputes, measures merged across cases, notices over several cases."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

# Added without rebuilding a table: both databases take a nullable column with its constraints in one statement.
COLUMNS = (
    # table, column, type, refers to, check, comment
    (
        "amendments",
        "deadline_id",
        sa.Integer(),
        "deadlines",
        None,
        "the only clock it changes, where long-term work is re-planned; null for all of the paper's",
    ),
    (
        "assignments",
        "released_at",
        sa.DateTime(timezone=True),
        None,
        ("released_is_closed", "released_at IS NULL OR state = 'closed'"),
        "when the unit was taken out of the measure; null while it holds it",
    ),
    (
        "assignments",
        "served_by_id",
        sa.Integer(),
        "assignments",
        ("served_by_another", "served_by_id <> id"),
        "合并整改: the same unit's measure in another case whose work counts here too",
    ),
    (
        "deadlines",
        "milestone_id",
        sa.Integer(),
        "milestones",
        None,
        "阶段目标 it is about; null for a measure as a whole",
    ),
    (
        "replies",
        "milestone_id",
        sa.Integer(),
        "milestones",
        ("progress_names_a_milestone", "milestone_id IS NULL OR kind = 'progress'"),
        "阶段目标 that a progress report says is reached",
    ),
    (
        "replies",
        "original_id",
        sa.Integer(),
        "replies",
        None,
        "合并整改: reply in the other case of which this one is the copy",
    ),
    (
        "verifications",
        "original_id",
        sa.Integer(),
        "verifications",
        None,
        "合并整改: verification in the other case of which this one is the copy",
    ),
)


def upgrade() -> None:
    op.create_table(
        "bundled_cases",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="notice"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="further case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name of the notice inside that case, as H1"),
        sa.Column(
            "added_at", sa.DateTime(timezone=True), nullable=False, comment="when the case was put on the notice"
        ),
        sa.Column(
            "by_reference",
            sa.Boolean(),
            nullable=False,
            comment="合并整改: served before; named here because a measure of the case is done together with one of it",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_bundled_cases_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_bundled_cases_document_id")),
        sa.PrimaryKeyConstraint("document_id", "case_id", name=op.f("pk_bundled_cases")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_bundled_cases_case_id_ref")),
    )
    op.create_table(
        "milestones",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("measure_id", sa.Integer(), nullable=False, comment="measure"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the measure, as S1"),
        sa.Column(
            "kind",
            sa.Enum(
                "interim",
                "long_term",
                "stage",
                name="milestonekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="interim control, long-term work or a stage",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="what must be reached"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="until when; null starts no clock"),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was withdrawn; a milestone is never deleted",
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_milestones_worded")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_milestones_case_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_milestones_measure_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_milestones")),
        sa.UniqueConstraint("measure_id", "ref", name=op.f("uq_milestones_measure_id_ref")),
    )
    op.create_index(op.f("ix_milestones_case_id"), "milestones", ["case_id"], unique=False)
    op.create_table(
        "disputes",
        sa.Column("assignment_id", sa.Integer(), nullable=False, comment="measure and unit"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("reply_id", sa.Integer(), nullable=False, comment="reply that raised it"),
        sa.Column("adjudicator_id", sa.Integer(), nullable=False, comment="body that may adjudicate"),
        sa.Column(
            "state_before",
            sa.Enum(
                "unissued",
                "awaiting_receipt",
                "awaiting_plan",
                "awaiting_completion",
                "awaiting_verification",
                "returned",
                "disputed",
                "closed",
                name="assignmentstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="state of the measure to which a confirmation leads back",
        ),
        sa.Column(
            "decision",
            sa.Enum(
                "confirmed", "reassigned", name="adjudication", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
            comment="confirmed or reassigned; null while it is open",
        ),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was decided so"),
        sa.Column("reassigned_to_id", sa.Integer(), nullable=True, comment="unit that holds the measure now"),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="who decided, or entered a written decision"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="when it was decided"),
        sa.Column("incoming_number", sa.String(), nullable=True, comment="来文号 of a written decision"),
        sa.Column(
            "scan_sha256",
            sa.String(),
            nullable=True,
            comment="hash of the scan of a written decision, the key in the store",
        ),
        sa.Column("scan_name", sa.String(), nullable=True, comment="name of that scan"),
        sa.CheckConstraint(
            "(decision = 'reassigned') = (reassigned_to_id IS NOT NULL)",
            name=op.f("ck_disputes_reassigned_to_somebody"),
        ),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_disputes_decided_with_date")),
        sa.CheckConstraint(
            "decision IS NULL OR (reason IS NOT NULL AND decided_by IS NOT NULL)",
            name=op.f("ck_disputes_decided_with_reason"),
        ),
        sa.ForeignKeyConstraint(["adjudicator_id"], ["organisations.id"], name=op.f("fk_disputes_adjudicator_id")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_disputes_assignment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_disputes_case_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_disputes_decided_by")),
        sa.ForeignKeyConstraint(["reassigned_to_id"], ["organisations.id"], name=op.f("fk_disputes_reassigned_to_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_disputes_reply_id")),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_disputes")),
        sa.UniqueConstraint("reply_id", name=op.f("uq_disputes_reply_id")),
    )
    op.create_index(op.f("ix_disputes_adjudicator_id"), "disputes", ["adjudicator_id"], unique=False)
    op.create_index(op.f("ix_disputes_case_id"), "disputes", ["case_id"], unique=False)
    _milestones_as_rows()
    for table, name, kind, refers_to, check, comment in COLUMNS:
        _add(table, name, kind, refers_to, check, comment)
    op.create_index(op.f("ix_assignments_served_by_id"), "assignments", ["served_by_id"])
    op.create_index(
        "uq_assignments_lead",
        "assignments",
        ["measure_id"],
        unique=True,
        sqlite_where=sa.text("part = 'lead' AND released_at IS NULL"),
        postgresql_where=sa.text("part = 'lead' AND released_at IS NULL"),
    )
    op.create_index(op.f("ix_deadlines_milestone_id"), "deadlines", ["milestone_id"])
    op.create_index(op.f("ix_replies_milestone_id"), "replies", ["milestone_id"])
    op.create_index("uq_replies_copy", "replies", ["original_id", "assignment_id"], unique=True)
    op.create_index("uq_verifications_copy", "verifications", ["original_id", "assignment_id"], unique=True)


def _milestones_as_rows() -> None:
    """Take the milestones out of the measures, where they were a list of objects with text and due."""
    measures = sa.table("measures", sa.column("id"), sa.column("case_id"), sa.column("milestones", sa.JSON()))
    milestones = sa.table(
        "milestones",
        sa.column("case_id"),
        sa.column("measure_id"),
        sa.column("ref"),
        sa.column("kind"),
        sa.column("text"),
        sa.column("due_on", sa.Date()),
    )
    connection = op.get_bind()
    rows = [
        {
            "case_id": row.case_id,
            "measure_id": row.id,
            "ref": f"S{number}",
            "kind": "stage",
            "text": stage["text"],
            "due_on": date.fromisoformat(stage["due"]) if stage.get("due") else None,
        }
        for row in connection.execute(sa.select(measures))
        for number, stage in enumerate(row.milestones, 1)
    ]
    if rows:
        connection.execute(milestones.insert(), rows)
    op.execute("ALTER TABLE measures DROP COLUMN milestones")


def _add(
    table: str,
    name: str,
    kind: sa.types.TypeEngine[Any],
    refers_to: str | None,
    check: tuple[str, str] | None,
    comment: str,
) -> None:
    connection = op.get_bind()
    words = [f"ALTER TABLE {table} ADD COLUMN {name} {kind.compile(connection.dialect)}"]
    if refers_to is not None:
        words.append(f"CONSTRAINT fk_{table}_{name} REFERENCES {refers_to} (id)")
    if check is not None:
        words.append(f"CONSTRAINT ck_{table}_{check[0]} CHECK ({check[1]})")
    op.execute(" ".join(words))
    if connection.dialect.name == "postgresql":
        said = comment.replace("'", "''")
        op.execute(f"COMMENT ON COLUMN {table}.{name} IS '{said}'")
