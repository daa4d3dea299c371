"""The leaders' figures: counted once for all who see the same, anew when they are old or when a leader decided."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from models.commands.act import find_actor
from models.queries.dashboard.as_of import AsOf
from models.queries.rulebook import rulebook
from models.queries.scope import scope
from models.rules.local_time import local_date
from models.rules.vocabulary import Role
from tests.stories import Story
from ui.desk import Reader
from ui.web.leading import remembered

Count = Callable[[str], remembered.Figures]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """For whom figures were counted so far."""
    seen: list[str] = []
    count = remembered._count

    def counting(reader: Reader, *given: object) -> remembered.Figures:
        seen.append(reader.actor.account)
        return count(reader, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(remembered, "_count", counting)
    monkeypatch.setattr(remembered, "SECONDS", 30.0)
    return seen


@pytest.fixture
def look_at(story: Story) -> Count:
    """Ask for the figures of today as somebody."""

    def asked(account: str) -> remembered.Figures:
        with story.office.database.reading() as session:
            today = local_date(story.at)
            reader = Reader(session, find_actor(session, account, story.at), story.at)
            return remembered.figures(reader, story.office.database.url, rulebook(session), AsOf(today, today))

    return asked


def test_leaders_of_a_unit_share_what_was_counted_for_the_first(
    story: Story, look_at: Count, counted: list[str]
) -> None:
    story.file()
    story.employ("fu", Role.LEADER)
    assert look_at("ling") is look_at("fu")
    assert counted == ["ling"]


def test_who_sees_something_else_has_figures_of_their_own(story: Story, look_at: Count, counted: list[str]) -> None:
    case = story.file()
    story.employ("fu", Role.LEADER)
    story.do("ling", "recuse", case, who="fu", reason="系当事人近亲属。")
    assert [index.figure for index in look_at("fu").indices] != [index.figure for index in look_at("ling").indices]
    assert counted == ["fu", "ling"]


def test_a_signer_is_a_key_alone(story: Story) -> None:
    with story.office.database.reading() as session:
        ling, qian = (find_actor(session, account, story.at) for account in ("ling", "qian"))
        assert scope(session, qian) is qian
        assert scope(session, ling) == (ling.organisation_id, ling.path)


def test_they_are_counted_anew_when_old_and_when_a_leader_decided(
    story: Story, look_at: Count, counted: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    look_at("ling")
    remembered.forget(story.office.database.url)
    look_at("ling")
    remembered.forget("sqlite:///elsewhere")
    look_at("ling")
    assert counted == ["ling"] * 2
    monkeypatch.setattr(remembered, "SECONDS", 0.0)
    look_at("ling")
    assert counted == ["ling"] * 3


def test_who_comes_together_counts_once(story: Story, look_at: Count, counted: list[str]) -> None:
    with ThreadPoolExecutor(8) as people:
        seen = list(people.map(look_at, ["ling"] * 8))
    assert counted == ["ling"]
    assert all(one is seen[0] for one in seen)
