"""Who vouches for a checkpoint: a signer with a key of the unit, and what checks its signature later.

Another algorithm, or a card or a service that keeps its key to itself, is another `Signer` and another line in `CHECKS`.
The example of one is SM2, for units that must sign by the national algorithms.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Literal, Protocol

from asn1crypto import keys, pem
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from models.kernel.errors import Refused
from models.kernel.record import sm2


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


class Sm2:
    """SM2 with SM3 (GB/T 32918): the same bytes give the same signature."""

    algorithm = "SM2"

    def __init__(self, private: int) -> None:
        self._private = private
        self._public = sm2.public_of(private)

    @property
    def public(self) -> str:
        """Return the public key, 130 hex digits: 04, x, y."""
        return self._public.hex()

    def sign(self, data: bytes) -> bytes:
        """Return the signature, 64 bytes: r, s."""
        return sm2.sign(self._private, data)


def make_key(file: Path, algorithm: Literal["ed25519", "sm2"] = "ed25519") -> None:
    """Make a key where there is none; two at once make one. It is readable by its owner alone."""
    if file.exists():
        return
    half_written = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(_NEW[algorithm]())
    try:
        os.link(half_written, file)
    except FileExistsError:
        pass  # somebody made it in the same moment: theirs counts
    finally:
        half_written.unlink()


def signer_in(file: Path) -> Signer | None:
    """Return the signer whose key a PEM file holds, by the key's own algorithm; None where there is no file.

    Raises Refused for what is no such key.
    """
    if not file.is_file():
        return None
    raw = file.read_bytes()
    if (private := _sm2_private(raw)) is not None:
        return Sm2(private)
    try:
        key = load_pem_private_key(raw, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise Refused(f"检查点签名密钥 {file} 不能读取，应为不加口令的 PEM 私钥。", code="checkpoint_key") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Refused(f"检查点签名密钥 {file} 不是 Ed25519 或者 SM2 私钥。", code="checkpoint_key")
    return Ed25519(key)


def _new_ed25519() -> bytes:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


_SM2_CURVE = "sm2p256v1"
keys.NamedCurve.register(_SM2_CURVE, "1.2.156.10197.1.301", 32)


def _new_sm2() -> bytes:
    """Return a new key as OpenSSL writes it too (PKCS #8)."""
    private = sm2.new_private()
    inner = keys.ECPrivateKey(
        {"version": 1, "private_key": private, "public_key": keys.ECPointBitString(sm2.public_of(private))}
    )
    curve = keys.ECDomainParameters(name="named", value=_SM2_CURVE)
    told = {"version": 0, "private_key_algorithm": {"algorithm": "ec", "parameters": curve}, "private_key": inner}
    return bytes(pem.armor("PRIVATE KEY", keys.PrivateKeyInfo(told).dump()))


def _sm2_private(raw: bytes) -> int | None:
    """Return the private number of an SM2 key in PEM (PKCS #8, or SEC 1 with its curve); None for any other."""
    try:
        kind, _, told = pem.unarmor(raw)
        if kind in ("EC PRIVATE KEY", "SM2 PRIVATE KEY"):
            inner = keys.ECPrivateKey.load(told, strict=True)
            curve = inner["parameters"]
        else:
            info = keys.PrivateKeyInfo.load(told, strict=True)
            inner, curve = info["private_key"].parsed, info["private_key_algorithm"]["parameters"]
        if curve.chosen.native != _SM2_CURVE:
            return None
        private = inner["private_key"].native
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return private if isinstance(private, int) and 0 < private < sm2.N - 1 else None


_NEW: Mapping[str, Callable[[], bytes]] = {"ed25519": _new_ed25519, "sm2": _new_sm2}


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


def _sm2(public: str, data: bytes, signature: bytes) -> bool:
    try:
        return sm2.verify(bytes.fromhex(public), data, signature)
    except ValueError:
        return False


CHECKS: Mapping[str, Callable[[str, bytes, bytes], bool]] = {Ed25519.algorithm: _ed25519, Sm2.algorithm: _sm2}
