"""Secrets of accounts at rest: sealed with AES-256-GCM by a key that is not in the database, each to its account."""

from __future__ import annotations

import base64

from models.kernel.storage import sealing
from models.kernel.storage.sealing import NotOurs as NotOurs

_PURPOSE = b"shencha/second-factor"


def sealed(key: bytes, user_id: int, secret: bytes) -> str:
    """Return a secret as the database keeps it."""
    return base64.b64encode(sealing.sealed(sealing.derived(key, _PURPOSE), secret, _whose(user_id))).decode()


def opened(key: bytes, user_id: int, kept: str) -> bytes:
    """Return the secret. Raises NotOurs."""
    try:
        raw = base64.b64decode(kept, validate=True)
    except ValueError as error:
        raise NotOurs from error
    return sealing.opened(sealing.derived(key, _PURPOSE), raw, _whose(user_id))


def _whose(user_id: int) -> bytes:
    return f"second factor of account {user_id}".encode()
