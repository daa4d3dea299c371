"""整改评估 and 整改后又发生; cases whose report was signed before get the clock of their evaluation from the worker."""

import sqlalchemy as sa
from alembic import op

from models.accident.rules.places import stake_metres

revision = "0007"
down_revision = "0005"

UNDECIDED = sa.text("decision IS NULL AND lapsed_at IS NULL")


def words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def _measure_stakes() -> None:
    op.add_column(
        "accidents",
        sa.Column(
            "stake_m",
            sa.Integer(),
            nullable=True,
            comment="the stake in metres from the road's beginning; null for what is no stake",
        ),
    )
    accidents = sa.table("accidents", sa.column("id"), sa.column("stake"), sa.column("stake_m"))
    rows = op.get_bind().execute(sa.select(accidents.c.id, accidents.c.stake).where(accidents.c.stake.is_not(None)))
    measured = [{"row": row.id, "metres": stake_metres(row.stake)} for row in rows]
    if measured:
        by_row = sa.update(accidents).where(accidents.c.id == sa.bindparam("row"))
        op.get_bind().execute(by_row.values(stake_m=sa.bindparam("metres")), measured)


def upgrade() -> None:
    op.create_index("ix_accidents_position", "accidents", ["latitude", "longitude"])
    op.create_index("ix_accidents_road_name", "accidents", ["road_name", "division_code"])
    _measure_stakes()
    # The new one begins with the road's number, too.
    op.create_index("ix_accidents_road_stake", "accidents", ["road_number", "stake_m"])
    op.drop_index("ix_accidents_road_number", "accidents")
    op.create_index("ix_vehicles_owner_id", "vehicles", ["owner_id"])
    op.create_index("ix_people_organisation_id", "people", ["organisation_id"])
    op.add_column(
        "deadlines",
        sa.Column(
            "opens_on",
            sa.Date(),
            nullable=True,
            comment="first day on which the act makes sense; null where any day does",
        ),
    )
    op.create_table(
        "evaluations",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("measure_id", sa.Integer(), nullable=False, comment="measure"),
        sa.Column("round", sa.Integer(), nullable=False, comment="1, and one more each time it is evaluated anew"),
        sa.Column(
            "verdict",
            words("effectverdict", "effective", "partly", "none", "unknown"),
            nullable=False,
            comment="whether it helped: effective, partly, none or unknown",
        ),
        sa.Column("looked_at", sa.String(), nullable=False, comment="what was looked at"),
        sa.Column("figure", sa.String(), nullable=True, comment="what was counted, with its unit"),
        sa.Column("figure_before", sa.Double(), nullable=True, comment="figure before the measure; null is unknown"),
        sa.Column("figure_after", sa.Double(), nullable=True, comment="figure after the measure; null is unknown"),
        sa.Column("conclusion", sa.String(), nullable=False, comment="what follows"),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was evaluated anew"),
        sa.Column("evaluated_by", sa.Integer(), nullable=False, comment="who evaluated"),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("looked_at <> '' AND conclusion <> ''", name=op.f("ck_evaluations_worded")),
        sa.CheckConstraint(
            "figure IS NOT NULL OR (figure_before IS NULL AND figure_after IS NULL)",
            name=op.f("ck_evaluations_figures_are_named"),
        ),
        sa.CheckConstraint(
            "round >= 1 AND (round = 1 OR reason IS NOT NULL)", name=op.f("ck_evaluations_replaced_with_reason")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evaluations_case_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_evaluations_measure_id")),
        sa.ForeignKeyConstraint(["evaluated_by"], ["users.id"], name=op.f("fk_evaluations_evaluated_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluations")),
        sa.UniqueConstraint("measure_id", "round", name=op.f("uq_evaluations_measure_id_round")),
    )
    op.create_index("ix_evaluations_case_id", "evaluations", ["case_id"])
    op.create_table(
        "evaluation_files",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("evaluation_id", sa.Integer(), nullable=False, comment="evaluation"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name of the file as it arrived, made safe"),
        sa.Column("media_type", sa.String(), nullable=False, comment="type found by looking into the file"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, the key in the store"),
        sa.ForeignKeyConstraint(["evaluation_id"], ["evaluations.id"], name=op.f("fk_evaluation_files_evaluation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation_files")),
        sa.UniqueConstraint("evaluation_id", "sha256", name=op.f("uq_evaluation_files_evaluation_id_sha256")),
    )
    op.create_table(
        "recurrences",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case of the new accident"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside that case, as X1"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="the new accident"),
        sa.Column("old_case_id", sa.Integer(), nullable=False, comment="case of the old measure"),
        sa.Column("measure_id", sa.Integer(), nullable=False, comment="the old measure"),
        sa.Column(
            "reason",
            words("recurrencereason", "nearby", "same_section", "same_enterprise"),
            nullable=False,
            comment="nearby, same_section or same_enterprise",
        ),
        sa.Column(
            "distance_m",
            sa.Integer(),
            nullable=True,
            comment="metres between the two places; null where not known or not the reason",
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="enterprise that both have in common"),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False, comment="when it was found"),
        sa.Column(
            "lapsed_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when a corrected place took its ground away",
        ),
        sa.Column(
            "decision",
            words("recurrencedecision", "reopened", "unrelated"),
            nullable=True,
            comment="reopened or unrelated; null while nobody has decided",
        ),
        sa.Column("decision_reason", sa.String(), nullable=True, comment="why"),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="who decided"),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True, comment="when"),
        sa.Column(
            "finding_id",
            sa.Integer(),
            nullable=True,
            comment="finding of the new case that takes the question up",
        ),
        sa.Column(
            "new_measure_id",
            sa.Integer(),
            nullable=True,
            comment="measure of the new case that takes the question up",
        ),
        sa.CheckConstraint("case_id <> old_case_id", name=op.f("ck_recurrences_another_case")),
        sa.CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name=op.f("ck_recurrences_decided_with_date")),
        sa.CheckConstraint(
            "decision IS NULL OR decision_reason IS NOT NULL", name=op.f("ck_recurrences_decided_with_reason")
        ),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'reopened' OR finding_id IS NOT NULL OR new_measure_id IS NOT NULL",
            name=op.f("ck_recurrences_reopened_by_something_new"),
        ),
        sa.CheckConstraint(
            "(reason = 'same_enterprise') = (organisation_id IS NOT NULL)",
            name=op.f("ck_recurrences_enterprise_named"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_recurrences_{column}"))
            for column, target in (
                ("case_id", "cases.id"),
                ("accident_id", "accidents.id"),
                ("old_case_id", "cases.id"),
                ("measure_id", "measures.id"),
                ("organisation_id", "organisations.id"),
                ("decided_by", "users.id"),
                ("finding_id", "findings.id"),
                ("new_measure_id", "measures.id"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recurrences")),
        sa.UniqueConstraint(
            "accident_id", "measure_id", "reason", name=op.f("uq_recurrences_accident_id_measure_id_reason")
        ),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_recurrences_case_id_ref")),
    )
    op.create_index("ix_recurrences_old_case_id", "recurrences", ["old_case_id"])
    op.create_index("ix_recurrences_measure_id", "recurrences", ["measure_id"])
    for name, column in (("ix_recurrences_open", "case_id"), ("ix_recurrences_open_old", "old_case_id")):
        op.create_index(name, "recurrences", [column], sqlite_where=UNDECIDED, postgresql_where=UNDECIDED)
    # The worker starts the clock: only the rules know how twelve months are counted.
    op.execute(
        sa.text(
            "INSERT INTO outbox (key, case_id, topic, payload, created_at, due_at, tries) "
            "SELECT 'carry:' || case_number || '/effect', id, 'carry', :payload, "
            "report_approved_at, report_approved_at, 0 "
            "FROM cases WHERE report_approved_at IS NOT NULL AND stage IN ('rectifying', 'archived')"
        ).bindparams(sa.bindparam("payload", {}, sa.JSON()))
    )
