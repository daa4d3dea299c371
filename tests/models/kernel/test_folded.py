"""Names that are one name however they are typed."""

from __future__ import annotations

import pytest

from models.kernel.text.folded import same_name


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("某顺（集团）有限公司", "某顺(集团)有限公司"),
        ("某顺〔集团〕有限公司", "某顺 [集团] 有限公司"),
        ("鄂Ｇ·Ａ１２３４", "鄂GA1234"),
        ("买买提·某某", "买买提•某某"),
        ("鄂州市“某顺”公司", "鄂州市某顺公司"),
    ],
)
def test_two_spellings_are_one_name(one: str, other: str) -> None:
    assert same_name(one, other)


def test_two_names_stay_two() -> None:
    assert not same_name("某顺运输有限公司", "某顺达运输有限公司")
    assert not same_name("某顺公司（一分公司）", "某顺公司（二分公司）")
