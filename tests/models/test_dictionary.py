"""The data dictionary in docs is the one that the tables tell."""

from __future__ import annotations

from pathlib import Path

from models.dictionary import dictionary


def test_the_committed_data_dictionary_is_up_to_date() -> None:
    committed = Path(__file__).parents[2] / "docs" / "data-dictionary.md"
    assert committed.read_text(encoding="utf-8") == dictionary(), "run `make docs`"
