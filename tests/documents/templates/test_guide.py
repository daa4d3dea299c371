"""The guide says what the code knows."""

from __future__ import annotations

from documents.templates.guide import guide
from tests.conftest import ROOT


def test_the_guide_is_the_one_the_fields_write() -> None:
    assert (ROOT / "docs" / "templates.md").read_text(encoding="utf-8") == guide()
