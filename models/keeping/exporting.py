"""Writes a whole case as one file: a parcel (案件包) that another installation can import."""

from __future__ import annotations

import errno
import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import Session

from models.accident.sheets import SHEETS
from models.accident.tables import Accident
from models.accountability.tables import AccountabilityItem
from models.archive.queries.disposals import is_destroyed
from models.archive.tables import Archive, ArchiveSupplement
from models.case.queries.facts import sight_of
from models.case.tables import Case, FactRow
from models.kernel.act import Act
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from models.kernel.events import record_admin
from models.kernel.installation import Installation
from models.kernel.record.checkpoints import proof_for, take_checkpoint
from models.kernel.record.event_chain import canonical
from models.kernel.record.merkle import ChainEnd
from models.kernel.record.signatures import signer_in
from models.kernel.rights import policy
from models.kernel.rights.visible import knows_all_subjects, read_of, visible_documents
from models.kernel.storage.files import Stored, copied, damaged
from models.kernel.storage.place import synced
from models.kernel.storage.schema_version import known_versions
from models.kernel.tables import Event
from models.papers.tables import Document

from .backing_up import FILES, PACKAGES, check_file, check_parts, files_below, stored_columns, table_part, write_list
from .case_rows import SHARED, CaseRows, belonging, columns_of
from .dump import snapshot
from .parcel import pack, workplace
from .rules.manifest import FileList, Manifest, TablePart
from .rules.neutral import Kind, spelled
from .vault import Vault, create_or_open, unsound

ABOUT = "about"
"""The part that says which chain is in a parcel, and by which checkpoint it is proved."""
OF_A_CASE = "case"
"""What the manifest of a parcel says in the place of the database's kind."""
_TRIES = 3
_NAMES_INSIDE = {"evidence": "picture", "documents": "content", "document_versions": "content"}
"""Columns of JSON in which pictures and figures name their files; what somebody wrote as text names none."""
_HASH = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Exported:
    """A parcel that was written and read again, and whether its chain is proved by a signed checkpoint."""

    manifest: Manifest
    sha256: str
    events: int
    encrypted: bool


def export_case(
    installation: Installation, account: str | None, number: str, to: Path, secret: bytes | None
) -> Exported:
    """Write all of a case to a new file and put on record that it left; encrypted where there is a secret.

    Raises NotAllowed for who may not export it or not read all of it, Conflict where the file is there or the case shares
    what cannot be taken out, Refused where a file is missing or damaged. Then there is no file.
    """
    _refuse_place(to)
    beside = to.with_name(f"{to.name}.partial")
    try:
        with workplace(installation.settings) as folder:
            vault = create_or_open(str(folder), secret)
            done = _written(installation, account, number, vault)
            pack(folder, beside)
        found = Exported(done.manifest, _sha256(beside), done.events, secret is not None)
        with installation.acting(account) as act:
            _record(act, found)
        beside.replace(to)
        synced(to.absolute().parent)
    except OSError as error:
        why = "空间不足" if error.errno == errno.ENOSPC else error.strerror or error
        raise Invalid(f"不能写入“{to}”（{why}），没有导出。", code="file_unwritable") from error
    finally:
        beside.unlink(missing_ok=True)
    return found


def _refuse_place(to: Path) -> None:
    if to.exists():
        raise Conflict(f"“{to}”已经存在，不会覆盖，请换一个文件名。", code="file_exists")
    if not to.absolute().parent.is_dir():
        raise Invalid(f"没有文件夹“{to.absolute().parent}”，请先建立。", code="file_unwritable")


@dataclass(frozen=True, slots=True)
class _Done:
    manifest: Manifest
    events: int


def _written(installation: Installation, account: str | None, number: str, vault: Vault) -> _Done:
    """Write the case as it stands at a checkpoint: one that moved on between the two is looked at again."""
    for _ in range(_TRIES):
        with installation.acting(account) as act:
            _refuse_unreadable(act, number)
            take_checkpoint(act, signer_in(act.settings.checkpoint_key_file))
        with snapshot(installation.database) as connection, Session(connection, autoflush=False) as session:
            end = _end(session, number)
            proof = proof_for(session, end)
            if proof is not None:
                about = {"case_number": number, "events": end.events, "head": end.head, "proof": proof.as_json()}
                return _Done(_Parcel(installation, vault, connection, number).manifest(about), end.events)
    raise Conflict(f"案件{number}正在办理，请稍后再导出。", code="case_busy")


def _end(session: Session, number: str) -> ChainEnd:
    asked = select(Case.case_number, Case.last_seq, Case.last_hash).where(Case.case_number == number)
    return ChainEnd(*session.execute(asked).one())


def _refuse_unreadable(act: Act, number: str) -> None:
    """Refuse who may not read all of it: what is left out silently would be missing for ever. Raises NotAllowed."""
    case = lock_case(act, number)
    path = unit_path(act, case)
    policy.require(act.actor, "case.export", unit_path=path)
    if case.officer_id != act.actor.id:
        # Said to everybody else, whatever lies in the case: another answer would tell of restricted papers.
        raise NotAllowed("全案含个人信息和限定知悉范围的内容，由主办民警导出。", code="not_the_officer")
    session = act.session
    papers = select(func.count()).select_from(Document).where(Document.case_id == case.id)
    items = select(func.count()).select_from(AccountabilityItem).where(AccountabilityItem.case_id == case.id)
    knows = exists(select(1).where(Case.id == case.id, knows_all_subjects(act.actor)))
    hidden = session.scalar(papers.where(~visible_documents(act.actor))) or session.scalar(
        items.where(~read_of(act.actor, AccountabilityItem), ~knows)
    )
    walled = [one.name for one in SHEETS.values() if one.walled]
    kept = session.scalar(
        select(func.count()).select_from(FactRow).where(FactRow.case_id == case.id, FactRow.sheet.in_(walled))
    )
    if hidden or (kept and not sight_of(session, act.actor, number).handles):
        raise NotAllowed(
            "案卷中有您无权查看的内容，不能导出全案；请由有权查看全部内容的人员导出。", code="not_all_readable"
        )
    if case.accident_id is not None and session.get_one(Accident, case.accident_id).last_seq:
        raise Conflict("本案事故另有记录链，不能单独导出。", code="case_shared")
    if is_destroyed(session, case.id):
        raise Conflict("本案档案已按规定销毁，不能再导出全案。", code="destroyed")


class _Parcel:
    """A parcel on its way into a vault."""

    def __init__(self, installation: Installation, vault: Vault, connection: Connection, number: str) -> None:
        self.installation, self.vault, self.connection = installation, vault, connection
        self.rows = CaseRows(connection, number)
        self.number = number
        self.named: set[str] = set()

    def manifest(self, about: dict[str, Any]) -> Manifest:
        """Write everything, read it again, and make a parcel of it."""
        parts = [self._part(name, self.rows.lines(name)) for name in belonging()]
        parts += [self._part(name, self.rows.shared_lines(name)) for name in SHARED]
        line = spelled([Kind.JSON], [canonical(about).decode()])
        parts.append(self._kept(ABOUT, {ABOUT: Kind.JSON}, [line]))
        last = self.connection.scalar(
            select(func.max(Event.recorded_at))
            .join(Case, Case.id == Event.case_id)
            .where(Case.case_number == self.number)
        )
        assert last is not None  # a case begins with an event
        manifest = Manifest(
            name=self.number,
            taken_at=last,
            program=version("shencha"),
            schema=known_versions()[-1],
            unit=self.installation.settings.unit,
            database=OF_A_CASE,
            tables=tuple(sorted(parts, key=lambda part: part.name)),
            files=self._list(FILES, self._stored()),
            packages=self._list(PACKAGES, self._packed()),
            references=(),
            lacking=(),
        )
        check_parts(self.vault, manifest)
        self.vault.write_manifest(manifest)
        if self.vault.manifest(self.number) != manifest:
            raise unsound(self.number)
        return manifest

    def _part(self, name: str, lines: Iterable[bytes]) -> TablePart:
        return self._kept(name, columns_of(self.rows.tables, name), self._noticed(name, lines))

    def _kept(self, name: str, columns: dict[str, Kind], lines: Iterable[bytes]) -> TablePart:
        found = self.vault.write_lines(table_part(self.number, name), lines)
        kinds = tuple(kind.value for kind in columns.values())
        return TablePart(name, tuple(columns), kinds, found.rows, found.sha256)

    def _noticed(self, name: str, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Look for files that rows name inside of JSON."""
        inside = _NAMES_INSIDE.get(name)
        at = None if inside is None else list(columns_of(self.rows.tables, name)).index(inside)
        for line in lines:
            if at is not None:
                self.named.update(_named_files(json.loads(line)[at]))
            yield line

    def _must(self) -> set[str]:
        found: set[str] = set()
        for name, table in self.rows.tables.items():
            if name not in belonging() and name not in self.rows.shared:
                continue  # files of the office stay
            for column in stored_columns(name):
                which = self.rows.belongs(name) if name in belonging() else table.c.id.in_(self.rows.shared[name])
                found.update(
                    self.connection.scalars(select(table.c[column]).where(which, table.c[column].is_not(None)))
                )
        return found

    def _stored(self) -> Iterator[tuple[str, Stored]]:
        store, must = self.installation.files, self._must()
        for sha256 in sorted(self.named | must):
            try:
                with store.open(sha256) as source:
                    stored = self.vault.keep(source, sha256)
            except NotFound:
                if sha256 in must:
                    raise
                continue
            if stored.sha256 != sha256:
                raise damaged(sha256)
            check_file(self.vault, stored)
            yield "", stored

    def _packed(self) -> Iterator[tuple[str, Stored]]:
        root = self.installation.settings.archives
        for folder in sorted(self._packages()):
            paths = files_below(root / folder)
            if not paths:
                raise Refused(f"档案包“{folder}”不在档案目录中，没有导出，请从备份补回。", code="package_missing")
            for path in paths:
                with path.open("rb") as source:
                    stored = copied(source)
                with path.open("rb") as source:
                    if self.vault.keep(source, stored.sha256) != stored:
                        raise Refused(f"档案包文件 {path} 在导出时被改动，没有导出。", code="package_changed")
                yield path.relative_to(root).as_posix(), stored

    def _packages(self) -> set[str]:
        case = select(Case.id).where(Case.case_number == self.number).scalar_subquery()
        volumes = select(Archive.package_path).where(Archive.case_id == case, Archive.package_path.is_not(None))
        later = (
            select(ArchiveSupplement.package_path)
            .join(Archive, Archive.id == ArchiveSupplement.archive_id)
            .where(Archive.case_id == case, ArchiveSupplement.package_path.is_not(None))
        )
        return {str(path) for path in self.connection.scalars(volumes.union(later))}

    def _list(self, name: str, entries: Iterable[tuple[str, Stored]]) -> FileList:
        return write_list(self.vault, self.number, name, entries)


def _named_files(said: object) -> Iterator[str]:
    """Yield what stands under the names by which pictures and figures tell the hash of a file."""
    if isinstance(said, list):
        for one in said:
            yield from _named_files(one)
    elif isinstance(said, dict):
        for name, value in said.items():
            if name in ("sha256", "thumbnail") and isinstance(value, str) and _HASH.fullmatch(value):
                yield value
            else:
                yield from _named_files(value)


def _record(act: Act, done: Exported) -> None:
    record_admin(
        act,
        "case_exported",
        case=done.manifest.name,
        events=done.events,
        rows=done.manifest.rows,
        files=done.manifest.files.count + done.manifest.packages.count,
        sha256=done.sha256,
        encrypted=done.encrypted,
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
