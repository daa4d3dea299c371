"""通报: a further kind of paper, what each counted, to whom else it goes, how often one is due; a rung promises none."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.kernel.vocabulary import Rhythm
from models.migrations.wider import accept_paper_kind

revision = "0039"
down_revision = "0038"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
OLD, NEW = "再次拟制限期落实督办单，列入下期通报", "再次拟制限期落实督办单"


def upgrade() -> None:
    accept_paper_kind("circular")
    _circulars()
    _recipients()
    _rhythms()
    _promise_nothing()


def _circulars() -> None:
    op.create_table(
        "circulars",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True, comment="paper"),
        sa.Column("period_from", sa.Date(), comment="first day of the period; null for an occasion"),
        sa.Column("period_until", sa.Date(), comment="last day of the period, at the end of which was counted"),
        sa.Column(
            "edition",
            sa.Integer(),
            nullable=False,
            comment="1, or one more for each that was drafted anew for the same period",
        ),
        sa.Column(
            "figures",
            JSON,
            nullable=False,
            comment="what was counted: units, late matters, our own police, what is due next",
        ),
        sa.Column(
            "named",
            JSON,
            nullable=False,
            comment="row numbers of the units that it names, each of which may be named",
        ),
        sa.Column("lessons", JSON, nullable=False, comment="what an occasional circular holds up, one line each"),
        sa.Column("practices", JSON, nullable=False, comment="good examples that the drafter chose, one line each"),
        sa.Column(
            "steps",
            JSON,
            nullable=False,
            comment="what is asked besides what follows from the figures, one line each",
        ),
        sa.Column("report_by", sa.Date(), nullable=False, comment="until when late units report"),
        sa.UniqueConstraint("period_from", "period_until", "edition"),
        sa.CheckConstraint("(period_from IS NULL) = (period_until IS NULL)", name="whole_period"),
        sa.CheckConstraint("period_from <= period_until", name="ends_after_it_begins"),
        sa.CheckConstraint("edition >= 1", name="edition_counts_from_one"),
    )


def _recipients() -> None:
    op.create_table(
        "circular_recipients",
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), primary_key=True, comment="paper"),
        sa.Column("organisation_id", sa.Integer(), sa.ForeignKey("organisations.id"), primary_key=True, comment="unit"),
    )
    op.create_index("ix_circular_recipients_organisation_id", "circular_recipients", ["organisation_id"])


def _rhythms() -> None:
    words = sa.Enum(
        Rhythm,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda every: [word.value for word in every],
    )
    op.create_table(
        "circular_rhythms",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("every", words, nullable=False, comment="how often"),
        sa.Column("basis", sa.String(), comment="assessment plan of the place; without one nothing is monthly"),
        sa.Column(
            "valid_from",
            sa.Date(),
            nullable=False,
            comment="first day on which a period may end that is told of so",
        ),
        sa.Column("author", sa.String(), nullable=False, comment="account that set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("every <> 'month' OR basis IS NOT NULL", name="monthly_by_a_plan"),
        sa.CheckConstraint("reason <> ''", name="reasoned"),
    )


def _promise_nothing() -> None:
    """Whether a circular follows depends on unit and place: the rung itself says nothing of it any more."""
    rungs = sa.table("ladder_rungs", sa.column("id"), sa.column("data", JSON))
    connection = op.get_bind()
    for row in connection.execute(sa.select(rungs.c.id, rungs.c.data)).all():
        if row.data.get("what") == OLD:
            changed = {**row.data, "what": NEW}
            connection.execute(sa.update(rungs).where(rungs.c.id == row.id).values(data=changed))
