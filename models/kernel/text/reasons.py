"""Checks the reason that a person must give for an act."""

from __future__ import annotations

from models.kernel.errors import Invalid
from models.kernel.storage import limits
from models.kernel.text.invisible import refuse_invisible


def require_reason(reason: str | None) -> str:
    """Return a reason without its blanks. Raises Invalid for one that is empty, too long or holds what nobody sees."""
    if reason is None or not reason.strip():
        raise Invalid("请填写理由。", code="reason_missing")
    refuse_invisible("理由", reason)
    limits.refuse_long("理由", reason.strip())
    return reason.strip()
