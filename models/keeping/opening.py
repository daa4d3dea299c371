"""Judges a parcel (案件包) by itself, before anything of it is written: version, columns, size, files, chain, checkpoint."""

from __future__ import annotations

import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Table

from models.kernel.errors import Fault, Invalid, Refused
from models.kernel.installation import Installation
from models.kernel.record import event_chain, merkle
from models.kernel.record.checkpoints import check_line
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.record.event_record import as_utc
from models.kernel.record.merkle import ChainEnd
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.schema_version import known_versions

from .backing_up import stored_columns, table_part
from .case_rows import SHARED, belonging, columns_of, tables_needed
from .exporting import ABOUT, OF_A_CASE
from .parcel import not_a_parcel
from .restoring import check, listed
from .rules.manifest import Manifest, TablePart
from .rules.neutral import Kind, read
from .vault import Vault

MOST_UNPACKED = 4 << 30
"""Bytes of rows that a parcel may unfold to: a hundred times what the largest case has."""
LONGEST_LINE = 64 << 20
NOT_OF_A_CASE = (AttributeError, LookupError, RecursionError, StopIteration, TypeError, ValueError)
"""What reading rows ends in that nobody exported."""
_TOLD = 20


@dataclass(frozen=True, slots=True)
class Parcel:
    """A parcel that was read and holds together: how many events it has, and who signed its checkpoint."""

    vault: Vault
    manifest: Manifest
    events: int
    signed_by: str | None

    def rows(self, name: str) -> Iterator[list[Any]]:
        """Yield the rows of a table, JSON in its list of one."""
        kinds = [Kind(kind) for kind in self._part(name).kinds]
        for line in self.vault.lines(table_part(self.manifest.name, name)):
            yield read(kinds, line)

    def named(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the rows of a table by the names of its columns."""
        part = self._part(name)
        kinds = [Kind(kind) for kind in part.kinds]
        for row in self.rows(name):
            plain = (value[0] if kind is Kind.JSON and value else value for kind, value in zip(kinds, row, strict=True))
            yield dict(zip(part.columns, plain, strict=True))

    def _part(self, name: str) -> TablePart:
        return next(one for one in self.manifest.tables if one.name == name)


def opened_parcel(installation: Installation, vault: Vault, key: str | None) -> Parcel:
    """Read all of a parcel that can be judged by itself."""
    names = vault.names()
    if len(names) != 1:
        raise not_a_parcel()
    manifest = vault.manifest(names[0])
    if manifest.database != OF_A_CASE:
        raise not_a_parcel()
    _refuse_version(manifest)
    _refuse_unfolding(vault, manifest)
    checked = check(vault, manifest)
    if checked.faults:
        told = f"案件包中有 {len(checked.faults)} 个文件缺失或损坏，没有导入。"
        raise Refused(told, faults=checked.faults[:_TOLD], code="parcel_damaged")
    with installation.database.reading() as session:
        _refuse_other_columns(manifest, tables_needed(session.connection()))
    parcel = Parcel(vault, manifest, 0, None)
    try:
        _refuse_missing_files(parcel)
        _refuse_other_packages(parcel)
        return _proved(parcel, key)
    except NOT_OF_A_CASE as error:
        raise strange() from error


def _refuse_version(manifest: Manifest) -> None:
    known = known_versions()
    if manifest.schema not in known:
        raise Refused(f"案件包由更新的版本（{manifest.schema}）写成，请升级程序后再导入。", code="schema_newer")
    if manifest.schema != known[-1]:
        raise Refused(f"案件包由较早的版本（{manifest.schema}）写成，请在原系统升级后重新导出。", code="schema_older")


def _refuse_other_columns(manifest: Manifest, tables: Mapping[str, Table]) -> None:
    expected = {
        name: {column: kind.value for column, kind in columns_of(tables, name).items()}
        for name in (*belonging(), *SHARED)
    } | {ABOUT: {ABOUT: Kind.JSON.value}}
    found = {part.name: dict(zip(part.columns, part.kinds, strict=False)) for part in manifest.tables}
    if found != expected or len(found) != len(manifest.tables):
        raise Refused("案件包的表与本程序的不同，没有导入。", code="tables_differ")


def _refuse_unfolding(vault: Vault, manifest: Manifest) -> None:
    """Refuse rows that unfold to more than any case has, before anybody reads one of them as a line."""
    unfolded = 0
    parts = [table_part(manifest.name, one.name) for one in manifest.tables]
    for part in (*parts, *(f"backups/{manifest.name}/{name}" for name in ("files", "packages"))):
        with vault.reading(part) as source, gzip.GzipFile(fileobj=source, mode="rb") as packed:
            line = 0
            while block := packed.read(1 << 20):
                unfolded += len(block)
                line = len(block) - block.rindex(b"\n") if b"\n" in block else line + len(block)
                if unfolded > MOST_UNPACKED or line > LONGEST_LINE:
                    raise Refused("案件包展开后的内容超过限度，没有导入。", code="parcel_bomb")


def _refuse_missing_files(parcel: Parcel) -> None:
    held = {stored.sha256 for called, stored in listed(parcel.vault, parcel.manifest) if not called}
    for part in parcel.manifest.tables:
        named = [part.columns.index(column) for column in stored_columns(part.name) & set(part.columns)]
        if not named:
            continue
        for row in parcel.rows(part.name):
            for lacking in (row[at] for at in named if row[at] is not None and row[at] not in held):
                raise Refused(f"案件包缺少校验值为 {lacking[:12]}… 的文件，没有导入。", code="file_missing")


def _refuse_other_packages(parcel: Parcel) -> None:
    """Refuse a file of a package that belongs to no volume of the case, and a place that is not the one of its 档号: it would
    lie among the packages of others, and be handed over or destroyed in their stead."""
    folders = set()
    for row in (row for name in ("archives", "archive_supplements") for row in parcel.named(name)):
        path = row["package_path"]
        if path is not None and path != safe_name(row["archive_number"]):
            raise Refused(f"案件包中有不应有的路径“{str(path)[:200]}”，没有导入。", code="parcel_path")
        folders.add(path)
    for called, _ in listed(parcel.vault, parcel.manifest):
        parts = PurePosixPath(called).parts
        if called and (".." in parts or not any(folder and called.startswith(f"{folder}/") for folder in folders)):
            raise Refused(f"案件包中有不应有的路径“{called[:200]}”，没有导入。", code="parcel_path")


def _proved(parcel: Parcel, key: str | None) -> Parcel:
    """Hold the chain against itself, against the case's row and against the checkpoint that comes with it."""
    [[about]] = [row[0] for row in parcel.rows(ABOUT)]
    [case] = list(parcel.named("cases"))
    number = parcel.manifest.name
    events = [{**row, "case_number": number, **_spelled(row)} for row in parcel.named("events")]
    faults = list(event_chain.verify(events).faults)
    end = ChainEnd(number, events[-1]["seq"] if events else 0, events[-1]["hash"] if events else event_chain.GENESIS)
    said = ChainEnd(str(case["case_number"]), case["last_seq"], case["last_hash"])
    if end != said or end != ChainEnd(about["case_number"], about["events"], about["head"]):
        faults.append(Fault("$", "记录链的末端与案件不符", "chain_end"))
    line = about["proof"]["checkpoint"]
    faults += check_line(event_chain.canonical(line).decode(), previous=None, public=key)
    path = merkle.Inclusion(about["proof"]["index"], about["proof"]["leaves"], tuple(about["proof"]["path"]))
    if merkle.root_from(end, path) != line["root"]:
        faults.append(Fault("$", "记录链不在所附的检查点中", "checkpoint_root"))
    if faults:
        raise Refused(f"案件包的记录链不完整：{faults[0]}，没有导入。", faults=faults[:_TOLD], code="chain_broken")
    if strange := sorted({event["kind"] for event in events} - HAPPENINGS.keys()):
        raise Refused(f"案件包中有本程序不认识的事件（{strange[0]}），请升级程序后再导入。", code="schema_newer")
    return Parcel(parcel.vault, parcel.manifest, end.events, line.get("key"))


def _spelled(event: Mapping[str, Any]) -> dict[str, str]:
    return {name: as_utc(event[name]) for name in ("happened_at", "recorded_at")}


def strange() -> Invalid:
    """Return what is said of rows that no case has."""
    return Invalid("案件包的内容不合规定，没有导入。", code="parcel_strange")
