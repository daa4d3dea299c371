"""AES-256-GCM for what the database keeps and may not tell: one spelling for all of it, by keys in files beside the data."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
KEY_BYTES = 32


class NotOurs(Exception):
    """What was sealed does not open: another key, another place, or changed."""


def derived(key: bytes, purpose: bytes) -> bytes:
    """Return the key of one purpose: the same file serves several without one giving away another."""
    return hmac.new(key, purpose, hashlib.sha256).digest()


def sealed(key: bytes, plain: bytes, where: bytes) -> bytes:
    """Return what opens with the same key at the same place only (`where`)."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, where)


def opened(key: bytes, raw: bytes, where: bytes) -> bytes:
    """Return what was sealed. Raises NotOurs."""
    try:
        return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], where)
    except (InvalidTag, ValueError) as error:
        raise NotOurs from error


def make_key_file(file: Path, content: bytes) -> None:
    """Make a file of keys where there is none; two at once make one. It is readable by its owner alone."""
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    half_written = _beside(file, content)
    try:
        os.link(half_written, file)
    except FileExistsError:
        pass  # somebody made it in the same moment: theirs counts
    finally:
        half_written.unlink()
    _settled(file.parent)


def replace_key_file(file: Path, content: bytes) -> None:
    """Put other content into a file of keys: whoever reads it sees the old one whole or the new one whole."""
    _beside(file, content).replace(file)
    _settled(file.parent)


def _settled(folder: Path) -> None:
    """Let names in a folder outlive a loss of power: what a key sealed must not be committed before it."""
    opened_folder = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened_folder)
    finally:
        os.close(opened_folder)


def _beside(file: Path, content: bytes) -> Path:
    half_written = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(half_written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    return half_written
