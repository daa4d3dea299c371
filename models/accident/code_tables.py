"""The code tables of an installation: read once a version, whatever asks for a word, and loaded with ours at set-up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.accident.sheets.fields import Choice
from models.accident.sheets.words_in_force import Words, changed, declared, read_by
from models.accident.tables import CodeEntry
from models.kernel.storage.current import REMEMBERED

KNOWN = "words"
STANDARDS = {("people.sex", "男"): ("GB/T 2261.1", "1"), ("people.sex", "女"): ("GB/T 2261.1", "2")}
"""What a standard calls a word of ours, where we know it."""


def words_of(session: Session) -> Words:
    """Return the words of a session's database. One statement a transaction, one more after a change."""
    known = session.info.get(KNOWN)
    if isinstance(known, Words):
        return known
    with session.no_autoflush:  # a word may be asked for while a row is half made
        version = session.scalar(select(func.max(CodeEntry.version))) or 0
        remembered: dict[str, tuple[int, Words]] = session.info.get(REMEMBERED, {})
        kept = remembered.get(KNOWN)
        if kept is None or kept[0] != version:
            entries = session.scalars(select(CodeEntry).order_by(CodeEntry.id)).all()
            kept = remembered[KNOWN] = version, _words(entries)
    session.info[KNOWN] = kept[1]
    return kept[1]


def forget(session: Session) -> None:
    """Let the words be read anew in this transaction: it has changed them."""
    session.info.pop(KNOWN, None)
    session.info[REMEMBERED] = {}  # what is not committed yet is no news for others


def _words(entries: Sequence[CodeEntry]) -> Words:
    by_table: dict[str, list[CodeEntry]] = {}
    for entry in entries:
        by_table.setdefault(entry.list, []).append(entry)
    told = {
        name: _merged(declared().tables[name].words, rows)
        for name, rows in by_table.items()
        if name in declared().tables
    }
    ours = {name: one.words for name, one in declared().tables.items()}
    changes = {name: words for name, words in told.items() if words != ours[name]}
    return changed(changes) if changes else declared()


def _merged(ours: Sequence[Choice], rows: Sequence[CodeEntry]) -> tuple[Choice, ...]:
    """Return our words as the rows change them, behind them those that were added."""
    by_value = {row.value: row for row in rows}
    kept = [_choice(by_value.pop(one.value), ruled=one.ruled) if one.value in by_value else one for one in ours]
    return (*kept, *(_choice(row, ruled=False) for row in by_value.values()))


def _choice(row: CodeEntry, *, ruled: bool) -> Choice:
    return Choice(row.value, row.label, tuple(row.aliases), ruled=ruled, retired=row.valid_until is not None)


def load(session: Session, at: datetime) -> int:
    """Put our own words into the tables where they are not there yet; returns how many."""
    there = {(row.list, row.value) for row in session.execute(select(CodeEntry.list, CodeEntry.value))}
    new = [
        _own(name, one, at)
        for name, table in declared().tables.items()
        for one in table.words
        if (name, one.value) not in there
    ]
    session.add_all(new)
    return len(new)


def _own(table: str, one: Choice, at: datetime) -> CodeEntry:
    standard, code = STANDARDS.get((table, one.value), (None, None))
    return CodeEntry(
        list=table,
        value=one.value,
        label=one.label,
        aliases=list(one.aliases),
        standard=standard,
        standard_code=code,
        valid_until=at.date() if one.retired else None,
        changed_at=at,
        version=1,
    )


read_by(words_of)
