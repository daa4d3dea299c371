"""A case and its facts by commands and queries, for tests of sheets."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from models.case.commands.facts import (
    ChangedFact,
    add_fact_row,
    change_fact,
    remove_fact_row,
    restore_fact_row,
)
from models.case.queries.facts import FactChangeShown, SheetShown, changes_since, sheet_shown
from models.kernel.act import find_actor
from models.kernel.tables import Event
from tests.stories import Story


class Sheets:
    """A case, and its facts by the commands and queries; every act gets a name of its own."""

    def __init__(self, story: Story, sample: str = "ezhou-one-death") -> None:
        self.story, self.case, self.acts = story, story.file(sample, bare=True), 0

    def op(self) -> str:
        self.acts += 1
        return f"op-{self.acts}"

    def set(
        self, path: str, value: Any, *, seen: int | None = None, by: str = "li", op: str | None = None
    ) -> ChangedFact:
        sheet, row, field = path.split(".")
        changed: ChangedFact = self.story.do(
            by, change_fact, self.case, sheet=sheet, row=row, field=field, value=value, seen=seen, op=op or self.op()
        )
        return changed

    def add(self, sheet: str, *, by: str = "li", after: str | None = None, op: str | None = None, **values: Any) -> str:
        said = {"sheet": sheet, "op": op or self.op(), "after": after, "values": values}
        return str(self.story.do(by, add_fact_row, self.case, **said))

    def remove(self, sheet: str, row: str) -> None:
        self.story.do("li", remove_fact_row, self.case, sheet=sheet, row=row, op=self.op())

    def restore(self, sheet: str, row: str) -> None:
        self.story.do("li", restore_fact_row, self.case, sheet=sheet, row=row, op=self.op())

    def shown(self, sheet: str, by: str = "li", *, clear: bool = False) -> SheetShown:
        with self.story.installation.database.reading() as session:
            return sheet_shown(session, find_actor(session, by, self.story.at), self.case, sheet, clear=clear)

    def texts(self, sheet: str, field: str) -> dict[str, str]:
        return {row.ref: row.cells[field].text for row in self.shown(sheet).rows}

    def feed(self, seq: int = 0, by: str = "li", sheet: str | None = None) -> tuple[FactChangeShown, ...]:
        with self.story.installation.database.reading() as session:
            return changes_since(session, find_actor(session, by, self.story.at), self.case, seq, sheet)

    def events(self, kind: str) -> list[Event]:
        with self.story.installation.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))

    def one(self, table: Any, *wanted: Any) -> Any:
        with self.story.installation.database.reading() as session:
            return session.scalars(select(table).where(*wanted)).one()
