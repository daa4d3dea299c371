"""汇总通知: one notice lists a recipient's measures of several cases; each case shows it, counts and archives it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.record.event_chain import canonical
from models.kernel.vocabulary import (
    AssignmentState,
    ClockEffect,
    DocumentKind,
    DocumentStatus,
    RenditionForm,
    ReplyKind,
)
from models.overview.queries.stored_files import files_of_others, stored_files
from models.papers.commands.renditions import attach_rendition
from models.papers.content import RectificationNotice, parse
from models.papers.filling import content
from models.papers.tables import BundledCase, Document
from tests.journeys.conftest import GoOn
from tests.journeys.shared import DAY, LEAD, PARTNER, THIRD, Shared, everything, units
from tests.stories import Story


class Bundle:
    """Two cases with measures of the same units; the second one's notices are drafted already."""

    def __init__(self, story: Story) -> None:
        units(story, LEAD, PARTNER, THIRD)
        self.story = story
        self.first, self.second = Shared(story), Shared(story, variant=1)
        self.second.do("li", "prepare", kind=DocumentKind.RECTIFICATION_NOTICE)
        self.replaced = self.second.notice(LEAD)
        said = story.in_office("li", "bundle-notice", recipient=LEAD, note="十二月汇总。")
        case, self.paper = said.split()
        assert case == self.first.case

    def issue(self) -> str:
        [number] = self.story.issue(self.first.case, self.paper)
        return number

    def serve(self) -> None:
        self.issue()
        self.story.deliver(self.first.case, self.paper)

    def content(self) -> RectificationNotice:
        [row] = self.first.rows(select(Document.content).where(Document.id == self.first.hand(LEAD).notice_id))
        paper = parse(canonical(row.content))
        assert isinstance(paper, RectificationNotice)
        return paper


@pytest.fixture
def bundle(go_on: GoOn) -> Bundle:
    told: Bundle = go_on(Bundle)
    return told


def test_one_notice_takes_in_what_is_untold_and_the_drafts_of_single_cases(bundle: Bundle) -> None:
    first, second = bundle.first.hand(LEAD), bundle.second.hand(LEAD)
    assert first.notice_id == second.notice_id
    [old] = bundle.second.rows(
        select(Document.status, Document.void_reason)
        .join(Case, Case.id == Document.case_id)
        .where(Document.ref == bundle.replaced, Case.case_number == bundle.second.case)
    )
    assert (old.status, old.void_reason) == (DocumentStatus.VOID, "并入汇总通知")
    assert bundle.second.hand(PARTNER).notice_id not in (None, second.notice_id)
    number = bundle.issue()
    paper = bundle.content()
    assert "2起道路交通事故" in "".join(paper.head.title)
    assert (paper.case_number, [part.case_number for part in paper.further]) == (
        bundle.first.case,
        [bundle.second.case],
    )
    assert [m.number for m in paper.measures] == [bundle.first.measure]
    assert [m.number for part in paper.further for m in part.measures] == [bundle.second.measure]
    for case, ref in ((bundle.first, bundle.paper), (bundle.second, "H1")):
        [shown] = [p for p in case.view().documents if p.number == number]
        assert shown.ref == ref
        assert case.events("paper_issued")[-1].data["paper"] == ref
        [progress] = [step for step in case.view().progress if step.kind is DocumentKind.RECTIFICATION_NOTICE]
        assert progress.counts["issued"] == 1


def test_each_case_counts_its_own_clocks_and_one_receipt_holds_for_all(bundle: Bundle) -> None:
    bundle.serve()
    for case in (bundle.first, bundle.second):
        assert case.hand(LEAD).state is AssignmentState.AWAITING_RECEIPT
        assert [clock.rule_code for clock in case.clocks(LEAD)] == ["notice.plan", "measure.complete"]
        assert {clock.case_id for clock in case.clocks(LEAD)} == {case.hand(LEAD).case_id}
    bundle.story.wait(days=1)
    bundle.story.do(LEAD, "acknowledge", bundle.first.case, paper=bundle.paper, received_by="周某")
    for case in (bundle.first, bundle.second):
        assert case.hand(LEAD).state is AssignmentState.AWAITING_PLAN
        assert case.clocks(LEAD, "notice.plan")[0].start_event == "签收文书"
        assert [event.data["received_by"] for event in case.events("paper_acknowledged")] == ["周某"]
    assert bundle.second.reply(LEAD, ReplyKind.PLAN)
    assert bundle.second.clocks(LEAD, "notice.plan")[0].state == "answered"
    assert bundle.first.clocks(LEAD, "notice.plan")[0].state == "open"


def test_the_recipient_sees_both_cases_and_the_notice_in_each(bundle: Bundle) -> None:
    bundle.serve()
    for case in (bundle.first, bundle.second):
        view = case.view(LEAD)
        assert [m.ref for m in view.measures] == [case.measure]
        assert [paper.kind for paper in view.documents] == [DocumentKind.RECTIFICATION_NOTICE]
        assert "paper_delivered" in {event.kind for event in view.events}


def test_it_is_handled_in_the_case_it_was_issued_in(bundle: Bundle) -> None:
    before = everything(bundle.story)
    with pytest.raises(WrongStage, match=f"请在案件{bundle.first.case}中办理（文书{bundle.paper}）"):
        bundle.second.do("li", "submit", paper="H1")
    assert everything(bundle.story) == before
    bundle.serve()
    with pytest.raises(WrongStage, match="汇总通知"):
        bundle.second.do(LEAD, "acknowledge", paper="H1", received_by="周某")


def test_a_void_notice_sets_the_measures_of_every_case_free_and_keeps_its_number_in_each(bundle: Bundle) -> None:
    number = bundle.issue()
    bundle.first.do("qian", "void", paper=bundle.paper, reason="主送单位名称有误。")
    for case in (bundle.first, bundle.second):
        assert case.hand(LEAD).notice_id is None
        assert case.events("paper_voided")[-1].data["number"] == number
        assert {
            c.state for c in case.rows(select(Document.status.label("state")).where(Document.number == number))
        } == {DocumentStatus.VOID}
    assert "prepare" in bundle.second.waits("li")


def test_a_withdrawal_ends_the_clocks_in_every_case(bundle: Bundle) -> None:
    bundle.serve()
    paper = bundle.first.do("li", "draft-withdrawal", paper=bundle.paper, reason="主送单位名称有误。")
    [number] = bundle.story.issue(bundle.first.case, paper)
    bundle.story.deliver(bundle.first.case, paper)
    for case in (bundle.first, bundle.second):
        assert case.hand(LEAD).state is AssignmentState.UNISSUED
        assert {clock.state for clock in case.clocks(LEAD)} == {"withdrawn"}
        assert number in {p.number for p in case.view().documents}
    assert bundle.second.events("paper_withdrawn")[0].data["amended"] == "H1"


def test_a_correction_moves_the_dates_of_every_case(bundle: Bundle) -> None:
    bundle.serve()
    due = bundle.story.at.date() + 90 * DAY
    paper = bundle.first.do(
        "li",
        "draft-correction",
        paper=bundle.paper,
        reason="期限有误。",
        places=["完成期限"],
        wrong=["60日"],
        right=["90日"],
        clocks=ClockEffect.CHANGED,
        new_due=due,
    )
    bundle.story.issue(bundle.first.case, paper)
    bundle.story.deliver(bundle.first.case, paper)
    assert {case.clocks(LEAD, "measure.complete")[0].due_on for case in (bundle.first, bundle.second)} == {due}


def test_what_one_case_is_destroyed_with_leaves_the_notice_of_the_other(bundle: Bundle) -> None:
    bundle.issue()
    story, kept = bundle.story, bundle.story.scan("汇总通知")
    with story.installation.as_system(story.at) as act:
        held_by = bundle.second.hand(LEAD).notice_id or 0
        attach_rendition(act, held_by, RenditionForm.FINAL_DOCX, kept, "汇总通知.docx")
    with story.installation.database.reading() as session:
        [first] = session.scalars(select(Case.id).where(Case.case_number == bundle.first.case))
        assert kept.sha256 in stored_files(session, [first])
        assert kept.sha256 in files_of_others(session, first)


def test_each_archive_contains_the_whole_notice_with_its_number(bundle: Bundle) -> None:
    number = bundle.issue()
    bundle.story.deliver(bundle.first.case, bundle.paper)
    story, case = bundle.story, bundle.second
    kept = story.scan("汇总通知")
    with acting(story.installation.database, story.installation.settings, "system", story.at) as act:
        attach_rendition(act, case.hand(LEAD).notice_id or 0, RenditionForm.FINAL_DOCX, kept, "汇总通知.docx")
    papers = story.papers(case.case, DocumentStatus.DRAFT)
    papers += case.do("li", "prepare", kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
    story.issue(case.case, *papers)
    story.deliver(case.case, *papers)
    story.archive(case.case)
    with story.installation.database.reading() as session:
        volume = session.scalars(select(Document.id).where(Document.kind == DocumentKind.TRACEBACK_ARCHIVE)).one()
        said = content(
            session,
            volume,
            settings=story.installation.settings,
            rules=rulebook(session),
            issued_on=None,
            number=None,
            signatory=None,
        )
    [item] = [item for item in said.items if item.number == number]
    assert [file.sha256 for file in item.files] == [kept.sha256]
    assert item.remark == f"与案件{bundle.first.case}共用"
    assert any(number in delivery.document for delivery in said.deliveries)
    assert bundle.first.hand(LEAD).state is AssignmentState.AWAITING_RECEIPT
    assert verify(story.seal_volume(case.case)).faults == []


def test_mistakes_are_told_in_one_sentence(story: Story) -> None:
    units(story, LEAD, PARTNER, THIRD)
    first = Shared(story)
    with pytest.raises(Invalid, match="请直接拟制通知书"):
        story.in_office("li", "bundle-notice", recipient=LEAD)
    with pytest.raises(Conflict, match=f"没有待通知{THIRD}的措施"):
        story.in_office("li", "bundle-notice", recipient=THIRD)
    second = Shared(story, variant=1)
    with pytest.raises(Invalid, match="案件4207-2099-0001没有待通知"):
        story.in_office("li", "bundle-notice", recipient=LEAD, cases=[first.case, "4207-2099-0001"])
    with pytest.raises(NotAllowed, match="由民警办理"):
        story.in_office("ling", "bundle-notice", recipient=LEAD)
    story.wait(days=61)
    with pytest.raises(Invalid, match=f"{second.case}的{second.measure}"):
        story.in_office("li", "bundle-notice", recipient=LEAD)
    with story.installation.database.reading() as session:
        assert session.scalars(select(BundledCase.document_id)).all() == []
