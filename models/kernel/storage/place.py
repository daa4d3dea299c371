"""A place for whole files: a folder, or any place that fsspec opens. A name there always holds all of its bytes."""

from __future__ import annotations

import itertools
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

ARRIVING = "arriving"
_arrivals = itertools.count()


class Place:
    """Files by names with slashes. What is written arrives under another name and gets its own when it is complete."""

    def __init__(self, url: str | Path) -> None:
        """`url` is a plain path, `file://…` or any URL fsspec opens (`s3://…`, `memory://…`)."""
        fs, root = url_to_fs(str(url))
        self._fs: Any = fs  # fsspec has no types
        self._root = root.rstrip("/")
        self._local = isinstance(fs, LocalFileSystem)

    @property
    def folder(self) -> Path | None:
        """Return the folder on this machine; None where the place is elsewhere."""
        return Path(self._root) if self._local else None

    def path(self, name: str) -> str:
        """Return where a file lies or would lie."""
        return f"{self._root}/{name}"

    @contextmanager
    def arriving(self) -> Iterator[tuple[BinaryIO, str]]:
        """Yield a new file to write to and its name for the time being; what was not settled is gone afterwards."""
        name = f"{ARRIVING}/{socket.gethostname()}-{os.getpid()}-{next(_arrivals)}"
        path = self.path(name)
        self._fs.makedirs(_parent(path), exist_ok=True)
        try:
            with self._fs.open(path, "wb") as out:
                yield cast("BinaryIO", out), name
        finally:
            if self._fs.exists(path):
                self._fs.rm_file(path)

    def settle(self, arrived: str, name: str) -> None:
        """Give a complete file its name: on disk before it has it, and the name on disk before anybody speaks of it."""
        source, final = self.path(arrived), self.path(name)
        self._fs.makedirs(_parent(final), exist_ok=True)
        if not self._local:
            self._fs.mv(source, final)
            return
        synced(source)
        Path(source).replace(final)
        synced(_parent(final))
        synced(self._root)

    def write(self, name: str, data: bytes) -> None:
        """Keep some bytes under a name."""
        with self.arriving() as (out, arrived):
            out.write(data)
            out.close()
            self.settle(arrived, name)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading. Raises FileNotFoundError."""
        return cast("BinaryIO", self._fs.open(self.path(name), "rb"))

    def exists(self, name: str) -> bool:
        """Whether there is such a file."""
        return bool(self._fs.exists(self.path(name)))

    def remove(self, name: str) -> None:
        """Take a file away, where there is one."""
        if self.exists(name):
            self._fs.rm_file(self.path(name))

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes; None where there is none."""
        try:
            return int(self._fs.size(self.path(name)))
        except FileNotFoundError:
            return None

    def folders(self, name: str = "") -> list[str]:
        """Return the names of the folders in a folder, sorted."""
        return sorted(_last(one["name"]) for one in self._listed(name) if one["type"] == "directory")

    def files(self, name: str = "") -> list[str]:
        """Return the names of the files in a folder, sorted."""
        return sorted(self.sizes(name))

    def sizes(self, name: str = "") -> dict[str, int]:
        """Return the size in bytes of each file in a folder, by its name."""
        return {_last(one["name"]): int(one["size"]) for one in self._listed(name) if one["type"] == "file"}

    def clear(self) -> None:
        """Take away what processes of this machine that were killed had not finished."""
        for name in self.files(ARRIVING):
            host, pid, _ = name.rsplit("-", 2)
            if host == socket.gethostname() and not lives(int(pid)):
                self._fs.rm_file(self.path(f"{ARRIVING}/{name}"))

    def _listed(self, name: str) -> list[dict[str, Any]]:
        self._fs.invalidate_cache()
        try:
            found: list[dict[str, Any]] = self._fs.ls(self.path(name).rstrip("/"), detail=True)
        except (FileNotFoundError, NotADirectoryError):
            return []
        return found


def lives(pid: int) -> bool:
    """Return whether a process of this machine runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _last(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def _parent(path: str) -> str:
    return path.rpartition("/")[0]


def synced(path: str | Path) -> None:
    """Wait until the content of a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
