"""动态口令: codes that a telephone shows and that change every 30 seconds (TOTP, RFC 6238), and 恢复码 for a lost one."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import datetime

STEP_SECONDS, DIGITS, SECRET_BYTES = 30, 6, 20
ASTRAY = 1
"""By how many steps a telephone's clock may be off, either way."""
RECOVERY_CODES, RECOVERY_LETTERS = 10, 12
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is read as something else
_CODE = re.compile(rf"\d{{{DIGITS}}}", re.ASCII)


def new_secret() -> bytes:
    """Return a secret for one telephone: 160 bits, as RFC 4226 recommends."""
    return secrets.token_bytes(SECRET_BYTES)


def in_letters(secret: bytes) -> str:
    """Return a secret as programs on telephones take it in (base32)."""
    return base64.b32encode(secret).decode().rstrip("=")


def step_at(at: datetime) -> int:
    """Return the number of the 30 seconds that a moment lies in."""
    return int(at.timestamp()) // STEP_SECONDS


def code_of(secret: bytes, step: int) -> str:
    """Return the six digits of a step (HOTP of RFC 4226 with SHA-1, which every program knows)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), hashlib.sha1)
    offset = digest[-1] & 0x0F
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def fitting_step(secret: bytes, given: str, at: datetime, *, after: int) -> int | None:
    """Return the step whose code was given: this one or one beside it, later than `after`; None for no such code."""
    if not _CODE.fullmatch(given):
        return None
    now = step_at(at)
    for step in range(max(now - ASTRAY, after + 1), now + ASTRAY + 1):
        if hmac.compare_digest(code_of(secret, step), given):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Return codes of 59 bits to be kept on paper, each good once."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(RECOVERY_LETTERS // 3)) for _ in range(3))
        for _ in range(RECOVERY_CODES)
    ]


def recovery_hash(key: bytes, user_id: int, given: str) -> str:
    """Return what is kept of a recovery code; without the key nobody can try codes at it. Strokes and spaces count not."""
    plain = re.sub(r"[\s-]", "", given).lower()
    return hmac.new(key, f"shencha/recovery-code/{user_id}/{plain}".encode(), hashlib.sha256).hexdigest()
