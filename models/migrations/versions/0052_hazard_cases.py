"""A case may be a work order about a hazard: it has no accident, no grade and no trigger."""

import sqlalchemy as sa
from alembic import op

from models.migrations.redeclare import redeclare
from models.migrations.wider import accept

revision = "0052"
down_revision = "0051"

ABOUT_ONE_THING = "(kind = 'accident') = (accident_id IS NOT NULL) AND (kind = 'hazard') = (hazard_id IS NOT NULL)"
GRADED = "(kind = 'accident') = (grade IS NOT NULL) AND (kind = 'accident') = (trigger IS NOT NULL)"
LOOSENED = {
    "accident_id": ("INTEGER", "the accident; one case each; null where it is about a hazard"),
    "grade": (r"VARCHAR\(32\)", "事故等级, computed (令493 art. 3); null where there is no accident"),
    "trigger": (r"VARCHAR\(32\)", "why the case exists, computed (令146 art. 29); null for a work order"),
}
KIND, HAZARD = (
    "accident or hazard: what it is about",
    "the hazard of a work order; one that stands each; null where it is about an accident",
)
LINKED = "secondary crash, same cause, same hazard, or otherwise"
TOLD = {
    "case_number": "division, year and running number, as 4207-2026-0001; of a work order 4207-H2026-0001",
    "clock_from": "start of the investigation's limit: the accident, receipt of a transfer, or the order",
}


def upgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _on_sqlite()
    else:
        _on_postgresql()
    stands = sa.text("stage <> 'discontinued'")
    op.create_index(
        "uq_cases_hazard_id", "cases", ["hazard_id"], unique=True, sqlite_where=stands, postgresql_where=stands
    )
    accept("case_links", "ck_case_links_linknature", "nature", "same_hazard")
    # The numbers of work orders begin as those of the unit's cases do.
    op.execute(
        "INSERT INTO number_series (issuer_id, kind, prefix, mode)"
        " SELECT issuer_id, 'work_order', prefix || '-H', mode FROM number_series WHERE kind = 'case'"
    )


def _on_sqlite() -> None:
    """Half the tables refer to this one: it is not made anew. A new constraint comes only together with a new column."""
    for name, (kind, _) in LOOSENED.items():
        redeclare("cases", rf'(\b"?{name}"? {kind}) NOT NULL', r"\1")
    op.execute(
        "ALTER TABLE cases ADD COLUMN kind VARCHAR(32) DEFAULT 'accident' NOT NULL"
        " CONSTRAINT ck_cases_casekind CHECK (kind IN ('accident', 'hazard'))"
    )
    op.execute(
        "ALTER TABLE cases ADD COLUMN hazard_id INTEGER CONSTRAINT fk_cases_hazard_id REFERENCES hazards (id)"
        f" CONSTRAINT ck_cases_about_one_thing CHECK ({ABOUT_ONE_THING})"
        f" CONSTRAINT ck_cases_only_accidents_are_graded CHECK ({GRADED})"
    )


def _on_postgresql() -> None:
    op.add_column("cases", sa.Column("kind", sa.String(32), server_default="accident", nullable=False, comment=KIND))
    op.add_column("cases", sa.Column("hazard_id", sa.Integer(), nullable=True, comment=HAZARD))
    for name, (_, comment) in LOOSENED.items():
        op.alter_column("cases", name, nullable=True, comment=comment)
    op.alter_column("case_links", "nature", comment=LINKED)
    for name, comment in TOLD.items():
        op.alter_column("cases", name, comment=comment)
    op.create_foreign_key(op.f("fk_cases_hazard_id"), "cases", "hazards", ["hazard_id"], ["id"])
    op.create_check_constraint(op.f("ck_cases_casekind"), "cases", "kind IN ('accident', 'hazard')")
    op.create_check_constraint(op.f("ck_cases_about_one_thing"), "cases", ABOUT_ONE_THING)
    op.create_check_constraint(op.f("ck_cases_only_accidents_are_graded"), "cases", GRADED)
