"""The session of the transaction under way here, for what code declares and data may change: rules take no session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from sqlalchemy.orm import Session

_CURRENT: ContextVar[Session | None] = ContextVar("session", default=None)
REMEMBERED = "remembered"
"""Under this name a session carries what its database keeps from one transaction to the next."""


@contextmanager
def current_is(session: Session) -> Iterator[None]:
    """Let `session` be the one under way until the block ends."""
    before = _CURRENT.get()
    _CURRENT.set(session)
    try:
        yield
    finally:
        _CURRENT.set(before)  # not by its token: what streams an answer may end in a copy of the context


def current() -> Session | None:
    """Return the session under way; None outside of any transaction."""
    return _CURRENT.get()
