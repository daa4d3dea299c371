"""A county office has two officers and one countersigner: what nobody may take is told to who can help."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models.commands.renditions import Enclosure
from models.errors import NotAllowed
from models.queries.worklists import waiting_on
from models.rules.vocabulary import AssignmentState, ReplyKind
from tests.journeys.test_answering_a_notice import Served
from tests.stories import Story


@pytest.fixture
def served(story: Story) -> Served:
    return Served(story)


def sealed_answer(served: Served) -> Enclosure:
    return Enclosure(served.story.scan("盖章的整改完成情况"), "整改完成情况.pdf", "application/pdf")


def look_on_site(served: Served, by: str, **said: object) -> None:
    there = {"passed": True, "place": "事故路段", "note": "标志标线齐全"} | said
    served.story.do(by, "verify", served.case, measure=served.measure, organisation=served.recipient, **there)


def labels(served: Served, account: str) -> list[str]:
    from models.commands.act import find_actor
    from models.rules.local_time import local_date

    story = served.story
    with story.office.database.reading() as session:
        actor = find_actor(session, account, story.at)
        return [wait["label"] for wait in waiting_on(session, actor, local_date(story.at), case_number=served.case)]


def test_who_types_in_a_sealed_answer_is_not_its_author(served: Served) -> None:
    served.acknowledge()
    served.assess(served.reply(ReplyKind.PLAN))
    done = served.reply(ReplyKind.COMPLETION, by="wang", files=[sealed_answer(served)])
    assert "待研判" in labels(served, "li")
    served.assess(done)
    assert "待现场复查" in labels(served, "wang")
    look_on_site(served, "wang")
    served.story.do("li", "close-measure", served.case, measure=served.measure, organisation=served.recipient)
    assert served.state() is AssignmentState.CLOSED


def test_the_officer_of_the_case_assesses_the_sealed_answer_that_they_typed_in(served: Served) -> None:
    served.acknowledge()
    plan = served.reply(ReplyKind.PLAN, by="li", files=[sealed_answer(served)])
    assert "待研判" in labels(served, "li")
    assert "待研判" not in labels(served, "wang")
    served.assess(plan)


def test_who_writes_down_what_was_said_is_the_author_of_it(served: Served) -> None:
    served.acknowledge()
    said_by_phone = served.reply(ReplyKind.PLAN, by="li")
    assert "待研判" in labels(served, "wang")
    with pytest.raises(NotAllowed, match="录入反馈的人不能研判"):
        served.assess(said_by_phone)
    served.assess(said_by_phone, by="wang")
    done = served.reply(ReplyKind.COMPLETION, by="wang")
    served.assess(done)
    with pytest.raises(NotAllowed, match="复查人不能是"):
        look_on_site(served, "wang")
