"""Cases that are merged, split, linked, transferred; liability decisions; recusals; lists kept by hand."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

# Table, column, what it is, and what it says. Both databases take a new column with its constraints in one statement;
# recreating the table, as SQLite needs for constraints of a table, would break what refers to it.
COLUMNS = (
    (
        "people",
        "user_id",
        "INTEGER CONSTRAINT fk_people_user_id REFERENCES users (id)",
        "account of this very person, where it is one of ours",
    ),
    (
        "readers",
        "removed_by",
        "INTEGER CONSTRAINT fk_readers_removed_by REFERENCES users (id)",
        "who took the person off the list",
    ),
    (
        "readers",
        "removed_at",
        "{moment} CONSTRAINT ck_readers_removed_by_somebody CHECK ((removed_by IS NULL) = (removed_at IS NULL))",
        "when; the row stays, so that no later round puts the person back",
    ),
    (
        "cases",
        "merged_into_id",
        "INTEGER CONSTRAINT fk_cases_merged_into_id REFERENCES cases (id)"
        " CONSTRAINT ck_cases_merged_case_is_over CHECK (merged_into_id IS NULL OR stage = 'discontinued')",
        "并案: case that goes on with this one",
    ),
    (
        "cases",
        "split_from_id",
        "INTEGER CONSTRAINT fk_cases_split_from_id REFERENCES cases (id)"
        " CONSTRAINT ck_cases_another_case CHECK (merged_into_id <> id AND split_from_id <> id)",
        "分案: case this one was taken out of",
    ),
    (
        "findings",
        "liability_id",
        "INTEGER CONSTRAINT fk_findings_liability_id REFERENCES liability_decisions (id)",
        "认定书 it is built on",
    ),
    (
        "findings",
        "reopened_at",
        "{moment}",
        "when its ground fell away; null once it was confirmed again, kept where it was withdrawn",
    ),
    (
        "findings",
        "reopened_reason",
        "{words} CONSTRAINT ck_findings_reopened_with_reason CHECK ((reopened_at IS NULL) = (reopened_reason IS NULL))",
        "why it must be confirmed again or withdrawn",
    ),
)
INDEXES = (("cases", "merged_into_id"), ("cases", "split_from_id"), ("findings", "liability_id"))


def upgrade() -> None:
    _links()
    _moved_refs()
    _transfers()
    _recusals()
    _liability()
    postgresql = op.get_bind().dialect.name == "postgresql"
    types = {
        "moment": "TIMESTAMP WITH TIME ZONE" if postgresql else "DATETIME",
        "words": "VARCHAR",
    }
    for table, column, definition, comment in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {definition.format(**types)}")
        if postgresql:
            op.execute(f"COMMENT ON COLUMN {table}.{column} IS '{comment}'")
    for table, column in INDEXES:
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def _one_of(name: str, *words: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=32)


def _links() -> None:
    op.create_table(
        "case_links",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("first_id", sa.Integer(), nullable=False, comment="one case"),
        sa.Column("second_id", sa.Integer(), nullable=False, comment="the other"),
        sa.Column(
            "nature",
            _one_of("linknature", "secondary", "same_cause", "other"),
            nullable=False,
            comment="secondary crash, same cause, or otherwise",
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="why they belong together"),
        sa.Column("linked_by", sa.Integer(), nullable=False, comment="who linked them"),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when the link was taken back"),
        sa.Column("ended_reason", sa.String(), nullable=True, comment="why it was taken back"),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_case_links_in_order")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_case_links_reasoned")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_case_links_ended_with_reason")),
        sa.ForeignKeyConstraint(["first_id"], ["cases.id"], name=op.f("fk_case_links_first_id")),
        sa.ForeignKeyConstraint(["second_id"], ["cases.id"], name=op.f("fk_case_links_second_id")),
        sa.ForeignKeyConstraint(["linked_by"], ["users.id"], name=op.f("fk_case_links_linked_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_links")),
    )
    op.create_index("ix_case_links_second", "case_links", ["second_id"])
    op.create_index(
        "uq_case_links_standing",
        "case_links",
        ["first_id", "second_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _moved_refs() -> None:
    op.create_table(
        "moved_refs",
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case it stood in"),
        sa.Column("ref", sa.String(), nullable=False, comment="short name it had there, never given again"),
        sa.Column("now_in_id", sa.Integer(), nullable=False, comment="case that took it"),
        sa.Column("now", sa.String(), nullable=False, comment="short name it got there"),
        sa.Column("document_id", sa.Integer(), nullable=True, comment="the paper, where it is one"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_moved_refs_case_id")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_moved_refs_document_id")),
        sa.ForeignKeyConstraint(["now_in_id"], ["cases.id"], name=op.f("fk_moved_refs_now_in_id")),
        sa.PrimaryKeyConstraint("case_id", "ref", name=op.f("pk_moved_refs")),
    )
    op.create_index(op.f("ix_moved_refs_document_id"), "moved_refs", ["document_id"])


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("direction", _one_of("transferdirection", "in", "out"), nullable=False, comment="in or out"),
        sa.Column("organisation_id", sa.Integer(), nullable=False, comment="unit it came from or went to"),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("number", sa.String(), nullable=True, comment="文号 of the paper it went with"),
        sa.Column("received_by", sa.String(), nullable=True, comment="who signed for it"),
        sa.Column(
            "receipt_sha256", sa.String(), nullable=True, comment="hash of the scanned receipt, the key in the store"
        ),
        sa.Column("receipt_name", sa.String(), nullable=True, comment="name of the scanned receipt"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when it was received"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was entered"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_transfers_reasoned")),
        sa.CheckConstraint(
            "direction <> 'out' OR received_by IS NOT NULL", name=op.f("ck_transfers_handed_over_with_receipt")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_transfers_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_transfers_organisation_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_transfers_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfers")),
        sa.UniqueConstraint(
            "case_id", "direction", "happened_at", name=op.f("uq_transfers_case_id_direction_happened_at")
        ),
    )


def _recusals() -> None:
    op.create_table(
        "recusals",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("user_id", sa.Integer(), nullable=False, comment="who stays out"),
        sa.Column(
            "kind",
            _one_of("recusalkind", "asked", "ordered"),
            nullable=False,
            comment="asked for by the person, or ordered",
        ),
        sa.Column("reason", sa.String(), nullable=False, comment="why"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="since when"),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True, comment="when it ended"),
        sa.Column("ended_reason", sa.String(), nullable=True, comment="why it ended"),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_recusals_reasoned")),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name=op.f("ck_recusals_ended_with_reason")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_recusals_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_recusals_recorded_by")),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_recusals_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recusals")),
    )
    op.create_index("ix_recusals_user", "recusals", ["user_id", "case_id"])
    op.create_index(
        "uq_recusals_standing",
        "recusals",
        ["case_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def _liability() -> None:
    op.create_table(
        "liability_decisions",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("number", sa.String(), nullable=False, comment="文号 of the 认定书"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="its date"),
        sa.Column("issued_by", sa.String(), nullable=False, comment="unit that made it"),
        sa.Column("scan_sha256", sa.String(), nullable=True, comment="hash of its scan, the key in the store"),
        sa.Column("scan_name", sa.String(), nullable=True, comment="name of its scan"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("number <> ''", name=op.f("ck_liability_decisions_numbered")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_liability_decisions_case_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_liability_decisions_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_liability_decisions")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_liability_decisions_case_id_number")),
    )
    op.create_table(
        "liability_reviews",
        sa.Column("decision_id", sa.Integer(), nullable=False, comment="认定书"),
        sa.Column(
            "outcome",
            _one_of("reviewoutcome", "upheld", "changed", "revoked"),
            nullable=False,
            comment="upheld, changed or revoked",
        ),
        sa.Column("number", sa.String(), nullable=True, comment="文号 of the review's conclusion"),
        sa.Column("decided_on", sa.Date(), nullable=False, comment="its date"),
        sa.Column("issued_by", sa.String(), nullable=False, comment="unit that reviewed"),
        sa.Column("reason", sa.String(), nullable=True, comment="why it was changed or revoked"),
        sa.Column("scan_sha256", sa.String(), nullable=True, comment="hash of its scan, the key in the store"),
        sa.Column("scan_name", sa.String(), nullable=True, comment="name of its scan"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("outcome = 'upheld' OR reason IS NOT NULL", name=op.f("ck_liability_reviews_reasoned")),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["liability_decisions.id"], name=op.f("fk_liability_reviews_decision_id")
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_liability_reviews_recorded_by")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_liability_reviews")),
    )
