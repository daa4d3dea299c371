"""The guide says what the code knows."""

from __future__ import annotations

from pathlib import Path

from documents.templates.guide import guide


def test_the_guide_is_the_one_the_fields_write() -> None:
    assert (Path(__file__).parents[3] / "docs" / "templates.md").read_text(encoding="utf-8") == guide()
