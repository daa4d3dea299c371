"""先行整改通知: sent while the investigation goes on, answered like any notice, and told of in the report."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import (
    AssignmentState,
    DocumentForm,
    DocumentKind,
    OrganisationKind,
    Outcome,
    ReplyKind,
    Stage,
    Verdict,
)
from models.office.commands.organisations import add_organisation
from models.office.tables import Organisation
from models.papers.filling import frozen
from models.papers.tables import Document
from models.rectification.tables import Assignment, Measure
from tests.stories import Story

GOVERNMENT = "鄂州市人民政府"


def measures(story: Story, case: str) -> list[str]:
    with story.installation.database.reading() as session:
        return list(
            session.scalars(
                select(Measure.ref)
                .join(Case, Case.id == Measure.case_id)
                .where(Case.case_number == case)
                .order_by(Measure.position)
            )
        )


def urgent(story: Story, case: str, *refs: str, **said: object) -> list[str]:
    reason = "护栏缺失处仍在通行，随时可能再次发生事故"
    return list(story.do("li", "prepare-advance", case, measures=list(refs), **({"reason": reason} | said)))


def content(story: Story, ref: str) -> object:
    with story.installation.database.reading() as session:
        return frozen(session, session.scalars(select(Document.id).where(Document.ref == ref)).one())


def filed(story: Story) -> tuple[str, list[str]]:
    case = story.file()
    story.address(case)
    return case, measures(story, case)


def test_a_hazard_is_told_before_the_report_and_not_told_twice(story: Story) -> None:
    case, refs = filed(story)
    [paper] = urgent(story, case, refs[0])
    [number] = story.issue(case, paper)
    assert number == "鄂州公交先〔2025〕1号"
    said = content(story, paper)
    assert (said.kind, said.urgency) == ("advance_notice", "护栏缺失处仍在通行，随时可能再次发生事故")
    assert [measure.number for measure in said.measures] == [refs[0]]
    assert "报送整改方案" not in [line.what for line in said.replies]
    assert all(measure.due is not None for measure in said.measures)
    story.deliver(case, paper)
    with story.installation.database.reading() as session:
        started = set(
            session.scalars(
                select(Deadline.rule_code)
                .join(Document, Document.id == Deadline.document_id)
                .where(Document.ref == paper)
            )
        )
        assert session.scalars(select(Case.stage)).one() is Stage.INVESTIGATING
    assert started == {"notice.acknowledge", "measure.complete"}
    story.issue(case, "D1")
    told = {measure.number: measure.notified for measure in content(story, "D1").measures}
    assert number in told.pop(refs[0])
    assert set(told.values()) <= {None}
    notices = story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    story.issue(case, *notices)
    carried = {measure.number for notice in notices for measure in content(story, notice).measures}
    assert carried == set(refs[1:])


def test_the_measure_is_answered_and_closed_before_the_report_is_signed(story: Story) -> None:
    case, refs = filed(story)
    [paper] = urgent(story, case, refs[0])
    story.issue(case, paper)
    story.deliver(case, paper)
    story.do("nei", "acknowledge", case, paper=paper, received_by="周某")
    with story.installation.database.reading() as session:
        held = session.scalars(select(Assignment.state).where(Assignment.notice_id.is_not(None))).all()
    assert held == [AssignmentState.AWAITING_COMPLETION]  # nobody waits for a plan
    [reply] = story.do("nei", "reply", case, kind=ReplyKind.COMPLETION, measures=[refs[0]], text="已补设护栏。")
    story.do("li", "assess", case, reply=reply, verdict=Verdict.ACCEPTED)
    story.do("wang", "verify", case, measure=refs[0], passed=True, place="现场", note="护栏已补设。")
    story.do("li", "close-measure", case, measure=refs[0])
    with story.installation.database.reading() as session:
        outcomes = session.execute(
            select(Assignment.state, Assignment.outcome).where(Assignment.notice_id.is_not(None))
        ).all()
    assert outcomes == [(AssignmentState.CLOSED, Outcome.DONE)]


def test_the_local_government_is_told_by_a_report_without_limits(story: Story) -> None:
    with story.installation.database.writing() as session:
        known = session.scalar(select(Organisation.id).where(Organisation.name == GOVERNMENT))
        if known is None:
            add_organisation(session, GOVERNMENT, OrganisationKind.GOVERNMENT, division_code="420700")
    case, refs = filed(story)
    notice, report = urgent(story, case, refs[0], inform=[GOVERNMENT])
    story.issue(case, notice, report)
    story.deliver(case, notice, report)
    said = content(story, report)
    assert (said.head.form, said.head.recipients, said.replies) == (DocumentForm.REPORT, (GOVERNMENT,), ())
    with story.installation.database.reading() as session:
        clocks = session.scalars(
            select(Deadline.id).join(Document, Document.id == Deadline.document_id).where(Document.ref == report)
        ).all()
    assert clocks == []


def test_a_case_whose_every_measure_was_told_in_advance_needs_no_notice_to_be_archived(story: Story) -> None:
    case, refs = filed(story)
    papers = urgent(story, case, *refs)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    story.issue(case, "D1")
    with pytest.raises(Conflict, match="没有需要新拟"):
        story.do("li", "prepare", case, kind=DocumentKind.RECTIFICATION_NOTICE)
    proposals = story.do("li", "prepare", case, kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case, *proposals)
    story.deliver(case, *proposals)
    assert story.archive(case)


def test_each_mistake_is_told_in_words(story: Story) -> None:
    case = story.file()
    story.do("li", "add-measure", case, text="补设护栏。")
    nobodys = measures(story, case)[-1]
    with pytest.raises(Invalid, match="尚未确认责任单位"):
        urgent(story, case, nobodys)
    story.address(case)
    first = measures(story, case)[0]
    for account in ("nei", "qian", "ling", "shen", "dang"):
        with pytest.raises(NotAllowed, match="民警"):
            story.do(account, "prepare-advance", case, measures=[first], reason="紧急")
    with pytest.raises(Invalid, match="请指明"):
        urgent(story, case)
    with pytest.raises(Invalid, match="理由"):
        urgent(story, case, first, reason=" ")
    with pytest.raises(NotFound, match="没有编号"):
        urgent(story, case, "M99")
    with story.installation.database.reading() as session:
        holder = session.scalars(
            select(Organisation.name)
            .join(Assignment, Assignment.organisation_id == Organisation.id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(Measure.ref == first)
        ).first()
    with pytest.raises(Invalid, match="不必再列为告知单位"):
        urgent(story, case, first, inform=[str(holder)])
    urgent(story, case, first)
    with pytest.raises(Conflict, match="不能重复通知"):
        urgent(story, case, first)
    story.issue(case, "D1")
    with pytest.raises(WrongStage, match="不能先行通知整改"):
        urgent(story, case, nobodys)


def test_a_hazard_whose_date_has_passed_needs_a_new_date_first(story: Story) -> None:
    case, _ = filed(story)
    due = story.at.date() + timedelta(days=5)
    ref = story.do(
        "li", "add-measure", case, text="补设护栏。", organisation=story.installation.settings.commission, due=due
    )
    story.wait(days=6)
    with pytest.raises(Invalid, match="完成期限已过"):
        urgent(story, case, ref)
