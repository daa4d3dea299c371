"""Checks the reason that a person must give for an act."""

from __future__ import annotations

from models.kernel.errors import Invalid


def require_reason(reason: str | None) -> str:
    """Return a reason without its blanks. Raises Invalid for an empty one."""
    if reason is None or not reason.strip():
        raise Invalid("请填写理由。", code="reason_missing")
    return reason.strip()
