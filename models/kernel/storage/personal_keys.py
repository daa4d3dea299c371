"""The keys of personal data (个人信息密钥): a file beside the data, and never in the database, of which a copy alone tells nobody.

Each line of the file is one key. The first seals; all of them open, so that what was sealed before a key was changed, in
this database or in a backup of it, can still be read. What is sealed names the key that it needs.
"""

from __future__ import annotations

import base64
import fcntl
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from weakref import WeakKeyDictionary

from sqlalchemy import Dialect

from models.kernel.errors import Refused

from .sealing import KEY_BYTES, NotOurs, derived, make_key_file, opened, replace_key_file, sealed

HEAD = "sealed:1:"
"""How everything begins that is sealed; the name of its key follows."""
MARK_BYTES = 16
"""Of a keyed hash: two numbers that share one are never met by chance."""
LOST = (
    "个人信息的密钥不见了，或者与数据库不符（{file}）：证件号码、电话等不能读写，没有写入任何内容。"
    "请从密钥的保管处复制原来的密钥，不要另建。"
)


@dataclass(frozen=True)
class Key:
    """One key, by the name that what it sealed carries."""

    secret: bytes

    @cached_property
    def name(self) -> str:
        """Return a few digits that tell keys apart and say nothing about them."""
        return derived(self.secret, b"shencha/personal-key-name")[:4].hex()

    @cached_property
    def seals(self) -> bytes:
        """Return the key of AES-256-GCM."""
        return derived(self.secret, b"shencha/personal")

    @cached_property
    def marks(self) -> bytes:
        """Return the key of the hashes by which equal numbers are found."""
        return derived(self.secret, b"shencha/personal-mark")


class Keys:
    """The keys of one database. `sample` returns something that it holds sealed, None where it holds nothing sealed: a quick
    look where there are keys, a thorough one before there are."""

    def __init__(self, file: Callable[[], Path], sample: Callable[[bool], str | None]) -> None:
        self._file, self._sample = file, sample
        self._seen: tuple[Path, int, int] | None = None
        self._keys: tuple[Key, ...] = ()
        self._fits = False  # whether the file that was read last was compared with the database

    @property
    def file(self) -> Path:
        """Return the file that holds them."""
        return self._file()

    def known(self) -> Sequence[Key]:
        """Return the keys of the file as it is now, the one that seals first; none where there is no file. Raises Refused."""
        file = self.file
        try:
            found = file.stat()
        except FileNotFoundError:
            self._seen, self._keys, self._fits = None, (), False
            return ()
        seen = (file, found.st_mtime_ns, found.st_ino)
        if seen != self._seen:
            self._keys, self._seen, self._fits = _read(file), seen, False
        return self._keys

    def first(self) -> Key:
        """Return the key that seals, and make one where nothing was ever sealed. Raises Refused for lost or other keys."""
        known = self.known()
        if known and self._fits:
            return known[0]
        kept = self._sample(not known)
        if kept is not None and key_name(kept) not in {key.name for key in known}:
            raise self.lost()
        if not known:
            make_key_file(self.file, _line(secrets.token_bytes(KEY_BYTES)))
            known = self.known()
        self._fits = True
        return known[0]

    def trouble(self) -> Refused | None:
        """Return what is said where the database holds something that no key opens; None where all is well."""
        kept = self._sample(True)
        lacking = kept is not None and key_name(kept) not in {key.name for key in self.known()}
        return self.lost() if lacking else None

    def first_of_all(self) -> Key:
        """Return the key that seals for a database that is known to hold nothing sealed yet."""
        if not self.known():
            make_key_file(self.file, _line(secrets.token_bytes(KEY_BYTES)))
        known = self.known()
        self._fits = True
        return known[0]

    def add(self) -> Key:
        """Put a new key before the others: it seals from now on. Of two who do so at once both keys stay."""
        with self.file.with_name(f"{self.file.name}.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._seen = None
            others = b"".join(_line(key.secret) for key in self.known())
            replace_key_file(self.file, _line(secrets.token_bytes(KEY_BYTES)) + others)
            return self.known()[0]

    def seal(self, text: str, where: str, key: Key | None = None) -> str:
        """Return a text as the database keeps it at one place. Raises Refused."""
        by = key or self.first()
        raw = sealed(by.seals, text.encode(), where.encode())
        return f"{HEAD}{by.name}:{base64.urlsafe_b64encode(raw).decode()}"

    def open(self, kept: str, where: str) -> str:
        """Return the text that was sealed; what was not sealed is returned as it is. Raises Refused."""
        if not kept.startswith(HEAD):
            return kept
        name, _, raw = kept.removeprefix(HEAD).partition(":")
        key = next((key for key in self._keys if key.name == name), None) or next(
            (key for key in self.known() if key.name == name), None
        )
        try:
            if key is not None:
                return opened(key.seals, base64.urlsafe_b64decode(raw), where.encode()).decode()
        except (NotOurs, ValueError) as error:
            raise self.lost() from error
        raise self.lost()

    def mark(self, number: str, key: Key | None = None) -> str:
        """Return the keyed hash by which equal numbers are found, however they are spelled. Raises Refused."""
        by = key or self.first()
        told = unicodedata.normalize("NFKC", number).strip().upper()
        return hmac.new(by.marks, told.encode(), hashlib.sha256).digest()[:MARK_BYTES].hex()

    def every_mark(self, number: str) -> list[str]:
        """Return the keyed hashes of a number by every key: while a key is being changed rows have one or another."""
        return [self.mark(number, key) for key in self.known()]

    def lost(self) -> Refused:
        """Return what is said where a key is missing."""
        return Refused(LOST.format(file=self.file), code="personal_key_lost")


def key_name(kept: str) -> str:
    """Return the name of the key that something sealed needs."""
    return kept.removeprefix(HEAD).partition(":")[0]


_KEYS: WeakKeyDictionary[Dialect, Keys] = WeakKeyDictionary()


def use_keys(dialect: Dialect, keys: Keys) -> None:
    """Let all that goes over connections of a dialect, which each engine has for itself, be sealed by some keys."""
    _KEYS[dialect] = keys


def keys_of(dialect: Dialect) -> Keys:
    """Return the keys by which the engine of a dialect seals."""
    return _KEYS[dialect]


def _read(file: Path) -> tuple[Key, ...]:
    try:
        found = tuple(Key(base64.b64decode(line, validate=True)) for line in file.read_bytes().split())
    except (OSError, ValueError) as error:
        raise Refused(LOST.format(file=file), code="personal_key_lost") from error
    if not found or any(len(key.secret) != KEY_BYTES for key in found):
        raise Refused(LOST.format(file=file), code="personal_key_lost")
    return found


def _line(secret: bytes) -> bytes:
    return base64.b64encode(secret) + b"\n"
