"""Who guesses at passwords, links and codes: how far it leads in how much time, and that it locks nobody out."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import func, select

from models.kernel.errors import TooSoon
from models.office.commands.guessing import Guesser, guess, right
from models.office.rules.one_time_codes import DIGITS
from models.office.rules.slowing import ALL, ONE, Slowing
from models.office.tables import Guesses
from models.papers.rules.links import CODE_LENGTH, answer_code, is_code, token
from tests.conftest import story
from tests.stories import Story
from ui.passwords import FIRST_BYTES, TOKEN_BYTES, form_token, new_token

__all__ = ["story"]  # of both kinds of database, and nobody has been told of a case

DAY = timedelta(days=1)
LONGEST_LIFE = timedelta(days=365)
"""Longer than any notice is open."""


def guesses_in(slowing: Slowing, span: timedelta) -> int:
    """Return how many wrong guesses somebody can make who never sleeps."""
    made, waited = 0, timedelta(0)
    while waited < span:
        made += 1
        waited += slowing.wait(made)
    return made


def chance(per_guess: float, guesses: int) -> float:
    """Return how likely one of so many guesses is right."""
    return -math.expm1(guesses * math.log1p(-per_guess))


def test_a_whole_network_that_guesses_for_a_year_finds_next_to_nothing() -> None:
    """However many addresses guess: those at one account or notice are counted together."""
    for slowing, most in ((ONE, 300), (ALL, 1_500)):
        assert guesses_in(slowing, DAY) < most
    all_year = guesses_in(ALL, LONGEST_LIFE)
    assert all_year < 530_000
    # The code of a notice, by somebody who holds its link already (which is a secret of its own) for a whole year.
    assert chance(10.0**-CODE_LENGTH, all_year) < 0.006
    # Passwords that the program makes, and keys in addresses and cookies.
    for bits in (8 * FIRST_BYTES, 8 * TOKEN_BYTES, 128):
        assert chance(2.0**-bits, all_year) < 1e-15
    # The second factor, by somebody who has the password: three codes are good at any time.
    assert chance(3 * 10.0**-DIGITS, guesses_in(ONE, DAY)) < 0.001
    assert chance(3 * 10.0**-DIGITS, guesses_in(ALL, DAY)) < 0.005


def test_links_tokens_and_codes_neither_repeat_nor_follow_from_each_other() -> None:
    secret = b"a secret of this test"
    links = {token(secret, document, version) for document in range(500) for version in range(3)}
    assert len(links) == 1500
    assert {len(one) for one in links} == {26}
    codes = [answer_code(secret, document, 1) for document in range(2000)]
    assert {len(code) for code in codes} == {CODE_LENGTH}
    assert len(set(codes)) > 1990
    assert not is_code(secret, 7, 1, codes[8])
    assert not is_code(secret, 7, 2, codes[7])
    for given in ("", "0", codes[7][:-1], codes[7] + "0", "٠" * CODE_LENGTH, "é" * CODE_LENGTH, "\ud800"):
        assert not is_code(secret, 7, 1, given), given
    broad = codes[7].translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
    assert is_code(secret, 7, 1, f" {broad[:4]} {broad[4:]} "), "as an input method for Chinese writes digits"
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == len({form_token(one) for one in tokens}) == 1000


def _wrong(story: Story, whom: str, by: Guesser, at: datetime) -> int:
    """Guess wrong; returns the seconds that the next guess would have to wait, 0 where it was counted."""
    try:
        with story.installation.database.writing() as session:
            guess(session, "password", whom, by, at, "{seconds}")
    except TooSoon as refusal:
        return refusal.seconds
    return 0


def _right(story: Story, whom: str, by: Guesser, at: datetime) -> bool:
    try:
        with story.installation.database.writing() as session:
            guess(session, "password", whom, by, at, "{seconds}")
            right(session, "password", whom, by, at)
    except TooSoon:
        return False
    return True


def test_nobody_locks_somebody_else_out_from_however_many_addresses(story: Story) -> None:
    """A hundred strangers guess at once and go on: who has been here before does not notice, a new browser waits a minute."""
    at, owner = story.at, Guesser("10.1.1.1", "the browser of the owner")
    assert _right(story, "li", owner, at)
    held = 0
    for number in range(100):
        at += timedelta(seconds=1)
        held += _wrong(story, "li", Guesser(f"10.2.{number % 4}.{number}"), at) > 0
    assert held > 0, "the flood is slowed as one"
    assert _right(story, "li", owner, at)
    assert _right(story, "li", Guesser("10.9.9.9", "the browser of the owner"), at), "by the browser, elsewhere"
    assert _right(story, "li", Guesser("10.1.1.1"), at), "by the address, in a new browser"
    fresh = Guesser("10.3.3.3", "a browser that nobody knows")
    assert _right(story, "li", fresh, at + ALL.longest)


def test_one_address_that_tries_everybody_is_slowed_and_others_are_not(story: Story) -> None:
    at, spray = story.at, Guesser("10.4.4.4")
    held = [_wrong(story, f"account {number}", spray, at + timedelta(seconds=number / 10)) for number in range(70)]
    assert held[:50] == [0] * 50
    assert max(held) > 0
    assert _right(story, "wang", Guesser("10.5.5.5"), at + timedelta(seconds=7))


def test_an_address_of_ipv6_is_its_whole_network(story: Story) -> None:
    at = story.at
    for number in range(ONE.free):
        assert _wrong(story, "li", Guesser(f"2001:db8:1:1::{number}"), at) == 0
    assert _wrong(story, "li", Guesser("2001:db8:1:1:ffff::9"), at) > 0
    assert _wrong(story, "li", Guesser("2001:db8:1:2::9"), at) == 0


def test_what_strangers_type_does_not_fill_the_table(story: Story) -> None:
    """Names of accounts that do not exist are counted too, and forgotten after a day."""
    at = story.at
    for number in range(60):
        _wrong(story, f"nobody {number}" * 50, Guesser(f"10.6.{number}.1"), at)
    _wrong(story, "li", Guesser("10.7.7.7"), at + timedelta(days=1, seconds=1))
    with story.installation.database.reading() as session:
        assert (session.scalar(select(func.count()).select_from(Guesses)) or 0) <= 3
