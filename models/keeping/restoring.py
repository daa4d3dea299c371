"""Brings a backup back (恢复) into a home that has no database: files first, the database last and whole."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from sqlalchemy import update

from models.kernel.errors import Fault, Invalid, NotFound, Refused
from models.kernel.settings import Settings
from models.kernel.storage.files import FileStore, Stored, copied
from models.kernel.storage.place import Place
from models.kernel.storage.schema_version import known_versions
from models.kernel.tables import RecordWatch

from .backing_up import FILES, PACKAGES, check_file, check_parts, table_part
from .chains import Chains
from .moving import fill, filling
from .rules.manifest import Manifest
from .vault import Vault, part_of, unsound

MOST_TOLD = 20


@dataclass(frozen=True, slots=True)
class Checked:
    """A backup that was read from its first byte to its last, and what is wrong with its files."""

    manifest: Manifest
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back: the backup it came from, the chains that were checked, and the files that could not come."""

    manifest: Manifest
    chains: Chains
    files: int
    packages: int
    lost: tuple[Fault, ...]


def chosen(vault: Vault, name: str | None) -> Manifest:
    """Return the backup of a name, or the latest that is whole. Raises NotFound, or Refused for a damaged manifest."""
    names = vault.names()
    if not names or name not in (None, *names):
        told = f"可用的有：{'、'.join(names)}。" if names else "这里没有完整的备份。"
        raise NotFound(f"没有备份“{name}”。{told}" if name else told, code="no_backup")
    return vault.manifest(name or names[-1])


def check(vault: Vault, manifest: Manifest) -> Checked:
    """Read all that a backup holds. Raises Refused for rows or lists that are damaged; files are told one by one."""
    check_parts(vault, manifest)
    faults = []
    for called, stored in listed(vault, manifest):
        try:
            check_file(vault, stored)
        except Refused as wrong:
            faults.append(Fault(called or stored.sha256, wrong.message, wrong.code))
    return Checked(manifest, tuple(faults))


def restore(vault: Vault, manifest: Manifest, settings: Settings, *, in_part: bool = False) -> Restored:
    """Bring back files, packages and rows, each verified, and show the database only when all of it is there.

    What is begun anew after a kill goes on: files are known by their hash, and a database that is not whole has no name
    yet. Raises Conflict where there is a database; Refused for what is damaged in the backup, unless `in_part` lets the
    damaged files go, and for a chain that is broken.
    """
    if manifest.schema not in known_versions():
        raise Refused(f"备份由更新的版本（{manifest.schema}）写成，请升级程序后再恢复。", code="schema_newer")
    with _home_written(), filling(settings.database) as connection:
        check_parts(vault, manifest)
        files = Bringing(vault, settings)
        files.bring(manifest)
        if files.lost and not in_part:
            raise Refused(
                f"备份中有 {len(files.lost)} 个文件已损坏或缺失，没有恢复。"
                "请换一份备份；没有别的备份的，加上 --in-part 恢复其余全部内容。",
                faults=files.lost[:MOST_TOLD],
                code="backup_damaged",
            )
        chains = fill(
            connection,
            manifest.schema,
            list(manifest.tables),
            lambda part: vault.lines(table_part(manifest.name, part.name)),
        )
        # The lines of checkpoints lie elsewhere, or went with the home: all of them are put out again.
        connection.execute(update(RecordWatch).values(put_out=0))
    return Restored(manifest, chains, files.stored, files.packed, tuple(files.lost))


def put_back(vault: Vault, manifest: Manifest, settings: Settings) -> Restored:
    """Put only files back that a living home lacks or has damaged; what is sound there, and every row, stays as it is."""
    check_parts(vault, manifest)
    files = Bringing(vault, settings)
    with _home_written():
        files.bring(manifest)
    return Restored(manifest, Chains(0, 0, ()), files.stored, files.packed, tuple(files.lost))


def listed(vault: Vault, manifest: Manifest) -> Iterator[tuple[str, Stored]]:
    """Yield each file of a backup: the path of one that belongs to a package, nothing for one of the store."""
    for name in (FILES, PACKAGES):
        for line in vault.lines(part_of(manifest.name, name)):
            called, sha256, size = json.loads(line)
            yield called, Stored(sha256, size)


@contextmanager
def _home_written() -> Iterator[None]:
    """Say in a sentence that a home cannot be written, or a backup not be read. Raises Invalid."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise Invalid(f"恢复时不能读写（{why}），没有恢复；修好后可再次运行。", code="home_unwritable") from error


class Bringing:
    """Files on their way into a home; counts those that had to be brought."""

    def __init__(self, vault: Vault, settings: Settings) -> None:
        self.vault, self.store, self.packages = vault, FileStore(settings.files), settings.archives
        self.stored = self.packed = 0
        self.lost: list[Fault] = []

    def bring(self, manifest: Manifest) -> None:
        """Bring each file that is not there, and go on past what the backup has damaged."""
        for called, stored in listed(self.vault, manifest):
            try:
                if called:
                    self.packed += self._pack(called, stored)
                else:
                    self.stored += self._store(stored)
            except Refused as wrong:
                self.lost.append(Fault(called or stored.sha256, wrong.message, wrong.code))

    def _store(self, stored: Stored) -> bool:
        if self.store.exists(stored.sha256):
            with self.store.open(stored.sha256) as there:
                if copied(there) == stored:
                    return False
        name = self.vault.name_of(stored.sha256)
        with self.vault.reading(name) as source:
            try:
                self.store.put(source, expected=stored.sha256)
            except Refused as other:
                raise unsound(name) from other
        return True

    def _pack(self, called: str, stored: Stored) -> bool:
        path = _below(self.packages, called)
        if path.exists():
            with path.open("rb") as there:
                if copied(there) == stored:
                    return False
            raise Refused(f"{path} 已存在且内容不同，没有覆盖；请移走后再恢复。", code="package_differs")
        name, place = self.vault.name_of(stored.sha256), Place(self.packages)
        with self.vault.reading(name) as source, place.arriving() as (out, arrived):
            if copied(source, out) != stored:
                raise unsound(name)
            out.close()
            place.settle(arrived, called)
        return True


def _below(root: Path, called: str) -> Path:
    """Return where a file of a package lies. Raises Refused for a path that leads out of the archives."""
    path = PurePosixPath(called)
    if path.is_absolute() or ".." in path.parts:
        raise Refused(f"备份中的路径“{called}”不在档案目录之内。", code="backup_damaged")
    return root.joinpath(*path.parts)
