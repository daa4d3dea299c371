"""`backup`, `restore`, `database move`: what was there is there again, and a half is never taken for a whole."""

from __future__ import annotations

from pathlib import Path

import pytest

ON_RECORD = ("admin_events", "office_stream")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "key").write_text("correct horse battery\n")
    return tmp_path / "key"
