"""The leaders' figures: those of whole years once for all who see the same cases, what is late for each person."""

from __future__ import annotations

import pytest

from models.kernel.act import find_actor
from models.kernel.calendar.local_time import local_date
from models.kernel.installation import Installation
from models.kernel.rights.policy import Actor
from models.kernel.rights.scope import scope
from models.kernel.vocabulary import Role
from models.overview.queries.dashboard.as_of import AsOf
from tests.stories import Story
from ui.web.leading import cached_figures
from ui.web.parts.visitor import Visitor


@pytest.fixture(autouse=True)
def _remembering(_nothing_is_remembered: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for memory in cached_figures.MEMORIES:
        monkeypatch.setattr(memory, "seconds", 3600.0)


class Leaders:
    """What leaders are shown of today."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.installation = Installation(story.installation.settings, story.installation.database, lambda: story.at)

    def actor(self, account: str) -> Actor:
        """Return who an account is."""
        with self.story.installation.database.reading() as session:
            return find_actor(session, account, self.story.at)

    @property
    def today(self) -> AsOf:
        """Today, as of today."""
        today = local_date(self.story.at)
        return AsOf(today, today)

    def stand(self, account: str) -> cached_figures.Stand:
        """What an account's answers are remembered of."""
        return cached_figures.stand(self.installation, self.actor(account))

    def years(self, account: str) -> cached_figures.Years:
        """Return the sums of the year."""
        return cached_figures.years(self.installation, self.actor(account), self.today, self.stand(account))

    def late(self, account: str) -> cached_figures.Late:
        """Return what is late."""
        return cached_figures.late(self.installation, self.actor(account), self.today, self.stand(account))


@pytest.fixture
def leaders(story: Story) -> Leaders:
    """Two leaders of one unit, ling and fu, who see one case."""
    story.file()
    story.employ("fu", Role.LEADER)
    return Leaders(story)


def test_leaders_of_a_territory_share_the_sums_of_the_year_and_not_what_is_late(leaders: Leaders) -> None:
    assert leaders.years("ling") is leaders.years("fu")
    assert leaders.late("ling") is leaders.late("ling")
    assert leaders.late("ling") is not leaders.late("fu")


def investigated(leaders: Leaders, account: str) -> int:
    """Return how many investigated accidents somebody is shown."""
    return sum(one.accidents for one in leaders.years(account).divisions)


def test_who_is_recused_has_sums_of_their_own(story: Story, leaders: Leaders) -> None:
    case = story.file(variant=1)
    story.do("ling", "recuse", case, who="fu", reason="系当事人近亲属。")
    assert [investigated(leaders, account) for account in ("ling", "fu")] == [2, 1]


def test_who_takes_steps_of_a_chain_is_a_key_alone(story: Story, leaders: Leaders) -> None:
    with story.installation.database.reading() as session:
        ling, qian = leaders.actor("ling"), leaders.actor("qian")
        assert scope(session, qian) is qian
        assert scope(session, ling) == (ling.path, frozenset())


def test_a_leader_who_acted_sees_what_was_counted_afterwards_and_so_does_everybody(
    story: Story, leaders: Leaders
) -> None:
    before = leaders.years("fu"), leaders.late("fu")
    with Visitor(leaders.installation, leaders.actor("li")).acting():
        pass
    assert (leaders.years("fu"), leaders.late("fu")) == before
    story.file(variant=1)
    with Visitor(leaders.installation, leaders.actor("ling")).acting():
        pass
    assert investigated(leaders, "fu") == sum(one.accidents for one in before[0].divisions) + 1
    assert leaders.late("fu") is not before[1]


def test_what_waits_for_a_decision_is_read_anew_as_soon_as_anything_was_recorded(
    story: Story, leaders: Leaders
) -> None:
    def live(account: str) -> cached_figures.Live:
        return cached_figures.live(leaders.installation, leaders.actor(account), leaders.today, leaders.stand(account))

    before = live("ling")
    assert live("ling") is before
    assert live("fu") is not before
    story.file(variant=1)
    assert live("ling") is not before


def test_another_installation_keeps_what_it_remembers(leaders: Leaders) -> None:
    kept = leaders.years("ling")
    cached_figures.forget("sqlite:///elsewhere")
    assert leaders.years("ling") is kept
