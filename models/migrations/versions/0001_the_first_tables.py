"""The first tables."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.append_only import append_only

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "accidents",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_number", sa.String(), nullable=True, comment="事故编号 of the police's own system"),
        sa.Column("title", sa.String(), nullable=False, comment="how the accident is called"),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=False, comment="when it happened"),
        sa.Column("division_code", sa.String(), nullable=False, comment="GB/T 2260 code of the county or district"),
        sa.Column("place", sa.String(), nullable=False, comment="where, in words"),
        sa.Column("road_name", sa.String(), nullable=True, comment="name of the road"),
        sa.Column("road_number", sa.String(), nullable=True, comment="number of the road, as G318"),
        sa.Column("stake", sa.String(), nullable=True, comment="kilometre stake, as K145+370"),
        sa.Column("road_class", sa.String(), nullable=True, comment="class of the road, in words"),
        sa.Column("longitude", sa.Double(), nullable=True, comment="degrees east"),
        sa.Column("latitude", sa.Double(), nullable=True, comment="degrees north"),
        sa.Column("weather", sa.String(), nullable=True, comment="weather, in words"),
        sa.Column("light", sa.String(), nullable=True, comment="light, in words"),
        sa.Column("pattern", sa.String(), nullable=True, comment="事故形态, in words"),
        sa.Column("deaths", sa.Integer(), nullable=True, comment="deaths that count for the grade; null is unknown"),
        sa.Column("serious_injuries", sa.Integer(), nullable=True, comment="serious injuries; null is unknown"),
        sa.Column("minor_injuries", sa.Integer(), nullable=True, comment="minor injuries; null is unknown"),
        sa.Column(
            "injured_unspecified", sa.Integer(), nullable=True, comment="injured of unknown severity; null is unknown"
        ),
        sa.Column(
            "economic_loss",
            sa.BigInteger(),
            nullable=True,
            comment="直接经济损失 in yuan, bears on the grade; null is unknown",
        ),
        sa.Column(
            "property_loss",
            sa.BigInteger(),
            nullable=True,
            comment="直接财产损失 in yuan, one of the four indices; null is unknown",
        ),
        sa.Column("production_safety", sa.Boolean(), nullable=True, comment="是否生产安全事故; null where not decided"),
        sa.Column("investigated_by", sa.String(), nullable=True, comment="body that investigates under 令493 art. 19"),
        sa.Column("summary", sa.String(), nullable=False, comment="what happened"),
        sa.Column("source_title", sa.String(), nullable=True, comment="title of the intake's source"),
        sa.CheckConstraint("deaths >= 0", name=op.f("ck_accidents_deaths_not_negative")),
        sa.CheckConstraint("economic_loss >= 0", name=op.f("ck_accidents_economic_loss_not_negative")),
        sa.CheckConstraint("injured_unspecified >= 0", name=op.f("ck_accidents_injured_unspecified_not_negative")),
        sa.CheckConstraint("minor_injuries >= 0", name=op.f("ck_accidents_minor_injuries_not_negative")),
        sa.CheckConstraint("property_loss >= 0", name=op.f("ck_accidents_property_loss_not_negative")),
        sa.CheckConstraint("serious_injuries >= 0", name=op.f("ck_accidents_serious_injuries_not_negative")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accidents")),
        sa.UniqueConstraint("accident_number", name=op.f("uq_accidents_accident_number")),
        sa.UniqueConstraint(
            "occurred_at", "division_code", "place", name=op.f("uq_accidents_occurred_at_division_code_place")
        ),
    )
    with op.batch_alter_table("accidents", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accidents_division_code"), ["division_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_accidents_occurred_at"), ["occurred_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_accidents_road_number"), ["road_number"], unique=False)

    op.create_table(
        "admin_events",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("kind", sa.String(), nullable=False, comment="what happened, in the past tense"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("actor", sa.String(), nullable=False, comment="account that acted, or system"),
        sa.Column("why", sa.String(), nullable=True, comment="reason given"),
        sa.Column(
            "data", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, comment="before and after"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_admin_events")),
    )
    op.create_table(
        "calendar_years",
        sa.Column("year", sa.Integer(), nullable=False, comment="year"),
        sa.Column("version", sa.String(), nullable=False, comment="version, shown in every explanation"),
        sa.Column("source", sa.String(), nullable=False, comment="where it comes from"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was loaded"),
        sa.Column("author", sa.String(), nullable=False, comment="who loaded it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.PrimaryKeyConstraint("year", name=op.f("pk_calendar_years")),
    )
    op.create_table(
        "deadline_rules",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("code", sa.String(), nullable=False, comment="rule, as notice.plan"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version, from 1"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the rule: name, start, roll-over, basis, borrowed, turn",
        ),
        sa.Column("unit", sa.String(), nullable=False, comment="calendar_days, working_days or months"),
        sa.Column("amount", sa.Integer(), nullable=False, comment="how many"),
        sa.Column("author", sa.String(), nullable=False, comment="who set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, comment="from when on it counts"),
        sa.CheckConstraint(
            "unit IN ('calendar_days', 'working_days', 'months')", name=op.f("ck_deadline_rules_unit_known")
        ),
        sa.CheckConstraint("amount > 0", name=op.f("ck_deadline_rules_amount_positive")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadline_rules")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_deadline_rules_code_version")),
    )
    op.create_table(
        "heartbeats",
        sa.Column("worker", sa.String(), nullable=False, comment="worker"),
        sa.Column("beat_at", sa.DateTime(timezone=True), nullable=False, comment="last sign of life"),
        sa.Column("last_sweep_at", sa.DateTime(timezone=True), nullable=True, comment="last sweep"),
        sa.Column("looked_at", sa.Integer(), nullable=True, comment="deadlines the last sweep looked at"),
        sa.PrimaryKeyConstraint("worker", name=op.f("pk_heartbeats")),
    )
    op.create_table(
        "ladder_rungs",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the ladder, from 1"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the ladder, from 1"),
        sa.Column("code", sa.String(), nullable=False, comment="rung, as warn"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="the rung: when, what, addressees, working days, approval, light, rules",
        ),
        sa.Column("author", sa.String(), nullable=False, comment="who set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, comment="from when on it counts"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ladder_rungs")),
        sa.UniqueConstraint("version", "code", name=op.f("uq_ladder_rungs_version_code")),
        sa.UniqueConstraint("version", "position", name=op.f("uq_ladder_rungs_version_position")),
    )
    op.create_table(
        "manners",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "recipients",
            sa.Enum(
                "superior",
                "department",
                "subordinate",
                "enterprise",
                "enterprise_elsewhere",
                "enterprise_other_city",
                "outside",
                name="group",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="group of recipients, as relation and kind of unit decide it",
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "analysis_report",
                "rectification_notice",
                "accountability_proposal",
                "supervision_order",
                "traceback_archive",
                "advance_notice",
                "correction",
                "withdrawal",
                "clue_transfer",
                "talk_notice",
                "talk_minutes",
                "excerpt",
                "proof_of_service",
                "late_report",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="kind of paper",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="version, from 1"),
        sa.Column(
            "form",
            sa.Enum(
                "report", "letter", "notice", name="documentform", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
            comment="报告, 函 or 通知",
        ),
        sa.Column(
            "title",
            sa.String(),
            nullable=False,
            comment="title, with {accident}, {again}, {number} and {unit} to be filled in",
        ),
        sa.Column("closing", sa.String(), nullable=False, comment="closing words"),
        sa.Column(
            "issued_by",
            sa.Enum(
                "own_unit",
                "city_bureau",
                "road_safety_office",
                name="issuingbody",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="body in whose name it leaves",
        ),
        sa.Column(
            "series",
            sa.String(),
            nullable=True,
            comment="机关代字 of its numbers; null for the issuer's own series of the kind",
        ),
        sa.Column(
            "seal",
            sa.Enum(
                "paper", "electronic", "none", name="sealmode", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
            comment="how it is sealed; null for the installation's setting",
        ),
        sa.Column("signer", sa.String(), nullable=True, comment="account that must sign; null for the issuer's chain"),
        sa.Column(
            "copies_industry_authority",
            sa.Boolean(),
            nullable=False,
            comment="copied to the recipient's industry authority",
        ),
        sa.Column(
            "when_late",
            sa.Enum(
                "order",
                "report_to_leaders",
                "remind_and_report",
                name="whenlate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="what a late recipient is met with; null where no clock of theirs starts",
        ),
        sa.Column("author", sa.String(), nullable=False, comment="who set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("valid_from", sa.DateTime(timezone=True), nullable=False, comment="from when on it counts"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_manners_reasoned")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_manners_version_counts_from_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_manners")),
        sa.UniqueConstraint("recipients", "kind", "version", name=op.f("uq_manners_recipients_kind_version")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("name", sa.String(), nullable=False, comment="full official name"),
        sa.Column(
            "kind",
            sa.Enum(
                "police",
                "government",
                "party_committee",
                "safety_commission",
                "transport",
                "road_authority",
                "emergency_management",
                "market_supervision",
                "agriculture",
                "education",
                "urban_management",
                "housing",
                "health",
                "trade_union",
                "discipline_inspection",
                "procuratorate",
                "court",
                "inspection_agency",
                "enterprise",
                "other",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what the unit is",
        ),
        sa.Column(
            "division_code", sa.String(), nullable=True, comment="GB/T 2260 code of its territory; null where unknown"
        ),
        sa.Column("parent_id", sa.Integer(), nullable=True, comment="unit above it in the tree"),
        sa.Column(
            "path", sa.String(), nullable=False, comment="row numbers from the root, as /1/5/9/; a subtree is a prefix"
        ),
        sa.Column(
            "industry_authority_id",
            sa.Integer(),
            nullable=True,
            comment="行业主管部门: the department an enterprise's papers are copied to",
        ),
        sa.Column("credit_code", sa.String(), nullable=True, comment="unified social credit code (GB 32100)"),
        sa.Column(
            "relation",
            sa.Enum(
                "superior",
                "peer",
                "subordinate",
                "not_subordinate",
                name="relation",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="relation to our unit where it differs from the derived one",
        ),
        sa.Column("contact", sa.String(), nullable=True, comment="name of the contact"),
        sa.Column("phone", sa.String(), nullable=True, comment="telephone of the contact"),
        sa.Column(
            "issues_as",
            sa.String(),
            nullable=True,
            comment="unit, bureau or commission: the body in whose name papers leave; null for all others",
        ),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True, comment="when the unit ceased to be used"),
        sa.CheckConstraint("name <> ''", name=op.f("ck_organisations_named")),
        sa.CheckConstraint("parent_id <> id", name=op.f("ck_organisations_not_its_own_parent")),
        sa.ForeignKeyConstraint(
            ["industry_authority_id"], ["organisations.id"], name=op.f("fk_organisations_industry_authority_id")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["organisations.id"], name=op.f("fk_organisations_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
        sa.UniqueConstraint("credit_code", name=op.f("uq_organisations_credit_code")),
        sa.UniqueConstraint("issues_as", name=op.f("uq_organisations_issues_as")),
        sa.UniqueConstraint("name", "division_code", name=op.f("uq_organisations_name_division_code")),
    )
    with op.batch_alter_table("organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organisations_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_organisations_path"), ["path"], unique=False)

    op.create_table(
        "registers",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("name", sa.String(), nullable=False, comment="name of the register"),
        sa.Column(
            "rule",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="rule by which its limits were counted, as in `deadline_rules`",
        ),
        sa.Column("calendar_version", sa.String(), nullable=False, comment="calendar it was counted by"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file that was loaded"),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was loaded"),
        sa.Column("author", sa.String(), nullable=False, comment="who loaded it"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registers")),
        sa.UniqueConstraint("name", name=op.f("uq_registers_name")),
    )
    op.create_table(
        "calendar_days",
        sa.Column("day", sa.Date(), nullable=False, comment="day"),
        sa.Column("year", sa.Integer(), nullable=False, comment="published year it belongs to"),
        sa.Column("off", sa.Boolean(), nullable=False, comment="true: day off; false: make-up workday"),
        sa.Column("name", sa.String(), nullable=False, comment="holiday it belongs to, in Chinese"),
        sa.ForeignKeyConstraint(["year"], ["calendar_years.year"], name=op.f("fk_calendar_days_year")),
        sa.PrimaryKeyConstraint("day", name=op.f("pk_calendar_days")),
    )
    with op.batch_alter_table("calendar_days", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_days_year"), ["year"], unique=False)

    op.create_table(
        "later_deaths",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="accident"),
        sa.Column("died_on", sa.Date(), nullable=False, comment="day of death"),
        sa.Column(
            "counted", sa.Boolean(), nullable=False, comment="whether it is among the deaths that count for the grade"
        ),
        sa.Column("note", sa.String(), nullable=True, comment="remark"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was recorded"),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_later_deaths_accident_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_later_deaths")),
    )
    with op.batch_alter_table("later_deaths", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_later_deaths_accident_id"), ["accident_id"], unique=False)

    op.create_table(
        "number_series",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("issuer_id", sa.Integer(), nullable=False, comment="body that numbers"),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="kind of paper; case for case numbers; archive for volumes"
        ),
        sa.Column(
            "prefix", sa.String(), nullable=False, comment="what stands before the year: 鄂州公交调, or 4207 for cases"
        ),
        sa.Column(
            "mode",
            sa.Enum("own", "external", name="seriesmode", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="own: drawn here; external: entered from the register the office keeps",
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_number_series_issuer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_series")),
        sa.UniqueConstraint("issuer_id", "kind", name=op.f("uq_number_series_issuer_id_kind")),
        sa.UniqueConstraint("prefix", name=op.f("uq_number_series_prefix")),
    )
    op.create_table(
        "registered_notices",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("register_id", sa.Integer(), nullable=False, comment="register"),
        sa.Column(
            "row",
            sa.Integer(),
            nullable=False,
            comment="line of the file, the heading being line 1; references may be missing or doubled",
        ),
        sa.Column("ref", sa.String(), nullable=True, comment="the register's own reference"),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="day of the notice, not counted"),
        sa.Column(
            "addressees", sa.Integer(), nullable=False, comment="units it went to; 0 where the register does not say"
        ),
        sa.Column("replies", sa.Integer(), nullable=False, comment="answers received"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day for the answers; late from the next day"),
        sa.CheckConstraint("addressees >= 0", name=op.f("ck_registered_notices_addressees_counted")),
        sa.CheckConstraint("replies >= 0", name=op.f("ck_registered_notices_replies_counted")),
        sa.ForeignKeyConstraint(["register_id"], ["registers.id"], name=op.f("fk_registered_notices_register_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_registered_notices")),
        sa.UniqueConstraint("register_id", "row", name=op.f("uq_registered_notices_register_id_row")),
    )
    op.create_table(
        "users",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("account", sa.String(), nullable=False, comment="log-in name"),
        sa.Column("name", sa.String(), nullable=False, comment="the person's name, as printed on papers"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="the unit the person acts for"),
        sa.Column(
            "password_hash",
            sa.String(),
            nullable=True,
            comment="argon2id; null where the account cannot log in to the web",
        ),
        sa.Column(
            "must_change_password", sa.Boolean(), nullable=False, comment="the first password was set by somebody else"
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when the account was made"),
        sa.Column(
            "disabled_at", sa.DateTime(timezone=True), nullable=True, comment="from when on the account may do nothing"
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_users_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_users")),
        sa.UniqueConstraint("account", name=op.f("uq_users_account")),
    )
    with op.batch_alter_table("users", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_users_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "vehicles",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="accident"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as V1"),
        sa.Column("plate", sa.String(), nullable=True, comment="number plate"),
        sa.Column("type", sa.String(), nullable=True, comment="type of vehicle, in words"),
        sa.Column("usage", sa.String(), nullable=True, comment="what it was used for, in words"),
        sa.Column("owner_id", sa.Integer(), nullable=True, comment="owner or operator"),
        sa.Column("approved_load_kg", sa.Integer(), nullable=True, comment="approved load in kg"),
        sa.Column("actual_load_kg", sa.Integer(), nullable=True, comment="actual load in kg"),
        sa.Column("approved_persons", sa.Integer(), nullable=True, comment="approved number of persons"),
        sa.Column("actual_persons", sa.Integer(), nullable=True, comment="actual number of persons"),
        sa.Column("speed_kmh", sa.Double(), nullable=True, comment="speed in km/h"),
        sa.Column("speed_limit_kmh", sa.Double(), nullable=True, comment="speed limit in km/h"),
        sa.Column(
            "defects",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what was wrong with it, in words",
        ),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_vehicles_accident_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["organisations.id"], name=op.f("fk_vehicles_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vehicles")),
        sa.UniqueConstraint("accident_id", "ref", name=op.f("uq_vehicles_accident_id_ref")),
    )
    with op.batch_alter_table("vehicles", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vehicles_plate"), ["plate"], unique=False)

    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="who is away"),
        sa.Column("absent_from", sa.Date(), nullable=False, comment="first day, Asia/Shanghai"),
        sa.Column("absent_until", sa.Date(), nullable=False, comment="last day"),
        sa.Column("reason", sa.String(), nullable=False, comment="why: leave, training, illness"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("absent_from <= absent_until", name=op.f("ck_absences_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_absences_recorded_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_absences_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    with op.batch_alter_table("absences", schema=None) as batch_op:
        batch_op.create_index("ix_absences_user", ["user_id", "absent_until"], unique=False)

    op.create_table(
        "cases",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "case_number", sa.String(), nullable=False, comment="division, year and running number, as 4207-2026-0001"
        ),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="the accident; one case each"),
        sa.Column("title", sa.String(), nullable=False, comment="how the case is called"),
        sa.Column("unit_id", sa.Integer(), nullable=False, comment="unit that investigates"),
        sa.Column("officer_id", sa.Integer(), nullable=False, comment="主办民警"),
        sa.Column("sponsor_id", sa.Integer(), nullable=True, comment="包案领导"),
        sa.Column(
            "stage",
            sa.Enum(
                "filed",
                "investigating",
                "reviewing",
                "rectifying",
                "archived",
                "discontinued",
                name="stage",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="where the case stands",
        ),
        sa.Column(
            "stage_reason", sa.String(), nullable=True, comment="why it was discontinued, or archived without measures"
        ),
        sa.Column(
            "grade",
            sa.Enum(
                "exceptional",
                "major",
                "large",
                "ordinary",
                name="grade",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="事故等级, computed (令493 art. 3)",
        ),
        sa.Column(
            "grade_provisional",
            sa.Boolean(),
            nullable=False,
            comment="a figure is unknown; the grade is the lowest consistent one",
        ),
        sa.Column(
            "trigger",
            sa.Enum(
                "statutory",
                "scope",
                "discretionary",
                name="trigger",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="why the case exists, computed (令146 art. 29)",
        ),
        sa.Column("trigger_reason", sa.String(), nullable=True, comment="reason of a discretionary investigation"),
        sa.Column("filed_at", sa.DateTime(timezone=True), nullable=False, comment="when it was filed"),
        sa.Column(
            "clock_from",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="start of the investigation's limit: the accident, or receipt of a transfer",
        ),
        sa.Column(
            "report_approved_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the analysis report was signed",
        ),
        sa.Column(
            "closed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was archived or discontinued"
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="raised by every change; a stale writer is told"),
        sa.Column("last_seq", sa.Integer(), nullable=False, comment="number of the last event of the chain"),
        sa.Column("last_hash", sa.String(), nullable=False, comment="hash of the last event of the chain"),
        sa.CheckConstraint(
            "stage <> 'discontinued' OR stage_reason IS NOT NULL", name=op.f("ck_cases_discontinued_with_reason")
        ),
        sa.CheckConstraint(
            "trigger <> 'discretionary' OR trigger_reason IS NOT NULL", name=op.f("ck_cases_discretion_with_reason")
        ),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_cases_accident_id")),
        sa.ForeignKeyConstraint(["officer_id"], ["users.id"], name=op.f("fk_cases_officer_id")),
        sa.ForeignKeyConstraint(["sponsor_id"], ["users.id"], name=op.f("fk_cases_sponsor_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["organisations.id"], name=op.f("fk_cases_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cases")),
        sa.UniqueConstraint("accident_id", name=op.f("uq_cases_accident_id")),
        sa.UniqueConstraint("case_number", name=op.f("uq_cases_case_number")),
    )
    with op.batch_alter_table("cases", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cases_officer_id"), ["officer_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_cases_sponsor_id"), ["sponsor_id"], unique=False)
        batch_op.create_index("ix_cases_unit_stage", ["unit_id", "stage", "id"], unique=False)

    op.create_table(
        "chain_steps",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("issuer_id", sa.Integer(), nullable=False, comment="body in whose name the paper leaves"),
        sa.Column(
            "kind", sa.String(), nullable=False, comment="kind of paper, or * for every kind without steps of its own"
        ),
        sa.Column("position", sa.Integer(), nullable=False, comment="order of the step, from 1; the signer is last"),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "clerk",
                "reviewer",
                "countersigner",
                "signer",
                "agency",
                "leader",
                "archivist",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what the person does: review, countersign or sign",
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit whose people take this step"),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="a certain person; null for anyone with the role"),
        sa.CheckConstraint("role IN ('reviewer', 'countersigner', 'signer')", name=op.f("ck_chain_steps_role_decides")),
        sa.CheckConstraint("position >= 1", name=op.f("ck_chain_steps_position_counts_from_one")),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_chain_steps_issuer_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_chain_steps_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_chain_steps_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_steps")),
        sa.UniqueConstraint("issuer_id", "kind", "position", name=op.f("uq_chain_steps_issuer_id_kind_position")),
    )
    with op.batch_alter_table("chain_steps", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_chain_steps_role"), ["role"], unique=False)

    op.create_table(
        "drawn_numbers",
        sa.Column("series_id", sa.Integer(), nullable=False, comment="series"),
        sa.Column("year", sa.Integer(), nullable=False, comment="year"),
        sa.Column("number", sa.Integer(), nullable=False, comment="number"),
        sa.Column(
            "used_for",
            sa.String(),
            nullable=False,
            comment="what carries it: the paper's case and ref, or the case number",
        ),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False, comment="when it was drawn"),
        sa.Column("void_reason", sa.String(), nullable=True, comment="why the number is void"),
        sa.ForeignKeyConstraint(["series_id"], ["number_series.id"], name=op.f("fk_drawn_numbers_series_id")),
        sa.PrimaryKeyConstraint("series_id", "year", "number", name=op.f("pk_drawn_numbers")),
    )
    op.create_table(
        "entered_numbers",
        sa.Column("issuer_id", sa.Integer(), nullable=False, comment="body whose register it is"),
        sa.Column("number", sa.String(), nullable=False, comment="发文字号 as the register has it"),
        sa.Column("agency_code", sa.String(), nullable=False, comment="机关代字 of the number"),
        sa.Column("year", sa.Integer(), nullable=False, comment="year of the number"),
        sa.Column("serial", sa.Integer(), nullable=False, comment="running number in the register"),
        sa.Column("used_for", sa.String(), nullable=False, comment="what carries it: the paper's case and ref"),
        sa.Column("entered_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("void_reason", sa.String(), nullable=True, comment="why the number is void"),
        sa.ForeignKeyConstraint(["entered_by"], ["users.id"], name=op.f("fk_entered_numbers_entered_by")),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_entered_numbers_issuer_id")),
        sa.PrimaryKeyConstraint("issuer_id", "number", name=op.f("pk_entered_numbers")),
    )
    with op.batch_alter_table("entered_numbers", schema=None) as batch_op:
        batch_op.create_index(
            "ix_entered_numbers_register", ["issuer_id", "agency_code", "year", "serial"], unique=False
        )

    op.create_table(
        "number_counters",
        sa.Column("series_id", sa.Integer(), nullable=False, comment="series"),
        sa.Column("year", sa.Integer(), nullable=False, comment="year"),
        sa.Column("last", sa.Integer(), nullable=False, comment="last number drawn"),
        sa.CheckConstraint("last >= 0", name=op.f("ck_number_counters_counts_up")),
        sa.ForeignKeyConstraint(["series_id"], ["number_series.id"], name=op.f("fk_number_counters_series_id")),
        sa.PrimaryKeyConstraint("series_id", "year", name=op.f("pk_number_counters")),
    )
    op.create_table(
        "people",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("accident_id", sa.Integer(), nullable=False, comment="accident"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as P1"),
        sa.Column("name", sa.String(), nullable=True, comment="name"),
        sa.Column(
            "role",
            sa.Enum(
                "driver",
                "passenger",
                "pedestrian",
                "cyclist",
                "manager",
                "official",
                "other",
                name="personrole",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="part in the accident or the duty",
        ),
        sa.Column("vehicle_id", sa.Integer(), nullable=True, comment="vehicle the person was in"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="unit the person belongs to"),
        sa.Column("position", sa.String(), nullable=True, comment="post, in words"),
        sa.Column(
            "outcome",
            sa.Enum(
                "dead",
                "serious",
                "minor",
                "unhurt",
                "unknown",
                name="personoutcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what happened to the person",
        ),
        sa.Column(
            "id_number",
            sa.String(),
            nullable=True,
            comment="identity number (GB 11643); personal data, masked on reading",
        ),
        sa.ForeignKeyConstraint(["accident_id"], ["accidents.id"], name=op.f("fk_people_accident_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_people_organisation_id")),
        sa.ForeignKeyConstraint(["vehicle_id"], ["vehicles.id"], name=op.f("fk_people_vehicle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("accident_id", "ref", name=op.f("uq_people_accident_id_ref")),
    )
    op.create_table(
        "signing_authorisations",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("principal_id", sa.Integer(), nullable=False, comment="the signer"),
        sa.Column("deputy_id", sa.Integer(), nullable=False, comment="who may sign in the signer's stead"),
        sa.Column(
            "kinds",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
            comment="kinds of paper; null for all",
        ),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day, Asia/Shanghai"),
        sa.Column("valid_until", sa.Date(), nullable=False, comment="last day"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("given_by", sa.Integer(), nullable=False, comment="who entered it: the signer or an administrator"),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "revoked_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was taken back before its last day",
        ),
        sa.Column("revoked_reason", sa.String(), nullable=True, comment="why it was taken back"),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_reason IS NULL)",
            name=op.f("ck_signing_authorisations_revoked_with_reason"),
        ),
        sa.CheckConstraint("principal_id <> deputy_id", name=op.f("ck_signing_authorisations_deputy_is_another")),
        sa.CheckConstraint("valid_from <= valid_until", name=op.f("ck_signing_authorisations_ends_after_it_begins")),
        sa.ForeignKeyConstraint(["deputy_id"], ["users.id"], name=op.f("fk_signing_authorisations_deputy_id")),
        sa.ForeignKeyConstraint(["given_by"], ["users.id"], name=op.f("fk_signing_authorisations_given_by")),
        sa.ForeignKeyConstraint(["principal_id"], ["users.id"], name=op.f("fk_signing_authorisations_principal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signing_authorisations")),
    )
    with op.batch_alter_table("signing_authorisations", schema=None) as batch_op:
        batch_op.create_index("ix_signing_authorisations_deputy", ["deputy_id", "valid_until"], unique=False)
        batch_op.create_index(batch_op.f("ix_signing_authorisations_principal_id"), ["principal_id"], unique=False)

    op.create_table(
        "templates",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("issuer_id", sa.Integer(), nullable=False, comment="body whose papers it is for"),
        sa.Column(
            "kind",
            sa.Enum(
                "analysis_report",
                "rectification_notice",
                "accountability_proposal",
                "supervision_order",
                "traceback_archive",
                "advance_notice",
                "correction",
                "withdrawal",
                "clue_transfer",
                "talk_notice",
                "talk_minutes",
                "excerpt",
                "proof_of_service",
                "late_report",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="kind of paper",
        ),
        sa.Column(
            "form",
            sa.Enum(
                "report", "letter", "notice", name="documentform", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
            comment="报告, 函 or 通知; null where it serves every form of the kind",
        ),
        sa.Column(
            "version", sa.Integer(), nullable=False, comment="1, raised by each file of the same issuer and kind"
        ),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, the key in the store"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name under which it was handed in"),
        sa.Column("uploaded_by", sa.Integer(), nullable=False, comment="who handed it in"),
        sa.Column(
            "uploaded_at",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="when; from then on papers are signed with it",
        ),
        sa.Column("retired_by", sa.Integer(), nullable=True, comment="who took it out of use"),
        sa.Column(
            "retired_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="since when it is out of use; null while in use",
        ),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (retired_by IS NULL)", name=op.f("ck_templates_retired_by_somebody")
        ),
        sa.CheckConstraint("size > 0", name=op.f("ck_templates_not_empty")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_templates_version_counts_from_one")),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_templates_issuer_id")),
        sa.ForeignKeyConstraint(["retired_by"], ["users.id"], name=op.f("fk_templates_retired_by")),
        sa.ForeignKeyConstraint(["uploaded_by"], ["users.id"], name=op.f("fk_templates_uploaded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_templates")),
        sa.UniqueConstraint("issuer_id", "kind", "version", name=op.f("uq_templates_issuer_id_kind_version")),
    )
    with op.batch_alter_table("templates", schema=None) as batch_op:
        batch_op.create_index(
            "uq_templates_in_use",
            ["issuer_id", "kind", "form"],
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL"),
        )
        batch_op.create_index(
            "uq_templates_in_use_any_form",
            ["issuer_id", "kind"],
            unique=True,
            sqlite_where=sa.text("retired_at IS NULL AND form IS NULL"),
            postgresql_where=sa.text("retired_at IS NULL AND form IS NULL"),
        )

    op.create_table(
        "user_roles",
        sa.Column("user_id", sa.Integer(), nullable=False, comment="account"),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "clerk",
                "reviewer",
                "countersigner",
                "signer",
                "agency",
                "leader",
                "archivist",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what the account may do",
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_user_roles_user_id")),
        sa.PrimaryKeyConstraint("user_id", "role", name=op.f("pk_user_roles")),
    )
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as D1"),
        sa.Column(
            "kind",
            sa.Enum(
                "analysis_report",
                "rectification_notice",
                "accountability_proposal",
                "supervision_order",
                "traceback_archive",
                "advance_notice",
                "correction",
                "withdrawal",
                "clue_transfer",
                "talk_notice",
                "talk_minutes",
                "excerpt",
                "proof_of_service",
                "late_report",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what the paper is: one of the five, or one that accompanies them",
        ),
        sa.Column(
            "form",
            sa.Enum(
                "report", "letter", "notice", name="documentform", native_enum=False, create_constraint=True, length=32
            ),
            nullable=True,
            comment="报告, 函 or 通知; null for the archive volume",
        ),
        sa.Column("issuer_id", sa.Integer(), nullable=False, comment="body in whose name it leaves"),
        sa.Column("recipient_id", sa.Integer(), nullable=True, comment="主送; null for papers to nobody"),
        sa.Column(
            "occasion",
            sa.Integer(),
            nullable=False,
            comment="1, or 2 for a second order to the same recipient, and so on",
        ),
        sa.Column("title", sa.String(), nullable=False, comment="title"),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "in_review",
                "countersigning",
                "signing",
                "returned",
                "issued",
                "sealed",
                "delivered",
                "void",
                name="documentstatus",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="where the paper stands",
        ),
        sa.Column(
            "round", sa.Integer(), nullable=False, comment="1, raised by each return: every round has its own approvals"
        ),
        sa.Column("author_id", sa.Integer(), nullable=True, comment="who submitted it; null for a draft of the system"),
        sa.Column("restricted", sa.Boolean(), nullable=False, comment="readable by named list only"),
        sa.Column(
            "note",
            sa.String(),
            nullable=True,
            comment="facts the author adds for this paper (what was not done, why it is needed)",
        ),
        sa.Column(
            "confirmed_no_reply_by", sa.Integer(), nullable=True, comment="who confirmed 未收到书面回复 before an order"
        ),
        sa.Column("replaces_id", sa.Integer(), nullable=True, comment="paper this one replaces"),
        sa.Column("number", sa.String(), nullable=True, comment="发文字号, unique per issuer; kept when voided"),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
            comment="what the paper says, frozen when it was issued",
        ),
        sa.Column(
            "content_version",
            sa.Integer(),
            nullable=False,
            comment="1, raised where a signed paper is changed before its seal; its files carry the same version",
        ),
        sa.Column("content_sha256", sa.String(), nullable=True, comment="hash of the canonical content"),
        sa.Column(
            "template_id",
            sa.Integer(),
            nullable=True,
            comment="template the paper was signed with; null for our own form",
        ),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False, comment="when the draft was made"),
        sa.Column("signed_by", sa.Integer(), nullable=True, comment="who really signed"),
        sa.Column(
            "signed_for",
            sa.Integer(),
            nullable=True,
            comment="授权代签: the signer in whose stead it was signed; null where the signer signed",
        ),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True, comment="when it was signed and numbered"),
        sa.Column("issued_on", sa.Date(), nullable=True, comment="成文日期, printed on the paper"),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True, comment="when the seal was put on"),
        sa.Column("void_reason", sa.String(), nullable=True, comment="why it was voided"),
        sa.Column(
            "manner_id",
            sa.Integer(),
            nullable=True,
            comment="row of the table of manners it was drafted by; null for papers to nobody",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="raised by every change; a stale writer is told"),
        sa.CheckConstraint("status <> 'void' OR void_reason IS NOT NULL", name=op.f("ck_documents_void_with_reason")),
        sa.CheckConstraint(
            "status NOT IN ('issued', 'sealed', 'delivered') OR (number IS NOT NULL AND content IS NOT NULL)",
            name=op.f("ck_documents_issued_with_number_and_content"),
        ),
        sa.CheckConstraint("occasion >= 1", name=op.f("ck_documents_occasion_counts_from_one")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_documents_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_documents_case_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_no_reply_by"], ["users.id"], name=op.f("fk_documents_confirmed_no_reply_by")
        ),
        sa.ForeignKeyConstraint(["issuer_id"], ["organisations.id"], name=op.f("fk_documents_issuer_id")),
        sa.ForeignKeyConstraint(["manner_id"], ["manners.id"], name=op.f("fk_documents_manner_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["organisations.id"], name=op.f("fk_documents_recipient_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["documents.id"], name=op.f("fk_documents_replaces_id")),
        sa.ForeignKeyConstraint(["signed_by"], ["users.id"], name=op.f("fk_documents_signed_by")),
        sa.ForeignKeyConstraint(["signed_for"], ["users.id"], name=op.f("fk_documents_signed_for")),
        sa.ForeignKeyConstraint(["template_id"], ["templates.id"], name=op.f("fk_documents_template_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_documents")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_documents_case_id_ref")),
        sa.UniqueConstraint("issuer_id", "number", name=op.f("uq_documents_issuer_id_number")),
    )
    with op.batch_alter_table("documents", schema=None) as batch_op:
        batch_op.create_index("ix_documents_case_kind", ["case_id", "kind"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_documents_status"), ["status"], unique=False)
        batch_op.create_index("uq_documents_occasion", ["case_id", "kind", "recipient_id", "occasion"], unique=True)
        batch_op.create_index(
            "uq_documents_occasion_without_recipient",
            ["case_id", "kind", "occasion"],
            unique=True,
            sqlite_where=sa.text("recipient_id IS NULL"),
            postgresql_where=sa.text("recipient_id IS NULL"),
        )

    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="number inside the case, from 1 without gaps"),
        sa.Column("kind", sa.String(), nullable=False, comment="what happened, in the past tense: notice_acknowledged"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when it happened"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was recorded"),
        sa.Column("actor", sa.String(), nullable=False, comment="account that acted, or system"),
        sa.Column("actor_name", sa.String(), nullable=False, comment="name of the person at that time"),
        sa.Column("why", sa.String(), nullable=True, comment="reason given"),
        sa.Column(
            "data",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what it was about, before and after",
        ),
        sa.Column("prev_hash", sa.String(), nullable=False, comment="hash of the event before"),
        sa.Column("hash", sa.String(), nullable=False, comment="hash of this event"),
        sa.CheckConstraint("seq >= 1", name=op.f("ck_events_seq_counts_from_one")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_events_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_events_case_id_seq")),
        sa.UniqueConstraint("hash", name=op.f("uq_events_hash")),
    )
    with op.batch_alter_table("events", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_events_actor"), ["actor"], unique=False)

    op.create_table(
        "findings",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as F1"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order in the report"),
        sa.Column(
            "level",
            sa.Enum("direct", "indirect", name="findinglevel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="direct or indirect",
        ),
        sa.Column(
            "aspect",
            sa.Enum(
                "person",
                "vehicle",
                "road",
                "environment",
                "management",
                name="aspect",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="person, vehicle, road, environment or management",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="what was found"),
        sa.Column(
            "cause_tags", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False, comment="tags"
        ),
        sa.Column(
            "legal_basis",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="norms it departs from, as the report cites them",
        ),
        sa.Column("duty_failure", sa.Boolean(), nullable=False, comment="a duty was not done"),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the finding was withdrawn; a finding is never deleted",
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_findings_worded")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_findings_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findings")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_findings_case_id_ref")),
    )
    op.create_table(
        "measures",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as M1"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order in the report"),
        sa.Column("text", sa.String(), nullable=False, comment="what must be done"),
        sa.Column("proof", sa.String(), nullable=True, comment="how it is proved"),
        sa.Column(
            "milestones",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="阶段目标: objects with text and due",
        ),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when the measure was withdrawn; a measure is never deleted",
        ),
        sa.CheckConstraint("text <> ''", name=op.f("ck_measures_worded")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_measures_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measures")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_measures_case_id_ref")),
    )
    op.create_table(
        "messages",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("key", sa.String(), nullable=False, comment="occasion and addressee"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="unit it is for"),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="person it is for"),
        sa.Column("subject", sa.String(), nullable=False, comment="what it is about, one line"),
        sa.Column("body", sa.String(), nullable=False, comment="what to do by when"),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False, comment="when it was put into the inbox"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True, comment="when it was first opened"),
        sa.CheckConstraint("(organisation_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_messages_one_addressee")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_messages_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_messages_organisation_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_messages_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
        sa.UniqueConstraint("key", name=op.f("uq_messages_key")),
    )
    with op.batch_alter_table("messages", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_messages_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_messages_organisation", ["organisation_id", "id"], unique=False)
        batch_op.create_index("ix_messages_user", ["user_id", "id"], unique=False)

    op.create_table(
        "not_applicable",
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column(
            "kind",
            sa.Enum(
                "analysis_report",
                "rectification_notice",
                "accountability_proposal",
                "supervision_order",
                "traceback_archive",
                "advance_notice",
                "correction",
                "withdrawal",
                "clue_transfer",
                "talk_notice",
                "talk_minutes",
                "excerpt",
                "proof_of_service",
                "late_report",
                name="documentkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="paper that is not needed",
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("approved_by", sa.Integer(), nullable=False, comment="who approved it"),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint(
            "kind IN ('accountability_proposal', 'supervision_order')",
            name=op.f("ck_not_applicable_only_papers_3_and_4"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_not_applicable_reasoned")),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_not_applicable_approved_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_not_applicable_case_id")),
        sa.PrimaryKeyConstraint("case_id", "kind", name=op.f("pk_not_applicable")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "key",
            sa.String(),
            nullable=False,
            comment="what is to be done to what: the same work is never queued twice",
        ),
        sa.Column("case_id", sa.Integer(), nullable=True, comment="case"),
        sa.Column("topic", sa.String(), nullable=False, comment="which flow does it"),
        sa.Column(
            "payload",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what the flow needs to know",
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False, comment="when it was queued"),
        sa.Column(
            "due_at", sa.DateTime(timezone=True), nullable=False, comment="not before; pushed back after a failure"
        ),
        sa.Column("claimed_by", sa.String(), nullable=True, comment="worker that holds it"),
        sa.Column(
            "claimed_until",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="end of the claim: a dead worker's work is taken over after it",
        ),
        sa.Column("tries", sa.Integer(), nullable=False, comment="how often it was tried"),
        sa.Column("last_error", sa.String(), nullable=True, comment="what went wrong the last time"),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True, comment="when it was done"),
        sa.Column("flow_run_id", sa.String(), nullable=True, comment="Prefect's run, where it could be tracked"),
        sa.CheckConstraint("tries >= 0", name=op.f("ck_outbox_tries_count_up")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_outbox_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_waiting",
            ["due_at", "id"],
            unique=False,
            sqlite_where=sa.text("done_at IS NULL"),
            postgresql_where=sa.text("done_at IS NULL"),
        )

    op.create_table(
        "team_members",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("name", sa.String(), nullable=True, comment="name; null where the source names only the unit"),
        sa.Column("role", sa.String(), nullable=False, comment="lead or member"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="unit"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_team_members_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_team_members_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_team_members_case_id"), ["case_id"], unique=False)

    op.create_table(
        "accountability_items",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as A1"),
        sa.Column(
            "subject_type",
            sa.Enum("person", "organisation", name="subjecttype", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="person or organisation",
        ),
        sa.Column("person_id", sa.Integer(), nullable=True, comment="the person"),
        sa.Column("organisation_id", sa.Integer(), nullable=True, comment="the unit"),
        sa.Column("category", sa.String(), nullable=False, comment="category in the source, in Chinese"),
        sa.Column("text", sa.String(), nullable=False, comment="what the source says; never printed as a penalty"),
        sa.Column(
            "informational",
            sa.Boolean(),
            nullable=False,
            comment="already decided, with the judiciary or exempt: told, not proposed",
        ),
        sa.Column("competent_organ_id", sa.Integer(), nullable=True, comment="organ that may decide"),
        sa.Column("document_id", sa.Integer(), nullable=True, comment="proposal that carries it"),
        sa.CheckConstraint(
            "(subject_type = 'person') = (person_id IS NOT NULL) AND (subject_type = 'organisation') = (organisation_id IS NOT NULL)",
            name=op.f("ck_accountability_items_one_subject"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_accountability_items_case_id")),
        sa.ForeignKeyConstraint(
            ["competent_organ_id"], ["organisations.id"], name=op.f("fk_accountability_items_competent_organ_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_accountability_items_document_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_accountability_items_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_accountability_items_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accountability_items")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_accountability_items_case_id_ref")),
    )
    with op.batch_alter_table("accountability_items", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_accountability_items_competent_organ_id"), ["competent_organ_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_accountability_items_document_id"), ["document_id"], unique=False)

    op.create_table(
        "amendments",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="the correction or withdrawal"),
        sa.Column("amended_id", sa.Integer(), nullable=False, comment="the wrong paper"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column(
            "effect",
            sa.Enum(
                "unchanged",
                "changed",
                "restarted",
                "ended",
                name="clockeffect",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="what becomes of the clocks that the wrong paper started",
        ),
        sa.Column(
            "new_due_on", sa.Date(), nullable=True, comment="new date of completion, where the clocks change to one"
        ),
        sa.Column(
            "passages",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="objects with place, wrong and right; none in a withdrawal",
        ),
        sa.Column("work_done", sa.String(), nullable=True, comment="what holds of the work done on a withdrawn paper"),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=True, comment="when it took effect"),
        sa.CheckConstraint(
            "(effect = 'changed') = (new_due_on IS NOT NULL)", name=op.f("ck_amendments_changed_to_a_date")
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_amendments_reasoned")),
        sa.CheckConstraint("amended_id <> document_id", name=op.f("ck_amendments_not_itself")),
        sa.ForeignKeyConstraint(["amended_id"], ["documents.id"], name=op.f("fk_amendments_amended_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_amendments_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_amendments")),
    )
    with op.batch_alter_table("amendments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_amendments_amended_id"), ["amended_id"], unique=False)

    op.create_table(
        "archives",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="the volume as a paper"),
        sa.Column("archive_number", sa.String(), nullable=False, comment="档号 by the unit's scheme"),
        sa.Column("retention", sa.String(), nullable=False, comment="Y permanent, D30 or D10 years"),
        sa.Column("keep_until", sa.Date(), nullable=True, comment="last day of retention; null is for ever"),
        sa.Column("shelf_place", sa.String(), nullable=True, comment="where the paper originals lie"),
        sa.Column("archived_by", sa.Integer(), nullable=False, comment="who archived"),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("chain_head", sa.String(), nullable=False, comment="hash of the last event inside the package"),
        sa.Column("chain_length", sa.Integer(), nullable=False, comment="number of events inside the package"),
        sa.Column(
            "package_path", sa.String(), nullable=True, comment="folder of the package, relative to the archive folder"
        ),
        sa.Column("manifest_sha256", sa.String(), nullable=True, comment="hash of the package's manifest"),
        sa.Column("item_count", sa.Integer(), nullable=True, comment="items in the catalogue"),
        sa.Column("packed_at", sa.DateTime(timezone=True), nullable=True, comment="when the package was written"),
        sa.CheckConstraint("retention IN ('Y', 'D30', 'D10')", name=op.f("ck_archives_retention_known")),
        sa.ForeignKeyConstraint(["archived_by"], ["users.id"], name=op.f("fk_archives_archived_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_archives_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_archives_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archives")),
        sa.UniqueConstraint("archive_number", name=op.f("uq_archives_archive_number")),
        sa.UniqueConstraint("case_id", name=op.f("uq_archives_case_id")),
        sa.UniqueConstraint("document_id", name=op.f("uq_archives_document_id")),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("measure_id", sa.Integer(), nullable=False, comment="measure"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="responsible unit"),
        sa.Column(
            "part",
            sa.Enum("lead", "cooperating", name="part", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="lead or cooperating",
        ),
        sa.Column("responsible_person", sa.String(), nullable=True, comment="who answers for it there"),
        sa.Column("due_on", sa.Date(), nullable=True, comment="its own date; null where the default limit counts"),
        sa.Column(
            "state",
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
            comment="where it stands",
        ),
        sa.Column(
            "outcome",
            sa.Enum(
                "done",
                "done_by_alternative",
                "not_done",
                "superseded",
                "no_longer_applicable",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
            comment="how it ended",
        ),
        sa.Column(
            "outcome_reason", sa.String(), nullable=True, comment="why it ended so, where it was not simply done"
        ),
        sa.Column("notice_id", sa.Integer(), nullable=True, comment="notice that carries it"),
        sa.Column(
            "delegated_to_id",
            sa.Integer(),
            nullable=True,
            comment="subordinate that does the work; the principal stays responsible",
        ),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was closed"),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL)", name=op.f("ck_assignments_closed_with_outcome")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_assignments_case_id")),
        sa.ForeignKeyConstraint(["delegated_to_id"], ["organisations.id"], name=op.f("fk_assignments_delegated_to_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_assignments_measure_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["documents.id"], name=op.f("fk_assignments_notice_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_assignments_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignments")),
        sa.UniqueConstraint("measure_id", "organisation_id", name=op.f("uq_assignments_measure_id_organisation_id")),
    )
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.create_index("ix_assignments_case_state", ["case_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_delegated_to_id"), ["delegated_to_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignments_notice_id"), ["notice_id"], unique=False)
        batch_op.create_index("ix_assignments_organisation_state", ["organisation_id", "state"], unique=False)

    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("recipient_id", sa.Integer(), nullable=False, comment="unit that got it"),
        sa.Column(
            "mode",
            sa.Enum(
                "direct",
                "left",
                "post",
                "confidential_post",
                "exchange",
                "electronic",
                name="deliverymode",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="how it was served",
        ),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=False, comment="when it was served"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when this was entered"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("witness", sa.String(), nullable=True, comment="留置: who saw that it was left"),
        sa.Column("left_reason", sa.String(), nullable=True, comment="留置: why it had to be left"),
        sa.Column("tracking_number", sa.String(), nullable=True, comment="邮寄: number of the mail"),
        sa.Column(
            "register_number",
            sa.String(),
            nullable=True,
            comment="机要、公文交换: number in the register of the exchange",
        ),
        sa.Column(
            "acknowledged_at", sa.DateTime(timezone=True), nullable=True, comment="签收: when the recipient took it"
        ),
        sa.Column("received_by", sa.String(), nullable=True, comment="name of the person who took it"),
        sa.Column("acknowledged_by", sa.Integer(), nullable=True, comment="account that entered the receipt"),
        sa.Column(
            "receipt_recorded_at", sa.DateTime(timezone=True), nullable=True, comment="when the receipt was entered"
        ),
        sa.Column(
            "receipt_on_behalf",
            sa.Boolean(),
            nullable=False,
            comment="代录: entered by our officer or clerk from a paper receipt",
        ),
        sa.Column("receipt_incoming_number", sa.String(), nullable=True, comment="来文号 of a paper receipt"),
        sa.CheckConstraint(
            "mode <> 'left' OR (witness IS NOT NULL AND left_reason IS NOT NULL)",
            name=op.f("ck_deliveries_left_with_witness"),
        ),
        sa.CheckConstraint(
            "mode <> 'post' OR tracking_number IS NOT NULL", name=op.f("ck_deliveries_posted_with_tracking")
        ),
        sa.CheckConstraint(
            "mode NOT IN ('confidential_post', 'exchange') OR register_number IS NOT NULL",
            name=op.f("ck_deliveries_exchanged_by_register"),
        ),
        sa.CheckConstraint(
            "(acknowledged_at IS NULL) = (received_by IS NULL)", name=op.f("ck_deliveries_receipt_with_name")
        ),
        sa.CheckConstraint("acknowledged_at >= delivered_at", name=op.f("ck_deliveries_received_after_delivery")),
        sa.ForeignKeyConstraint(["acknowledged_by"], ["users.id"], name=op.f("fk_deliveries_acknowledged_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deliveries_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deliveries_document_id")),
        sa.ForeignKeyConstraint(["recipient_id"], ["organisations.id"], name=op.f("fk_deliveries_recipient_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_deliveries_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("document_id", "recipient_id", name=op.f("uq_deliveries_document_id_recipient_id")),
    )
    with op.batch_alter_table("deliveries", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deliveries_case_id"), ["case_id"], unique=False)
        batch_op.create_index("ix_deliveries_recipient", ["recipient_id", "id"], unique=False)

    op.create_table(
        "document_versions",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version of the content, from 1"),
        sa.Column("title", sa.String(), nullable=False, comment="title then"),
        sa.Column(
            "content",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="what it said, as frozen",
        ),
        sa.Column("content_sha256", sa.String(), nullable=False, comment="hash of the canonical content"),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False, comment="when it was signed"),
        sa.Column("issued_on", sa.Date(), nullable=False, comment="成文日期 then"),
        sa.Column("signed_by", sa.Integer(), nullable=False, comment="who signed it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why it was changed"),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=False, comment="when it was taken back"),
        sa.Column("replaced_by", sa.Integer(), nullable=False, comment="who took it back"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_versions_document_id")),
        sa.ForeignKeyConstraint(["replaced_by"], ["users.id"], name=op.f("fk_document_versions_replaced_by")),
        sa.ForeignKeyConstraint(["signed_by"], ["users.id"], name=op.f("fk_document_versions_signed_by")),
        sa.PrimaryKeyConstraint("document_id", "version", name=op.f("pk_document_versions")),
    )
    op.create_table(
        "evidence",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as E1"),
        sa.Column("title", sa.String(), nullable=False, comment="what it is"),
        sa.Column("finding_id", sa.Integer(), nullable=True, comment="finding it supports"),
        sa.Column("file_name", sa.String(), nullable=True, comment="name of the file as it arrived, made safe"),
        sa.Column("media_type", sa.String(), nullable=True, comment="type found by looking into the file"),
        sa.Column("size", sa.Integer(), nullable=True, comment="bytes"),
        sa.Column("sha256", sa.String(), nullable=True, comment="hash of the file, the key in the store"),
        sa.Column("reference", sa.String(), nullable=True, comment="where the original lies, if it is no file"),
        sa.Column("added_by", sa.Integer(), nullable=False, comment="who added it"),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was withdrawn; evidence is never deleted",
        ),
        sa.CheckConstraint("(sha256 IS NULL) <> (reference IS NULL)", name=op.f("ck_evidence_file_or_reference")),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_evidence_added_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_evidence_case_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_evidence_finding_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_evidence_case_id_ref")),
    )
    with op.batch_alter_table("evidence", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_evidence_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "finding_organisations",
        sa.Column("finding_id", sa.Integer(), nullable=False, comment="finding"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_organisations_finding_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_finding_organisations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("finding_id", "organisation_id", name=op.f("pk_finding_organisations")),
    )
    with op.batch_alter_table("finding_organisations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_organisations_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "finding_people",
        sa.Column("finding_id", sa.Integer(), nullable=False, comment="finding"),
        sa.Column("person_id", sa.Integer(), nullable=False, comment="person"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_finding_people_finding_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_finding_people_person_id")),
        sa.PrimaryKeyConstraint("finding_id", "person_id", name=op.f("pk_finding_people")),
    )
    op.create_table(
        "measure_findings",
        sa.Column("measure_id", sa.Integer(), nullable=False, comment="measure"),
        sa.Column("finding_id", sa.Integer(), nullable=False, comment="finding"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_measure_findings_finding_id")),
        sa.ForeignKeyConstraint(["measure_id"], ["measures.id"], name=op.f("fk_measure_findings_measure_id")),
        sa.PrimaryKeyConstraint("measure_id", "finding_id", name=op.f("pk_measure_findings")),
    )
    with op.batch_alter_table("measure_findings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_measure_findings_finding_id"), ["finding_id"], unique=False)

    op.create_table(
        "organ_answers",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="proposal"),
        sa.Column(
            "answer",
            sa.Enum(
                "received",
                "adopted",
                "adopted_in_part",
                "not_adopted",
                name="proposalanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="received, adopted, adopted in part or not adopted",
        ),
        sa.Column("reason", sa.String(), nullable=True, comment="why not, or not wholly"),
        sa.Column("incoming_number", sa.String(), nullable=True, comment="来文号 of the answer"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when the organ answered"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was entered"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.CheckConstraint(
            "answer NOT IN ('not_adopted', 'adopted_in_part') OR reason IS NOT NULL",
            name=op.f("ck_organ_answers_reasoned"),
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_organ_answers_document_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_organ_answers_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organ_answers")),
        sa.UniqueConstraint(
            "document_id", "answer", "happened_at", name=op.f("uq_organ_answers_document_id_answer_happened_at")
        ),
    )
    with op.batch_alter_table("organ_answers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_organ_answers_document_id"), ["document_id"], unique=False)

    op.create_table(
        "paper_flags",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("reason", sa.String(), nullable=False, comment="what happened"),
        sa.Column(
            "changes",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="per fact what the paper says and what is right now: [before, after]",
        ),
        sa.Column(
            "flagged_at", sa.DateTime(timezone=True), nullable=False, comment="when it was flagged or last added to"
        ),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True, comment="when it was put right"),
        sa.Column(
            "settled_by_id",
            sa.Integer(),
            nullable=True,
            comment="correction or withdrawal that put it right; null where it was signed anew or voided",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_paper_flags_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_paper_flags_document_id")),
        sa.ForeignKeyConstraint(["settled_by_id"], ["documents.id"], name=op.f("fk_paper_flags_settled_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paper_flags")),
    )
    with op.batch_alter_table("paper_flags", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paper_flags_case_id"), ["case_id"], unique=False)
        batch_op.create_index(
            "uq_paper_flags_open",
            ["document_id"],
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        )

    op.create_table(
        "readers",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="restricted paper"),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="person who may read it"),
        sa.Column(
            "added_by", sa.Integer(), nullable=True, comment="who put the person on the list; null for the system"
        ),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_readers_added_by")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_readers_document_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_readers_user_id")),
        sa.PrimaryKeyConstraint("document_id", "user_id", name=op.f("pk_readers")),
    )
    with op.batch_alter_table("readers", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_readers_user_id"), ["user_id"], unique=False)

    op.create_table(
        "renditions",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column(
            "form",
            sa.Enum(
                "final_docx",
                "pdf",
                "sealed_scan",
                "sealed_pdf",
                "proof_of_service",
                "written_decision",
                name="renditionform",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="final docx, PDF, sealed file, proof of service or written decision",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="1, raised where a later file of the same form stands beside it",
        ),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, the key in the store"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("pages", sa.Integer(), nullable=True, comment="pages, where a PDF could be counted"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name for people: number and title"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="when it was stored"),
        sa.CheckConstraint("size > 0", name=op.f("ck_renditions_not_empty")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_renditions_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renditions")),
        sa.UniqueConstraint("document_id", "form", "version", name=op.f("uq_renditions_document_id_form_version")),
    )
    with op.batch_alter_table("renditions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_renditions_sha256"), ["sha256"], unique=False)

    op.create_table(
        "talks",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit that was summoned"),
        sa.Column("order_id", sa.Integer(), nullable=True, comment="order that was not obeyed"),
        sa.Column("state", sa.String(), nullable=False, comment="proposed, approved, declined or held"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False, comment="when it was proposed"),
        sa.Column("approved_by", sa.Integer(), nullable=True, comment="leader who decided it"),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True, comment="when it was held"),
        sa.Column("attended_by", sa.String(), nullable=True, comment="who came"),
        sa.Column("minutes", sa.String(), nullable=True, comment="what was said and promised"),
        sa.Column(
            "participants",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=True,
            comment="who took part on our side",
        ),
        sa.ForeignKeyConstraint(["approved_by"], ["users.id"], name=op.f("fk_talks_approved_by")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_talks_case_id")),
        sa.ForeignKeyConstraint(["order_id"], ["documents.id"], name=op.f("fk_talks_order_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_talks_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_talks")),
    )
    with op.batch_alter_table("talks", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_talks_case_id"), ["case_id"], unique=False)

    op.create_table(
        "accountability_findings",
        sa.Column("item_id", sa.Integer(), nullable=False, comment="item"),
        sa.Column("finding_id", sa.Integer(), nullable=False, comment="finding"),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_accountability_findings_finding_id")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["accountability_items.id"], name=op.f("fk_accountability_findings_item_id")
        ),
        sa.PrimaryKeyConstraint("item_id", "finding_id", name=op.f("pk_accountability_findings")),
    )
    op.create_table(
        "approvals",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("round", sa.Integer(), nullable=False, comment="round of the paper"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order of the step, from 1"),
        sa.Column(
            "role",
            sa.Enum(
                "officer",
                "clerk",
                "reviewer",
                "countersigner",
                "signer",
                "agency",
                "leader",
                "archivist",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="review, countersign or sign",
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit whose people take the step"),
        sa.Column("user_id", sa.Integer(), nullable=True, comment="a certain person, where the chain names one"),
        sa.Column("decision", sa.String(), nullable=True, comment="approved or returned"),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was returned, or a remark"),
        sa.Column("decided_by", sa.Integer(), nullable=True, comment="who decided"),
        sa.Column(
            "decided_for", sa.Integer(), nullable=True, comment="授权代签: in whose stead; null for the own step"
        ),
        sa.Column(
            "decided_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when; of a decision on paper, when it was written",
        ),
        sa.Column("recorded_by", sa.Integer(), nullable=True, comment="批示: who entered a decision made on paper"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True, comment="批示: when it was entered"),
        sa.Column("scan_id", sa.Integer(), nullable=True, comment="批示: its scan"),
        sa.Column(
            "incoming_number",
            sa.String(),
            nullable=True,
            comment="批示: 来文号 of the paper it stands on, where it has one",
        ),
        sa.CheckConstraint(
            "decision <> 'returned' OR reason IS NOT NULL", name=op.f("ck_approvals_returned_with_reason")
        ),
        sa.CheckConstraint("decision IN ('approved', 'returned')", name=op.f("ck_approvals_decision_known")),
        sa.CheckConstraint("(decided_at IS NULL) = (decision IS NULL)", name=op.f("ck_approvals_decided_with_date")),
        sa.CheckConstraint(
            "(recorded_by IS NULL) = (recorded_at IS NULL) AND (recorded_by IS NULL) = (scan_id IS NULL)",
            name=op.f("ck_approvals_recorded_with_scan"),
        ),
        sa.CheckConstraint("decided_for <> decided_by", name=op.f("ck_approvals_stands_in_for_another")),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_approvals_decided_by")),
        sa.ForeignKeyConstraint(["decided_for"], ["users.id"], name=op.f("fk_approvals_decided_for")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_approvals_document_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_approvals_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_approvals_recorded_by")),
        sa.ForeignKeyConstraint(["scan_id"], ["renditions.id"], name=op.f("fk_approvals_scan_id")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_approvals_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approvals")),
        sa.UniqueConstraint("document_id", "round", "position", name=op.f("uq_approvals_document_id_round_position")),
    )
    with op.batch_alter_table("approvals", schema=None) as batch_op:
        batch_op.create_index("ix_approvals_waiting", ["organisation_id", "role", "document_id"], unique=False)

    op.create_table(
        "archive_items",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("archive_id", sa.Integer(), nullable=False, comment="volume"),
        sa.Column("position", sa.Integer(), nullable=False, comment="序号, from 1"),
        sa.Column("responsible", sa.String(), nullable=False, comment="责任者"),
        sa.Column("number", sa.String(), nullable=True, comment="文号"),
        sa.Column("title", sa.String(), nullable=False, comment="题名"),
        sa.Column("dated", sa.Date(), nullable=True, comment="日期"),
        sa.Column("pages", sa.Integer(), nullable=True, comment="页数; null where it could not be counted"),
        sa.Column("note", sa.String(), nullable=True, comment="备注"),
        sa.Column("path", sa.String(), nullable=False, comment="place in the package"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file"),
        sa.ForeignKeyConstraint(["archive_id"], ["archives.id"], name=op.f("fk_archive_items_archive_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_archive_items")),
        sa.UniqueConstraint("archive_id", "position", name=op.f("uq_archive_items_archive_id_position")),
    )
    op.create_table(
        "document_assignments",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("assignment_id", sa.Integer(), nullable=False, comment="measure and unit"),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_document_assignments_assignment_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_document_assignments_document_id")),
        sa.PrimaryKeyConstraint("document_id", "assignment_id", name=op.f("pk_document_assignments")),
    )
    with op.batch_alter_table("document_assignments", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_assignments_assignment_id"), ["assignment_id"], unique=False)

    op.create_table(
        "replies",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as R1"),
        sa.Column("assignment_id", sa.Integer(), nullable=False, comment="measure and unit it is about"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit that answers"),
        sa.Column(
            "kind",
            sa.Enum(
                "plan",
                "progress",
                "completion",
                "refusal",
                "extension",
                "dispute",
                name="replykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="plan, progress, completion, refusal, extension or dispute",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="what they say"),
        sa.Column("requested_due_on", sa.Date(), nullable=True, comment="new date asked for"),
        sa.Column("incoming_number", sa.String(), nullable=True, comment="来文号 of a paper reply"),
        sa.Column("author_id", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column(
            "on_behalf", sa.Boolean(), nullable=False, comment="代录: entered by our officer or clerk from paper"
        ),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when it was given"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was entered here"),
        sa.CheckConstraint(
            "(kind = 'extension') = (requested_due_on IS NOT NULL)", name=op.f("ck_replies_extension_names_a_date")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_replies_assignment_id")),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_replies_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_replies_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_replies_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_replies")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_replies_case_id_ref")),
    )
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_replies_assignment_id"), ["assignment_id"], unique=False)

    op.create_table(
        "verifications",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("assignment_id", sa.Integer(), nullable=False, comment="measure and unit"),
        sa.Column("passed", sa.Boolean(), nullable=False, comment="whether it was found done"),
        sa.Column("place", sa.String(), nullable=False, comment="where it was looked at"),
        sa.Column("note", sa.String(), nullable=False, comment="what was seen"),
        sa.Column("photo_sha256", sa.String(), nullable=True, comment="hash of the photo, the key in the store"),
        sa.Column("photo_name", sa.String(), nullable=True, comment="name of the photo"),
        sa.Column("verifier_id", sa.Integer(), nullable=False, comment="who looked"),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_verifications_assignment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_verifications_case_id")),
        sa.ForeignKeyConstraint(["verifier_id"], ["users.id"], name=op.f("fk_verifications_verifier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_verifications")),
    )
    with op.batch_alter_table("verifications", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_verifications_assignment_id"), ["assignment_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_verifications_case_id"), ["case_id"], unique=False)

    op.create_table(
        "assessments",
        sa.Column("reply_id", sa.Integer(), nullable=False, comment="reply"),
        sa.Column(
            "verdict",
            sa.Enum(
                "accepted",
                "accepted_alternate",
                "partial",
                "returned",
                name="verdict",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="accepted, accepted alternate, partial or returned",
        ),
        sa.Column("reason", sa.String(), nullable=True, comment="why"),
        sa.Column("granted_due_on", sa.Date(), nullable=True, comment="new date granted to an extension request"),
        sa.Column("assessor_id", sa.Integer(), nullable=False, comment="who assessed"),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint(
            "verdict IN ('accepted', 'accepted_alternate') OR reason IS NOT NULL",
            name=op.f("ck_assessments_refusal_reasoned"),
        ),
        sa.ForeignKeyConstraint(["assessor_id"], ["users.id"], name=op.f("fk_assessments_assessor_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_assessments_reply_id")),
        sa.PrimaryKeyConstraint("reply_id", name=op.f("pk_assessments")),
    )
    op.create_table(
        "deadlines",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column(
            "key",
            sa.String(),
            nullable=False,
            comment="rule, subject and occurrence: the same clock is never started twice",
        ),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("document_id", sa.Integer(), nullable=True, comment="paper it is about"),
        sa.Column("assignment_id", sa.Integer(), nullable=True, comment="measure and unit it is about"),
        sa.Column("reply_id", sa.Integer(), nullable=True, comment="reply it is about"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit whose clock it is"),
        sa.Column(
            "turn",
            sa.Enum("theirs", "ours", name="turn", native_enum=False, create_constraint=True, length=32),
            nullable=False,
            comment="theirs or ours",
        ),
        sa.Column("rule_code", sa.String(), nullable=False, comment="rule, as notice.plan"),
        sa.Column("rule_version", sa.Integer(), nullable=False, comment="version of the rule it was counted by"),
        sa.Column(
            "amount",
            sa.Integer(),
            nullable=True,
            comment="units counted where they differ from the rule's; null for a given date",
        ),
        sa.Column("given_on", sa.Date(), nullable=True, comment="date set by the measure itself instead of a count"),
        sa.Column("excluded_days", sa.Integer(), nullable=False, comment="days of technical appraisal added back"),
        sa.Column(
            "changes",
            sa.JSON().with_variant(postgresql.JSONB(), "postgresql"),
            nullable=False,
            comment="extension, pauses and an open suspension, each with dates and reason",
        ),
        sa.Column("start_event", sa.String(), nullable=False, comment="what it counts from, in Chinese"),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False, comment="when that happened"),
        sa.Column("due_on", sa.Date(), nullable=False, comment="last day; late from 00:00 of the next, Asia/Shanghai"),
        sa.Column("first_due_on", sa.Date(), nullable=False, comment="the date before any extension or re-plan"),
        sa.Column(
            "provisional",
            sa.Boolean(),
            nullable=False,
            comment="暂定: reaches into a year whose holidays are not published",
        ),
        sa.Column("calendar_version", sa.String(), nullable=False, comment="calendar it was counted by"),
        sa.Column("half_on", sa.Date(), nullable=True, comment="first day on which half the time is used"),
        sa.Column(
            "near_on", sa.Date(), nullable=True, comment="first day on which it counts as near; null for short limits"
        ),
        sa.Column(
            "next_look_on",
            sa.Date(),
            nullable=True,
            comment="first day on which a rung of the ladder is due; null when none is left",
        ),
        sa.Column(
            "version",
            sa.Integer(),
            nullable=False,
            comment="raised by extension, resumption and re-planning: each rung fires once per version",
        ),
        sa.Column("state", sa.String(), nullable=False, comment="open, met, withdrawn or suspended"),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True, comment="when it was met or withdrawn"),
        sa.CheckConstraint(
            "(state IN ('met', 'withdrawn')) = (closed_at IS NOT NULL)", name=op.f("ck_deadlines_closed_with_date")
        ),
        sa.CheckConstraint("state IN ('open', 'met', 'withdrawn', 'suspended')", name=op.f("ck_deadlines_state_known")),
        sa.CheckConstraint("version >= 1", name=op.f("ck_deadlines_version_counts_from_one")),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_deadlines_assignment_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_deadlines_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_deadlines_document_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_deadlines_organisation_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_deadlines_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deadlines")),
        sa.UniqueConstraint("key", name=op.f("uq_deadlines_key")),
    )
    with op.batch_alter_table("deadlines", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_deadlines_assignment_id"), ["assignment_id"], unique=False)
        batch_op.create_index("ix_deadlines_case", ["case_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_deadlines_document_id"), ["document_id"], unique=False)
        batch_op.create_index("ix_deadlines_organisation", ["organisation_id", "state", "due_on"], unique=False)
        batch_op.create_index(
            "ix_deadlines_sweep",
            ["next_look_on", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'open' AND next_look_on IS NOT NULL"),
            postgresql_where=sa.text("state = 'open' AND next_look_on IS NOT NULL"),
        )

    op.create_table(
        "reply_files",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("reply_id", sa.Integer(), nullable=False, comment="reply"),
        sa.Column("file_name", sa.String(), nullable=False, comment="name of the file as it arrived, made safe"),
        sa.Column("media_type", sa.String(), nullable=False, comment="type found by looking into the file"),
        sa.Column("size", sa.Integer(), nullable=False, comment="bytes"),
        sa.Column("sha256", sa.String(), nullable=False, comment="hash of the file, the key in the store"),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_reply_files_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_files")),
        sa.UniqueConstraint("reply_id", "sha256", name=op.f("uq_reply_files_reply_id_sha256")),
    )
    op.create_table(
        "rungs_fired",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("deadline_id", sa.Integer(), nullable=False, comment="deadline"),
        sa.Column("deadline_version", sa.Integer(), nullable=False, comment="version of the deadline"),
        sa.Column("rung", sa.String(), nullable=False, comment="rung, as warn"),
        sa.Column("fired_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("document_id", sa.Integer(), nullable=True, comment="paper that was drafted"),
        sa.Column("talk_id", sa.Integer(), nullable=True, comment="talk that was proposed"),
        sa.Column(
            "withdrawn_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it was taken back: a reply had arrived in time",
        ),
        sa.ForeignKeyConstraint(["deadline_id"], ["deadlines.id"], name=op.f("fk_rungs_fired_deadline_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_rungs_fired_document_id")),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name=op.f("fk_rungs_fired_talk_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rungs_fired")),
        sa.UniqueConstraint(
            "deadline_id", "deadline_version", "rung", name=op.f("uq_rungs_fired_deadline_id_deadline_version_rung")
        ),
    )
    for statement in append_only(op.get_bind().dialect.name):
        op.execute(sa.text(statement))
