"""Content-addressed file store: each file is kept once under the SHA-256 of its bytes, in a folder or any fsspec place."""

from __future__ import annotations

import hashlib
import io
import itertools
import os
import re
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from fsspec.core import url_to_fs
from fsspec.implementations.local import LocalFileSystem

from models.kernel.errors import Invalid, NotFound, Refused

_BLOCK = 1 << 20
_HASH = re.compile(r"[0-9a-f]{64}")
_arrivals = itertools.count()


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: the hash it is found by, and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """A content-addressed store. Writing the same bytes again, even at the same moment elsewhere, changes nothing."""

    def __init__(self, url: str | Path) -> None:
        """`url` is a plain path, `file://…` or any URL fsspec opens (`s3://…`, `memory://…`)."""
        fs, root = url_to_fs(str(url))
        self._fs: Any = fs  # fsspec has no types
        self._root = root.rstrip("/")
        self._local = isinstance(fs, LocalFileSystem)

    def put(self, data: bytes | BinaryIO) -> Stored:
        """Store the bytes and return their hash; a stream is read in blocks from where it stands.

        They arrive under a temporary name and are moved when complete, so a name always holds a whole file. A
        stored file that was damaged is replaced by the sound bytes.
        """
        stream = io.BytesIO(data) if isinstance(data, bytes) else data
        arriving = f"{self._root}/arriving/{socket.gethostname()}-{os.getpid()}-{next(_arrivals)}"
        self._fs.makedirs(self._parent(arriving), exist_ok=True)
        try:
            stored = self._write(stream, arriving)
            self._settle(arriving, self.path(stored.sha256))
        except BaseException:
            if self._fs.exists(arriving):
                self._fs.rm_file(arriving)
            raise
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading, unchecked: who copies a large file compares the hash while copying. Raises NotFound."""
        try:
            return cast("BinaryIO", self._fs.open(self.path(sha256), "rb"))
        except FileNotFoundError as error:
            raise NotFound(f"文件库中没有校验值为 {sha256[:12]}… 的文件。", code="file_missing") from error

    def read(self, sha256: str) -> bytes:
        """Return the whole file. Raises NotFound, or Refused when the stored bytes are no longer those put in."""
        with self.open(sha256) as stream:
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Refused(f"文件库中校验值为 {sha256[:12]}… 的文件已损坏，请从备份恢复。", code="file_damaged")
        return content

    def exists(self, sha256: str) -> bool:
        """Whether such a file is stored (its bytes are not checked)."""
        return bool(self._fs.exists(self.path(sha256)))

    def path(self, sha256: str) -> str:
        """Return where the file lies or would lie: `ab/cdef…` in the store. Raises Invalid for what is no SHA-256."""
        if not _HASH.fullmatch(sha256):
            raise Invalid("文件校验值应为 64 位小写十六进制数。", code="not_sha256")
        return f"{self._root}/{sha256[:2]}/{sha256[2:]}"

    def _write(self, stream: BinaryIO, to: str) -> Stored:
        digest = hashlib.sha256()
        size = 0
        with self._fs.open(to, "wb") as out:
            while block := stream.read(_BLOCK):
                digest.update(block)
                size += len(block)
                out.write(block)
        return Stored(digest.hexdigest(), size)

    def _settle(self, arriving: str, final: str) -> None:
        self._fs.makedirs(self._parent(final), exist_ok=True)
        if not self._local:
            self._fs.mv(arriving, final)
            return
        # On disk before it has its name, and the name on disk before the caller's transaction may mention it.
        _sync(arriving)
        Path(arriving).replace(final)
        _sync(self._parent(final))
        _sync(self._root)

    @staticmethod
    def _parent(path: str) -> str:
        return path.rpartition("/")[0]


def _sync(path: str) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
