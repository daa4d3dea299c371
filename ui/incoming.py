"""A file that a person hands in: looked at by its bytes, named safely, put into the store before anything mentions it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.errors import Invalid
from models.files import FileStore, Stored
from models.media import recognise, safe_name


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file in the store, with the name and the kind that go on record."""

    stored: Stored
    name: str
    media_type: str


def take_in(path: Path, limit: int, store: FileStore) -> Incoming:
    """Store the file at `path` (at most `limit` bytes). Raises Invalid for one that is missing or not allowed."""
    with open_file(path) as stream:
        return receive(stream, path.name, limit, store)


def receive(stream: BinaryIO, name: str, limit: int, store: FileStore) -> Incoming:
    """Store what a stream holds (at most `limit` bytes) under a safe name. Raises Invalid for what is not allowed."""
    kind = recognise(stream, name, limit)
    return Incoming(store.put(stream), safe_name(name), kind.mime)


def open_file(path: Path) -> BinaryIO:
    """Open a file for reading. Raises Invalid in words for one that cannot be."""
    try:
        return path.open("rb")
    except FileNotFoundError as error:
        raise Invalid(f"找不到文件“{path}”。", code="file_not_found") from error
    except IsADirectoryError as error:
        raise Invalid(f"“{path}”是文件夹，请指明一个文件。", code="file_is_folder") from error
    except OSError as error:
        raise Invalid(f"不能读取文件“{path}”，请检查权限。", code="file_unreadable") from error
