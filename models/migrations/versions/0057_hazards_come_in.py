"""Hazards come in by form, file and link, and what was done about each is kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.append_only import kept_for_ever

revision = "0057"
down_revision = "0056"


def upgrade() -> None:
    op.create_table(
        "hazard_links",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "token_sha256",
            sa.String(),
            nullable=False,
            comment="SHA-256 of what the address ends with; the row does not open it",
        ),
        sa.Column("label", sa.String(), nullable=False, comment="whom it is given to, in words"),
        sa.Column(
            "source",
            sa.Enum(
                "lead",
                "grid",
                "ledger",
                "patrol",
                "warning",
                "case",
                name="hazardsource",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what hazards told of by it count as: lead or grid",
        ),
        sa.Column("unit_id", sa.Integer(), nullable=False, comment="our unit that gets them"),
        sa.Column(
            "division_code",
            sa.String(),
            nullable=True,
            comment="GB/T 2260 code that hazards told of by it get; null: none",
        ),
        sa.Column("made_by", sa.Integer(), nullable=False, comment="who made it"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("expires_on", sa.Date(), nullable=False, comment="last day on which it opens"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True, comment="when somebody revoked it"),
        sa.Column("revoked_by", sa.Integer(), nullable=True, comment="who did"),
        sa.Column("revoke_reason", sa.String(), nullable=True, comment="why"),
        sa.CheckConstraint("source IN ('lead', 'grid')", name=op.f("ck_hazard_links_of_people_outside")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoke_reason IS NULL)", name=op.f("ck_hazard_links_revoked_with_reason")
        ),
        sa.ForeignKeyConstraint(["made_by"], ["users.id"], name=op.f("fk_hazard_links_made_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["users.id"], name=op.f("fk_hazard_links_revoked_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisations.id"], name=op.f("fk_hazard_links_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_links")),
        sa.UniqueConstraint("token_sha256", name=op.f("uq_hazard_links_token_sha256")),
    )
    op.create_table(
        "hazard_steps",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("hazard_id", sa.Integer(), nullable=False, comment="hazard"),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="what was done, by its kind in the record of the office"
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="who did it; null where nobody was signed in"),
        sa.Column(
            "actor_name", sa.String(), nullable=False, comment="the person's name on that day, or the link's label"
        ),
        sa.Column("why", sa.String(), nullable=True, comment="reason, where one was asked for"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment='what was done: changed columns as {"changes": {column: [before, after]}}, the answers of a site check',
        ),
        sa.ForeignKeyConstraint(["hazard_id"], ["hazards.id"], name=op.f("fk_hazard_steps_hazard_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_hazard_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazard_steps")),
    )
    with op.batch_alter_table("hazard_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hazard_steps_hazard_id"), ["hazard_id"], unique=False)

    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "unit_id", sa.Integer(), nullable=True, comment="our unit in whose territory it lies; null: any of ours"
            )
        )
        batch_op.add_column(sa.Column("link_id", sa.Integer(), nullable=True, comment="link that it came by"))
        batch_op.create_index(batch_op.f("ix_hazards_link_id"), ["link_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_hazards_reported_by"), ["reported_by"], unique=False)
        batch_op.create_index(batch_op.f("ix_hazards_unit_id"), ["unit_id"], unique=False)
        batch_op.create_foreign_key(batch_op.f("fk_hazards_unit_id"), "organisations", ["unit_id"], ["id"])
        batch_op.create_foreign_key(batch_op.f("fk_hazards_link_id"), "hazard_links", ["link_id"], ["id"])
    for statement in kept_for_ever(op.get_bind().dialect.name, "hazard_steps", "id = NEW.id"):
        op.execute(statement)
