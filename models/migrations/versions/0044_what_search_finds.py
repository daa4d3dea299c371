"""Texts that search compares, marks of what it must read anew, and the index of either database."""

import sqlalchemy as sa
from alembic import op

from models.migrations.search_marks import marking, trigram_index

revision = "0044"
down_revision = "0043"

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "search_texts",
        sa.Column(
            "id",
            NUMBER,
            primary_key=True,
            autoincrement=False,
            comment="kind (1 finding, 2 measure, 3 reply, 4 paper, 5 evidence) × 2^40 + its row number",
        ),
        sa.Column("text", sa.String(), nullable=False, comment="its words without difference of width and case"),
    )
    op.create_table(
        "search_due",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("text_id", NUMBER, nullable=False, comment="which, as in search_texts"),
    )
    connection = op.get_bind()
    for statement in marking(connection.dialect.name):
        connection.exec_driver_sql(statement)
    if connection.dialect.name == "sqlite" and _knows_trigrams(connection):
        for statement in trigram_index():
            connection.exec_driver_sql(statement)


def _knows_trigrams(connection: sa.Connection) -> bool:
    """Tell whether this SQLite has the index at all; without it search reads every text, which the doctor says."""
    try:
        connection.exec_driver_sql("CREATE VIRTUAL TABLE temp.search_trial USING fts5(text, tokenize='trigram')")
    except sa.exc.OperationalError:
        return False
    connection.exec_driver_sql("DROP TABLE temp.search_trial")
    return True
