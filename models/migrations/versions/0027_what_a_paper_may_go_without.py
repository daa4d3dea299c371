"""What a paper lacks is told before it is signed; somebody else than its author may let it pass, with a reason."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.create_table(
        "waivers",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("document_id", sa.Integer(), sa.ForeignKey("documents.id"), nullable=False, comment="paper"),
        sa.Column(
            "remark", sa.String(), nullable=False, comment="key of the remark: what is missing, and in which row"
        ),
        sa.Column("what", sa.String(), nullable=False, comment="what is missing, as a noun"),
        sa.Column("reason", sa.String(), nullable=False, comment="why the paper may go without"),
        sa.Column("waived_by", sa.Integer(), sa.ForeignKey("users.id"), nullable=False, comment="who let it pass"),
        sa.Column("waived_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.UniqueConstraint("document_id", "remark"),
        sa.CheckConstraint("reason <> ''", name="reasoned"),
    )
