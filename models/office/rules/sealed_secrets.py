"""Secrets of accounts at rest: sealed with AES-256-GCM by a key that is not in the database, each to its account."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12


class NotOurs(Exception):
    """What was sealed does not open: another key, another account, or changed."""


def sealed(key: bytes, user_id: int, secret: bytes) -> str:
    """Return a secret as the database keeps it."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return base64.b64encode(nonce + _cipher(key).encrypt(nonce, secret, _whose(user_id))).decode()


def opened(key: bytes, user_id: int, kept: str) -> bytes:
    """Return the secret. Raises NotOurs."""
    try:
        raw = base64.b64decode(kept, validate=True)
        return _cipher(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], _whose(user_id))
    except (InvalidTag, ValueError) as error:
        raise NotOurs from error


def _cipher(key: bytes) -> AESGCM:
    return AESGCM(hmac.new(key, b"shencha/second-factor", hashlib.sha256).digest())


def _whose(user_id: int) -> bytes:
    return f"second factor of account {user_id}".encode()
