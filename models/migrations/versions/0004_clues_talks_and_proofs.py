"""Clues handed over, talks with their papers, forms of proof of service, notices that go out with an excerpt."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TALKS = (
    ("planned_for", sa.DateTime(timezone=True), "for when the unit is summoned; null until it is arranged"),
    ("place", sa.String(), "where"),
    ("chaired_by", sa.String(), "主持人, with the position"),
    ("matters", JSON, "what it is about; null for the measures of the order"),
    ("attendees", JSON, "who of the unit must come"),
    ("preparation", JSON, "what the unit is to report and bring"),
    ("absent", JSON, "who was summoned and did not come, with the reason"),
    ("statements", JSON, "what the unit answered"),
    ("promises", JSON, "objects with text, responsible_person and due: what the unit undertook"),
)


def upgrade() -> None:
    # Columns are added as they are: rebuilding a table on SQLite would lose its CHECKs.
    op.add_column(
        "manners",
        sa.Column(
            "with_excerpt",
            sa.Boolean(),
            nullable=False,
            server_default=sa.false(),
            comment="a notice goes out together with an excerpt of the report",
        ),
    )
    for name, kind, comment in TALKS:
        op.add_column("talks", sa.Column(name, kind, nullable=True, comment=comment))
    op.create_table(
        "talk_papers",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="notice or minutes"),
        sa.Column("talk_id", sa.Integer(), nullable=False, comment="talk"),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_talk_papers_document_id")),
        sa.ForeignKeyConstraint(["talk_id"], ["talks.id"], name=op.f("fk_talk_papers_talk_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_talk_papers")),
    )
    op.create_index(op.f("ix_talk_papers_talk_id"), "talk_papers", ["talk_id"])
    _clues()
    _proofs()


def _clues() -> None:
    op.create_table(
        "transferred_clues",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="transfer"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the paper, from 1"),
        sa.Column("item_id", sa.Integer(), nullable=True, comment="the accountability item it is about"),
        sa.Column("finding_id", sa.Integer(), nullable=True, comment="the finding it is about"),
        sa.Column("source", sa.String(), nullable=True, comment="how it was found; null for the investigation itself"),
        sa.CheckConstraint(
            "(item_id IS NULL) <> (finding_id IS NULL)", name=op.f("ck_transferred_clues_item_or_finding")
        ),
        sa.CheckConstraint("position >= 1", name=op.f("ck_transferred_clues_position_counts_from_one")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_transferred_clues_document_id")),
        sa.ForeignKeyConstraint(["finding_id"], ["findings.id"], name=op.f("fk_transferred_clues_finding_id")),
        sa.ForeignKeyConstraint(["item_id"], ["accountability_items.id"], name=op.f("fk_transferred_clues_item_id")),
        sa.PrimaryKeyConstraint("document_id", "position", name=op.f("pk_transferred_clues")),
    )
    op.create_index(op.f("ix_transferred_clues_finding_id"), "transferred_clues", ["finding_id"])
    op.create_index(op.f("ix_transferred_clues_item_id"), "transferred_clues", ["item_id"])
    op.create_table(
        "transferred_materials",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="transfer"),
        sa.Column("evidence_id", sa.Integer(), nullable=False, comment="evidence"),
        sa.Column("position", sa.Integer(), nullable=False, comment="place in the list, from 1"),
        sa.Column("original", sa.Boolean(), nullable=False, comment="原件, else 复制件"),
        sa.CheckConstraint("position >= 1", name=op.f("ck_transferred_materials_position_counts_from_one")),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_transferred_materials_document_id")),
        sa.ForeignKeyConstraint(["evidence_id"], ["evidence.id"], name=op.f("fk_transferred_materials_evidence_id")),
        sa.PrimaryKeyConstraint("document_id", "evidence_id", name=op.f("pk_transferred_materials")),
    )
    op.create_table(
        "clue_news",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("document_id", sa.Integer(), nullable=False, comment="transfer"),
        sa.Column(
            "answer",
            sa.Enum(
                "accepted",
                "referred",
                "not_accepted",
                "concluded",
                name="clueanswer",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="accepted, referred, not accepted or concluded",
        ),
        sa.Column("reason", sa.String(), nullable=True, comment="why not, to which organ, or what came of it"),
        sa.Column("incoming_number", sa.String(), nullable=True, comment="来文号 of the answer"),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False, comment="when the organ answered"),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False, comment="when it was entered"),
        sa.Column("recorded_by", sa.Integer(), nullable=False, comment="who entered it"),
        sa.CheckConstraint(
            "answer NOT IN ('not_accepted', 'referred') OR reason IS NOT NULL", name=op.f("ck_clue_news_reasoned")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_clue_news_document_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["users.id"], name=op.f("fk_clue_news_recorded_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clue_news")),
        sa.UniqueConstraint("document_id", "answer", name=op.f("uq_clue_news_document_id_answer")),
    )


def _proofs() -> None:
    op.create_table(
        "proof_forms",
        sa.Column("id", sa.Integer(), nullable=False, comment="row number"),
        sa.Column("case_id", sa.Integer(), nullable=False, comment="case"),
        sa.Column("recipient_id", sa.Integer(), nullable=False, comment="unit to be served"),
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
            nullable=True,
            comment="how it is to be served; null where that is open",
        ),
        sa.Column("place", sa.String(), nullable=True, comment="where it is to be served"),
        sa.Column("copies", sa.Integer(), nullable=False, comment="copies of each paper"),
        sa.Column("prepared_by", sa.Integer(), nullable=False, comment="who made it ready"),
        sa.Column("prepared_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.CheckConstraint("copies >= 1", name=op.f("ck_proof_forms_at_least_one_copy")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_proof_forms_case_id")),
        sa.ForeignKeyConstraint(["prepared_by"], ["users.id"], name=op.f("fk_proof_forms_prepared_by")),
        sa.ForeignKeyConstraint(["recipient_id"], ["organisations.id"], name=op.f("fk_proof_forms_recipient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof_forms")),
    )
    op.create_index(op.f("ix_proof_forms_case_id"), "proof_forms", ["case_id"])
    op.create_table(
        "proof_form_papers",
        sa.Column("document_id", sa.Integer(), nullable=False, comment="paper"),
        sa.Column("form_id", sa.Integer(), nullable=False, comment="form"),
        sa.Column(
            "returned_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when it came back signed, or the recipient signed for it online",
        ),
        sa.ForeignKeyConstraint(["document_id"], ["documents.id"], name=op.f("fk_proof_form_papers_document_id")),
        sa.ForeignKeyConstraint(["form_id"], ["proof_forms.id"], name=op.f("fk_proof_form_papers_form_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_proof_form_papers")),
    )
    op.create_index(op.f("ix_proof_form_papers_form_id"), "proof_form_papers", ["form_id"])
    op.create_index(
        "ix_proof_form_papers_out",
        "proof_form_papers",
        ["document_id"],
        sqlite_where=sa.text("returned_at IS NULL"),
        postgresql_where=sa.text("returned_at IS NULL"),
    )
