"""The session of the transaction under way here, for what code declares and data may change: rules take no session."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_CURRENT: ContextVar[Any] = ContextVar("session", default=None)


@contextmanager
def current_is(session: Any) -> Iterator[None]:
    """Let `session` be the one under way until the block ends."""
    before = _CURRENT.get()
    _CURRENT.set(session)
    try:
        yield
    finally:
        _CURRENT.set(before)  # not by its token: what streams an answer may end in a copy of the context


def current() -> Any:
    """Return the session under way; None outside of any transaction."""
    return _CURRENT.get()
