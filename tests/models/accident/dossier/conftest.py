"""A valid dossier to spoil, and the faults that reading it brings."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from models.accident import dossier
from models.kernel.errors import Fault, Invalid
from tests.first_format import first_format

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


@pytest.fixture
def raw() -> dict[str, Any]:
    return json.loads(first_format("ezhou-four-deaths"))


@pytest.fixture
def faults_of() -> Callable[[object], tuple[Fault, ...]]:
    """Return the faults of bytes, or of a value written as JSON; none where it is accepted."""

    def read(given: object) -> tuple[Fault, ...]:
        data = given if isinstance(given, bytes) else json.dumps(given, ensure_ascii=True).encode()
        try:
            dossier.read(data, now=NOW)
        except Invalid as refusal:
            return refusal.faults
        return ()

    return read
