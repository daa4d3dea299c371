"""合并整改: the same unit does the work of two cases' measures once; each case is whole on its own all the same."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from documents.archive.verify import verify
from flows.sweep import sweep
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.vocabulary import (
    Adjudication,
    AssignmentState,
    DocumentKind,
    DocumentStatus,
    Outcome,
    ReplyKind,
    Stage,
    Verdict,
)
from models.papers.commands.renditions import Enclosure
from models.papers.filling import content
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Reply, ReplyFile, Verification
from tests.journeys.conftest import GoOn
from tests.journeys.shared import DAY, LEAD, PARTNER, THIRD, Shared, everything, units
from tests.stories import Story

WORK = ("notice.plan", "measure.complete")


class Merged:
    """Two cases, served and signed for, whose measures the same unit holds; the second is merged into the first."""

    def __init__(self, story: Story) -> None:
        units(story, LEAD, PARTNER, THIRD)
        self.story = story
        self.first, self.second = Shared(story), Shared(story, variant=1)
        for case in (self.first, self.second):
            case.serve()
            case.acknowledge(LEAD, PARTNER)
        story.wait(days=1)

    def merge(self, **said: object) -> None:
        given = {
            "with_case": self.first.case,
            "with_measure": self.first.measure,
            "reason": "同一路段同一设施。",
        } | said
        self.second.do("li", "merge-measure", measure=self.second.measure, organisation=LEAD, **given)

    def unmerge(self) -> None:
        self.second.do("li", "unmerge-measure", measure=self.second.measure, organisation=LEAD, reason="分别施工。")

    def complete(self) -> None:
        first = self.first
        first.do("li", "assess", reply=first.reply(LEAD, ReplyKind.PLAN), verdict=Verdict.ACCEPTED)
        photo = self.story.scan("完工照片")
        done = first.reply(LEAD, ReplyKind.COMPLETION, files=[Enclosure(photo, "完工.pdf", "application/pdf")])
        first.do("li", "assess", reply=done, verdict=Verdict.ACCEPTED)
        about = {"measure": first.measure, "organisation": LEAD}
        first.do("wang", "verify", passed=True, place="事故路段", note="设施齐全。", **about)
        first.do("li", "close-measure", **about)

    def state(self, case: Shared) -> AssignmentState:
        return case.hand(LEAD).state


@pytest.fixture
def merged(go_on: GoOn) -> Merged:
    told: Merged = go_on(Merged)
    return told


def test_the_work_is_done_once_and_counts_in_both_cases_with_copies_of_everything(merged: Merged) -> None:
    merged.merge()
    assert {clock.state for clock in merged.second.clocks(LEAD, *WORK)} == {"suspended"}
    assert {clock.state for clock in merged.first.clocks(LEAD, *WORK)} == {"open"}
    merged.complete()
    first, second = merged.first.hand(LEAD), merged.second.hand(LEAD)
    assert (first.state, first.outcome) == (second.state, second.outcome) == (AssignmentState.CLOSED, Outcome.DONE)
    copies = merged.second.rows(
        select(Reply.kind, Reply.original_id, ReplyFile.sha256)
        .outerjoin(ReplyFile, ReplyFile.reply_id == Reply.id)
        .where(Reply.assignment_id == second.id)
        .order_by(Reply.id)
    )
    assert [row.kind for row in copies] == [ReplyKind.PLAN, ReplyKind.COMPLETION]
    assert copies[1].sha256 == merged.story.scan("完工照片").sha256
    assert all(row.original_id is not None for row in copies)
    assert len(merged.second.rows(select(Verification.id).where(Verification.assignment_id == second.id))) == 1
    told = {kind: merged.second.events(kind) for kind in ("reply_given", "reply_assessed", "measure_verified")}
    assert [len(events) for events in told.values()] == [2, 2, 1]
    assert all(event.data["merged_with"] == merged.first.case for events in told.values() for event in events)
    assert {clock.state for clock in merged.second.clocks(LEAD, *WORK)} == {"met"}
    assert merged.first.hand(PARTNER).state is merged.second.hand(PARTNER).state is AssignmentState.AWAITING_PLAN


def test_what_was_answered_before_the_merge_counts_too(merged: Merged) -> None:
    plan = merged.first.reply(LEAD, ReplyKind.PLAN)
    merged.first.do("li", "assess", reply=plan, verdict=Verdict.ACCEPTED)
    merged.merge()
    assert merged.state(merged.second) is AssignmentState.AWAITING_COMPLETION
    assert merged.second.events("reply_given")[0].data["original"] == plan
    assert {c.rule_code: c.state for c in merged.second.clocks(LEAD, *WORK)} == {
        "notice.plan": "met",
        "measure.complete": "suspended",
    }


def test_nobody_acts_on_the_merged_measure_and_nothing_of_it_waits_or_climbs(merged: Merged) -> None:
    merged.merge()
    plan = merged.first.reply(LEAD, ReplyKind.PLAN)
    [copy] = merged.second.rows(select(Reply.ref).where(Reply.assignment_id == merged.second.hand(LEAD).id))
    before = everything(merged.story)
    sentence = f"已与案件{merged.first.case}的措施{merged.first.measure}合并整改"
    with pytest.raises(WrongStage, match=sentence):
        merged.second.reply(LEAD, ReplyKind.PLAN)
    with pytest.raises(WrongStage, match=sentence):
        merged.second.do("wang", "assess", reply=copy.ref, verdict=Verdict.ACCEPTED)
    about = {"measure": merged.second.measure, "organisation": LEAD}
    with pytest.raises(WrongStage, match=sentence):
        merged.second.do("li", "close-measure", outcome=Outcome.NOT_DONE, reason="不做了。", **about)
    with pytest.raises(WrongStage, match="请先在该案件中解除合并"):
        merged.first.do("li", "change-lead", measure=merged.first.measure, organisation=PARTNER, reason="改。")
    assert everything(merged.story) == before
    assert "plan" not in merged.second.waits(LEAD)
    assert "assess" in merged.first.waits("wang") | merged.first.waits("li")
    assert "assess" not in merged.second.waits("li")
    merged.first.do("wang", "assess", reply=plan, verdict=Verdict.ACCEPTED)
    shown = merged.second.units()[LEAD]
    assert shown.merged_with == f"{merged.first.case}/{merged.first.measure}"
    assert shown.due_on == merged.first.clocks(LEAD, "measure.complete")[0].due_on
    merged.story.wait(days=90)
    sweep(merged.story.installation, merged.story.at)
    orders = {case.case: [o.recipient for o in _orders(case)] for case in (merged.first, merged.second)}
    lead = merged.first.hand(LEAD).organisation_id
    assert lead in orders[merged.first.case]
    assert lead not in orders[merged.second.case]


def _orders(case: Shared) -> list[object]:
    return case.rows(
        select(Document.recipient_id.label("recipient"))
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case.case, Document.kind == DocumentKind.SUPERVISION_ORDER)
    )


def test_unmerged_the_clocks_run_on_with_what_was_left_from_where_the_work_stands(merged: Merged) -> None:
    due = {clock.rule_code: clock.due_on for clock in merged.second.clocks(LEAD, *WORK)}
    merged.merge()
    plan = merged.first.reply(LEAD, ReplyKind.PLAN)
    merged.first.do("li", "assess", reply=plan, verdict=Verdict.ACCEPTED)
    merged.story.wait(days=10)
    merged.unmerge()
    assert merged.state(merged.second) is AssignmentState.AWAITING_COMPLETION
    [completion] = merged.second.clocks(LEAD, "measure.complete")
    assert (completion.state, completion.due_on) == ("open", due["measure.complete"] + 10 * DAY)
    assert merged.second.reply(LEAD, ReplyKind.COMPLETION)
    assert merged.state(merged.first) is AssignmentState.AWAITING_COMPLETION
    with pytest.raises(WrongStage, match="没有合并整改"):
        merged.unmerge()


def test_a_measure_nobody_was_told_of_is_told_by_the_other_cases_notice(story: Story) -> None:
    merged = Merged.__new__(Merged)
    units(story, LEAD, PARTNER, THIRD)
    merged.story, merged.first, merged.second = story, Shared(story), Shared(story, variant=1)
    merged.first.serve()
    merged.first.acknowledge(LEAD, PARTNER)
    merged.second.do("li", "prepare", kind=DocumentKind.RECTIFICATION_NOTICE)
    draft = merged.second.notice(LEAD)
    merged.merge()
    assert merged.second.hand(LEAD).notice_id == merged.first.hand(LEAD).notice_id
    assert merged.state(merged.second) is AssignmentState.AWAITING_PLAN
    shown = {paper.ref: paper.status for paper in merged.second.view().documents}
    assert (shown["H1"], shown[draft]) == (DocumentStatus.DELIVERED, DocumentStatus.VOID)
    assert merged.second.clocks(LEAD) == []
    merged.unmerge()
    hand = merged.second.hand(LEAD)
    assert (hand.state, hand.notice_id) == (AssignmentState.UNISSUED, None)
    assert merged.second.rows(select(BundledCase.ref)) == []
    assert "prepare" in merged.second.waits("li")


def test_a_dispute_counts_for_both_and_a_reassignment_relieves_the_unit_in_both(merged: Merged) -> None:
    merged.merge()
    reply = merged.first.reply(LEAD, ReplyKind.DISPUTE, text="不属我中心职责。")
    assert merged.state(merged.first) is merged.state(merged.second) is AssignmentState.DISPUTED
    with pytest.raises(WrongStage, match="不能解除合并"):
        merged.unmerge()
    merged.first.do("ling", "adjudicate", reply=reply, decision=Adjudication.REASSIGNED, to=THIRD, reason="由其代管。")
    for case in (merged.first, merged.second):
        assert case.hand(LEAD).outcome is Outcome.SUPERSEDED
        assert case.hand(THIRD).state is AssignmentState.UNISSUED
        [row] = case.rows(select(Document.status).where(Document.id == case.hand(THIRD).notice_id))
        assert row.status is DocumentStatus.DRAFT
    assert merged.first.hand(THIRD).notice_id != merged.second.hand(THIRD).notice_id


def test_more_time_is_given_where_it_was_asked_for(merged: Merged) -> None:
    before = merged.second.clocks(LEAD, "measure.complete")[0].due_on
    merged.merge()
    due = merged.story.at.date() + 100 * DAY
    reply = merged.first.reply(LEAD, ReplyKind.EXTENSION, requested_due=due)
    merged.first.do("ling", "decide-extension", reply=reply, grant=True, until=due)
    assert merged.first.clocks(LEAD, "measure.complete")[0].due_on == due
    assert merged.second.units()[LEAD].due_on <= due
    assert len(merged.second.events("extension_decided")) == 1
    merged.unmerge()
    assert merged.second.clocks(LEAD, "measure.complete")[0].due_on == before


@pytest.mark.parametrize("ended", ["first", "second"])
def test_when_one_case_is_discontinued_the_other_goes_on_alone(merged: Merged, ended: str) -> None:
    merged.merge()
    stopped: Shared = getattr(merged, ended)
    other = merged.second if stopped is merged.first else merged.first
    stopped.do("ling", "discontinue", reason="事故性质改变。")
    assert {clock.state for clock in stopped.clocks(LEAD)} == {"withdrawn"}
    assert {clock.state for clock in other.clocks(LEAD, *WORK)} == {"open"}
    assert other.hand(LEAD).served_by_id is None
    assert other.reply(LEAD, ReplyKind.PLAN)
    [stage] = stopped.rows(select(Case.stage).where(Case.case_number == stopped.case))
    assert stage.stage is Stage.DISCONTINUED


def test_the_archive_of_the_merged_case_is_whole(merged: Merged) -> None:
    merged.merge()
    merged.complete()
    story, case = merged.story, merged.second
    papers = case.do("li", "prepare", kind=DocumentKind.ACCOUNTABILITY_PROPOSAL)
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
    assert [r.kind for r in said.replies if r.organisation == LEAD] == [ReplyKind.PLAN, ReplyKind.COMPLETION]
    assert said.verifications[0].organisation == LEAD
    photo = story.scan("完工照片").sha256
    assert any(file.sha256 == photo for item in said.items for file in item.files)
    [outcome] = [o for o in said.outcomes if o.organisation == LEAD]
    assert outcome.reason == f"与案件{merged.first.case}的整改措施合并整改"
    assert verify(story.seal_volume(case.case)).faults == []
    assert any(event.what.startswith("合并整改") for event in said.events)


def test_mistakes_are_told_in_one_sentence(merged: Merged) -> None:
    with pytest.raises(Invalid, match="须是两个案件"):
        merged.merge(with_case=merged.second.case, with_measure=merged.second.measure)
    with pytest.raises(Invalid, match="请填写理由"):
        merged.merge(reason=" ")
    with pytest.raises(NotAllowed, match="由民警办理"):
        merged.second.do(
            "ling",
            "merge-measure",
            measure=merged.second.measure,
            organisation=LEAD,
            with_case=merged.first.case,
            with_measure=merged.first.measure,
            reason="合并。",
        )
    waiting = merged.second.reply(LEAD, ReplyKind.PLAN)
    with pytest.raises(Conflict, match=f"反馈{waiting}正在研判"):
        merged.merge()
    merged.second.do("li", "assess", reply=waiting, verdict=Verdict.ACCEPTED)
    merged.merge()
    with pytest.raises(Conflict, match="已合并整改"):
        merged.merge()
    third = Shared(merged.story, variant=2)
    with pytest.raises(Invalid, match="合并到牵头办理的案件"):
        third.do(
            "li",
            "merge-measure",
            measure=third.measure,
            organisation=LEAD,
            with_case=merged.second.case,
            with_measure=merged.second.measure,
            reason="合并。",
        )
    merged.story.wait(days=70)
    late = Shared(merged.story, variant=3)
    late.serve()
    late.acknowledge(LEAD)
    merged.story.wait(days=70)
    with pytest.raises(WrongStage, match="届满"):
        late.do(
            "li",
            "merge-measure",
            measure=late.measure,
            organisation=LEAD,
            with_case=merged.first.case,
            with_measure=merged.first.measure,
            reason="合并。",
        )
