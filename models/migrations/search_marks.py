"""Statements by which the databases mark what search must read anew, and the index that finds words in the texts.

Triggers, for rows are written in bulk too; a mark is in the transaction of the change, so that a kill loses none.
"""

from __future__ import annotations

SEARCHED = {
    "findings": (1, "text, cause_tags"),
    "measures": (2, "text, proof"),
    "replies": (3, "text, incoming_number"),
    "documents": (4, "title, number, content"),
    "evidence": (5, "title, file_name"),
}
"""Tables whose rows are searched: the number of their kind, and the columns that hold the words."""

SPAN = 1 << 40
"""Room for the row numbers of one kind."""

INDEX = "search_index"
"""What the index and all that a database makes for it begin with."""

TERMS = f"{INDEX}_terms"
"""On SQLite the trigrams that there are, by which shorter words are found."""

_SQLITE = (
    "CREATE TRIGGER {table}_searched_insert AFTER INSERT ON {table} "
    "BEGIN INSERT INTO search_due (text_id) VALUES ({base} + NEW.id); END",
    "CREATE TRIGGER {table}_searched_update AFTER UPDATE OF {columns} ON {table} "
    "BEGIN INSERT INTO search_due (text_id) VALUES ({base} + NEW.id); END",
    "CREATE TRIGGER {table}_searched_delete AFTER DELETE ON {table} "
    "BEGIN INSERT INTO search_due (text_id) VALUES ({base} + OLD.id); END",
)
_POSTGRESQL = (
    "CREATE TRIGGER {table}_searched AFTER INSERT OR DELETE OR UPDATE OF {columns} ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION search_mark('{base}')",
)
_POSTGRESQL_FIRST = (
    "CREATE FUNCTION search_mark() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "INSERT INTO search_due (text_id) VALUES (TG_ARGV[0]::bigint + CASE WHEN TG_OP = 'DELETE' THEN OLD.id ELSE NEW.id END); "
    "RETURN NULL; END $$",
    # Characters and pairs of them: most words of Chinese are two, and pg_trgm knows none shorter than three, none at all
    # where the language of the database is C, and is not there for everybody. The cost keeps it out of filters.
    "CREATE FUNCTION search_grams(told text) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000000 AS $$ "
    "SELECT coalesce(array_agg(DISTINCT gram), '{}') FROM (SELECT string_to_array(told, NULL) AS each) AS letters, "
    "unnest(each, each[2:]) AS pairs(one, other), LATERAL (VALUES (one), (one || other)) AS grams(gram) "
    "WHERE gram IS NOT NULL $$",
    f"CREATE INDEX {INDEX}_grams ON search_texts USING gin (search_grams(text))",
)
_INTO = f"INSERT INTO {INDEX} (rowid, text) VALUES (NEW.id, NEW.text);"  # noqa: S608  names of ours
_OUT_OF = f"INSERT INTO {INDEX} ({INDEX}, rowid, text) VALUES ('delete', OLD.id, OLD.text);"  # noqa: S608  ours
_FTS5 = (
    f"CREATE VIRTUAL TABLE {INDEX} USING fts5(text, content='search_texts', content_rowid='id', tokenize='trigram')",
    f"CREATE VIRTUAL TABLE {TERMS} USING fts5vocab('{INDEX}', 'row')",
    f"CREATE TRIGGER search_texts_insert AFTER INSERT ON search_texts BEGIN {_INTO} END",
    f"CREATE TRIGGER search_texts_delete AFTER DELETE ON search_texts BEGIN {_OUT_OF} END",
    f"CREATE TRIGGER search_texts_update AFTER UPDATE ON search_texts BEGIN {_OUT_OF} {_INTO} END",
)


def marking(dialect: str) -> list[str]:
    """Return the statements that let a database mark changes, and mark all that is there."""
    return [
        *(_POSTGRESQL_FIRST if dialect == "postgresql" else ()),
        *(
            statement.format(table=table, columns=columns, base=number * SPAN)
            for table, (number, columns) in SEARCHED.items()
            for statement in (_POSTGRESQL if dialect == "postgresql" else _SQLITE)
        ),
        *mark_all(),
    ]


def mark_all() -> list[str]:
    """Return the statements that mark every row, the oldest first: the last mark is read first."""
    return [
        f"INSERT INTO search_due (text_id) SELECT {number * SPAN} + id FROM {table} ORDER BY id"  # noqa: S608  our names
        for table, (number, _) in SEARCHED.items()
    ]


def trigram_index() -> tuple[str, ...]:
    """Return the statements that make SQLite's index; it fails where SQLite is older than 3.34 or made without FTS5."""
    return _FTS5


def triggers_of(dialect: str) -> set[str]:
    """Return the names of the triggers that mark: a migration that makes one of the tables anew makes them anew."""
    kinds = ("",) if dialect == "postgresql" else ("_insert", "_update", "_delete")
    return {f"{table}_searched{kind}" for table in SEARCHED for kind in kinds}
