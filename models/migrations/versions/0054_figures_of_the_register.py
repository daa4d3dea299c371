"""Figures of the register: totals of earlier spans, denominators, closings of months; an index that figures are read off."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0054"
down_revision = "0053"


def upgrade() -> None:
    op.create_table(
        "denominators",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("division_code", sa.String(), nullable=False, comment="GB/T 2260 code of the division"),
        sa.Column("year", sa.Integer(), nullable=False, comment="year"),
        sa.Column("vehicles", sa.Integer(), nullable=True, comment="机动车保有量; null is unknown"),
        sa.Column(
            "with_motorcycles", sa.Boolean(), nullable=False, comment="whether motorcycles are among the vehicles"
        ),
        sa.Column(
            "with_motorways",
            sa.Boolean(),
            nullable=False,
            comment="whether deaths on motorways are divided by them too",
        ),
        sa.Column("residents", sa.Integer(), nullable=True, comment="常住人口; null is unknown"),
        sa.Column("basis", sa.String(), nullable=False, comment="where the figures are taken from"),
        sa.Column("entered_by", sa.Integer(), nullable=True, comment="who entered them"),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint("vehicles > 0 AND residents > 0", name=op.f("ck_denominators_more_than_none")),
        sa.CheckConstraint("vehicles IS NOT NULL OR residents IS NOT NULL", name=op.f("ck_denominators_one_is_known")),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_denominators_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_denominators")),
        sa.UniqueConstraint("division_code", "year", name=op.f("uq_denominators_division_code_year")),
    )
    op.create_table(
        "earlier_totals",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("division_code", sa.String(), nullable=False, comment="GB/T 2260 code of the division that it is of"),
        sa.Column("since", sa.Date(), nullable=False, comment="first day"),
        sa.Column("until", sa.Date(), nullable=False, comment="last day"),
        sa.Column("accidents", sa.Integer(), nullable=True, comment="accidents; null is unknown"),
        sa.Column("deaths", sa.Integer(), nullable=True, comment="dead within 7 days; null is unknown"),
        sa.Column("injured", sa.Integer(), nullable=True, comment="injured; null is unknown"),
        sa.Column(
            "property_loss", sa.BigInteger(), nullable=True, comment="直接财产损失 in whole yuan; null is unknown"
        ),
        sa.Column(
            "fatal_accidents", sa.Integer(), nullable=True, comment="accidents that cost a life; null is unknown"
        ),
        sa.Column(
            "severe_accidents",
            sa.Integer(),
            nullable=True,
            comment="accidents that cost three lives or more; null is unknown",
        ),
        sa.Column("basis", sa.String(), nullable=False, comment="where the figures are taken from"),
        sa.Column("entered_by", sa.Integer(), nullable=True, comment="who entered them"),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint(
            "accidents >= 0 AND deaths >= 0 AND injured >= 0 AND property_loss >= 0 AND fatal_accidents >= 0 AND severe_accidents >= 0",
            name=op.f("ck_earlier_totals_not_negative"),
        ),
        sa.CheckConstraint("since <= until", name=op.f("ck_earlier_totals_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_earlier_totals_entered_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_earlier_totals")),
        sa.UniqueConstraint(
            "division_code", "since", "until", name=op.f("uq_earlier_totals_division_code_since_until")
        ),
    )
    op.create_table(
        "month_closings",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("month", sa.Date(), nullable=False, comment="first day of the month"),
        sa.Column(
            "official",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the official totals by indicator; null is not published",
        ),
        sa.Column(
            "counted",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what the register came to at the closing, by indicator; null is unknown",
        ),
        sa.Column("basis", sa.String(), nullable=False, comment="where the official totals are taken from"),
        sa.Column("note", sa.String(), nullable=True, comment="why the two differ, where they do"),
        sa.Column("closed_by", sa.Integer(), nullable=True, comment="who closed it"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["users.id"], name=op.f("fk_month_closings_closed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_month_closings")),
        sa.UniqueConstraint("month", name=op.f("uq_month_closings_month")),
    )
    with op.batch_alter_table("registered_accidents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_accidents_figures",
            [
                "occurred_on",
                "procedure",
                "deaths",
                "serious",
                "light",
                "injured_unspecified",
                "property_loss",
                "unit_id",
                "division_code",
                "hour",
                "weekday",
                "exclusion",
            ],
            unique=False,
            sqlite_where=sa.text("exclusion IS NULL"),
            postgresql_where=sa.text("exclusion IS NULL"),
        )
