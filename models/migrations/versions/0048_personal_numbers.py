"""Identity numbers, telephones and addresses sealed by a key outside the database, who read what, and the role that sees it."""

from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from models.kernel.storage.personal_keys import Keys, keys_of
from models.kernel.storage.sealed_columns import PERSONAL, Secret, open_json, seal_json
from models.migrations.append_only import kept_for_ever
from models.migrations.wider import accept

revision = "0048"
down_revision = "0047"

AT_ONCE = 500
JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
SAME_CHANGE = "id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)"
TOLD = {
    ("people", "id_number", "VARCHAR"): (
        "identity number (GB 11643); personal data, masked on reading",
        "identity number (GB 11643), sealed by a key outside the database; masked on reading",
    ),
    ("people", "details", "JSON"): (
        "facts by field, as the sheet declares them",
        "facts by field, as the sheet declares them; personal ones sealed by a key outside the database",
    ),
    ("case_drafts", "data", "JSON"): ("what stands in the fields", "what stands in the fields, sealed as a whole"),
    ("fact_changes", "before", "JSON"): (
        "value before; of a row that was removed all its values",
        "value before; of a row that was removed all its values; personal data sealed",
    ),
    ("fact_changes", "after", "JSON"): (
        "value after; of a row that was added all its values",
        "value after; of a row that was added all its values; personal data sealed",
    ),
}
"""What is said of the columns, before and now."""

PEOPLE = sa.table("people", *(sa.column(name) for name in ("id", "id_number", "id_mark")), sa.column("details", JSON))
DRAFTS = sa.table("case_drafts", sa.column("id"), sa.column("data", JSON))
CHANGES = sa.table(
    "fact_changes", *(sa.column(name) for name in ("id", "field")), sa.column("before", JSON), sa.column("after", JSON)
)
Turn = Callable[[Any], dict[str, Any]]


def upgrade() -> None:
    op.add_column(
        "people",
        sa.Column(
            "id_mark",
            sa.String(),
            nullable=True,
            comment="keyed hash of the identity number: equal ones are found by it",
        ),
    )
    op.create_index(op.f("ix_people_id_mark"), "people", ["id_mark"])
    _tell(now=1)
    keys = keys_of(op.get_bind().dialect)
    _turn_all(_sealed_person(keys), _sealed_draft(keys), _sealed_change(keys))
    _readings()
    for table in ("user_roles", "chain_steps", "approvals"):
        accept(table, f"ck_{table}_role", "role", "auditor")


def downgrade() -> None:
    keys = keys_of(op.get_bind().dialect)
    _turn_all(_open_person(keys), _open_draft(keys), _open_change(keys))
    op.drop_index(op.f("ix_people_id_mark"), table_name="people")
    op.drop_column("people", "id_mark")
    _tell(now=0)
    op.drop_table("readings")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION readings_append_only()")
    op.execute("DELETE FROM user_roles WHERE role = 'auditor'")  # what the program before does not know


def _readings() -> None:
    op.create_table(
        "readings",
        sa.Column("id", sa.Integer(), primary_key=True, comment="row number"),
        sa.Column("seq", sa.Integer(), nullable=False, comment="number in the chain, from 1 without gaps"),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False, comment="when"),
        sa.Column("account", sa.String(), nullable=False, comment="account that read"),
        sa.Column("name", sa.String(), nullable=False, comment="name of the person at that time"),
        sa.Column("door", sa.String(), nullable=False, comment="by which door: page, command line"),
        sa.Column(
            "kind",
            sa.Enum(
                "restricted",
                "personal",
                "export",
                name="readingkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
            comment="restricted paper, personal data or export",
        ),
        sa.Column(
            "what",
            sa.String(),
            nullable=False,
            comment="which paper, row or export, in words that tell nothing of its content",
        ),
        sa.Column("case_number", sa.String(), nullable=True, comment="case; null where it is of none, or of many"),
        sa.Column("prev_hash", sa.String(), nullable=False, comment="hash of the row before"),
        sa.Column("hash", sa.String(), nullable=False, comment="hash of this row"),
        sa.UniqueConstraint("seq", name=op.f("uq_readings_seq")),
        sa.UniqueConstraint("hash", name=op.f("uq_readings_hash")),
    )
    for column in ("read_at", "account", "case_number"):
        op.create_index(op.f(f"ix_readings_{column}"), "readings", [column])
    for statement in kept_for_ever(
        op.get_bind().dialect.name, "readings", "id = NEW.id OR seq = NEW.seq OR hash = NEW.hash"
    ):
        op.execute(statement)


def _tell(*, now: int) -> None:
    """Say of the columns what they hold now; SQLite keeps no such words."""
    if op.get_bind().dialect.name != "postgresql":
        return
    for (table, column, kind), told in TOLD.items():
        known = sa.String() if kind == "VARCHAR" else JSON
        op.alter_column(table, column, comment=told[now], existing_comment=told[1 - now], existing_type=known)


def _turn_all(person: Turn, draft: Turn, change: Turn) -> None:
    _turn(PEOPLE, person)
    _turn(DRAFTS, draft)
    connection = op.get_bind()
    # The databases refuse to change a row of the feed: for this once they are told not to.
    if connection.dialect.name == "postgresql":
        op.execute("ALTER TABLE fact_changes DISABLE TRIGGER fact_changes_no_change")
        _turn(CHANGES, change)
        op.execute("ALTER TABLE fact_changes ENABLE TRIGGER fact_changes_no_change")
        return
    op.execute("DROP TRIGGER fact_changes_no_update")
    _turn(CHANGES, change)
    again = kept_for_ever("sqlite", "fact_changes", SAME_CHANGE)
    op.execute(next(statement for statement in again if "_no_update " in statement))


def _turn(table: sa.TableClause, turned: Turn) -> None:
    """Write what is different of each row, slice by slice: memory holds one of them."""
    connection = op.get_bind()
    for rows in _slices(connection, table):
        for row in rows:
            if changed := turned(row):
                connection.execute(sa.update(table).where(table.c.id == row.id).values(changed))


def _slices(connection: sa.Connection, table: sa.TableClause) -> Iterator[list[Any]]:
    last = 0
    while rows := list(
        connection.execute(sa.select(table).where(table.c.id > last).order_by(table.c.id).limit(AT_ONCE))
    ):
        yield rows
        last = rows[-1].id


def _holds(details: Any) -> bool:
    return isinstance(details, dict) and any(details.get(name) is not None for name in PERSONAL)


def _sealed_person(keys: Keys) -> Turn:
    def turned(row: Any) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        if row.id_number is not None:
            key = keys.first_of_all()
            changed |= {
                "id_number": keys.seal(row.id_number, "people.id_number", key),
                "id_mark": keys.mark(row.id_number, key),
            }
        if _holds(row.details):
            keys.first_of_all()
            changed["details"] = seal_json(keys, row.details, "people.details", PERSONAL)
        return changed

    return turned


def _sealed_draft(keys: Keys) -> Turn:
    def turned(row: Any) -> dict[str, Any]:
        keys.first_of_all()
        return {"data": seal_json(keys, row.data, "case_drafts", None)}

    return turned


def _sealed_change(keys: Keys) -> Turn:
    def turned(row: Any) -> dict[str, Any]:
        changed = {}
        for name in ("before", "after"):
            value = getattr(row, name)
            if isinstance(value, str) and row.field in PERSONAL:
                value = Secret(value)
            if isinstance(value, Secret) or _holds(value):
                keys.first_of_all()
                changed[name] = seal_json(keys, value, "fact_changes", PERSONAL)
        return changed

    return turned


def _open_person(keys: Keys) -> Turn:
    def turned(row: Any) -> dict[str, Any]:
        changed: dict[str, Any] = {}
        if row.id_number is not None:
            changed["id_number"] = keys.open(row.id_number, "people.id_number")
        if _holds(row.details):
            changed["details"] = open_json(keys, row.details, "people.details", PERSONAL)
        return changed

    return turned


def _open_draft(keys: Keys) -> Turn:
    return lambda row: {"data": open_json(keys, row.data, "case_drafts", None)}


def _open_change(keys: Keys) -> Turn:
    def turned(row: Any) -> dict[str, Any]:
        opened = {name: open_json(keys, getattr(row, name), "fact_changes", PERSONAL) for name in ("before", "after")}
        return {name: value for name, value in opened.items() if value != getattr(row, name)}

    return turned
