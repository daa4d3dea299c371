"""The number in the menu: it is that of the list, whoever acted meanwhile, and is not counted anew with every click."""

from __future__ import annotations

import pytest

from models.commands.act import find_actor
from tests.stories import Story
from tests.ui.web.conftest import Look, words
from ui.web import tally
from ui.web.screens import todo


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """What was counted so far."""
    seen: list[int] = []
    count = todo.count_waiting

    def counting(*given: object) -> int:
        seen.append(count(*given))  # type: ignore[arg-type]
        return seen[-1]

    monkeypatch.setattr(todo, "count_waiting", counting)
    return seen


def test_it_is_counted_once_for_many_clicks_and_anew_when_it_is_old(
    story: Story, look: Look, counted: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    story.file()
    look("li", "cases")
    look("li", "inbox")
    assert counted == [1]
    monkeypatch.setattr(tally, "SECONDS", 0.0)
    look("li", "cases")
    assert counted == [1, 1]


def test_the_list_corrects_it_when_somebody_else_acted(story: Story, look: Look, counted: list[int]) -> None:
    story.file()
    look("li", "cases")
    person = next(iter(key for key in tally._known if key[1].account == "li" and key[0] == story.office.database.url))
    assert tally.known(person) == 1
    story.file(variant=1)
    assert "我的待办" in words(look("li", "todo"))
    assert tally.known(person) == 2
    assert counted == [1]


def test_it_is_forgotten_by_who_acts_and_kept_for_everybody_else(story: Story) -> None:
    story.file()
    with story.office.database.reading() as session:
        li, wang = (("url", find_actor(session, account, story.at)) for account in ("li", "wang"))
    tally.remember(li, 3)
    tally.remember(wang, 4)
    tally.forget(li)
    assert (tally.known(li), tally.known(wang)) == (None, 4)


def test_it_remembers_so_many_people_and_no_more(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "PEOPLE", 2)
    with story.office.database.reading() as session:
        actor = find_actor(session, "li", story.at)
    people = [(f"url {nth}", actor) for nth in range(3)]
    for nth, person in enumerate(people):
        tally.remember(person, nth)
    assert [tally.known(person) for person in people] == [None, 1, 2]
