"""StatedFacts in running text: what an edited paragraph may not change, and where each fact is entered."""

from __future__ import annotations

import pytest

from documents import laid_out
from models.papers.content.common import KeptText
from models.papers.content.passages import Passage, label, placed
from models.papers.preflight import Place
from models.papers.rules.facts_in_words import StatedFacts, tokens
from tests.documents import samples

REPORT = samples.papers()["analysis_report"]
PASSAGES = laid_out(REPORT).passages
OPENING = PASSAGES[0]
FACTS = StatedFacts(REPORT, PASSAGES)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("造成3人死亡、5人受伤，损失54.4226万元", ("3人死亡", "5人受伤", "54.4226万元")),
        ("2026年3月15日14时", ("2026年", "3月", "15日", "14时")),
        ("《公路法》第三十五条，鄂A12345号车", ("《公路法》", "第三十五条", "鄂A12345")),
        ("造成三人死亡", ("三死亡",)),
        ("发生一起事故，人员、第一时间、一辆", ()),
    ],
)
def test_figures_dates_plates_and_norms_are_facts(text: str, found: tuple[str, ...]) -> None:
    assert tokens(text) == found


def test_other_words_around_the_same_facts_pass() -> None:
    text = OPENING.text.replace("调查组对该起事故开展了深度调查，查明了", "调查组经过调查，查清了")
    assert text != OPENING.text
    assert FACTS.faults(OPENING, text) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("3人死亡", "4人死亡", Place.ACCIDENT),
        ("386.24万元", "86.24万元", Place.ACCIDENT),
        ("3月15日", "3月16日", Place.ACCIDENT),
        ("江城市交通运输局、", "", Place.TEAM),
        ("《道路交通事故处理程序规定》", "有关规定", Place.ACCIDENT),
    ],
)
def test_a_changed_fact_is_refused_with_its_place(old: str, new: str, place: Place) -> None:
    assert old in OPENING.text
    faults = FACTS.faults(OPENING, OPENING.text.replace(old, new))
    assert faults[0].code == "fact_changed"
    assert faults[0].place is place, faults[0]


def test_a_fact_that_the_paper_says_elsewhere_may_be_said_here_too() -> None:
    assert FACTS.faults(PASSAGES[1], f"{PASSAGES[1].text}事故造成3人死亡。") == []
    [fault] = FACTS.faults(PASSAGES[1], f"{PASSAGES[1].text}事故造成7人死亡。")
    assert fault.code == "fact_added"


def test_two_figures_do_not_change_places() -> None:
    one = Passage("甲/1", "", "核定19人，实际27人。")
    facts = StatedFacts(REPORT, [one])
    assert [fault.code for fault in facts.faults(one, "核定27人，实际19人。")] == ["fact_changed"]
    assert facts.faults(one, "该车核定载客19人，实际载客27人。") == []


def kept(passage: Passage, text: str = "改。") -> KeptText:
    return KeptText(passage=passage.name, base=passage.base, text=text)


def test_words_stay_with_their_paragraph_when_another_comes_before_it() -> None:
    before = Passage("甲/1", "1. ", "第一项问题。")
    now = [Passage("甲/1", "1. ", "新的问题。"), Passage("甲/2", "2. ", "第一项问题。")]
    assert dict(placed([kept(before)], now).standing) == {"甲/2": kept(before)}


def test_words_are_overtaken_when_their_facts_change_or_their_paragraph_is_not_to_be_told() -> None:
    before = Passage("甲/1", "", "第一项问题。")
    assert placed([kept(before)], [Passage("甲/1", "", "第二项问题。")]).overtaken == (kept(before),)
    twice = [Passage("甲/2", "", "第一项问题。"), Passage("甲/3", "", "第一项问题。")]
    assert placed([kept(before)], twice).overtaken == (kept(before),)


def test_a_name_with_its_own_number_is_another_passage_when_the_name_changes() -> None:
    assert Passage("甲/1", "（一）张某。", "未检查。").base == Passage("甲/2", "（二）张某。", "未检查。").base
    assert Passage("甲/1", "（一）张某。", "未检查。").base != Passage("甲/1", "（一）李某。", "未检查。").base
    assert label("甲/乙/3") == "“甲·乙”第3段"
