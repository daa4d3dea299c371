"""代码表 as administrators see them: every word with its other spellings, its code in a standard, and since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.code_tables import words_of
from models.accident.sheets.words_in_force import CodeTable
from models.accident.tables import CodeEntry
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor

MANAGE = "office.manage"


@dataclass(frozen=True, slots=True)
class CodeShown:
    """One word of a table. `ruled` is read by a rule and cannot be retired; `valid_until` where it is offered no more."""

    table: str
    title: str
    value: str
    label: str
    aliases: tuple[str, ...]
    standard: str | None
    standard_code: str | None
    valid_from: date | None
    valid_until: date | None
    ruled: bool


def code_tables(session: Session, actor: Actor) -> list[CodeTable]:
    """Return the code tables in the order of the sheets. Raises NotAllowed. Two statements at most."""
    policy.require(actor, MANAGE)
    return list(words_of(session).tables.values())


def code_list(session: Session, actor: Actor, table: str | None = None) -> list[CodeShown]:
    """Return the words of a table, or of all, retired ones too. Raises NotAllowed, NotFound. Three statements at most."""
    policy.require(actor, MANAGE)
    words = words_of(session)
    tables = list(words.tables.values()) if table is None else [words.table(table)]
    rows = session.scalars(select(CodeEntry).where(CodeEntry.list.in_([one.name for one in tables])))
    kept = {(row.list, row.value): row for row in rows}
    found = []
    for one in tables:
        for word in one.words:
            row = kept.get((one.name, word.value))
            found.append(
                CodeShown(
                    one.name,
                    one.title,
                    word.value,
                    word.label,
                    word.aliases,
                    None if row is None else row.standard,
                    None if row is None else row.standard_code,
                    None if row is None else row.valid_from,
                    None if row is None else row.valid_until,
                    word.ruled,
                )
            )
    return found
