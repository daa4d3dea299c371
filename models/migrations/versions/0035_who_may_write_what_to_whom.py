"""Competence: level, line, standing and leader of each unit; recorded papers; rows of the place; papers that go another way."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.kernel.vocabulary import (
    AuthorityKind,
    DocumentForm,
    Level,
    Line,
    OrganisationKind,
    Purpose,
    Standing,
    Word,
)
from models.migrations.wider import accept, accept_paper_kind
from models.office.rules import ranks, relations
from models.office.rules.stands import Stand

revision = "0035"
down_revision = "0034"

JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
MOMENT = sa.DateTime(timezone=True)
COLUMNS = (
    ("level", Level, "层级: by rule from kind, name and division; null where that leaves it open"),
    ("led_from", Level, "领导机关层级: the level of whoever leads it; null where open"),
    ("line", Line, "系统: the line of authority; null for the one of its kind"),
    ("standing", Standing, "机构性质; null for the one that kind and name tell"),
)
PAPER_KINDS = ("reminder", "request_for_instructions", "referral_letter")
FORMS = (DocumentForm.REQUEST, DocumentForm.CIRCULAR, DocumentForm.DECISION)


def _words(words: type[Word]) -> sa.Enum:
    return sa.Enum(
        words,
        native_enum=False,
        create_constraint=True,
        length=32,
        values_callable=lambda every: [word.value for word in every],
    )


def upgrade() -> None:
    # SQLite adds a column with its check in place; a copy of the table would leave what refers to it hanging.
    for name, words, comment in COLUMNS:
        listed = ", ".join(f"'{word.value}'" for word in words)
        check = f"CONSTRAINT ck_organisations_{name} CHECK ({name} IN ({listed}))"
        op.execute(f"ALTER TABLE organisations ADD COLUMN {name} VARCHAR(32) {check}")
        if op.get_bind().dialect.name == "postgresql":
            op.execute(f"COMMENT ON COLUMN organisations.{name} IS '{comment}'")
    _place()
    for kind in PAPER_KINDS:
        accept_paper_kind(kind)
    for table in ("documents", "manners", "templates"):
        for form in FORMS:
            accept(table, f"ck_{table}_documentform", "form", form.value)
    accept("assignments", "ck_assignments_assignmentstate", "state", "referred")
    accept("disputes", "ck_disputes_assignmentstate", "state_before", "referred")
    for outcome in ("answered", "undecided"):
        accept("assignments", "ck_assignments_outcome", "outcome", outcome)
    _authorities()
    _rows()


def _place() -> None:
    """Say of each unit what kind, name and division tell; of one whose relation to us somebody fixed, a peer's level."""
    units = sa.table(
        "organisations",
        *(sa.column(name) for name in ("id", "name", "kind", "division_code", "relation", "issues_as")),
        sa.column("level"),
        sa.column("led_from"),
    )
    connection = op.get_bind()
    rows = connection.execute(sa.select(units)).all()
    own = next((row for row in rows if row.issues_as == "unit"), None)
    ours = None if own is None else _level(own)
    for row in rows:
        kind = OrganisationKind(row.kind)
        level = _level(row)
        if level is None and row.relation == "peer" and kind not in ranks.NO_ORGAN:
            level = ours
        if level is not None:
            values = {"level": level.value, "led_from": level.value}
            connection.execute(sa.update(units).where(units.c.id == row.id).values(**values))


def _level(row: Any) -> Level | None:
    """Our own bodies stand where the settings placed them; of others the rule tells, or nobody."""
    if row.issues_as is not None and row.division_code is not None:
        return relations.level(row.division_code)
    return ranks.level_of(OrganisationKind(row.kind), row.name, row.division_code)


def _authorities() -> None:
    op.create_table(
        "authorities",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("kind", _words(AuthorityKind), nullable=False, comment="what it is"),
        sa.Column("number", sa.String(), nullable=False, comment="文号 of the paper, or its register number"),
        sa.Column("given_by", sa.String(), nullable=False, comment="who gave it"),
        sa.Column("scope", sa.String(), nullable=False, comment="what it covers, in its own words"),
        sa.Column(
            "organisation_id",
            sa.Integer(),
            sa.ForeignKey("organisations.id"),
            nullable=True,
            comment="the recipient it speaks of; null for every recipient",
        ),
        sa.Column("purposes", JSON, nullable=True, comment="what papers may want on its ground; null for all"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day, Asia/Shanghai"),
        sa.Column("valid_until", sa.Date(), nullable=True, comment="last day; null while nobody ended it"),
        sa.Column("scan_sha256", sa.String(), nullable=False, comment="hash of the scan in the store"),
        sa.Column("scan_name", sa.String(), nullable=False, comment="name of the scan's file"),
        sa.Column("scan_bytes", sa.Integer(), nullable=False, comment="size of the scan"),
        sa.Column("recorded_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", MOMENT, nullable=False, comment="when"),
        sa.Column("ended_at", MOMENT, nullable=True, comment="when it was ended"),
        sa.Column("ended_on", sa.Date(), nullable=True, comment="last day on which it counts once ended"),
        sa.Column("ended_reason", sa.String(), nullable=True, comment="why it was ended"),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="ends_after_it_begins"),
        sa.CheckConstraint("number <> '' AND given_by <> '' AND scope <> ''", name="described"),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended_with_reason"),
    )
    op.create_index("ix_authorities_kind", "authorities", ["kind", "valid_until"])
    op.create_index(op.f("ix_authorities_organisation_id"), "authorities", ["organisation_id"])


def _rows() -> None:
    op.create_table(
        "competence_rows",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("issuer", _words(Standing), nullable=False, comment="standing of the body that writes"),
        sa.Column("recipient", _words(Stand), nullable=False, comment="how the recipient stands to it"),
        sa.Column("purpose", _words(Purpose), nullable=False, comment="what the paper wants"),
        sa.Column("version", sa.Integer(), nullable=False, comment="version, from 1; the newest counts"),
        sa.Column("data", JSON, nullable=False, comment="the row: ways, refused, form, needs, copies"),
        sa.Column("basis", sa.String(), nullable=False, comment="the document and article it rests on"),
        sa.Column("valid_from", sa.Date(), nullable=False, comment="first day"),
        sa.Column("valid_until", sa.Date(), nullable=True, comment="last day; null while it counts"),
        sa.Column("author", sa.String(), nullable=False, comment="account that set it"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("set_at", MOMENT, nullable=False, comment="when"),
        sa.UniqueConstraint("issuer", "recipient", "purpose", "version"),
        sa.CheckConstraint("version >= 1", name="version_counts_from_one"),
        sa.CheckConstraint("reason <> '' AND basis <> ''", name="reasoned"),
        sa.CheckConstraint("valid_until IS NULL OR valid_from <= valid_until", name="ends_after_it_begins"),
    )
