"""An order prints of each limit what `deadline explain` says of it: extension, suspension and all."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from flows.sweep import sweep
from models.clock.queries.explain import explain_deadline
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import find_actor
from models.kernel.vocabulary import DocumentKind, ReplyKind
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure
from tests.plain_words import said
from tests.stories import Story


def clock(story: Story, measure: str) -> Deadline:
    with story.installation.database.reading() as session:
        return session.scalars(
            select(Deadline)
            .join(Assignment, Assignment.id == Deadline.assignment_id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(Measure.ref == measure, Deadline.rule_code == "measure.complete")
        ).one()


def told(story: Story, deadline: int) -> str:
    with story.installation.database.reading() as session:
        actor = find_actor(session, "li", story.at)
        return str(explain_deadline(session, actor, deadline, rulebook(session)).explanation)


def test_the_order_prints_the_count_of_deadline_explain_without_the_names_of_rules(story: Story) -> None:
    case = story.rectifying()
    papers = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    extended = clock(story, "M1")
    story.wait(days=3)
    story.do("nei", "acknowledge", case, paper=papers[0], received_by="周某")
    [asked] = story.do(
        "nei",
        "reply",
        case,
        kind=ReplyKind.EXTENSION,
        measures=["M1"],
        text="管线迁改需要时间",
        requested_due=extended.due_on + timedelta(days=20),
    )
    story.do("ling", "decide-extension", case, reply=asked, grant=True, until=extended.due_on + timedelta(days=20))
    story.do("ling", "suspend", case, deadline=extended.key, reason="等待管线单位会签")
    story.wait(days=6)
    story.do("ling", "resume", case, deadline=extended.key)
    due_on = clock(story, "M1").due_on
    assert due_on > extended.due_on + timedelta(days=20)
    while story.at.date() <= due_on:
        story.wait(days=1)
    sweep(story.installation, story.at)
    with story.installation.database.reading() as session:
        orders = session.scalars(select(Document.ref).where(Document.kind == DocumentKind.SUPERVISION_ORDER)).all()
    for order in orders:
        story.do("li", "confirm-no-reply", case, paper=order)
        story.issue(case, order)
    with story.installation.database.reading() as session:
        printed = [
            matter
            for row in session.scalars(select(Document.id).where(Document.kind == DocumentKind.SUPERVISION_ORDER))
            for matter in frozen(session, row).matters
            if matter.original.what == "完成整改措施" and matter.original.due == due_on
        ]
    [matter] = printed
    assert matter.measure == "1"  # as the notice lists its measures
    original = matter.original
    _limit, _basis, *rest = told(story, extended.id).splitlines()
    explained = original.explanation or ""
    assert [line for line in rest if line.startswith(("延期", "中止", "顺延")) and line not in explained] == []
    assert rest[-2].removeprefix("结果：") in explained
    assert "延期：" in explained
    assert "理由为等待管线单位会签" in explained
    assert original.basis is None
    assert [*said(explained)] == []
