"""阶段目标: interim control, stages and long-term work of one measure, each with its own clock, report and assessment."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from flows.sweep import sweep
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline, RungFired
from models.kernel.act import find_actor
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.vocabulary import DocumentKind, Light, MilestoneKind, ReplyKind, Verdict
from models.office.tables import Organisation
from models.overview.queries.case_view import case_view
from models.overview.queries.worklists import waiting_on
from models.papers.content import SupervisionOrder
from models.papers.filling import content
from models.papers.tables import Document
from models.rectification.queries.measure_view import MilestoneLit
from models.rectification.tables import Assignment, Measure, Milestone
from tests.journeys.conftest import GoOn
from tests.stories import Story

DAY = timedelta(days=1)


class Staged:
    """A case whose first measure has an interim control and long-term work, its notices served and signed for."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.file()
        story.address(self.case)
        with story.installation.database.reading() as session:
            row = session.execute(
                select(Measure.ref, Organisation.name, Organisation.id)
                .join(Assignment, Assignment.measure_id == Measure.id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .order_by(Measure.position)
                .limit(1)
            ).one()
        self.measure, self.unit, self.unit_id = row.ref, row.name, row.id
        today = story.at.date()
        story.do("li", "edit-measure", self.case, measure=self.measure, due=today + 200 * DAY)
        self.interim = self.add("设置临时警示桩。", today + 12 * DAY, MilestoneKind.INTERIM)
        self.lasting = self.add("完成路口改造。", today + 180 * DAY, MilestoneKind.LONG_TERM)

    def add(self, text: str, due: date, kind: MilestoneKind = MilestoneKind.STAGE) -> str:
        ref: str = self.story.do(
            "li", "add-milestone", self.case, measure=self.measure, text=text, due=due, milestone_kind=kind
        )
        return ref

    def serve(self) -> None:
        self.story.issue(self.case, "D1")
        papers = self.story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        self.story.issue(self.case, *papers)
        self.story.deliver(self.case, *papers)
        for paper in papers:
            self.story.do("li", "acknowledge", self.case, paper=paper, received_by="周某")
        plan = self.reply(ReplyKind.PLAN)
        self.story.do("wang", "assess", self.case, reply=plan, verdict=Verdict.ACCEPTED)

    def reply(self, kind: ReplyKind, by: str = "li", **said: object) -> str:
        given = self.story.do(
            by,
            "reply",
            self.case,
            kind=kind,
            measures=[self.measure],
            text="已按要求办理。",
            organisation=self.unit,
            **said,
        )
        return str(given[0])

    def clock(self, milestone: str | None) -> Deadline:
        query = (
            select(Deadline)
            .outerjoin(Milestone, Milestone.id == Deadline.milestone_id)
            .where(Deadline.rule_code == "measure.complete", Deadline.organisation_id == self.unit_id)
            .where(Milestone.ref == milestone if milestone else Deadline.milestone_id.is_(None))
            .join(Assignment, Assignment.id == Deadline.assignment_id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(Measure.ref == self.measure)
        )
        with self.story.installation.database.reading() as session:
            return session.scalars(query).one()

    def shown(self) -> dict[str, MilestoneLit]:
        with self.story.installation.database.reading() as session:
            actor = find_actor(session, "li", self.story.at)
            view = case_view(session, actor, self.case, rulebook(session), self.story.at)
        measure = next(m for m in view.measures if m.ref == self.measure)
        return {stage.ref: stage for stage in measure.milestones}


@pytest.fixture
def staged(go_on: GoOn) -> Staged:
    told: Staged = go_on(Staged)
    return told


def test_each_milestone_has_its_own_clock_from_the_service_and_the_notice_tells_it(staged: Staged) -> None:
    staged.serve()
    interim, lasting, whole = staged.clock(staged.interim), staged.clock(staged.lasting), staged.clock(None)
    assert interim.due_on < lasting.due_on < whole.due_on
    assert interim.given_on == interim.due_on
    with staged.story.installation.database.reading() as session:
        notice = session.scalars(
            select(Document)
            .join(Assignment, Assignment.notice_id == Document.id)
            .join(Measure, Measure.id == Assignment.measure_id)
            .where(Measure.ref == staged.measure)
        ).one()
        assert notice.content is not None
        told = next(m for m in notice.content["measures"] if m["number"] == staged.measure)
    assert [(m["kind"], m["text"]) for m in told["milestones"]] == [
        ("interim", "设置临时警示桩。"),
        ("long_term", "完成路口改造。"),
    ]


def test_a_progress_report_that_names_a_milestone_stops_its_clock_and_meets_it_once_accepted(staged: Staged) -> None:
    staged.serve()
    staged.story.wait(days=3)
    reply = staged.reply(ReplyKind.PROGRESS, milestone=staged.interim)
    assert staged.clock(staged.interim).state == "answered"
    assert staged.clock(staged.lasting).state == staged.clock(None).state == "open"
    with staged.story.installation.database.reading() as session:
        waits = waiting_on(session, find_actor(session, "wang", staged.story.at), staged.story.at.date())
    assert reply in {wait.reply for wait in waits if wait.wait == "assess"}
    with pytest.raises(Conflict, match="等待研判"):
        staged.reply(ReplyKind.PROGRESS, milestone=staged.interim)
    staged.story.do("wang", "assess", staged.case, reply=reply, verdict=Verdict.RETURNED, reason="照片看不清。")
    assert staged.clock(staged.interim).state == "open"
    again = staged.reply(ReplyKind.PROGRESS, milestone=staged.interim)
    staged.story.do("wang", "assess", staged.case, reply=again, verdict=Verdict.ACCEPTED)
    assert staged.clock(staged.interim).state == "met"
    with pytest.raises(Conflict, match="已认可完成"):
        staged.reply(ReplyKind.PROGRESS, milestone=staged.interim)
    stages = staged.shown()
    assert [stages[ref].reached for ref in (staged.interim, staged.lasting)] == [True, False]


def test_mere_progress_needs_no_assessment_and_completion_covers_every_milestone(staged: Staged) -> None:
    staged.serve()
    staged.reply(ReplyKind.PROGRESS)
    staged.reply(ReplyKind.PROGRESS)
    assert staged.clock(staged.interim).state == "open"
    done = staged.reply(ReplyKind.COMPLETION)
    assert {staged.clock(ref).state for ref in (staged.interim, staged.lasting, None)} == {"answered"}
    staged.story.do("wang", "assess", staged.case, reply=done, verdict=Verdict.ACCEPTED)
    assert {staged.clock(ref).state for ref in (staged.interim, staged.lasting, None)} == {"met"}


def test_a_late_milestone_warns_and_stands_in_the_order_by_its_own_words(staged: Staged) -> None:
    staged.serve()
    staged.story.wait(days=14)
    sweep(staged.story.installation, staged.story.at)
    late = staged.clock(staged.interim)
    with staged.story.installation.database.reading() as session:
        fired = set(session.scalars(select(RungFired.rung).where(RungFired.deadline_id == late.id)))
        assert {"warn", "order"} <= fired
        order = session.scalars(
            select(Document).where(
                Document.kind == DocumentKind.SUPERVISION_ORDER, Document.recipient_id == staged.unit_id
            )
        ).one()
        paper = content(
            session,
            order.id,
            settings=staged.story.installation.settings,
            rules=rulebook(session),
            issued_on=None,
            number=None,
            signatory=None,
        )
    assert isinstance(paper, SupervisionOrder)
    assert any(matter.matter == "临时管控：设置临时警示桩" and matter.measure for matter in paper.matters)
    assert staged.shown()[staged.interim].light is Light.YELLOW
    staged.reply(ReplyKind.PROGRESS, milestone=staged.interim)
    assert staged.shown()[staged.interim].light is Light.GREEN


def test_mistakes_with_milestones_are_told_in_one_sentence(staged: Staged) -> None:
    today = staged.story.at.date()
    with pytest.raises(Invalid, match="必须晚于今天"):
        staged.add("过期的目标。", today)
    with pytest.raises(Invalid, match="不得晚于措施的完成期限"):
        staged.add("太晚的目标。", today + 201 * DAY)
    with pytest.raises(Invalid, match="请填写阶段目标内容"):
        staged.add("  ", today + 5 * DAY)
    with pytest.raises(NotFound, match="没有编号为“S9”的阶段目标"):
        staged.story.do("li", "edit-milestone", staged.case, measure=staged.measure, milestone="S9", text="别的。")
    with pytest.raises(Invalid, match="没有要修改的内容"):
        staged.story.do("li", "edit-milestone", staged.case, measure=staged.measure, milestone=staged.interim)
    with pytest.raises(NotAllowed, match="由民警办理"):
        staged.story.do(
            "qian", "add-milestone", staged.case, measure=staged.measure, text="目标。", due=today + 5 * DAY
        )
    dropped = staged.add("多余的目标。", today + 5 * DAY)
    staged.story.do(
        "li",
        "withdraw-milestone",
        staged.case,
        measure=staged.measure,
        milestone=dropped,
        reason="与临时管控重复。",
    )
    staged.serve()
    with pytest.raises(WrongStage, match="已列入文书"):
        staged.add("通知后的目标。", today + 5 * DAY)
    with pytest.raises(Conflict, match="已撤回"):
        staged.reply(ReplyKind.PROGRESS, milestone=dropped)
    with pytest.raises(Invalid, match="以一项措施的进展情况反馈"):
        staged.reply(ReplyKind.COMPLETION, milestone=staged.interim)


def test_long_term_work_is_planned_anew_by_a_decision_and_moves_with_the_paper_that_says_so(staged: Staged) -> None:
    staged.serve()
    before, interim = staged.clock(staged.lasting), staged.clock(staged.interim)
    whole = staged.clock(None)
    due = before.due_on - 30 * DAY
    about = {"measure": staged.measure, "organisation": staged.unit, "milestone": staged.lasting}
    paper = staged.story.do("ling", "replan-measure", staged.case, due=due, reason="资金提前到位。", **about)
    assert staged.clock(staged.lasting).due_on == before.due_on
    with pytest.raises(Conflict, match="正在办理"):
        staged.story.do("ling", "replan-measure", staged.case, due=due, reason="再改。", **about)
    [number] = staged.story.issue(staged.case, paper)
    with staged.story.installation.database.reading() as session:
        said = session.scalars(select(Document).where(Document.number == number)).one()
        assert said.content is not None
        assert said.content["replanned"]
        assert {clock["effect"] for clock in said.content["clocks"]} == {"changed", "unchanged"}
        assert "长期整改期限" in said.title
    staged.story.deliver(staged.case, paper)
    moved = staged.clock(staged.lasting)
    assert (moved.due_on, moved.version) == (due, before.version + 1)
    assert staged.clock(staged.interim).due_on == interim.due_on
    later = whole.due_on + 100 * DAY
    about["milestone"] = None
    paper = staged.story.do("ling", "replan-measure", staged.case, due=later, reason="征地未完成。", **about)
    staged.story.issue(staged.case, paper)
    staged.story.deliver(staged.case, paper)
    assert (staged.clock(None).due_on, staged.clock(staged.lasting).due_on) == (later, due)


def test_only_leaders_and_signers_plan_anew_and_only_long_term_work(staged: Staged) -> None:
    staged.serve()
    today = staged.story.at.date()
    about = {"measure": staged.measure, "organisation": staged.unit, "reason": "征地未完成。"}
    with pytest.raises(NotAllowed, match="由领导、签发办理"):
        staged.story.do("li", "replan-measure", staged.case, due=today + 300 * DAY, **about)
    with pytest.raises(Invalid, match="必须晚于今天"):
        staged.story.do("ling", "replan-measure", staged.case, due=today, **about)
    with pytest.raises(Invalid, match="不得晚于措施的完成期限"):
        staged.story.do("ling", "replan-measure", staged.case, due=today + 300 * DAY, milestone=staged.lasting, **about)
    with staged.story.installation.database.reading() as session:
        other = session.execute(
            select(Measure.ref, Organisation.name)
            .join(Assignment, Assignment.measure_id == Measure.id)
            .join(Organisation, Organisation.id == Assignment.organisation_id)
            .where(Measure.ref != staged.measure)
            .limit(1)
        ).one()
    with pytest.raises(WrongStage, match="由对方申请延期"):
        staged.story.do(
            "ling",
            "replan-measure",
            staged.case,
            measure=other.ref,
            organisation=other.name,
            due=today + 300 * DAY,
            reason="征地未完成。",
        )
