"""Statements that make the event tables append-only: the databases themselves refuse to change or delete a row."""

from __future__ import annotations

APPEND_ONLY = {
    # The BEFORE INSERT trigger also stops INSERT OR REPLACE on connections that forgot recursive_triggers.
    "sqlite": [
        "CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
        "CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        "WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) "
        "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$",
        "CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION {table}_append_only()",
        "CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
    ],
}
SAME_ROW_AT_FIRST = {
    "events": "id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)",
    "admin_events": "id = NEW.id",
}
"""What made a row the same one in the first tables."""

SAME_ROW = {
    "events": (
        "id = NEW.id OR hash = NEW.hash OR (case_id = NEW.case_id AND seq = NEW.seq)"
        " OR (accident_id = NEW.accident_id AND seq = NEW.seq)"
    ),
    "admin_events": "id = NEW.id OR seq = NEW.seq OR hash = NEW.hash",
}
"""What makes a row the same one since there are streams: whatever is unique, for a REPLACE throws out what it collides with."""


def append_only(dialect: str) -> list[str]:
    """Return the statements that make the event tables append-only on a database, as it was in the first version."""
    return [
        statement.format(table=table, same=same)
        for table, same in SAME_ROW_AT_FIRST.items()
        for statement in APPEND_ONLY[dialect]
    ]


def kept_for_ever(dialect: str, table: str, same: str) -> list[str]:
    """Return the statements that make a further table append-only; `same` says of NEW that such a row is there."""
    return [statement.format(table=table, same=same) for statement in APPEND_ONLY[dialect]]


def replaced_on_sqlite() -> list[str]:
    """Return the statements that let SQLite know by all that is unique now whether an inserted row is there already."""
    made = APPEND_ONLY["sqlite"][-1]
    return [
        statement
        for table, same in SAME_ROW.items()
        for statement in (f"DROP TRIGGER {table}_no_replace", made.format(table=table, same=same))
    ]
