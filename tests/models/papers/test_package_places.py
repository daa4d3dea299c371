"""Paths inside an electronic package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.storage.file_names import LIMIT, safe_name
from models.papers.rules.package_places import PackageFolder, package_place


@pytest.mark.parametrize(
    ("title", "suffix", "number", "part", "expected"),
    [
        ("调查报告", ".docx", "某公交调〔2026〕12号", 2, "data/evidence/003-2_某公交调〔2026〕12号_调查报告.docx"),
        ("调查报告", ".PDF", None, None, "data/evidence/003_调查报告.pdf"),
        ("超载30%/照片", ".jpg", None, None, "data/evidence/003_超载30％／照片.jpg"),
        ("../../etc/passwd", "", None, None, "data/evidence/003_..／..／etc／passwd"),
        ("con", ".txt", None, None, "data/evidence/003_con.txt"),
        ("照片", "/../x", None, None, "data/evidence/003_照片"),
        ("", ".jpg", None, None, "data/evidence/003.jpg"),
    ],
)
def test_a_path_tells_what_lies_there(title: str, suffix: str, number: str | None, part: int | None, expected: str):
    assert package_place(PackageFolder.EVIDENCE, 3, title, suffix, number=number, part=part) == expected


@given(st.text(max_size=100), st.text(max_size=6), st.integers(1, 2000), st.integers(1, 9))
def test_two_files_never_share_a_path_on_any_system(title: str, suffix: str, sequence: int, part: int):
    here = package_place(PackageFolder.REPLIES, sequence, title, suffix, part=part)
    others = [(sequence, part + 1), (sequence + 1, part), (sequence * 10, part), (sequence, part * 10 + 1)]
    for other_sequence, other_part in others:
        there = package_place(PackageFolder.REPLIES, other_sequence, title, suffix, part=other_part)
        assert there.casefold() != here.casefold()
    name = here.removeprefix("data/replies/")
    assert "/" not in name
    assert safe_name(name) == name
    assert len(name.encode()) <= LIMIT
