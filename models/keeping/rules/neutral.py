"""Rows spelled so that every database gives and takes the same bytes: one canonical JSON list a row, one row a line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from models.kernel.record.event_chain import JSON, canonical


class Kind(StrEnum):
    """What a column holds, whatever a database calls it."""

    PLAIN = "plain"  # text, whole and floating numbers, as JSON has them
    TRUTH = "truth"
    MOMENT = "moment"  # ISO 8601 in UTC
    DAY = "day"
    DECIMAL = "decimal"  # as its digits
    BYTES = "bytes"  # as hexadecimal digits
    JSON = "json"  # in a list of one, so that its null is not the database's


def spelled(kinds: Sequence[Kind], row: Sequence[Any]) -> bytes:
    """Return a row as one line. Moments without a zone are UTC; JSON is given as its text."""
    return canonical([_spell(kind, value) for kind, value in zip(kinds, row, strict=True)]) + b"\n"


def read(kinds: Sequence[Kind], line: bytes) -> list[Any]:
    """Return the values of a line as Python has them; JSON stays in its list of one. Raises ValueError for what is none."""
    values = json.loads(line)
    if not isinstance(values, list) or len(values) != len(kinds):
        raise ValueError("a row has other columns than its table")
    return [None if value is None else _read(kind, value) for kind, value in zip(kinds, values, strict=True)]


def _spell(kind: Kind, value: Any) -> JSON:
    if value is None:
        return None
    match kind:
        case Kind.MOMENT:
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return str(aware.isoformat(timespec="microseconds"))
        case Kind.DAY:
            return str(value.isoformat())
        case Kind.DECIMAL:
            return format(value, "f")
        case Kind.BYTES:
            return bytes(value).hex()
        case Kind.JSON:
            return [json.loads(value)]
        case Kind.TRUTH:
            return bool(value)
    plain: JSON = value
    return plain


def _read(kind: Kind, value: Any) -> Any:
    match kind:
        case Kind.MOMENT:
            return datetime.fromisoformat(value)
        case Kind.DAY:
            return date.fromisoformat(value)
        case Kind.DECIMAL:
            return Decimal(value)
        case Kind.BYTES:
            return bytes.fromhex(value)
    return value
