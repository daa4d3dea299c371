"""Findings of a case, asked of the commands."""

from __future__ import annotations

import pytest

from models.kernel.errors import Invalid
from tests.stories import Story


def test_a_finding_is_changed_only_by_something_that_is_given(story: Story) -> None:
    case = story.file()
    story.do("li", "edit-finding", case, finding="F1", text="未按规定保持安全车速。")
    with pytest.raises(Invalid):
        story.do("li", "edit-finding", case, finding="F1")
