"""The register of accidents, and hazards."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    op.create_table(
        "registered_accidents",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "source",
            sa.String(),
            nullable=False,
            comment="where it comes from: `case`, `hand`, or the name that an import's profile gives",
        ),
        sa.Column(
            "source_key",
            sa.String(),
            nullable=False,
            comment="what the source knows it by; the same key again is the same accident",
        ),
        sa.Column("accident_number", sa.String(), nullable=True, comment="事故编号 of the police's own system"),
        sa.Column("title", sa.String(), nullable=True, comment="how it is called, where somebody called it"),
        sa.Column(
            "occurred_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when it happened; midnight where only the day is known",
        ),
        sa.Column(
            "occurred_on", sa.Date(), nullable=False, comment="its day in local time: what periods are counted by"
        ),
        sa.Column(
            "hour", sa.Integer(), nullable=True, comment="hour of that day, 0 to 23; null where only the day is known"
        ),
        sa.Column("weekday", sa.Integer(), nullable=False, comment="day of the week, 1 Monday to 7 Sunday"),
        sa.Column(
            "division_code",
            sa.String(),
            nullable=True,
            comment="territory: GB/T 2260 code of county or district; null is unknown",
        ),
        sa.Column(
            "jurisdiction", sa.String(), nullable=True, comment="管辖: unit that handles it, as the source says (GLBM)"
        ),
        sa.Column("unit_id", sa.Integer(), nullable=True, comment="that unit, where it is one of ours"),
        sa.Column(
            "procedure",
            sa.Enum("general", "simple", name="procedure", native_enum=False, create_constraint=True, length=32),
            nullable=True,
            comment="general or simple; null where the source does not say",
        ),
        sa.Column("place", sa.String(), nullable=True, comment="where, in words"),
        sa.Column("road_name", sa.String(), nullable=True, comment="name of the road"),
        sa.Column("road_number", sa.String(), nullable=True, comment="number of the road, as G318"),
        sa.Column("road_class", sa.String(), nullable=True, comment="class of the road, in words"),
        sa.Column("stake", sa.String(), nullable=True, comment="kilometre stake, as K145+370"),
        sa.Column("stake_m", sa.Integer(), nullable=True, comment="the stake in metres from the road's beginning"),
        sa.Column("junction", sa.String(), nullable=True, comment="kind of junction or section, in words"),
        sa.Column("alignment", sa.String(), nullable=True, comment="alignment of the road, in words"),
        sa.Column("longitude", sa.Double(), nullable=True, comment="degrees east, CGCS2000"),
        sa.Column("latitude", sa.Double(), nullable=True, comment="degrees north, CGCS2000"),
        sa.Column(
            "east_m",
            sa.Integer(),
            nullable=True,
            comment="metres east in its 3-degree zone, the zone's number before them (rules/grid)",
        ),
        sa.Column("north_m", sa.Integer(), nullable=True, comment="metres north, and 10,000,000 (rules/grid)"),
        sa.Column("weather", sa.String(), nullable=True, comment="weather, in words"),
        sa.Column("light_condition", sa.String(), nullable=True, comment="light, in words"),
        sa.Column("pattern", sa.String(), nullable=True, comment="事故形态, in words"),
        sa.Column("cause", sa.String(), nullable=True, comment="认定原因, in words"),
        sa.Column("escaped", sa.Boolean(), nullable=True, comment="whether somebody fled; null is unknown"),
        sa.Column(
            "secondary",
            sa.Boolean(),
            nullable=True,
            comment="whether it followed from another accident; null is unknown",
        ),
        sa.Column("deaths", sa.Integer(), nullable=True, comment="dead within 7 days; null is unknown"),
        sa.Column("deaths_at_scene", sa.Integer(), nullable=True, comment="dead at the scene; null is unknown"),
        sa.Column(
            "deaths_after_rescue", sa.Integer(), nullable=True, comment="dead after failed rescue; null is unknown"
        ),
        sa.Column("deaths_24h", sa.Integer(), nullable=True, comment="dead within 24 hours; null is unknown"),
        sa.Column("deaths_3d", sa.Integer(), nullable=True, comment="dead within 3 days; null is unknown"),
        sa.Column(
            "deaths_7d",
            sa.Integer(),
            nullable=True,
            comment="dead within 7 days, as the source splits them; null is unknown",
        ),
        sa.Column("deaths_30d", sa.Integer(), nullable=True, comment="dead within 30 days; null is unknown"),
        sa.Column("missing", sa.Integer(), nullable=True, comment="missing; null is unknown"),
        sa.Column("serious", sa.Integer(), nullable=True, comment="seriously injured; null is unknown"),
        sa.Column("light", sa.Integer(), nullable=True, comment="lightly injured; null is unknown"),
        sa.Column(
            "injured_unspecified",
            sa.Integer(),
            nullable=True,
            comment="injured of unknown severity; null is none such or unknown",
        ),
        sa.Column(
            "property_loss", sa.BigInteger(), nullable=True, comment="直接财产损失 in whole yuan; null is unknown"
        ),
        sa.Column("vehicles", sa.Integer(), nullable=True, comment="number of vehicles; null is unknown"),
        sa.Column(
            "details",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="further columns of the source by their names",
        ),
        sa.Column(
            "exclusion",
            sa.Enum(
                "merged",
                "not_on_a_road",
                "illness",
                "withdrawn",
                name="exclusion",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="why figures do not count it; null where they do",
        ),
        sa.Column(
            "exclusion_reason", sa.String(), nullable=True, comment="the reason in words, where a person said so"
        ),
        sa.Column("merged_into_id", sa.Integer(), nullable=True, comment="row of the same accident that counts"),
        sa.Column(
            "accident_id", sa.Integer(), nullable=True, comment="the accident of a case, where it is investigated"
        ),
        sa.Column(
            "edited",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="[]",
            nullable=False,
            comment="columns that a person set: no import changes them",
        ),
        sa.Column(
            "source_updated_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the source changed it last (GXSJ), where it says so",
        ),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it came into the register"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint(
            "exclusion <> 'merged' OR merged_into_id IS NOT NULL",
            name=op.f("ck_registered_accidents_merged_into_another"),
        ),
        sa.CheckConstraint(
            "(east_m IS NULL) = (north_m IS NULL)", name=op.f("ck_registered_accidents_a_grid_point_has_both")
        ),
        sa.CheckConstraint(
            "(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_registered_accidents_a_point_has_both")
        ),
        sa.CheckConstraint("deaths >= 0", name=op.f("ck_registered_accidents_deaths_not_negative")),
        sa.CheckConstraint("hour >= 0 AND hour <= 23", name=op.f("ck_registered_accidents_hour_of_a_day")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR (exclusion IS NOT NULL AND merged_into_id <> id)",
            name=op.f("ck_registered_accidents_counted_once"),
        ),
        sa.CheckConstraint("property_loss >= 0", name=op.f("ck_registered_accidents_property_loss_not_negative")),
        sa.CheckConstraint(
            "serious >= 0 AND light >= 0 AND injured_unspecified >= 0",
            name=op.f("ck_registered_accidents_injured_not_negative"),
        ),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_registered_accidents_accident_id")),
        sa.ForeignKeyConstraint(
            ["merged_into_id"], ["registered_accidents.id"], name=op.f("fk_registered_accidents_merged_into_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["organisations.id"], name=op.f("fk_registered_accidents_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_accidents")),
        sa.UniqueConstraint("accident_id", name=op.f("uq_registered_accidents_accident_id")),
        sa.UniqueConstraint("source", "source_key", name=op.f("uq_registered_accidents_source_source_key")),
    )
    with op.batch_alter_table("registered_accidents", schema=None) as batch_op:
        batch_op.create_index(
            "ix_registered_accidents_day",
            ["occurred_on", "id"],
            unique=False,
            sqlite_where=sa.text("exclusion IS NULL"),
            postgresql_where=sa.text("exclusion IS NULL"),
        )
        batch_op.create_index("ix_registered_accidents_division_day", ["division_code", "occurred_on"], unique=False)
        batch_op.create_index("ix_registered_accidents_grid", ["east_m", "north_m", "exclusion"], unique=False)
        batch_op.create_index(batch_op.f("ix_registered_accidents_merged_into_id"), ["merged_into_id"], unique=False)
        batch_op.create_index("ix_registered_accidents_number", ["accident_number"], unique=False)
        batch_op.create_index("ix_registered_accidents_stake", ["road_number", "stake_m"], unique=False)
        batch_op.create_index(batch_op.f("ix_registered_accidents_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "hazards",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("hazard_number", sa.String(), nullable=False, comment="year and running number, as YH2026-0001"),
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
            comment="lead, grid report, ledger, patrol, warning or case",
        ),
        sa.Column(
            "source_key",
            sa.String(),
            nullable=True,
            comment="what the source knows it by: a ledger's number; the same again is the same",
        ),
        sa.Column("description", sa.String(), nullable=False, comment="what is dangerous, in words"),
        sa.Column(
            "severity",
            sa.Enum("ordinary", "major", name="hazardgrade", native_enum=False, create_constraint=True, length=32),
            nullable=True,
            comment="ordinary or major; null until somebody said",
        ),
        sa.Column(
            "division_code", sa.String(), nullable=True, comment="GB/T 2260 code of county or district; null is unknown"
        ),
        sa.Column("place", sa.String(), nullable=True, comment="where, in words"),
        sa.Column("road_name", sa.String(), nullable=True, comment="name of the road"),
        sa.Column("road_number", sa.String(), nullable=True, comment="number of the road, as G318"),
        sa.Column("stake", sa.String(), nullable=True, comment="kilometre stake, as K145+370"),
        sa.Column("stake_m", sa.Integer(), nullable=True, comment="the stake in metres from the road's beginning"),
        sa.Column("longitude", sa.Double(), nullable=True, comment="degrees east, CGCS2000"),
        sa.Column("latitude", sa.Double(), nullable=True, comment="degrees north, CGCS2000"),
        sa.Column(
            "east_m",
            sa.Integer(),
            nullable=True,
            comment="metres east in its 3-degree zone, the zone's number before them",
        ),
        sa.Column("north_m", sa.Integer(), nullable=True, comment="metres north, and 10,000,000"),
        sa.Column("found_on", sa.Date(), nullable=False, comment="day on which it was seen (排查时间)"),
        sa.Column("responsible_id", sa.Integer(), nullable=True, comment="unit that has to mend it"),
        sa.Column("responsible_name", sa.String(), nullable=True, comment="that unit as the source says it"),
        sa.Column("responsible_person", sa.String(), nullable=True, comment="person there (责任人)"),
        sa.Column("funds", sa.BigInteger(), nullable=True, comment="money it takes, in whole yuan; null is unknown"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="day by which it shall be mended (期限)"),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "checked",
                "ordered",
                "closed",
                "dismissed",
                name="hazardstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="reported, checked, ordered, closed or dismissed",
        ),
        sa.Column("state_reason", sa.String(), nullable=True, comment="why it was dismissed, or how it was closed"),
        sa.Column(
            "accepted_on", sa.Date(), nullable=True, comment="day on which somebody saw that it is mended (验收)"
        ),
        sa.Column(
            "photos",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="[]",
            nullable=False,
            comment="photographs in the store: sha256, name, media_type, size, thumbnail, of (report, check, sketch), at",
        ),
        sa.Column(
            "details",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="further facts by name: `reporter`, `ledger` (what a ledger said last), `site_check` (the last one)",
        ),
        sa.Column("reported_by", sa.Integer(), nullable=True, comment="who entered it; null where it came by a link"),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False, comment="when it came in"),
        sa.Column(
            "version",
            sa.Integer(),
            server_default="1",
            nullable=False,
            comment="raised by every change; a stale writer is told",
        ),
        sa.CheckConstraint("description <> ''", name=op.f("ck_hazards_described")),
        sa.CheckConstraint(
            "state <> 'dismissed' OR state_reason IS NOT NULL", name=op.f("ck_hazards_dismissed_with_reason")
        ),
        sa.CheckConstraint("(longitude IS NULL) = (latitude IS NULL)", name=op.f("ck_hazards_a_point_has_both")),
        sa.ForeignKeyConstraint(["reported_by"], ["users.id"], name=op.f("fk_hazards_reported_by")),
        sa.ForeignKeyConstraint(["responsible_id"], ["organisations.id"], name=op.f("fk_hazards_responsible_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hazards")),
        sa.UniqueConstraint("hazard_number", name=op.f("uq_hazards_hazard_number")),
        sa.UniqueConstraint("source_key", name=op.f("uq_hazards_source_key")),
    )
    with op.batch_alter_table("hazards", schema=None) as batch_op:
        batch_op.create_index("ix_hazards_grid", ["east_m", "north_m"], unique=False)
        batch_op.create_index(batch_op.f("ix_hazards_responsible_id"), ["responsible_id"], unique=False)
        batch_op.create_index("ix_hazards_stake", ["road_number", "stake_m"], unique=False)
        batch_op.create_index("ix_hazards_state", ["state", "id"], unique=False)

    op.create_table(
        "register_changes",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="registered accident"),
        sa.Column("field", sa.String(), nullable=False, comment="column"),
        sa.Column(
            "before",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment='what stood there, as {"value": …}',
        ),
        sa.Column(
            "after",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment='what stands there now, as {"value": …}',
        ),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "changed_by", sa.Integer(), nullable=True, comment="who changed it; null where an import or a case did"
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="why, or which import or case it followed"),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["registered_accidents.id"], name=op.f("fk_register_changes_accident_id")
        ),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_register_changes_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_register_changes")),
    )
    with op.batch_alter_table("register_changes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_register_changes_accident_id"), ["accident_id"], unique=False)

    op.create_table(
        "registered_parties",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="registered accident"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order among the parties, from 1"),
        sa.Column("role", sa.String(), nullable=True, comment="part in the accident, in words (RYLX)"),
        sa.Column("plate", sa.String(), nullable=True, comment="number plate"),
        sa.Column("vehicle_kind", sa.String(), nullable=True, comment="kind of vehicle, in words"),
        sa.Column("vehicle_use", sa.String(), nullable=True, comment="what it was used for, in words"),
        sa.Column(
            "owner_name", sa.String(), nullable=True, comment="enterprise that owns or operates it, as the source says"
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True, comment="that enterprise, where it is on our list"),
        sa.Column("employer_name", sa.String(), nullable=True, comment="employer of the driver, as the source says"),
        sa.Column(
            "liability",
            sa.Enum(
                "full",
                "main",
                "equal",
                "minor",
                "none",
                name="partyliability",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="full, main, equal, minor or none; null is unknown (SGZR)",
        ),
        sa.Column("injury", sa.String(), nullable=True, comment="what happened to the person, in words (SHCD)"),
        sa.Column(
            "years_driving", sa.Integer(), nullable=True, comment="years since the first licence (JL); null is unknown"
        ),
        sa.Column(
            "details",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            server_default="{}",
            nullable=False,
            comment="further columns of the source by their names",
        ),
        sa.ForeignKeyConstraint(
            ["accident_id"], ["registered_accidents.id"], name=op.f("fk_registered_parties_accident_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_registered_parties_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_parties")),
        sa.UniqueConstraint("accident_id", "position", name=op.f("uq_registered_parties_accident_id_position")),
    )
    with op.batch_alter_table("registered_parties", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_registered_parties_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_registered_parties_plate"), ["plate"], unique=False)
