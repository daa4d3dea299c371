"""Content-addressed file store: each file is kept once under the SHA-256 of its bytes, in a folder or any fsspec place."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from models.kernel.errors import Invalid, NotFound, Refused

from .place import Place

BLOCK = 1 << 20
PUT_BACK = "请管理员用 shencha restore 备份位置 --files 补回。"
_HASH = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")


@dataclass(frozen=True, slots=True)
class Stored:
    """A file in the store: the hash it is found by, and its size in bytes."""

    sha256: str
    size: int


class FileStore:
    """A content-addressed store. Writing the same bytes again, even at the same moment elsewhere, changes nothing."""

    def __init__(self, url: str | Path) -> None:
        """`url` is a plain path, `file://…` or any URL fsspec opens (`s3://…`, `memory://…`)."""
        self._place = Place(url)

    def put(self, data: bytes | BinaryIO, *, expected: str | None = None) -> Stored:
        """Store the bytes and return their hash; a stream is read in blocks from where it stands.

        They arrive under a temporary name and are moved when complete, so a name always holds a whole file. A
        stored file that was damaged is replaced by the sound bytes. Raises Refused where another hash is `expected`.
        """
        stream = io.BytesIO(data) if isinstance(data, bytes) else data
        with self._place.arriving() as (out, arrived):
            stored = copied(stream, out)
            if expected not in (None, stored.sha256):
                raise damaged(stored.sha256)
            out.close()
            self._place.settle(arrived, name_of(stored.sha256))
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Open for reading, unchecked: who copies a large file compares the hash while copying. Raises NotFound."""
        try:
            return self._place.open(name_of(sha256))
        except FileNotFoundError as error:
            raise NotFound(
                f"文件库中没有校验值为 {sha256[:12]}… 的文件，{PUT_BACK}",
                code="file_missing",
            ) from error

    def read(self, sha256: str) -> bytes:
        """Return the whole file. Raises NotFound, or Refused when the stored bytes are no longer those put in."""
        with self.open(sha256) as stream:
            content = stream.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise damaged(sha256)
        return content

    def exists(self, sha256: str) -> bool:
        """Whether such a file is stored (its bytes are not checked)."""
        return self._place.exists(name_of(sha256))

    def drop(self, sha256: str) -> None:
        """Take a file away for good; one that is not there is passed over. Only for what two people decided to destroy."""
        self._place.remove(name_of(sha256))

    def path(self, sha256: str) -> str:
        """Return where the file lies or would lie: `ab/cdef…` in the store. Raises Invalid for what is no SHA-256."""
        return self._place.path(name_of(sha256))

    def all(self) -> Iterator[Stored]:
        """Yield every stored file in the order of the hashes, unchecked; a folder is listed when its turn comes."""
        for folder in self._place.folders():
            if _FOLDER.fullmatch(folder):
                for file, size in sorted(self._place.sizes(folder).items()):
                    if _HASH.fullmatch(folder + file):
                        yield Stored(folder + file, size)


def name_of(sha256: str) -> str:
    """Return the name by which a place keeps the bytes of this hash. Raises Invalid for what is no SHA-256."""
    if not _HASH.fullmatch(sha256):
        raise Invalid("文件校验值应为 64 位小写十六进制数。", code="not_sha256")
    return f"{sha256[:2]}/{sha256[2:]}"


def damaged(sha256: str) -> Refused:
    """Return what is said of a file whose bytes are no longer those put in."""
    return Refused(f"文件库中校验值为 {sha256[:12]}… 的文件已损坏，{PUT_BACK}", code="file_damaged")


def copied(source: BinaryIO, out: BinaryIO | None = None) -> Stored:
    """Read a stream in blocks and write it out where there is something to write to; returns what it was."""
    digest, size = hashlib.sha256(), 0
    while block := source.read(BLOCK):
        digest.update(block)
        size += len(block)
        if out is not None:
            out.write(block)
    return Stored(digest.hexdigest(), size)
