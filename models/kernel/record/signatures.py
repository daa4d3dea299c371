"""Who vouches for a checkpoint: a signer with a key of the unit, and what checks its signature later.

Another algorithm is another `Signer` and another line in `CHECKS`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from models.kernel.errors import Refused


class Signer(Protocol):
    """A key that signs."""

    @property
    def algorithm(self) -> str:
        """Name of the algorithm, a key of `CHECKS`."""
        ...

    @property
    def public(self) -> str:
        """The public key in hex digits, by which anybody can check a signature."""
        ...

    def sign(self, data: bytes) -> bytes:
        """Return the signature of some bytes."""
        ...


class Ed25519:
    """Ed25519 (RFC 8032): the same bytes give the same signature."""

    algorithm = "Ed25519"

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    @property
    def public(self) -> str:
        """Return the public key, 64 hex digits."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, data: bytes) -> bytes:
        """Return the signature, 64 bytes."""
        return self._key.sign(data)


def make_key(file: Path) -> None:
    """Make a key where there is none; two at once make one. It is readable by its owner alone."""
    if file.exists():
        return
    half_written = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        key = Ed25519PrivateKey.generate()
        out.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    try:
        os.link(half_written, file)
    except FileExistsError:
        pass  # somebody made it in the same moment: theirs counts
    finally:
        half_written.unlink()


def signer_in(file: Path) -> Signer | None:
    """Return the signer whose key a PEM file holds; None where there is no file. Raises Refused for what is no such key."""
    if not file.is_file():
        return None
    try:
        key = load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError) as error:
        raise Refused(f"检查点签名密钥 {file} 不能读取，应为不加口令的 PEM 私钥。", code="checkpoint_key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"检查点签名密钥 {file} 不是 Ed25519 私钥。", code="checkpoint_key")
    return Ed25519(key)


def good(algorithm: str, public: str, data: bytes, signature: bytes) -> bool | None:
    """Whether a signature is right; None where this program knows no such algorithm."""
    check = CHECKS.get(algorithm)
    return None if check is None else check(public, data, signature)


def _ed25519(public: str, data: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


CHECKS: Mapping[str, Callable[[str, bytes, bytes], bool]] = {Ed25519.algorithm: _ed25519}
