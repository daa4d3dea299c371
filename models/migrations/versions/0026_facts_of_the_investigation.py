"""Every fact of an investigation has a place; a fact knows how often it was changed, and each change is kept."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.kernel.text.folded import folded
from models.migrations.append_only import APPEND_ONLY

revision = "0026"
down_revision = "0025"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
ENTERED = "facts by field, as the sheet declares them"
COUNTED = "field to number of changes"
WITH_TABLES = (
    "accidents",
    "people",
    "vehicles",
    "team_members",
    "findings",
    "evidence",
    "measures",
    "accountability_items",
)
# Units that a case names, by the statement that finds them.
NAMED_UNITS = """
    SELECT cases.id AS case_id, vehicles.owner_id AS unit FROM vehicles
        JOIN cases ON cases.accident_id = vehicles.accident_id WHERE vehicles.owner_id IS NOT NULL
    UNION SELECT cases.id, people.organisation_id FROM people
        JOIN cases ON cases.accident_id = people.accident_id WHERE people.organisation_id IS NOT NULL
    UNION SELECT findings.case_id, finding_organisations.organisation_id FROM finding_organisations
        JOIN findings ON findings.id = finding_organisations.finding_id
    UNION SELECT case_id, organisation_id FROM assignments
    UNION SELECT case_id, organisation_id FROM team_members WHERE organisation_id IS NOT NULL
    UNION SELECT case_id, organisation_id FROM accountability_items WHERE organisation_id IS NOT NULL
    UNION SELECT case_id, competent_organ_id FROM accountability_items WHERE competent_organ_id IS NOT NULL
"""


def _facts() -> list[Any]:
    return [
        sa.Column("details", JSON, nullable=False, server_default=sa.text("'{}'"), comment=ENTERED),
        sa.Column("versions", JSON, nullable=False, server_default=sa.text("'{}'"), comment=COUNTED),
    ]


def upgrade() -> None:
    for table in WITH_TABLES:
        for column in _facts():
            op.add_column(table, column)
    _comments()
    _fold_names()
    _name_the_team()
    op.create_table(
        "fact_rows",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("sheet", sa.String(), nullable=False, comment="sheet, as timeline"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the sheet, as L1; 1 for a form"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order on the page and in the report"),
        *_facts(),
        sa.Column("removed_at", MOMENT, nullable=True, comment="when it was taken out; it can be put back"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_fact_rows_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_rows")),
        sa.UniqueConstraint("case_id", "sheet", "ref", name=op.f("uq_fact_rows_case_id_sheet_ref")),
    )
    op.create_table(
        "case_organisations",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name inside the case, as O1"),
        sa.Column("position", sa.Integer(), nullable=False, comment="order on the page and in the report"),
        *_facts(),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_organisations_case_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_case_organisations_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_organisations")),
        sa.UniqueConstraint("case_id", "ref", name=op.f("uq_case_organisations_case_id_ref")),
        sa.UniqueConstraint("case_id", "organisation_id", name=op.f("uq_case_organisations_case_id_organisation_id")),
    )
    op.create_index(op.f("ix_case_organisations_organisation_id"), "case_organisations", ["organisation_id"])
    _list_the_units()
    _feed()


def _comments() -> None:
    """Say of the columns that stay what they hold from now on; SQLite keeps no comments."""
    if op.get_bind().dialect.name != "postgresql":
        return
    known = "in CGCS2000 where the datum is known"
    fen = "null is unknown; to the fen in the details"
    for table, column, comment in (
        ("accidents", "longitude", f"degrees east, {known}"),
        ("accidents", "latitude", f"degrees north, {known}"),
        ("accidents", "economic_loss", f"直接经济损失 in whole yuan, bears on the grade; {fen}"),
        ("accidents", "property_loss", f"直接财产损失 in whole yuan, one of the four indices; {fen}"),
        ("team_members", "role", "lead, member, expert or another part, in words where no list has it"),
    ):
        op.execute(sa.text(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'"))


def _fold_names() -> None:
    """Let units be found however their names are typed."""
    op.add_column(
        "organisations",
        sa.Column(
            "folded_name", sa.String(), nullable=True, comment="the name without width, brackets' shape and blanks"
        ),
    )
    units = sa.table("organisations", sa.column("id"), sa.column("name"), sa.column("folded_name"))
    rows = op.get_bind().execute(sa.select(units.c.id, units.c.name)).all()
    if rows:
        by_row = sa.update(units).where(units.c.id == sa.bindparam("row"))
        op.get_bind().execute(
            by_row.values(folded_name=sa.bindparam("fold")), [{"row": row.id, "fold": folded(row.name)} for row in rows]
        )
    op.create_index(op.f("ix_organisations_folded_name"), "organisations", ["folded_name"])


def _name_the_team() -> None:
    """Give each member of a team a short name, in the order of the rows."""
    op.add_column(
        "team_members",
        sa.Column("ref", sa.String(), nullable=False, server_default="", comment="short name inside the case, as T1"),
    )
    op.execute(
        "UPDATE team_members SET ref = 'T' || (SELECT count(*) FROM team_members AS other"
        " WHERE other.case_id = team_members.case_id AND other.id <= team_members.id)"
    )
    with op.batch_alter_table("team_members") as batch:
        batch.alter_column("ref", existing_type=sa.String(), existing_nullable=False, server_default=None)


def _list_the_units() -> None:
    """Put down the units that each case names, in the order in which they came."""
    nth = "row_number() OVER (PARTITION BY case_id ORDER BY unit)"
    op.execute(
        "INSERT INTO case_organisations (case_id, organisation_id, ref, position) "  # noqa: S608  our own words
        f"SELECT case_id, unit, 'O' || {nth}, {nth} FROM ({NAMED_UNITS}) AS named"
    )


def _feed() -> None:
    op.create_table(
        "fact_changes",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="number inside the case, from 1 without gaps"),
        sa.Column("sheet", sa.String(), nullable=False, comment="sheet, as people"),
        sa.Column("row", sa.String(), nullable=False, comment="short name of the row"),
        sa.Column("field", sa.String(), nullable=True, comment="field; null where the whole row is meant"),
        sa.Column("what", sa.String(), nullable=False, comment="set, added, removed or restored"),
        sa.Column(
            "op_id",
            sa.String(),
            nullable=False,
            comment="name that the door gave this act: done again it changes nothing",
        ),
        sa.Column("version", sa.Integer(), nullable=False, comment="number of changes of the field, this one included"),
        sa.Column("changed_by", sa.Integer(), nullable=False, comment="who"),
        sa.Column("changed_at", MOMENT, nullable=False, comment="when"),
        sa.Column("reason", sa.String(), nullable=True, comment="why, where the report was signed already"),
        sa.Column("before", JSON, nullable=True, comment="value before; of a row that was removed all its values"),
        sa.Column("after", JSON, nullable=True, comment="value after; of a row that was added all its values"),
        sa.CheckConstraint("what IN ('set', 'added', 'removed', 'restored')", name=op.f("ck_fact_changes_what_known")),
        sa.CheckConstraint("(what = 'set') = (field IS NOT NULL)", name=op.f("ck_fact_changes_set_names_a_field")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_fact_changes_case_id")),
        sa.ForeignKeyConstraint(["changed_by"], ["users.id"], name=op.f("fk_fact_changes_changed_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_changes")),
        sa.UniqueConstraint("op_id", name=op.f("uq_fact_changes_op_id")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_fact_changes_case_id_seq")),
    )
    same = "id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)"
    for statement in APPEND_ONLY[op.get_bind().dialect.name]:
        op.execute(statement.format(table="fact_changes", same=same))
