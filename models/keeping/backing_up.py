"""Makes a backup (备份): the rows of one moment, every file, and where the secrets lay; read again before it counts."""

from __future__ import annotations

import errno
import json
import logging
import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import JSON, Connection, Table, select

from models.archive.tables import ArchiveDisposal
from models.kernel.base import Json
from models.kernel.errors import Invalid, NotFound, Refused
from models.kernel.installation import Installation
from models.kernel.record.event_chain import canonical
from models.kernel.storage.files import FileStore, Stored, copied
from models.kernel.storage.place import ARRIVING, Place
from models.kernel.storage.schema_version import kept_version
from models.tables import Base

from .dump import Counted, counted, kinds_of, lines, snapshot, tables_of
from .rules.manifest import FileList, Manifest, Reference, TablePart
from .vault import Vault, create_or_open, part_of, place_at, unsound

log = logging.getLogger("shencha.backup")
UNFINISHED = ".partial"  # so end the folders in which packages are being built
FILES, PACKAGES = "files", "packages"
IN_THE_STORE = "in the store"  # so end the comments of columns that name a stored file


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was written and read again, and how many files and bytes of them were new to its place."""

    manifest: Manifest
    new_files: int
    new_bytes: int


def back_up(
    installation: Installation,
    url: str,
    secret: bytes | None,
    at: datetime,
    references: Sequence[Reference] = (),
) -> Made:
    """Write a backup of the installation to a place, while people go on working; encrypted where there is a secret.

    A file that is gone or damaged keeps no other back: its hash stands in `lacking`. Raises Refused where the place
    cannot be written, its key is another one, or what was written does not read as it should; then there is no backup.
    """
    refuse_own_home(installation, url)
    try:
        vault = create_or_open(url, secret)
        vault.place.clear()
        return _Backup(installation, vault, at).made(references)
    except OSError as error:
        why = "空间不足" if error.errno == errno.ENOSPC else error.strerror or error
        raise Invalid(f"备份位置不能读写（{why}），没有备份。", code="backup_unwritable") from error


def refuse_own_home(installation: Installation, url: str) -> None:
    """Refuse a place inside of what it is to replace. Raises Invalid."""
    folder = place_at(url).folder
    own = [installation.settings.home.absolute(), installation.settings.archives]
    own += [store] if (store := Place(installation.settings.files).folder) is not None else []
    if folder is not None and any(folder.resolve().is_relative_to(one.resolve()) for one in own):
        raise Invalid(
            "备份位置在数据目录之内，数据丢失时备份会一起丢失，请换到别的磁盘或机器上。", code="backup_inside"
        )


class _Backup:
    def __init__(self, installation: Installation, vault: Vault, at: datetime) -> None:
        self.installation, self.vault, self.at = installation, vault, at
        self.name = f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
        self.new_files = self.new_bytes = 0
        self.held: set[bytes] = set()
        self.damaged: set[str] = set()

    def made(self, references: Sequence[Reference]) -> Made:
        schema = kept_version(self.installation.database.engine)
        if schema is None:
            raise Refused("数据库中没有表，没有可备份的内容。", code="nothing_there")
        with snapshot(self.installation.database) as connection:
            tables = tables_of(connection)
            parts = tuple(self._table(connection, table) for table in tables)
            # After the rows: a file is stored before a row may name it, so that none is missed.
            files = self._list(FILES, self._stored())
            packages = self._list(PACKAGES, self._packages())
            lacking = sorted({*self.damaged, *self._named_and_not_held(connection, tables)})
        settings = self.installation.settings
        manifest = Manifest(
            name=self.name,
            taken_at=self.at,
            program=version("shencha"),
            schema=schema,
            unit=settings.unit,
            database=self.installation.database.engine.dialect.name,
            tables=parts,
            files=files,
            packages=packages,
            references=tuple(references),
            lacking=tuple(lacking),
        )
        check_parts(self.vault, manifest)
        self.vault.write_manifest(manifest)
        if self.vault.manifest(self.name) != manifest:
            raise unsound(self.name)
        return Made(manifest, self.new_files, self.new_bytes)

    def _table(self, connection: Connection, table: Table) -> TablePart:
        found = self.vault.write_lines(table_part(self.name, table.name), lines(connection, table))
        names = tuple(column.name for column in table.columns)
        return TablePart(table.name, names, tuple(kind.value for kind in kinds_of(table)), found.rows, found.sha256)

    def _list(self, name: str, entries: Iterable[tuple[str, Stored]]) -> FileList:
        return write_list(self.vault, self.name, name, entries)

    def _stored(self) -> Iterator[tuple[str, Stored]]:
        """Yield every sound file of the store, once it is kept; one that is taken away meanwhile was nobody's."""
        store, folder = self.installation.files, ""
        kept: dict[str, int] = {}
        for stored in store.all():
            if stored.sha256[:2] != folder:
                folder = stored.sha256[:2]
                kept = self.vault.kept(folder)
            called = self.vault.name_of(stored.sha256).rpartition("/")[2]
            if kept.get(called) == self.vault.size_here(stored.size) or self._keep(store, stored):
                self.held.add(bytes.fromhex(stored.sha256))
                yield "", stored

    def _keep(self, store: FileStore, stored: Stored) -> bool:
        try:
            with store.open(stored.sha256) as source:
                found = self.vault.keep(source, stored.sha256)
        except NotFound:
            return False
        if found != stored:
            log.warning("a stored file is damaged: %s", stored.sha256)
            self.damaged.add(stored.sha256)
            return False
        self._read_again(stored)
        return True

    def _read_again(self, stored: Stored) -> None:
        check_file(self.vault, stored)
        self.new_files, self.new_bytes = self.new_files + 1, self.new_bytes + stored.size

    def _packages(self) -> Iterator[tuple[str, Stored]]:
        """Yield every file of the sealed packages with its path; what is still being packed is none."""
        root = self.installation.settings.archives
        for path in _files_below(root):
            with path.open("rb") as source:
                stored = copied(source)
            if self.vault.place.size(self.vault.name_of(stored.sha256)) != self.vault.size_here(stored.size):
                with path.open("rb") as source:
                    if self.vault.keep(source, stored.sha256) != stored:
                        raise Refused(f"档案包文件 {path} 在备份时被改动，没有备份。", code="package_changed")
                self._read_again(stored)
            yield path.relative_to(root).as_posix(), stored

    def _named_and_not_held(self, connection: Connection, tables: Sequence[Table]) -> Iterator[str]:
        gone = _destroyed(connection, tables)
        for table in tables:
            for column in stored_columns(table.name) & set(table.columns.keys()):
                named = select(table.c[column]).where(table.c[column].is_not(None)).distinct()
                for (sha256,) in connection.execute(named.execution_options(yield_per=1000)):
                    if bytes.fromhex(sha256) not in self.held and sha256 not in gone:
                        yield sha256


def _destroyed(connection: Connection, tables: Sequence[Table]) -> set[str]:
    """Return which files were destroyed with the cases that alone held them: nobody misses them."""
    for table in tables:
        if table.name == ArchiveDisposal.__tablename__:
            proofs = connection.execute(select(table.c.proof).where(table.c.destroyed_at.is_not(None)))
            return {sha256 for (proof,) in proofs for sha256 in _told(proof)["destroyed"]}
    return set()


def _told(proof: Json | str) -> Json:
    """A table that is read as the database has it gives JSON as SQLite keeps it: as text."""
    told: Json = json.loads(proof) if isinstance(proof, str) else proof
    return told


def stored_columns(table: str) -> set[str]:
    """Return which columns of a table name a file of the store each, as the tables of this program say.

    Lists of hashes, as the photographs of a hazard, are not among them: the store is kept as a whole.
    """
    declared = Base.metadata.tables.get(table)
    if declared is None:
        return set()
    named = [column for column in declared.columns if (column.comment or "").endswith(IN_THE_STORE)]
    return {column.name for column in named if not isinstance(column.type, JSON)}


def write_list(vault: Vault, backup: str, name: str, entries: Iterable[tuple[str, Stored]]) -> FileList:
    """Write a list of files as a part of a backup, each with its path, where it belongs to a package."""
    total = 0

    def spelled() -> Iterator[bytes]:
        nonlocal total
        for called, stored in entries:
            total += stored.size
            yield canonical([called, stored.sha256, stored.size]) + b"\n"

    found = vault.write_lines(part_of(backup, name), spelled())
    return FileList(found.rows, total, found.sha256)


def table_part(backup: str, table: str) -> str:
    """Return the name of the part with a table's rows."""
    return part_of(backup, f"tables/{table}")


def check_parts(vault: Vault, manifest: Manifest) -> None:
    """Read the rows and the lists of a backup again. Raises Refused for the first part that is not as it was written."""
    expected = {table_part(manifest.name, one.name): (one.rows, one.sha256) for one in manifest.tables}
    for name, listed in ((FILES, manifest.files), (PACKAGES, manifest.packages)):
        expected[part_of(manifest.name, name)] = (listed.count, listed.sha256)
    for part, (rows, sha256) in expected.items():
        if counted(vault.lines(part)) != Counted(rows, sha256):
            raise unsound(part)


def check_file(vault: Vault, stored: Stored) -> None:
    """Read a shared file again. Raises Refused where it is missing or not what was stored."""
    name = vault.name_of(stored.sha256)
    with vault.reading(name) as source:
        if copied(source) != stored:
            raise unsound(name)


def files_below(root: Path) -> list[Path]:
    """Return the files of packages below a folder, in order; what is still being packed is none."""
    return list(_files_below(root))


def _files_below(root: Path) -> Iterator[Path]:
    if not root.is_dir():
        return
    for path in sorted(root.iterdir()):
        if path.name == ARRIVING or path.name.endswith(UNFINISHED):
            continue
        if path.is_dir():
            yield from _files_below(path)
        elif path.is_file():
            yield path
