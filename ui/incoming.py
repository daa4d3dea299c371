"""Receives uploaded files: recognised by their bytes, named safely, stored before anything refers to them."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.kernel.errors import Invalid, Refused
from models.kernel.storage.file_names import safe_name
from models.kernel.storage.files import FileStore, Stored
from models.kernel.storage.media import recognise
from models.papers.commands.renditions import Enclosure

log = logging.getLogger("shencha.web")


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
    """Store what a stream holds (at most `limit` bytes) under a safe name.

    Raises Invalid for what is not allowed, Refused where the store takes nothing.
    """
    kind = recognise(stream, name, limit)
    try:
        stored = store.put(stream)
    except Exception as failed:  # whatever the store is made of
        log.exception("a file could not be stored")
        raise Refused(
            f"“{safe_name(name)}”没有保存成功，本次没有提交任何内容，请稍后再试；多次失败的，请联系管理员。",
            code="file_not_stored",
        ) from failed
    return Incoming(stored, safe_name(name), kind.mime)


def receive_all(files: Iterable[tuple[BinaryIO, str]], limit: int, store: FileStore) -> list[Enclosure]:
    """Store several files that come together. Raises Refused, naming it, for the first that is not taken."""
    taken = [receive(stream, name, limit, store) for stream, name in files]
    return [Enclosure(one.stored, one.name, one.media_type) for one in taken]


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
