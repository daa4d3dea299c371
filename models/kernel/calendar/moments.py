"""Validates when something happened that is entered afterwards (on paper, by mail, at a counter)."""

from __future__ import annotations

from datetime import datetime

from models.kernel.act import Act
from models.kernel.errors import Invalid


def happened(act: Act, moment: datetime | None) -> datetime:
    """Return when something happened: now, or the moment recorded after the fact. Raises Invalid for the future."""
    if moment is None:
        return act.at
    if moment.tzinfo is None:
        raise Invalid("时间缺少时区，请写明时区，例如 2026-03-05T09:00:00+08:00。", code="naive_datetime")
    if moment > act.at:
        raise Invalid("所填时间晚于现在，请核对。", code="in_the_future")
    return moment
