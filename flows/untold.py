"""What is told to Prefect of a failure: it is no place for what people wrote."""

from __future__ import annotations


class Untold(Exception):
    """What Prefect is told of work that failed: the kind of the error and nothing of what it says, which may name people."""

    def __init__(self, error: Exception) -> None:
        code = getattr(error, "code", None)
        super().__init__(f"{type(error).__name__} {code}" if isinstance(code, str) else type(error).__name__)
