"""Reads a parcel (案件包) and makes its case one of this installation: checked from its first byte to its last before."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, StatementError
from sqlalchemy.orm import Session

from models.accident.tables import Accident
from models.archive.tables import Archive
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import Conflict, Fault, Invalid, Refused
from models.kernel.events import record_admin
from models.kernel.installation import Installation
from models.kernel.rights import policy
from models.office.tables import Organisation
from models.papers.tables import CircularRow, Document, DrawnNumber, EnteredNumber, NumberCounter
from models.register.commands.following import follow_case

from .case_rows import (
    CIRCULARS,
    MESSAGES,
    PAYLOAD,
    POINTERS,
    REGISTERS,
    SHARED,
    TIES,
    CaseRows,
    belonging,
    numbered,
    readdressed,
    tables_needed,
)
from .dump import counted
from .in_clear import hidden
from .load import insert_rows
from .matching import Matched, Matching, told
from .opening import NOT_OF_A_CASE, Parcel, opened_parcel, strange
from .parcel import unpack, workplace
from .restoring import Bringing
from .rules.manifest import Manifest
from .vault import Vault, open_vault

_TOLD = 20
_RAISED = "accident "


@dataclass(frozen=True, slots=True)
class Imported:
    """What came, or would come: notes on what was made for it, and the rows that wait for another case."""

    manifest: Manifest
    events: int
    signed_by: str | None
    made: tuple[Fault, ...]
    waiting: tuple[str, ...]
    """Cases that the case is tied to and that are not here: what ties them comes when they are imported."""


class _TakenBack(Exception):
    """An import that was only tried ends its transaction like this."""


def import_case(
    installation: Installation,
    account: str | None,
    file: Path,
    secret: bytes | None,
    *,
    dry_run: bool = False,
    key: str | None = None,
) -> Imported:
    """Check a parcel and bring its case in, or only tell what would come; nothing is written where anything is wrong.

    `key` is the public key by which its checkpoint must be signed. Raises Invalid, NotFound or Refused for a parcel that is
    none, damaged, of another version or whose chain does not hold; NotAllowed; Conflict where the case is here.
    """
    try:
        with workplace(installation.settings) as folder:
            unpack(file, folder)
            vault = open_vault(str(folder), secret)
            return _brought(installation, account, file, vault, dry_run=dry_run, key=key)
    except OSError as error:
        why = "空间不足" if error.errno == errno.ENOSPC else error.strerror or error
        raise Invalid(f"导入时不能读写（{why}），没有导入。", code="home_unwritable") from error


def _brought(
    installation: Installation, account: str | None, file: Path, vault: Vault, *, dry_run: bool, key: str | None
) -> Imported:
    parcel = opened_parcel(installation, vault, key)
    # Once without keeping anything, so that no file is stored for a case that is refused.
    found = _tried(installation, account, parcel, dry_run=True)
    if dry_run:
        return found
    bringing = Bringing(vault, installation.settings)
    bringing.bring(parcel.manifest)
    if bringing.lost:
        raise Refused("案件包中的文件不能存入，没有导入。", faults=bringing.lost[:_TOLD], code="parcel_damaged")
    return _tried(installation, account, parcel, dry_run=False, sha256=_sha256(file))


def _tried(
    installation: Installation, account: str | None, parcel: Parcel, *, dry_run: bool, sha256: str | None = None
) -> Imported:
    try:
        with installation.acting(account) as act:
            writing = _Writing(act, parcel)
            found = writing.imported()
            if dry_run:
                raise _TakenBack
            follow_case(act, act.session.scalars(select(Case).where(Case.case_number == found.manifest.name)).one())
            _record(act, found, sha256)
    except _TakenBack:
        pass
    except StatementError as error:
        if isinstance(error, DBAPIError) and not isinstance(error, DataError | IntegrityError):
            raise  # the database's own trouble, not the parcel's
        raise strange() from error
    except NOT_OF_A_CASE as error:
        raise strange() from error
    return found


def _record(act: Act, found: Imported, sha256: str | None) -> None:
    record_admin(
        act,
        "case_imported",
        case=found.manifest.name,
        unit=found.manifest.unit,
        events=found.events,
        rows=found.manifest.rows,
        files=found.manifest.files.count + found.manifest.packages.count,
        sha256=sha256,
        made=[one.path for one in found.made],
        waiting=list(found.waiting),
    )


class _Writing:
    """A case on its way into the tables, within an act."""

    def __init__(self, act: Act, parcel: Parcel) -> None:
        self.act, self.parcel, self.session = act, parcel, act.session
        self.connection: Connection = act.session.connection()
        self.tables = tables_needed(self.connection)
        self.rows: dict[str, list[int]] = {}
        self.waiting: set[str] = set()
        self.incomplete: set[str] = set()
        self.later: list[tuple[Table, int, str, int]] = []
        """Columns that point at a later row of their own table, set when that one is there."""

    def imported(self) -> Imported:
        """Write every row under a new number, and read all of them again. Raises as `import_case` does."""
        policy.require(self.act.actor, "case.import", unit_path=self.act.actor.path)
        [case] = self.parcel.named("cases")
        _refuse_known(self.session, case, next(iter(self.parcel.named("accidents")), None))
        matched = self._matched(case["unit_id"])
        path = self.session.get_one(Organisation, self.rows["organisations"][case["unit_id"] - 1]).path
        policy.require(self.act.actor, "case.import", unit_path=path)
        self._refuse_taken()
        self.session.flush()
        for name in belonging():
            if numbered(self.tables[name]):
                self.rows[name] = self._drawn(name)
        for name in belonging():
            insert_rows(self.connection, self.tables[name], self._placed(name))
        for table, row, column, to in self.later:
            self.connection.execute(table.update().where(table.c.id == row).values({column: to}))
        self._numbers_on()
        self._read_again()
        return Imported(
            self.parcel.manifest, self.parcel.events, self.parcel.signed_by, told(matched), tuple(sorted(self.waiting))
        )

    def _matched(self, investigating: int) -> Matched:
        matching = Matching(self.act)
        self.rows |= matching.found.rows
        for name in SHARED:
            matching.match(name, list(self.parcel.named(name)), investigating)
            self.rows[name] = matching.found.rows[name]
        return matching.found

    def _refuse_taken(self) -> None:
        """Refuse numbers of papers that another paper of the same body carries here, and a second circular of a period."""
        for row in self.parcel.named("documents"):
            if row["number"] is None:
                continue
            issuer = self.rows["organisations"][row["issuer_id"] - 1]
            carried = select(Document.id).where(Document.issuer_id == issuer, Document.number == row["number"])
            if self.session.scalar(carried) is not None:
                raise Conflict(f"文号“{row['number']}”在本系统已经用于另一文书，没有导入。", code="number_taken")
        for row in self.parcel.named("archives"):
            volume = row["archive_number"]
            if self.session.scalar(select(Archive.id).where(Archive.archive_number == volume)) is not None:
                raise Conflict(f"档号“{volume}”在本系统已经使用，没有导入。", code="number_taken")
        for row in self.parcel.named("entered_numbers"):
            entered = (self.rows["organisations"][row["issuer_id"] - 1], row["number"])
            if self.session.get(EnteredNumber, entered) is not None:
                raise Conflict(f"文号“{row['number']}”在本系统的发文登记簿中已有，没有导入。", code="number_taken")
        for row in self.parcel.named("circulars"):
            circular = [getattr(CircularRow, name) == row[name] for name in ("period_from", "period_until", "edition")]
            if self.session.scalar(select(CircularRow.document_id).where(*circular)) is not None:
                period = f"{row['period_from']}至{row['period_until']}"
                raise Conflict(f"{period}的通报在本系统已有，没有导入。", code="circular_taken")
        for row in self.parcel.named("drawn_numbers"):
            key = (self.rows["number_series"][row["series_id"] - 1], row["year"], row["number"])
            if self.session.get(DrawnNumber, key) is not None:
                used = f"{row['year']} 年第 {row['number']} 号"
                raise Conflict(f"本案所用的编号（{used}）在本系统已经使用，没有导入。", code="number_taken")

    def _drawn(self, name: str) -> list[int]:
        """Draw as many row numbers of a table as the case has rows, in rising order."""
        table = self.tables[name]
        count = next(part.rows for part in self.parcel.manifest.tables if part.name == name)
        if self.connection.dialect.name == "sqlite":
            last = self.connection.scalar(select(func.max(table.c.id))) or 0
            return list(range(last + 1, last + 1 + count))
        sequence = func.pg_get_serial_sequence(name, "id")
        drawn = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return sorted(self.connection.scalars(drawn))

    def _placed(self, name: str) -> Iterator[list[Any]]:
        """Yield the rows of a table with the numbers that they and what they point at have here."""
        columns = self.tables[name].columns.keys()
        pointing = {
            at: to.column.table.name
            for at, column in enumerate(self.tables[name].columns)
            for to in column.foreign_keys
        }
        for expected, row in enumerate(self.parcel.rows(name), 1):
            if numbered(self.tables[name]):
                if row[columns.index("id")] != expected:
                    raise strange()
                row[columns.index("id")] = self.rows[name][expected - 1]
            missing = []
            before = list(row)
            for at, to in pointing.items():
                value = row[at]
                if isinstance(value, list):
                    if value[0] != to:
                        raise strange()
                    row[at] = self._elsewhere(value)
                    missing += [(columns[at], value)] if row[at] is None else []
                elif value is not None:
                    row[at] = self._here(to, value)
                    if to == name and value > expected:
                        self.later.append((self.tables[name], self._here(name, expected), columns[at], row[at]))
                        row[at] = None
            if missing:
                self._waits(name, missing)
                continue
            if name == MESSAGES:
                row[columns.index("key")] = readdressed(
                    dict(zip(columns, before, strict=True)), dict(zip(columns, row, strict=True))
                )
            self._inside(name, columns, row)
            yield row

    def _here(self, to: str, number: int) -> int:
        if number < 1:
            raise strange()
        return self.rows[to][number - 1]

    def _inside(self, name: str, columns: Sequence[str], row: list[Any]) -> None:
        """Give the few row numbers their new ones that stand where no column says so, and seal what is personal."""
        if name == POINTERS:
            at = columns.index("row_id")
            row[at] = self._here(row[columns.index("of")], row[at])
        elif name in REGISTERS:
            at = columns.index("used_for")
            if row[at] == f"{_RAISED}1":
                row[at] = f"{_RAISED}{self.rows['accidents'][0]}"
        elif name == "outbox":
            at = columns.index("payload")
            row[at] = [{key: self._here(PAYLOAD[key], number) for key, number in row[at][0].items()}]
        elif name == CIRCULARS:
            at = columns.index("named")
            row[at] = [[self._here("organisations", unit) for unit in row[at][0]]]
        for column, kept in hidden(self.connection, name, dict(zip(columns, row, strict=True))):
            row[columns.index(column)] = kept

    def _waits(self, name: str, missing: Sequence[tuple[str, list[Any]]]) -> None:
        """Let a row that ties the case to one that is not here come with that one. Raises Conflict for any other."""
        _, told = missing[0]
        if name not in TIES:
            raise Conflict(f"本案的办理依附于案件{told[1]}，请先导入该案。", code="other_case_missing")
        self.waiting.add(str(told[1]))
        self.incomplete.add(name)

    def _elsewhere(self, told: Sequence[Any]) -> int | None:
        """Find a row of another case by the name that a parcel has for it; None where there is none here."""
        to, number, *ref = told
        cases, table = self.tables["cases"], self.tables[to]
        row = self.connection.execute(
            select(cases.c.id, cases.c.accident_id).where(cases.c.case_number == number)
        ).first()
        if row is None:
            return None
        if to in ("cases", "accidents"):
            found: int = row.id if to == "cases" else row.accident_id
            return found
        asked = select(table.c.id).where(table.c.case_id == row.id)
        if isinstance(ref[0], int):
            return self.connection.scalar(asked.order_by(table.c.id).offset(ref[0] - 1).limit(1))
        if to != "assignments":
            return self.connection.scalar(asked.where(table.c.ref == ref[0]))
        measures, units = self.tables["measures"], self.tables["organisations"]
        asked = asked.join(measures, measures.c.id == table.c.measure_id).join(
            units, units.c.id == table.c.organisation_id
        )
        named = (units.c.name == ref[1]) & units.c.division_code.is_not_distinct_from(ref[2])
        return self.connection.scalar(asked.where(measures.c.ref == ref[0], named))

    def _numbers_on(self) -> None:
        """Let no number that came with the case be drawn again."""
        insert = postgresql.insert if self.connection.dialect.name == "postgresql" else sqlite.insert
        for row in self.parcel.named("drawn_numbers"):
            series = self.rows["number_series"][row["series_id"] - 1]
            counter = insert(NumberCounter).values(series_id=series, year=row["year"], last=row["number"])
            self.connection.execute(
                counter.on_conflict_do_update(
                    index_elements=[NumberCounter.series_id, NumberCounter.year],
                    set_={"last": counter.excluded.last},
                    where=NumberCounter.last < counter.excluded.last,
                )
            )

    def _read_again(self) -> None:
        """Hold every row as it stands here against the parcel. Raises Refused."""
        shared = {name: {row: number for number, row in enumerate(self.rows[name], 1)} for name in SHARED}
        written = CaseRows(self.connection, self.parcel.manifest.name, shared)
        for part in self.parcel.manifest.tables:
            if part.name not in belonging() or part.name in self.incomplete:
                continue
            there = counted(written.lines(part.name))
            if (there.rows, there.sha256) != (part.rows, part.sha256):
                raise Refused(f"表 {part.name} 写入后与案件包不同，没有保留任何内容。", code="rows_differ")


def _refuse_known(session: Session, case: Mapping[str, Any], accident: Mapping[str, Any] | None) -> None:
    number = case["case_number"]
    if session.scalar(select(Case.id).where(Case.case_number == number)) is not None:
        raise Conflict(f"案件{number}已在本系统，没有导入。", code="case_exists")
    if accident is None:
        return  # a work order about a hazard
    same = (
        (Accident.occurred_at == accident["occurred_at"])
        & (Accident.division_code == accident["division_code"])
        & (Accident.place == accident["place"])
    )
    known = select(Case.case_number).join(Accident, Accident.id == Case.accident_id)
    number = accident["accident_number"]
    other = session.scalar(known.where(same if number is None else or_(same, Accident.accident_number == number)))
    if other is not None:
        raise Conflict(f"同一起事故在本系统已立案（{other}），没有导入。", code="accident_exists")


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
