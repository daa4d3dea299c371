"""Drafts of the filing form: kept, told apart by window, dropped with the filing, nobody else's."""

from __future__ import annotations

from typing import Any

import pytest

from models.case.commands.case_drafts import drop_draft, keep_draft
from models.case.queries.case_drafts import draft, draft_list
from models.kernel.act import acting
from models.kernel.errors import Conflict, NotAllowed, NotFound
from tests.stories import Story


def do(story: Story, account: str, command: Any, *said: Any, **further: Any) -> Any:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return command(act, *said, **further)


def drafts(story: Story, account: str) -> list[dict[str, Any]]:
    with acting(story.installation.database, story.installation.settings, account, story.at) as act:
        return draft_list(act.session, act.actor)


def test_a_draft_is_kept_changed_and_dropped(story: Story) -> None:
    number, version = do(story, "li", keep_draft, {"title": "甲"})
    assert do(story, "li", keep_draft, {"title": "乙"}, draft_id=number, seen_version=version) == (number, version + 1)
    assert [one.data["title"] for one in drafts(story, "li")] == ["乙"]
    do(story, "li", drop_draft, number)
    assert drafts(story, "li") == []


def test_the_second_window_is_told_that_the_first_was_there(story: Story) -> None:
    number, version = do(story, "li", keep_draft, {"title": "甲"})
    do(story, "li", keep_draft, {"title": "乙"}, draft_id=number, seen_version=version)
    with pytest.raises(Conflict, match="另一个窗口"):
        do(story, "li", keep_draft, {"title": "丙"}, draft_id=number, seen_version=version)
    assert drafts(story, "li")[0].data["title"] == "乙"


def test_nobody_reads_changes_or_drops_anothers_draft(story: Story) -> None:
    number, version = do(story, "li", keep_draft, {"title": "甲"})
    assert drafts(story, "wang") == []
    with pytest.raises(NotFound):
        do(story, "wang", keep_draft, {}, draft_id=number, seen_version=version)
    with pytest.raises(NotFound):
        do(story, "wang", drop_draft, number)
    with (
        pytest.raises(NotFound),
        acting(story.installation.database, story.installation.settings, "wang", story.at) as act,
    ):
        draft(act.session, act.actor, number)


def test_who_files_no_cases_keeps_no_drafts(story: Story) -> None:
    with pytest.raises(NotAllowed):
        do(story, "ling", keep_draft, {"title": "甲"})
