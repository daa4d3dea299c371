"""Warnings: criteria as data, lists, what each warning rests on and came to, and what the passes computed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0055"
down_revision = "0054"


def upgrade() -> None:
    op.create_table(
        "prevention_results",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("task", sa.String(), nullable=False, comment="criteria, bursts, screening, judging or effect"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="day it was due"),
        sa.Column(
            "code", sa.String(), nullable=False, comment="criterion or kind of measure; empty: the pass as a whole"
        ),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="the figures",
        ),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when it was computed"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prevention_results")),
        sa.UniqueConstraint("task", "due_on", "code", name=op.f("uq_prevention_results_task_due_on_code")),
    )
    op.create_table(
        "warning_criteria",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("code", sa.String(), nullable=False, comment="criterion, as site.fatal_3"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version, from 1"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the criterion: name, kind, days, metres, liability, what fires it",
        ),
        sa.Column("basis", sa.String(), nullable=False, comment="source: rule and article, or whose practice"),
        sa.Column(
            "borrowed",
            sa.Boolean(),
            nullable=False,
            comment="whether the basis is only borrowed, or its text was not at hand",
        ),
        sa.Column("in_force", sa.Boolean(), nullable=False, comment="whether it is asked"),
        sa.Column("author", sa.String(), nullable=False, comment="who set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, comment="from when on it counts"),
        sa.CheckConstraint("version >= 1", name=op.f("ck_warning_criteria_version_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_criteria")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_warning_criteria_code_version")),
    )
    op.create_table(
        "warning_lists",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "method",
            sa.Enum(
                "three_year",
                "probability",
                "criterion",
                "burst",
                name="warningmethod",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="three_year, probability, criterion or burst",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "site",
                "section",
                "enterprise",
                "employer",
                "cause",
                name="warningkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="site, section, enterprise, employer or cause",
        ),
        sa.Column("criterion_id", sa.Integer(), nullable=True, comment="criterion and version"),
        sa.Column(
            "division_code",
            sa.String(),
            nullable=False,
            comment="GB/T 2260 code of the division it is about; our own where none is known",
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False, comment="unit that works on it"),
        sa.Column(
            "as_of",
            sa.Date(),
            nullable=False,
            comment="accidents up to the end of this day were looked at; the year after it is judged",
        ),
        sa.Column(
            "size_m",
            sa.Integer(),
            nullable=True,
            comment="metres a cell or a section is long; null where units or causes are listed",
        ),
        sa.Column(
            "length",
            sa.Integer(),
            nullable=False,
            comment="how many warnings it holds: as many as the unit can work on, or fewer",
        ),
        sa.Column(
            "base_rate",
            sa.Double(),
            nullable=True,
            comment="share of all subjects that see a severe accident in a year; null: too little",
        ),
        sa.Column(
            "figures",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="how well such lists did on the unit's own earlier years; empty where there is too little",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "approved",
                "returned",
                name="liststate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="drafted, approved or returned",
        ),
        sa.Column(
            "decided_by", sa.Integer(), nullable=True, comment="leader who decided; null where a rule needs nobody"
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="when"),
        sa.Column("decision_reason", sa.String(), nullable=True, comment="why it was returned, or what was said"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when the pass made it"),
        sa.Column(
            "judged_on", sa.Date(), nullable=True, comment="day on which the year after it was looked at; null before"
        ),
        sa.Column(
            "judged",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="subjects, those with a severe accident, and hits of the same length by the three-year count",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint(
            "state <> 'returned' OR decision_reason IS NOT NULL", name=op.f("ck_warning_lists_returned_with_reason")
        ),
        sa.CheckConstraint(
            "(decided_by IS NULL) = (decided_at IS NULL)", name=op.f("ck_warning_lists_decided_by_somebody")
        ),
        sa.ForeignKeyConstraint(["criterion_id"], ["warning_criteria.id"], name=op.f("fk_warning_lists_criterion_id")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_warning_lists_decided_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisations.id"], name=op.f("fk_warning_lists_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warning_lists")),
        sa.UniqueConstraint(
            "method",
            "kind",
            "criterion_id",
            "division_code",
            "as_of",
            name=op.f("uq_warning_lists_method_kind_criterion_id_division_code_as_of"),
        ),
    )
    with op.batch_alter_table("warning_lists", schema=None) as batch_op:
        batch_op.create_index("ix_warning_lists_as_of", ["as_of"], unique=False)
        batch_op.create_index(batch_op.f("ix_warning_lists_criterion_id"), ["criterion_id"], unique=False)
        batch_op.create_index("ix_warning_lists_state", ["state", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_warning_lists_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "warnings",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("number", sa.String(), nullable=False, comment="year and running number, as YJ2026-0001"),
        sa.Column("list_id", sa.Integer(), nullable=False, comment="list"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the list, from 1"),
        sa.Column("origin", sa.String(), nullable=False, comment="what warned: the criterion's code, or the method"),
        sa.Column(
            "kind",
            sa.Enum(
                "site",
                "section",
                "enterprise",
                "employer",
                "cause",
                name="warningkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="site, section, enterprise, employer or cause",
        ),
        sa.Column(
            "subject_key",
            sa.String(),
            nullable=False,
            comment="the subject in one word: a cell, a section, a unit's row or name, a cause",
        ),
        sa.Column("title", sa.String(), nullable=False, comment="the subject as a person reads it"),
        sa.Column("division_code", sa.String(), nullable=False, comment="GB/T 2260 code of the division"),
        sa.Column("east_m", sa.Integer(), nullable=True, comment="a site's corner: metres east on the grid"),
        sa.Column("north_m", sa.Integer(), nullable=True, comment="a site's corner: metres north on the grid"),
        sa.Column("size_m", sa.Integer(), nullable=True, comment="metres a site or section is long"),
        sa.Column("road", sa.String(), nullable=True, comment="a section's road, by number or name"),
        sa.Column("stake_from_m", sa.Integer(), nullable=True, comment="metres at which a section begins"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="the enterprise, where it is on our list"),
        sa.Column(
            "evidence",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="rows of registered accidents it rests on, the newest first",
        ),
        sa.Column("evidence_hash", sa.String(), nullable=False, comment="SHA-256 over the sorted evidence"),
        sa.Column("evidence_from", sa.Date(), nullable=False, comment="first day that was looked at"),
        sa.Column("observed", sa.Integer(), nullable=False, comment="accidents seen in those days"),
        sa.Column(
            "expected",
            sa.Double(),
            nullable=True,
            comment="accidents such a subject would show in them; null: too little is known",
        ),
        sa.Column(
            "probability",
            sa.Double(),
            nullable=True,
            comment="chance of a severe accident within a year; null where no model carries it",
        ),
        sa.Column(
            "state",
            sa.Enum(
                "drafted",
                "open",
                "proposed",
                "confirmed",
                "dismissed",
                "lapsed",
                name="warningstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="drafted, open, proposed, confirmed, dismissed or lapsed",
        ),
        sa.Column(
            "state_reason",
            sa.String(),
            nullable=True,
            comment="what was said when it was confirmed, or why it shall be dismissed",
        ),
        sa.Column(
            "outcome",
            sa.Enum("hazard", "case", name="warningoutcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
            comment="what a confirmed one became",
        ),
        sa.Column("hazard_id", sa.Integer(), nullable=True, comment="hazard that is worked on"),
        sa.Column("handled_by", sa.Integer(), nullable=True, comment="who confirmed it or proposed to dismiss it"),
        sa.Column("handled_at", sa.DateTime(timezone=True), nullable=True, comment="when"),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="leader who approved the dismissal"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="when"),
        sa.Column(
            "lapses_on",
            sa.Date(),
            nullable=True,
            comment="day from which it lapses where nobody does anything; null once it ended",
        ),
        sa.Column(
            "objections",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="[]",
            nullable=False,
            comment="what the enterprise said against it: {said, by, on, recorded_by}",
        ),
        sa.Column(
            "judged_on", sa.Date(), nullable=True, comment="day on which the year after it was looked at; null before"
        ),
        sa.Column(
            "hit",
            sa.Boolean(),
            nullable=True,
            comment="whether a severe accident happened there within the year; null before",
        ),
        sa.Column(
            "happened",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="[]",
            nullable=False,
            comment="rows of the severe accidents of that year",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint(
            "state <> 'dismissed' OR state_reason IS NOT NULL", name=op.f("ck_warnings_dismissed_with_reason")
        ),
        sa.CheckConstraint("(hit IS NULL) = (judged_on IS NULL)", name=op.f("ck_warnings_judged_on_a_day")),
        sa.CheckConstraint("probability >= 0 AND probability <= 1", name=op.f("ck_warnings_a_probability")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_warnings_decided_by")),
        sa.ForeignKeyConstraint(["handled_by"], ["users.id"], name=op.f("fk_warnings_handled_by")),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_warnings_hazard_id")),
        sa.ForeignKeyConstraint(["list_id"], ["warning_lists.id"], name=op.f("fk_warnings_list_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_warnings_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_warnings")),
        sa.UniqueConstraint("hazard_id", name=op.f("uq_warnings_hazard_id")),
        sa.UniqueConstraint("number", name=op.f("uq_warnings_number")),
        sa.UniqueConstraint(
            "origin", "subject_key", "evidence_hash", name=op.f("uq_warnings_origin_subject_key_evidence_hash")
        ),
    )
    with op.batch_alter_table("warnings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_warnings_list_id"), ["list_id"], unique=False)
        batch_op.create_index(
            "ix_warnings_live",
            ["state", "id"],
            unique=False,
            sqlite_where=sa.text("state IN ('drafted', 'open', 'proposed')"),
            postgresql_where=sa.text("state IN ('drafted', 'open', 'proposed')"),
        )
        batch_op.create_index(batch_op.f("ix_warnings_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index("ix_warnings_subject", ["origin", "subject_key"], unique=False)
