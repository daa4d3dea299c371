"""A place outside the database for lines that must outlive it: a folder or any fsspec address. Nothing there is replaced."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models.kernel.errors import Conflict


class Outside:
    """Small files by name, each written once."""

    def __init__(self, url: str) -> None:
        """`url` is a plain path or any address that fsspec opens."""
        fs, root = url_to_fs(url)
        self._fs: Any = fs  # fsspec has no types
        self._root = root.rstrip("/")
        self._local = isinstance(fs, LocalFileSystem)

    def names(self) -> list[str]:
        """Return the names of the files that are there, in order; none where the place does not exist yet."""
        if not self._fs.exists(self._root):
            return []
        return sorted(str(path).rpartition("/")[2] for path in self._fs.ls(self._root, detail=False))

    def read(self, name: str) -> bytes | None:
        """Return what a file says; None where there is none."""
        try:
            return bytes(self._fs.cat_file(f"{self._root}/{name}"))
        except FileNotFoundError:
            return None

    def write_once(self, name: str, data: bytes) -> None:
        """Write a file, or leave it where it says the same. Raises Conflict where it says something else."""
        there = self.read(name)
        if there is None:
            self._write(f"{self._root}/{name}", data)
        elif there != data:
            raise Conflict(f"{self._root}/{name} 已经存在且内容不同，没有改动。", code="outside_differs")

    def _write(self, path: str, data: bytes) -> None:
        self._fs.makedirs(self._root, exist_ok=True)
        if not self._local:
            self._fs.pipe_file(path, data)
            return
        # Whole or not at all: the name appears with the last byte.
        half = Path(f"{path}.part")
        half.write_bytes(data)
        half.replace(path)
