"""Encrypting of a backup's files by a secret: AES-256-GCM in blocks of 1 MiB, so that any size takes the same memory.

A file is `MAGIC`, a salt of 16 bytes, and blocks; its key follows from the secret's and the salt. The number of a block
and whether it is the last stand in its nonce, the name of the file is bound to each: what is cut, turned round or put
under another name does not open. (The construction is known as STREAM, Hoang and others 2015.)
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC = b"SCB1"
SALT_BYTES = 16
BLOCK = 1 << 20
TAG_BYTES = 16
SCRYPT_N, SCRYPT_R, SCRYPT_P = 1 << 15, 8, 1
_SCRYPT_MEMORY = 1 << 26


class Damaged(Exception):
    """The bytes are not those that were written under this name with this key."""


@dataclass(frozen=True, slots=True)
class Key:
    """What a passphrase or the content of a key file becomes; it is never shown."""

    secret: bytes

    def __repr__(self) -> str:
        return "Key(…)"

    def derived(self, what: bytes) -> bytes:
        """Return 32 bytes that follow from the key for one purpose, and tell nothing of the key."""
        return hmac.digest(self.secret, what, "sha256")


def key_of(secret: bytes, salt: bytes) -> Key:
    """Return the key that a secret gives at a place with this salt. Slow on purpose: guessing shall cost."""
    made = hashlib.scrypt(secret, salt=salt, n=SCRYPT_N, r=SCRYPT_R, p=SCRYPT_P, maxmem=_SCRYPT_MEMORY, dklen=32)
    return Key(made)


def encrypted_size(size: int) -> int:
    """Return how long an encrypted file of `size` bytes is."""
    return len(MAGIC) + SALT_BYTES + size + TAG_BYTES * max(1, -(-size // BLOCK))


class Encrypting:
    """A file to write to that encrypts what it is given into another one; only `close` makes it whole."""

    def __init__(self, out: BinaryIO, key: Key, name: str) -> None:
        salt = secrets.token_bytes(SALT_BYTES)
        self._out, self._name, self._count = out, name.encode(), 0
        self._cipher = AESGCM(key.derived(MAGIC + salt))
        self._rest = bytearray()
        out.write(MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take bytes; a full block is encrypted once it is known not to be the last."""
        self._rest += data
        while len(self._rest) > BLOCK:
            self._encrypt(bytes(self._rest[:BLOCK]), last=False)
            del self._rest[:BLOCK]
        return len(data)

    def flush(self) -> None:
        """Do nothing: a part of a block cannot be encrypted."""

    def close(self) -> None:
        """Seal what is left as the last block."""
        self._encrypt(bytes(self._rest), last=True)

    def _encrypt(self, block: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._count, last), block, self._name))
        self._count += 1


class Decrypting:
    """A file to read from that opens an encrypted one block by block. Raises Damaged at the first block that is not right."""

    def __init__(self, source: BinaryIO, key: Key, name: str) -> None:
        head = source.read(len(MAGIC) + SALT_BYTES)
        if len(head) != len(MAGIC) + SALT_BYTES or not head.startswith(MAGIC):
            raise Damaged
        self._source, self._name, self._count = source, name.encode(), 0
        self._cipher = AESGCM(key.derived(head))
        self._ahead = source.read(BLOCK + TAG_BYTES)
        self._rest, self._ended = b"", False

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, or all that is left; empty at the end."""
        if size < 0:
            return b"".join(iter(lambda: self.read(BLOCK), b""))
        if not self._rest and not self._ended:
            self._rest = self._open()
        found, self._rest = self._rest[:size], self._rest[size:]
        return found

    def _open(self) -> bytes:
        following = self._source.read(BLOCK + TAG_BYTES)
        self._ended = not following
        try:
            block = self._cipher.decrypt(_nonce(self._count, self._ended), self._ahead, self._name)
        except InvalidTag as error:
            raise Damaged from error
        self._ahead, self._count = following, self._count + 1
        return block


def _nonce(count: int, last: bool) -> bytes:
    return count.to_bytes(11, "big") + bytes([last])
