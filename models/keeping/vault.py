"""The place where backups lie: what each of them holds alone, the files that all of them share, and the key to it.

shencha-backups.json        whether what is here is encrypted, and how its key follows from the secret
backups/<name>/tables/…     the rows of one backup; its lists of files; `manifest`, written last
files/ab/…                  each file once, whichever backups name it
"""

from __future__ import annotations

import gzip
import json
import secrets
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from models.kernel.errors import Conflict, Invalid, NotFound, Refused
from models.kernel.storage.files import Stored, copied
from models.kernel.storage.place import Place

from .dump import Counted, counted
from .rules import manifest
from .rules.cipher import SALT_BYTES, Damaged, Decrypting, Encrypting, Key, encrypted_size, key_of
from .rules.manifest import Manifest

HEAD = "shencha-backups.json"
FORMAT = "shencha-backups/1"
BACKUPS = "backups"
MANIFEST = "manifest"
_UNREADABLE = (Damaged, EOFError, gzip.BadGzipFile, zlib.error, manifest.Cut)


class Vault:
    """A place of backups that is open: with its key, or plain where it has none."""

    def __init__(self, place: Place, key: Key | None) -> None:
        self.place, self.key = place, key

    def names(self) -> list[str]:
        """Return the backups that are whole, the latest last; without a manifest there is none."""
        return [name for name in self.place.folders(BACKUPS) if self.place.exists(_manifest(name))]

    @contextmanager
    def writing(self, name: str) -> Iterator[BinaryIO]:
        """Yield a new file to write to; it has its name when the block ends, and never without all of its bytes."""
        with self.place.arriving() as (out, arrived):
            if self.key is None:
                yield out
            else:
                encrypting = cast("BinaryIO", Encrypting(out, self.key, name))
                yield encrypting
                encrypting.close()
            out.close()
            self.place.settle(arrived, name)

    @contextmanager
    def reading(self, name: str) -> Iterator[BinaryIO]:
        """Yield a file to read from. Raises Refused where it is missing, or turns out not to be what was written."""
        try:
            with self.place.open(name) as source:
                yield source if self.key is None else cast("BinaryIO", Decrypting(source, self.key, name))
        except FileNotFoundError as error:
            raise Refused(f"备份不完整：缺少 {name}。", code="backup_incomplete") from error
        except _UNREADABLE as error:
            raise unsound(name) from error

    def write_lines(self, name: str, lines: Iterable[bytes]) -> Counted:
        """Write lines, packed; returns their number and hash."""
        with self.writing(name) as out, gzip.GzipFile("", "wb", fileobj=out, mtime=0) as packed:
            return counted(_passed_on(lines, packed))

    def lines(self, name: str) -> Iterator[bytes]:
        """Yield the lines that were written. Raises Refused as `reading` does."""
        with self.reading(name) as source, gzip.GzipFile(fileobj=source, mode="rb") as packed:
            yield from packed

    def write_manifest(self, of: Manifest) -> None:
        """Make a backup out of what was written under its name so far."""
        with self.writing(_manifest(of.name)) as out:
            out.write(manifest.written(of))

    def manifest(self, name: str) -> Manifest:
        """Return what a backup holds. Raises Refused where its manifest is damaged, cut or another one's."""
        with self.reading(_manifest(name)) as source:
            found = manifest.read(source.read())
        if found.name != name:
            raise unsound(_manifest(name))
        return found

    def kept(self, folder: str) -> dict[str, int]:
        """Return the sizes of the shared files whose hashes begin so, by their names here."""
        return self.place.sizes(f"files/{folder}")

    def keep(self, source: BinaryIO, sha256: str) -> Stored:
        """Copy a file to where all backups find it; returns what came, and keeps nothing where that is another one."""
        name = self.name_of(sha256)
        with self.place.arriving() as (out, arrived):
            sink = out if self.key is None else cast("BinaryIO", Encrypting(out, self.key, name))
            stored = copied(source, sink)
            if stored.sha256 == sha256:
                sink.close()
                out.close()
                self.place.settle(arrived, name)
        return stored

    def name_of(self, sha256: str) -> str:
        """Return under which name a file lies here; where it is encrypted, the name does not give its hash away."""
        called = sha256[2:] if self.key is None else self.key.derived(b"file" + bytes.fromhex(sha256)).hex()
        return f"files/{sha256[:2]}/{called}"

    def size_here(self, size: int) -> int:
        """Return how long a file of `size` bytes is here."""
        return size if self.key is None else encrypted_size(size)


def create_or_open(url: str, secret: bytes | None) -> Vault:
    """Open a place for another backup; one that has none yet takes the secret for its own. Raises as `open_vault` does."""
    place = place_at(url)
    if place.exists(HEAD):
        return _opened(place, secret)
    salt = secrets.token_bytes(SALT_BYTES)
    key = None if secret is None else key_of(secret, salt)
    head = {"format": FORMAT, "encrypted": key is not None}
    if key is not None:
        head |= {"salt": salt.hex(), "check": key.derived(b"check").hex()}
    with place.arriving() as (out, arrived):
        out.write(json.dumps(head).encode())
        out.close()
        place.settle(arrived, HEAD)
    return Vault(place, key)


def open_vault(url: str, secret: bytes | None) -> Vault:
    """Open a place of backups. Raises NotFound for what is none, Refused for a key that is missing or does not fit."""
    place = place_at(url)
    if not place.exists(HEAD):
        raise NotFound("这里没有备份，请核对位置。", code="no_backup")
    return _opened(place, secret)


def is_encrypted(url: str) -> bool:
    """Return whether there are backups at a place for which a key is needed."""
    place = place_at(url)
    return place.exists(HEAD) and bool(_head(place)["encrypted"])


def part_of(backup: str, part: str) -> str:
    """Return the name of a part of a backup."""
    return f"{BACKUPS}/{backup}/{part}"


def unsound(name: str) -> Refused:
    """Return what is said of a file of a backup that is not as it was written."""
    return Refused(f"备份已损坏：{name} 与写入时不同。", code="backup_damaged")


def place_at(url: str) -> Place:
    """Return a place by its address. Raises Invalid for one that nothing here can open."""
    try:
        return Place(url)
    except (ImportError, ValueError) as error:
        raise Invalid(f"不能使用的备份位置：{url.partition('://')[0]}。", code="bad_place") from error


def _opened(place: Place, secret: bytes | None) -> Vault:
    head = _head(place)
    if not head["encrypted"]:
        if secret is not None:
            raise Conflict("这里的备份没有加密，不能与加密的备份放在一起，请换一个位置。", code="backup_not_encrypted")
        return Vault(place, None)
    if secret is None:
        raise Invalid(
            "这里的备份已加密，请用 --key-file 指明密钥文件，或设置 SHENCHA_BACKUP_PASSPHRASE。",
            code="backup_key_missing",
        )
    key = key_of(secret, bytes.fromhex(str(head["salt"])))
    if key.derived(b"check").hex() != head["check"]:
        raise Invalid("口令或密钥文件不对，不能打开这里的备份。", code="backup_key_wrong")
    return Vault(place, key)


def _head(place: Place) -> dict[str, object]:
    try:
        with place.open(HEAD) as source:
            head: dict[str, object] = json.loads(source.read())
        if head["format"] == FORMAT and (head["encrypted"] is False or {"salt", "check"} <= head.keys()):
            return head
    except (ValueError, KeyError, TypeError):
        pass
    raise unsound(HEAD)


def _passed_on(lines: Iterable[bytes], out: gzip.GzipFile) -> Iterator[bytes]:
    for line in lines:
        out.write(line)
        yield line


def _manifest(name: str) -> str:
    return part_of(name, MANIFEST)
