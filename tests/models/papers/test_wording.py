"""How values are worded on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.kernel.vocabulary import Grade
from models.papers.content import AccidentFacts
from models.papers.content.wording import (
    NOTHING,
    accident_name,
    called,
    casualties,
    day,
    listed,
    moment,
    money,
    norms,
    number,
    or_nothing,
    ordinal,
    people,
    places,
    sums,
    title_lines,
    width,
)


def accident(**known: object) -> AccidentFacts:
    values = {"occurred_at": datetime(2026, 3, 15, 16, 30, tzinfo=UTC), "place": "江城市", "grade": Grade.LARGE}
    return AccidentFacts.model_validate(values | known)


def test_dates_are_not_padded_and_nothing_is_a_stroke() -> None:
    assert day(date(2026, 3, 5)) == "2026年3月5日"
    assert day(None) == moment(None) == money(None) == people(None) == number(None) == or_nothing(" ") == NOTHING == "—"


def test_moments_are_told_in_beijing_time() -> None:
    assert moment(datetime(2026, 3, 15, 16, 30, tzinfo=UTC)) == "2026年3月16日0时30分"
    assert moment(datetime(2026, 3, 15, 8, 0)) == "2026年3月15日8时"  # noqa: DTZ001 - a value without a zone stands as it is


@pytest.mark.parametrize(
    ("yuan", "words"),
    [
        (0, "0元"),
        (9_999, "9999元"),
        (10_000, "1万元"),
        (544_226, "54.4226万元"),
        (Decimal("1000000.00"), "100万元"),
        (Decimal("12.50"), "12.5元"),
        (100_000_000, "10000万元"),
    ],
)
def test_money_is_told_in_ten_thousands_from_ten_thousand_on(yuan: Decimal | int, words: str) -> None:
    assert money(yuan) == words


@pytest.mark.parametrize(
    ("n", "words"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "100")]
)
def test_headings_count_in_chinese(n: int, words: str) -> None:
    assert ordinal(n) == words


def test_casualties_tell_what_is_known() -> None:
    assert casualties(accident(deaths=3, serious_injuries=2, minor_injuries=1)) == "造成3人死亡、2人重伤、1人轻伤"
    assert casualties(accident(deaths=3, injured_unspecified=5, economic_loss=98_000)) == (
        "造成3人死亡、5人受伤，直接经济损失9.8万元"
    )
    assert casualties(accident(deaths=0, serious_injuries=0, minor_injuries=0)) == "未造成人员伤亡"
    assert casualties(accident()) == "人员伤亡情况尚在核实"


def test_an_accident_is_named_after_its_day_in_beijing() -> None:
    assert accident_name(accident()) == "“3·16”较大道路交通事故"


def test_a_list_of_nothing_is_a_stroke() -> None:
    assert listed([]) == listed([" "]) == NOTHING
    assert listed(["甲", "乙"]) == "甲、乙"


def test_a_title_breaks_by_meaning() -> None:
    assert title_lines("关于道路交通事故的通知") == ("关于道路交通事故的通知",)
    lines = title_lines("关于江城市东环大道“3·15”较大道路交通事故的调查分析报告")
    assert lines == ("关于江城市东环大道", "“3·15”较大道路交通事故的调查分析报告")
    assert title_lines("关于落实“3·15”较大道路交通事故整改措施的通知") == (
        "关于落实“3·15”较大道路交通事故",
        "整改措施的通知",
    )


def test_a_title_tears_the_name_of_an_accident_only_to_save_a_line_and_never_a_word() -> None:
    accident = "鄂城区“8·16”较大道路交通事故"
    assert title_lines(f"关于商请落实{accident}整改措施的函") == (
        "关于商请落实鄂城区",
        "“8·16”较大道路交通事故整改措施的函",
    )
    assert title_lines(f"关于再次限期落实{accident}整改措施的督办通知") == (
        "关于再次限期落实鄂城区“8·16”",
        "较大道路交通事故整改措施的督办通知",
    )
    assert title_lines(f"关于建议对{accident}有关履职情况启动倒查问责的函") == (
        "关于建议对鄂城区",
        "“8·16”较大道路交通事故",
        "有关履职情况启动倒查问责的函",
    )


@given(st.text(alphabet="关于的《》“”、，事故A1·道路", min_size=1, max_size=120))
def test_breaking_a_title_loses_nothing_and_fits_the_page(title: str) -> None:
    lines = title_lines(title)
    assert "".join(lines) == title.strip()
    assert all(width(line) <= 20 for line in lines)


def test_norms_are_joined_as_an_office_cites_them() -> None:
    law, other = "《中华人民共和国公路法》", "《中华人民共和国安全生产法》"
    assert norms((law, f"{law}第八条第二款")) == f"{law}第八条第二款"
    assert norms((law, other)) == f"{law}{other}"
    assert norms((f"{law}第八条", other, other)) == f"{law}第八条、{other}"
    assert norms((f"{law}第八条", f"{other}第四条", f"{law}第九条")) == f"{law}第八条、第九条，{other}第四条"
    assert norms(("当地的公路养护办法",)) == "当地的公路养护办法"
    once = norms((f"{law}第八条第一款", f"{law}第八条第二款", f"{law}第九条第二款", f"{law}第九条第二款第一项"))
    assert once == f"{law}第八条第一款、第二款、第九条第二款、第二款第一项"
    items = norms((f"{law}第八条第一款第一项", f"{law}第八条第一款第三项", f"{law}第八条第二款"))
    assert items == f"{law}第八条第一款第一项、第三项、第二款"
    assert norms(("", " ")) == "—"


def test_sums_of_one_table_are_told_in_one_unit() -> None:
    assert sums([Decimal("937000"), Decimal("8000")]) == ("93.7万元", "0.8万元")
    assert sums([Decimal("9800"), Decimal("0.5")]) == ("9800元", "0.5元")


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([4], "第4项"),
        ([2, 4], "第2、4项"),
        ([1, 2], "第1、2项"),
        ([1, 2, 3], "第1项至第3项"),
        ([1, 2, 4], "第1、2、4项"),
    ],
)
def test_places_in_a_row_are_told_by_first_and_last(numbers: list[int], words: str) -> None:
    assert places(numbers) == words


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("江城市公安局", "局"),
        ("江城市公安局交通警察支队", "支队"),
        ("江城市道路交通安全委员会办公室", "办"),
        ("江城市监察委员会", "委"),
        ("江城市公路管理部门", "单位"),
    ],
)
def test_a_body_is_called_by_the_last_word_of_its_name(name: str, word: str) -> None:
    assert called(name) == word
