"""The list of contents of a backup. It is written last: what has none is no backup, and what is not on it counts for nothing."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import datetime

from models.kernel.record.event_chain import canonical

FORMAT = "shencha-backup/1"


class Cut(Exception):
    """The list is not whole."""


@dataclass(frozen=True, slots=True)
class TablePart:
    """One table: its columns and their kinds, how many rows it has, and the hash of their lines in order."""

    name: str
    columns: tuple[str, ...]
    kinds: tuple[str, ...]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class FileList:
    """A list of files that stands in a part of its own: how many, how many bytes, and the hash of the list."""

    count: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A secret that is not in the backup: what it is, where it lay, and a fingerprint to know it by, where it has one."""

    what: str
    place: str
    fingerprint: str | None = None


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds and where it came from."""

    name: str
    taken_at: datetime
    program: str
    schema: str
    unit: str
    database: str
    tables: tuple[TablePart, ...]
    files: FileList
    packages: FileList
    references: tuple[Reference, ...]
    lacking: tuple[str, ...]
    """Hashes that the database names and whose files were gone or damaged when the backup was made."""

    @property
    def rows(self) -> int:
        """Return how many rows there are in all tables."""
        return sum(table.rows for table in self.tables)


def written(manifest: Manifest) -> bytes:
    """Return the manifest as a line of JSON, and after it the hash of that line."""
    body = canonical({"format": FORMAT, **asdict(manifest), "taken_at": manifest.taken_at.isoformat()}) + b"\n"
    return body + hashlib.sha256(body).hexdigest().encode() + b"\n"


def read(content: bytes) -> Manifest:
    """Return the manifest that was written. Raises Cut where a byte is missing or another one."""
    body, _, rest = content.partition(b"\n")
    if rest != hashlib.sha256(body + b"\n").hexdigest().encode() + b"\n":
        raise Cut
    told = json.loads(body)
    if told.pop("format") != FORMAT:
        raise Cut
    tables = tuple(
        TablePart(**{**one, "columns": tuple(one["columns"]), "kinds": tuple(one["kinds"])}) for one in told["tables"]
    )
    return Manifest(
        **{
            **told,
            "taken_at": datetime.fromisoformat(told["taken_at"]),
            "tables": tables,
            "files": FileList(**told["files"]),
            "packages": FileList(**told["packages"]),
            "references": tuple(Reference(**one) for one in told["references"]),
            "lacking": tuple(told["lacking"]),
        }
    )
