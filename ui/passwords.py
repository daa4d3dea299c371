"""Passwords and tokens: made and compared here, so that only their hashes go down to the commands."""

from __future__ import annotations

import hashlib
import secrets
import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from models.kernel.errors import Invalid
from ui.easy_passwords import easy

SHORTEST, LONGEST = 10, 200
TOKEN_BYTES = 32
FIRST_BYTES = 9
HASHER = PasswordHasher()
# Each comparison takes 64 MiB for a twentieth of a second: a flood of wrong passwords shall not fill the memory.
_TURNS = threading.BoundedSemaphore(4)


def hashed(password: str) -> str:
    """Return the argon2id hash of a password."""
    with _TURNS:
        return HASHER.hash(password)


def fits(password_hash: str | None, password: str) -> bool:
    """Return whether a password is the one that was hashed. Without hash it takes as long, and never is."""
    with _TURNS:
        try:
            HASHER.verify(password_hash or _nobodys(), password)
        except (VerifyMismatchError, InvalidHashError):
            return False
    return password_hash is not None


@cache
def _nobodys() -> str:
    return HASHER.hash(secrets.token_urlsafe(TOKEN_BYTES))


def refuse_weak(password: str, account: str) -> None:
    """Refuse a password that is guessed too easily. Raises Invalid with what to choose instead."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise Invalid(f"密码应为 {SHORTEST} 至 {LONGEST} 个字符。", code="password_length")
    if account.lower() in password.lower():
        raise Invalid("密码容易被猜到：其中不要包含账号。", code="password_weak")
    why = easy(password)
    if why is not None:
        raise Invalid(why, code="password_weak")


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def first_password() -> str:
    """Return a password to be told once and changed at the first sign-in.

    One in some ten thousand by chance would be refused as easy: it is drawn again.
    """
    while easy(password := secrets.token_urlsafe(FIRST_BYTES)) is not None:
        pass
    return password


def token_hash(token: str) -> str:
    """Return what the database keeps of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """Return what a form carries to show that it came from a page which the holder of the cookie was given."""
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()
