"""Whatever causes a message about a restricted paper, it says that one waits and nothing else; urgent ones say so."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from flows.outbox import work_off
from flows.sweep import sweep
from models.clock.commands.rules import set_rule
from models.clock.queries.rulebook import rules_of
from models.clock.tables import Deadline
from models.kernel.act import acting
from models.kernel.errors import NotFound
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.tables import Message
from models.kernel.vocabulary import DocumentKind
from models.papers.tables import Document
from tests.stories import Story


@pytest.fixture
def proposed(story: Story) -> str:
    """A case whose proposal, a restricted paper, was served on its organ: the clock of the answer runs."""
    case = story.rectifying()
    proposals = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, *proposals)
    story.deliver(case, *proposals)
    assert secrets_of(story, case)
    return case


def messages(story: Story) -> list[Message]:
    with story.installation.database.reading() as session:
        return list(session.scalars(select(Message).order_by(Message.id)))


def secrets_of(story: Story, case: str) -> list[str]:
    """Return the keys of the clocks of restricted papers."""
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Deadline.key)
                .join(Document, Document.id == Deadline.document_id)
                .where(Document.restricted, Deadline.key.startswith(f"{case}/"))
            )
        )


def check_that_nothing_is_told(story: Story, case: str) -> int:
    """Return how many messages are about restricted papers; all say only that one waits."""
    clocks = secrets_of(story, case)
    about = [one for one in messages(story) if any(one.key.startswith(f"{key}/v") for key in clocks)]
    about += [one for one in messages(story) if "/restricted/" in one.key]
    assert {(one.restricted, one.subject, one.body) for one in about} <= {(True, PAPER_WAITS, PAPER_WAITS)}
    return len(about)


def test_the_ladder_tells_nothing_of_a_restricted_paper(story: Story, proposed: str) -> None:
    story.wait(days=200)
    sweep(story.installation, story.at)
    assert check_that_nothing_is_told(story, proposed) > 0


def test_a_decision_about_its_clock_tells_nothing_either(story: Story, proposed: str) -> None:
    (clock, *_) = secrets_of(story, proposed)
    with pytest.raises(NotFound, match="没有时限"):  # who is not on its list knows of no clock
        story.do("ling", "suspend", proposed, deadline=clock, reason="管辖权争议")
    [paper, *_] = story.papers(proposed, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.do("li", "add-reader", proposed, paper=paper, reader="ling", reason="须决定期限")
    story.do("ling", "suspend", proposed, deadline=clock, reason="管辖权争议")
    assert check_that_nothing_is_told(story, proposed) > 0


def test_a_changed_rule_tells_nothing_either(story: Story, proposed: str) -> None:
    with story.installation.database.reading() as session:
        rules = session.scalars(select(Deadline.rule_code).where(Deadline.key.in_(secrets_of(story, proposed)))).all()
    with acting(story.installation.database, story.installation.settings, "console", story.at) as act:
        changed = set_rule(act, rules[0], amount=rules_of(act).rule(rules[0]).amount + 9, reason="市局会议纪要")
    assert changed.replanned.moved > 0
    assert check_that_nothing_is_told(story, proposed) > 0


def test_a_restricted_paper_is_served_in_silence_and_an_urgent_one_is_told_at_night(story: Story) -> None:
    case = story.rectifying()
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    while work_off(story.installation, "one", story.at).any:
        pass
    served = [one for one in messages(story) if "/served/" in one.key]
    with story.installation.database.reading() as session:
        secret = set(session.scalars(select(Document.ref).where(Document.restricted)))
    assert secret
    assert served
    assert not {one.key.split("/")[1] for one in served} & secret
    assert not any(one.urgent for one in served)


def test_the_database_itself_refuses_a_restricted_message_that_says_more(story: Story, proposed: str) -> None:
    telling = Message(
        key="k", case_id=1, organisation_id=None, user_id=1, subject="倒查问责建议书", body="。", sent_at=story.at
    )
    telling.restricted = True
    with pytest.raises(IntegrityError), story.installation.database.writing() as session:
        session.add(telling)
