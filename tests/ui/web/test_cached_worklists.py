"""The number in the menu: it is that of the list, whoever acted meanwhile, and is not counted anew with every click."""

from __future__ import annotations

from typing import Any

import pytest

from models.kernel.act import find_actor
from models.kernel.installation import Installation
from tests.stories import Story
from tests.ui.web.conftest import Look
from ui.web.cached_worklists import LISTS, WAITING, Person
from ui.web.parts.visitor import Visitor
from ui.web.screens import todo


@pytest.fixture
def lists(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many steps each list had that was read so far."""
    monkeypatch.setattr(LISTS, "seconds", 3600.0)
    seen: list[int] = []
    waiting_on = todo.waiting_on

    def listing(*given: Any, **named: Any) -> Any:
        found = waiting_on(*given, **named)
        seen.append(len(found))
        return found

    monkeypatch.setattr(todo, "waiting_on", listing)
    return seen


def person(story: Story, account: str) -> Person:
    with story.installation.database.reading() as session:
        return story.installation.database.url, find_actor(session, account, story.at)


def test_it_is_counted_once_for_many_clicks(story: Story, look: Look, lists: list[int]) -> None:
    story.file()
    look("li", "cases")
    look("li", "inbox")
    assert (WAITING.known(person(story, "li")), lists) == (1, [1])


def test_what_was_counted_is_the_list_that_is_looked_at_next(story: Story, look: Look, lists: list[int]) -> None:
    story.file()
    look("li", "cases")
    look("li", "todo")
    assert lists == [1]


def test_the_list_corrects_it_when_somebody_else_acted(story: Story, look: Look, lists: list[int]) -> None:
    story.file()
    look("li", "cases")
    assert WAITING.known(person(story, "li")) == 1
    story.file(variant=1)
    look("li", "todo")
    assert WAITING.known(person(story, "li")) == 2
    assert lists == [1, 2]


def test_the_list_is_read_anew_as_soon_as_anything_was_recorded(story: Story, look: Look, lists: list[int]) -> None:
    story.file()
    look("li", "todo")
    look("li", "todo")
    assert lists == [1]
    story.file(variant=1)
    look("li", "todo")
    assert lists == [1, 2]


def test_it_is_forgotten_for_who_acts_and_for_nobody_else(story: Story) -> None:
    li, nei = person(story, "li"), person(story, "nei")
    for one, number in ((li, 3), (nei, 4)):
        WAITING.put(one, number)
    installation = Installation(story.installation.settings, story.installation.database)
    with Visitor(installation, li[1]).acting():
        pass
    assert (WAITING.known(li), WAITING.known(nei)) == (None, 4)
