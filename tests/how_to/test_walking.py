"""A page that cannot be followed to the letter is found, whatever it is that no longer fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.how_to.walking import Change, changes_of, follow

PAGE = "# Add a word\n\nIn `README.md`, {how} `{line}`:\n\n```text\n另一行\n```\n"


def test_a_page_says_what_to_write_and_where() -> None:
    page = "A new file, `models/NNNN.py`:\n\n```python\nx = 1\n```\n" + PAGE.format(how="instead of", line="x")
    assert changes_of(page, {"NNNN": "0025"}) == [
        Change("models/0025.py", "x = 1\n"),
        Change("README.md", "另一行\n", "instead of", "x"),
    ]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("Write this:\n\n```python\nx = 1\n```\n", "does not say where"),
        ("Write this.\n\n```python\nx = 1\n```\n", "does not say in the line before"),
        (PAGE.format(how="below", line="no such line"), "0 times"),
        ("A new file, `README.md`:\n\n```text\nx\n```\n", "is there already"),
    ],
)
def test_a_page_that_does_not_fit_the_tree_any_more_is_refused(page: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    with pytest.raises(ValueError, match=why):
        follow(tmp_path / "page.md", tmp_path / "copy")
