"""Facts that changed after a paper was signed, and how a correction words them."""

from __future__ import annotations

from models.papers.rules.amending import Change, changed_facts, in_words

SAID = {"accident": {"deaths": 1, "economic_loss": "960000.00", "property_loss": None, "accident_number": "42070320"}}


def test_money_that_a_paper_gives_to_the_fen_is_the_same_in_yuan() -> None:
    assert changed_facts(SAID, "", {"economic_loss": 960_000}) == {}
    changes = changed_facts(SAID, "", {"economic_loss": 10_000_000})
    assert in_words(changes) == [Change("直接经济损失", "960000元", "10000000元")]


def test_a_figure_that_a_paper_does_not_give_yet_is_not_wrong_in_it() -> None:
    assert changed_facts(SAID, "", {"property_loss": 8_000}) == {}
    assert changed_facts({"accident": {"deaths": None}}, "", {"deaths": 2}) == {"deaths": [None, 2]}


def test_a_number_is_worded_as_it_stands() -> None:
    assert in_words(changed_facts(SAID, "", {"accident_number": "42070321"})) == [
        Change("事故编号", "42070320", "42070321")
    ]


def test_a_paper_without_the_accident_says_nothing_of_it() -> None:
    assert changed_facts({}, "", {"deaths": 2}) == {}
