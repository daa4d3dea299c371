"""The checklist is walked aspect by aspect: every question is reached from the one before, and what is settled is counted."""

from __future__ import annotations

import re

from streamlit.testing.v1 import AppTest

from models.case.queries.checklist import AspectShown, checklist
from models.kernel.act import find_actor
from models.kernel.calendar.time import wall_clock
from models.kernel.vocabulary import Aspect
from tests.stories import Story
from tests.ui.web.conftest import Look, words

NEXT = re.compile(r'href="[^"]*question=([^"&]+)[^"]*"[^>]*>下一问')


def aspects_of(story: Story, case: str) -> tuple[AspectShown, ...]:
    with story.installation.database.reading() as session:
        return tuple(checklist(session, find_actor(session, "li", story.at), case))


def answer(page: AppTest, text: str) -> None:
    """Write the answer into the first form of the page, and send it."""
    page.text_area[0].set_value(text)
    next(button for button in page.button if button.label == "回答调查清单的问题").click().run()


def test_the_checklist_is_walked_by_aspect_from_its_first_question_to_its_last(story: Story, look: Look) -> None:
    story.at = wall_clock()
    case = story.file("ezhou-four-deaths")
    aspects = aspects_of(story, case)
    assert [one.aspect for one in aspects] == list(Aspect)
    shown = words(look("li", "case", number=case, part="checklist"))
    for one in aspects:
        assert f"{one.aspect.label}　0/{len(one.questions)}" in shown
        assert all(question.text in shown for question in one.questions)
    keys = [question.key for one in aspects for question in one.questions]
    firsts = {one.questions[0].key for one in aspects}
    for key, following in zip(keys, [*keys[1:], None], strict=True):
        if key not in firsts and following is not None and following not in firsts:
            continue  # within an aspect one question is as the other
        page = look("li", "case", number=case, part="checklist", question=key)
        found = NEXT.search(words(page))
        assert (found and found[1]) == following
        if key in firsts:
            answer(page, "经查证属实。")
    shown = words(look("li", "case", number=case, part="checklist"))
    for one in aspects:
        assert f"{one.aspect.label}　1/{len(one.questions)}" in shown
    assert f"已办 {len(aspects)} 问" in shown
