"""Which rows are a case, through all rooms, and how they are spelled without a row number of their database.

A row says by its place in the parcel which row it is and which it points at: the first, the second of its table. What a case
shares with the installation (units, people, forms) is named by what it publishes; rows of another case by that case's number.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Table, and_, false, func, or_, select

from models.kernel.errors import Conflict, NotFound
from models.kernel.record.event_chain import canonical
from models.tables import Base

from .dump import kinds_of, rows, tables_of
from .in_clear import shown
from .rules.neutral import Kind, spelled

# What hangs on a case and is the installation's: web forms not sent yet, what went out to addresses, doors by printed links,
# and the register of its territory, which another one writes anew from the case.
STAYS = frozenset({"notice_links", "reply_drafts", "sends", "submissions"}) | {
    *("registered_accidents", "registered_parties", "register_changes", "distinct_accidents")
}
# Rows that tie two cases: they belong to both, and come with whichever parcel is imported later.
TIES: Mapping[str, tuple[str, ...]] = {
    "bundled_cases": ("case_id", "document_id"),
    "case_links": ("first_id", "second_id"),
    "document_assignments": ("document_id", "assignment_id"),
    "annexed_measures": ("document_id", "measure_id"),
    "moved_refs": ("case_id", "now_in_id"),
    "recurrences": ("case_id", "old_case_id"),
}
# What a case points at and shares, by the columns that are published; those above come first.
SHARED: Mapping[str, tuple[str, ...]] = {
    "organisations": ("name", "kind", "division_code", "credit_code"),
    "users": ("account", "name", "organisation_id"),
    "authorities": (
        *("kind", "title", "number", "article", "given_by", "scope", "organisation_id", "purposes", "valid_from"),
        *("valid_until", "scan_sha256", "scan_name", "scan_bytes", "recorded_by", "recorded_at"),
    ),
    "manners": (
        *("recipients", "kind", "form", "title", "closing", "issued_by", "series", "seal", "signer"),
        *("copies_industry_authority", "with_excerpt", "when_late", "publicity"),
    ),
    "number_series": ("issuer_id", "kind", "prefix", "mode"),
    "templates": ("issuer_id", "kind", "form", "sha256", "size", "file_name", "uploaded_by", "uploaded_at"),
    "hazards": (
        *("hazard_number", "source", "description", "severity", "division_code", "place", "road_name", "road_number"),
        *("stake", "stake_m", "longitude", "latitude", "east_m", "north_m", "found_on", "responsible_id"),
        *("responsible_name", "responsible_person", "funds", "due_on", "state", "state_reason", "accepted_on"),
        *("photos", "details", "reported_by", "reported_at"),
    ),
}
# Registers name what they are about in words, and one table names a row of any other.
REGISTERS = ("drawn_numbers", "entered_numbers")
POINTERS = "moved_pointers"
# Where row numbers of units and people stand that no column says.
CIRCULARS, MESSAGES = "circulars", "messages"
PAYLOAD = {"document": "documents", "supplement": "archive_supplements"}
# Work owed by its own installation: PDF files are queued anew where the papers are, and nobody else destroys a volume.
STAYING_WORK = ("fix-pdf", "destroy")
# By what the rows of another case are known that a row may point at.
BY_REF = ("documents", "findings", "measures", "replies")


@cache
def belonging() -> Mapping[str, tuple[str, ...]]:
    """Return the tables whose rows may be a case's, those they point at first, each with the columns that make it so."""
    found: dict[str, tuple[str, ...]] = {"accidents": ("id",), "cases": ("id",)}
    for table in Base.metadata.sorted_tables:
        if table.name in found or table.name in STAYS | SHARED.keys():
            continue
        if owners := _owners(table, found):
            found[table.name] = owners
    at = [table.name for table in Base.metadata.sorted_tables]
    found |= dict.fromkeys((*REGISTERS, POINTERS), ())
    return {name: found[name] for name in sorted(found, key=at.index)}


def _owners(table: Table, found: Mapping[str, object]) -> tuple[str, ...]:
    if table.name in TIES:
        return TIES[table.name]
    pointing = [column.name for column in table.columns for to in column.foreign_keys if to.column.table.name in found]
    for owner in ("case_id", "accident_id"):
        if owner in pointing:
            return (owner,)
    return tuple(pointing[:1])


_FOUND: dict[str, dict[str, Table]] = {}


def tables_needed(connection: Connection) -> dict[str, Table]:
    """Return the tables of parcels as the database has them.

    Looked up once for each kind of database: nobody works with a database of another version, and looking takes longer
    than most cases.
    """
    kind = connection.dialect.name
    if kind not in _FOUND:
        _FOUND[kind] = {table.name: table for table in tables_of(connection, {*belonging(), *SHARED})}
    return _FOUND[kind]


class CaseRows:
    """The rows of one case as one transaction sees them, numbered from 1 in each table.

    `shared` numbers what the case points at, as a parcel did that was imported; without it that is found here.
    """

    def __init__(
        self,
        connection: Connection,
        case_number: str,
        shared: Mapping[str, Mapping[int, int]] | None = None,
    ) -> None:
        self.connection, self.case_number = connection, case_number
        self.tables = tables_needed(connection)
        cases = self.tables["cases"]
        asked = select(cases.c.id, cases.c.accident_id).where(cases.c.case_number == case_number)
        row = connection.execute(asked).one_or_none()
        if row is None:
            raise NotFound(f"没有编号为“{case_number}”的案件。", code="case_not_found")
        # A work order has no accident: nothing is found by a number that no row has.
        self.roots = {"cases": row.id, "accidents": row.accident_id or 0}
        self.numbers = {name: self._numbered(name) for name in belonging() if numbered(self.tables[name])}
        self.pointing = {name: _pointing(table) for name, table in self.tables.items()}
        self.shared: Mapping[str, Mapping[int, int]] = shared if shared is not None else self._shared()

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the rows of a table that are the case's."""
        table = self.tables[name]
        kinds, names = kinds_of(table), table.columns.keys()
        ordered = [table.c.id] if numbered(table) else list(table.primary_key.columns)
        found = (
            spelled(kinds, self._row(name, dict(zip(names, row, strict=True))))
            for row in rows(self.connection, table, kinds, ordered, self.belongs(name))
        )
        # Keys of several columns are in another order in another database, where they are other numbers.
        yield from found if numbered(table) else sorted(found)

    def _row(self, name: str, row: Mapping[str, Any]) -> list[Any]:
        told = {column: self._told(name, column, value) for column, value in row.items()}
        if name == POINTERS:
            told["row_id"] = self.numbers[row["of"]][row["row_id"]]
        elif name == MESSAGES:
            told["key"] = readdressed(row, told)
        return list(told.values())

    def shared_lines(self, name: str) -> Iterator[bytes]:
        """Yield what is published of the rows of a table at which the case points."""
        for line, _ in self._published(name, self.shared[name]):
            yield line

    def belongs(self, name: str) -> ColumnElement[bool]:
        """Return for which rows of a table the case is theirs."""
        table = self.tables[name]
        if name in self.roots:
            at: ColumnElement[bool] = table.c.id == self.roots[name]
            return at
        if name in REGISTERS:
            return or_(
                table.c.used_for.in_([self.case_number, f"accident {self.roots['accidents']}"]),
                table.c.used_for.startswith(f"{self.case_number}/", autoescape=True),
            )
        if name == POINTERS:
            of = [
                and_(table.c.of == one, table.c.row_id.in_(select(self.tables[one].c.id).where(self.belongs(one))))
                for one in self.connection.scalars(select(table.c.of).distinct()).all()
                if one in belonging() and numbered(self.tables[one])
            ]
            return or_(false(), *of)
        held = or_(*(self._held(table, column) for column in belonging()[name]))
        if name == "outbox":
            return and_(held, table.c.done_at.is_(None), table.c.topic.not_in(STAYING_WORK))
        return held

    def _held(self, table: Table, column: str) -> ColumnElement[bool]:
        [to] = table.c[column].foreign_keys
        owner = to.column.table.name
        if owner in self.roots:
            at: ColumnElement[bool] = table.c[column] == self.roots[owner]
            return at
        return table.c[column].in_(select(self.tables[owner].c[to.column.name]).where(self.belongs(owner)))

    def _numbered(self, name: str) -> dict[int, int]:
        row_id = self.tables[name].c.id
        found = self.connection.scalars(select(row_id).where(self.belongs(name)).order_by(row_id))
        return {row: number for number, row in enumerate(found, 1)}

    def _shared(self) -> Mapping[str, Mapping[int, int]]:
        """Find at what the case points, and at what that points in turn, and number it by what it publishes."""
        met: dict[str, set[int]] = {name: set() for name in SHARED}
        for name in belonging():
            for column, to in self.pointing[name].items():
                if to in SHARED:
                    met[to].update(self._values(name, column, self.belongs(name)))
        met["organisations"].update(self._named_by_circulars())
        for name in reversed(tuple(SHARED)):
            for column, to in self.pointing[name].items():
                if column in SHARED[name]:
                    met[to].update(self._values(name, column, self.tables[name].c.id.in_(met[name])))
        self.shared = {}
        for name in SHARED:
            found = sorted(self._published(name, met[name]))
            self.shared |= {name: {row: number for number, (_, row) in enumerate(found, 1)}}
        return self.shared

    def _named_by_circulars(self) -> Iterator[int]:
        table = self.tables[CIRCULARS]
        asked = [table.c.document_id, table.c.named]
        for _, named in self.connection.execute(select(*asked).where(self.belongs(CIRCULARS))):
            yield from json.loads(named) if isinstance(named, str) else named

    def _values(self, name: str, column: str, which: ColumnElement[bool]) -> Iterable[int]:
        asked = self.tables[name].c[column]
        found: Iterable[int] = self.connection.scalars(select(asked).where(which, asked.is_not(None)).distinct())
        return found

    def _published(self, name: str, met: Iterable[int]) -> Iterator[tuple[bytes, int]]:
        table, names = self.tables[name], SHARED[name]
        kinds = dict(zip(table.columns.keys(), kinds_of(table), strict=True))
        at = {row: index for index, row in enumerate(met)}
        found = []
        for row in rows(self.connection, table, kinds_of(table), [table.c.id], table.c.id.in_(at)):
            told = dict(zip(table.columns.keys(), row, strict=True))
            line = spelled([kinds[one] for one in names], [self._told(name, one, told[one]) for one in names])
            found.append((line, int(told["id"])))
        yield from sorted(found, key=lambda one: at[one[1]])

    def _told(self, name: str, column: str, value: Any) -> Any:
        """Return the value of a column as a parcel has it."""
        if value is None:
            return None
        to = self.pointing[name].get(column)
        if to is not None and to in SHARED:
            return self.shared[to][value]
        if to is not None:
            return self.numbers[to][value] if value in self.numbers[to] else self._elsewhere(to, value)
        if column == "id" and name in self.numbers:
            return self.numbers[name][value]
        if name in REGISTERS and column == "used_for" and value == f"accident {self.roots['accidents']}":
            return "accident 1"
        if name == "outbox":
            return self._of_work(column, value)
        if (name, column) == (CIRCULARS, "named"):
            return canonical([self.shared["organisations"][unit] for unit in json.loads(value)]).decode()
        return shown(self.connection, name, column, value)

    def _of_work(self, column: str, value: Any) -> Any:
        """Work that waits goes on where the case goes; who had claimed it here has no part in it there."""
        if column in ("claimed_by", "claimed_until"):
            return None
        if column != "payload":
            return value
        said = json.loads(value)
        return canonical({key: self.numbers[PAYLOAD[key]][at] for key, at in said.items()}).decode()

    def _elsewhere(self, to: str, row: int) -> list[Any]:
        """Name a row of another case. Raises Conflict for what has no name outside its database."""
        cases, table = self.tables["cases"], self.tables[to]
        number = select(cases.c.case_number)
        if to == "cases":
            return [to, self.connection.execute(number.where(cases.c.id == row)).scalar_one()]
        if to == "accidents":
            return [to, self.connection.execute(number.where(cases.c.accident_id == row)).scalar_one()]
        if to in BY_REF:
            asked = select(cases.c.case_number, table.c.ref).join(table, table.c.case_id == cases.c.id)
            return [to, *self.connection.execute(asked.where(table.c.id == row)).one()]
        if to == "assignments":
            measures, units = self.tables["measures"], self.tables["organisations"]
            asked = (
                select(cases.c.case_number, measures.c.ref, units.c.name, units.c.division_code)
                .select_from(table)
                .join(cases, cases.c.id == table.c.case_id)
                .join(measures, measures.c.id == table.c.measure_id)
                .join(units, units.c.id == table.c.organisation_id)
            )
            return [to, *self.connection.execute(asked.where(table.c.id == row)).one()]
        return [to, *self._place_of(to, row)]

    def _place_of(self, to: str, row: int) -> tuple[str, int]:
        """Name a row that has no name by its place among those of its case: later ones come behind it."""
        cases, table = self.tables["cases"], self.tables[to]
        if "case_id" not in table.c:
            raise Conflict("本案与其他案件共用办理记录，不能单独导出。", code="case_shared")
        asked = select(cases.c.id, cases.c.case_number).join(table, table.c.case_id == cases.c.id)
        case = self.connection.execute(asked.where(table.c.id == row)).one()
        before = select(func.count()).select_from(table).where(table.c.case_id == case.id, table.c.id <= row)
        return case.case_number, self.connection.execute(before).scalar_one()


def readdressed(row: Mapping[str, Any], to: Mapping[str, Any]) -> str:
    """Return the key of a message, which ends in the row number of its addressee, as it reads where that one is another."""
    key: str = row["key"]
    for sign, column in (("o", "organisation_id"), ("u", "user_id")):
        end = f"/{sign}{row[column]}"
        if key.endswith(end):
            return f"{key.removesuffix(end)}/{sign}{to[column]}"
    return key


def numbered(table: Table) -> bool:
    """Return whether the rows of a table have a number of their own."""
    key = list(table.primary_key.columns)
    return [column.name for column in key] == ["id"] and isinstance(key[0].type, Integer)


def columns_of(tables: Mapping[str, Table], name: str) -> dict[str, Kind]:
    """Return the columns of a table that a parcel has, with what they hold."""
    kinds = dict(zip(tables[name].columns.keys(), kinds_of(tables[name]), strict=True))
    return {column: kinds[column] for column in SHARED.get(name, kinds)}


def _pointing(table: Table) -> dict[str, str]:
    return {column.name: to.column.table.name for column in table.columns for to in column.foreign_keys}
