"""An agency's way through a notice: receipt, plan, completion, and what the police say to each."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.case.tables import Case
from models.clock.tables import Deadline, RungFired
from models.kernel.act import acting
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.tables import Event
from models.kernel.vocabulary import AssignmentState, DocumentKind, OrganisationKind, Outcome, ReplyKind, Role, Verdict
from models.office.commands.organisations import add_organisation, find_organisation
from models.office.commands.users import add_user
from models.office.tables import Organisation
from models.papers.commands.renditions import Enclosure
from models.papers.tables import Delivery, Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment, Measure, Reply, ReplyFile
from tests.journeys.conftest import GoOn
from tests.stories import Story


class Served:
    """A case with a served notice, and a clerk of its recipient."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.rectifying()
        self.papers = story.do("li", "prepare", self.case, kind=DocumentKind.RECTIFICATION_NOTICE)
        story.issue(self.case, *self.papers)
        story.deliver(self.case, *self.papers)
        with story.installation.database.reading() as session:
            row = session.execute(
                select(Document.ref, Organisation.name, Measure.ref.label("measure"))
                .join(Organisation, Organisation.id == Document.recipient_id)
                .join(Assignment, Assignment.notice_id == Document.id)
                .join(Measure, Measure.id == Assignment.measure_id)
                .order_by(Document.id, Measure.position)
                .limit(1)
            ).one()
        self.notice, self.recipient, self.measure = row.ref, row.name, row.measure
        self.hire("clerk", self.recipient)

    def hire(self, account: str, organisation: str) -> None:
        with acting(
            self.story.installation.database, self.story.installation.settings, "console", self.story.at
        ) as act:
            add_user(act, account, f"{account}某", organisation, [Role.AGENCY])

    def acknowledge(self, by: str = "clerk") -> None:
        self.story.do(by, "acknowledge", self.case, paper=self.notice, received_by="周某")

    def reply(self, kind: ReplyKind, by: str = "clerk", **said: object) -> str:
        said = {"text": "已按要求办理。", "measures": [self.measure]} | said
        if by != "clerk":
            said["organisation"] = self.recipient
        return str(self.story.do(by, "reply", self.case, kind=kind, **said)[0])

    def assess(self, reply: str, verdict: Verdict = Verdict.ACCEPTED, by: str = "li", **said: object) -> None:
        self.story.do(by, "assess", self.case, reply=reply, verdict=verdict, **said)

    def state(self) -> AssignmentState:
        with self.story.installation.database.reading() as session:
            return session.scalars(
                select(Assignment.state)
                .join(Measure, Measure.id == Assignment.measure_id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .where(Measure.ref == self.measure, Organisation.name == self.recipient)
            ).one()

    def clock(self, rule: str) -> Deadline:
        with self.story.installation.database.reading() as session:
            return session.scalars(
                select(Deadline)
                .join(Organisation, Organisation.id == Deadline.organisation_id)
                .where(Deadline.rule_code == rule, Organisation.name == self.recipient)
                .order_by(Deadline.id.desc())
                .limit(1)
            ).one()

    def events(self, kind: str) -> list[Event]:
        with self.story.installation.database.reading() as session:
            return list(session.scalars(select(Event).where(Event.kind == kind).order_by(Event.seq)))


@pytest.fixture
def served(go_on: GoOn) -> Served:
    told: Served = go_on(Served)
    return told


def test_a_measure_is_acknowledged_planned_done_verified_and_closed(served: Served) -> None:
    assert served.state() is AssignmentState.AWAITING_RECEIPT
    served.acknowledge()
    assert served.state() is AssignmentState.AWAITING_PLAN
    served.assess(served.reply(ReplyKind.PLAN))
    assert served.state() is AssignmentState.AWAITING_COMPLETION
    served.assess(served.reply(ReplyKind.COMPLETION))
    assert served.state() is AssignmentState.AWAITING_VERIFICATION
    served.story.do(
        "wang",
        "verify",
        served.case,
        measure=served.measure,
        organisation=served.recipient,
        passed=True,
        place="事故路段",
        note="标志标线齐全",
    )
    served.story.do("li", "close-measure", served.case, measure=served.measure, organisation=served.recipient)
    assert served.state() is AssignmentState.CLOSED
    assert served.clock("measure.complete").state == "met"


def test_a_receipt_in_time_moves_the_plan_forward_and_a_late_one_does_not(served: Served) -> None:
    assumed = served.clock("notice.plan").due_on
    served.story.wait(days=1)
    served.acknowledge()
    plan = served.clock("notice.plan")
    assert plan.due_on < assumed
    assert plan.start_event == "签收文书"

    other = served.papers[1]
    with served.story.installation.database.reading() as session:
        before = session.scalars(
            select(Deadline.due_on).join(Document).where(Document.ref == other, Deadline.rule_code == "notice.plan")
        ).first()
    served.story.wait(days=20)
    served.story.do("li", "acknowledge", served.case, paper=other, received_by="吴某")
    with served.story.installation.database.reading() as session:
        after = session.scalars(
            select(Deadline.due_on).join(Document).where(Document.ref == other, Deadline.rule_code == "notice.plan")
        ).first()
    assert before == after


def test_a_clerk_of_another_office_sees_and_does_nothing(served: Served) -> None:
    with served.story.installation.database.reading() as session:
        other = session.scalars(
            select(Organisation.name).where(
                Organisation.name != served.recipient,
                Organisation.issues_as.is_(None),
                Organisation.parent_id.is_(None),
            )
        ).first()
    served.hire("stranger", str(other))
    with pytest.raises(NotFound, match="无权查看"):
        served.story.do("stranger", "acknowledge", served.case, paper=served.notice, received_by="郑某")
    with pytest.raises((NotFound, NotAllowed)):
        served.reply(ReplyKind.PLAN, by="stranger")
    assert served.events("paper_acknowledged") == []


def test_nobody_acknowledges_twice(served: Served) -> None:
    served.acknowledge()
    with pytest.raises(Conflict, match="已由周某签收"):
        served.acknowledge()
    assert len(served.events("paper_acknowledged")) == 1


def test_an_answer_before_the_receipt_is_told_what_comes_first(served: Served) -> None:
    with pytest.raises(WrongStage, match="待签收"):
        served.reply(ReplyKind.PLAN)


def test_the_same_answer_is_not_given_twice_while_it_waits(served: Served) -> None:
    served.acknowledge()
    served.reply(ReplyKind.PLAN)
    with pytest.raises(Conflict, match="等待研判"):
        served.reply(ReplyKind.PLAN)


def test_at_every_door_a_file_counts_once_and_nothing_is_cut(served: Served) -> None:
    """What the command refuses no page, no code and no command line can bring in."""
    served.acknowledge()
    scan = served.story.scan()
    files = [Enclosure(served.story.scan(f"第{n}页"), f"第{n}页.pdf", "application/pdf") for n in range(6)]
    with pytest.raises(Invalid, match="共6个文件，一次最多5个"):
        served.reply(ReplyKind.PLAN, files=files)
    with pytest.raises(Invalid, match="反馈内容共20001个字符，最多20000个字符"):
        served.reply(ReplyKind.PLAN, text="长" * 20_001)
    named = [Enclosure(scan, name, "application/pdf") for name in ("方案.pdf", "盖章方案.pdf", "方案.pdf")]
    served.reply(ReplyKind.PLAN, text="长" * 20_000, files=named)
    with served.story.installation.database.reading() as session:
        [file] = session.scalars(select(ReplyFile)).all()
        assert (file.file_name, file.other_names) == ("方案.pdf", ["盖章方案.pdf"])
        assert len(session.scalars(select(Reply.text)).one()) == 20_000


def test_a_returned_plan_starts_the_rework_and_needs_a_reason(served: Served) -> None:
    served.acknowledge()
    plan = served.reply(ReplyKind.PLAN)
    with pytest.raises(Invalid, match="理由"):
        served.assess(plan, Verdict.RETURNED)
    served.assess(plan, Verdict.RETURNED, reason="没有时间表")
    assert served.state() is AssignmentState.RETURNED
    assert served.clock("returned.rework").state == "open"
    served.assess(served.reply(ReplyKind.PLAN, text="补充了时间表"))
    assert served.state() is AssignmentState.AWAITING_COMPLETION
    assert served.clock("returned.rework").state == "met"


def test_who_wrote_does_not_assess_and_who_assessed_does_not_verify(served: Served) -> None:
    served.acknowledge()
    on_behalf = served.reply(ReplyKind.COMPLETION, by="li", incoming_number="江路函〔2025〕3号")
    with pytest.raises(NotAllowed, match="不能研判"):
        served.assess(on_behalf, by="li")
    served.assess(on_behalf, by="wang")
    for involved in ("li", "wang"):
        with pytest.raises(NotAllowed, match="复查人不能"):
            served.story.do(
                involved,
                "verify",
                served.case,
                measure=served.measure,
                organisation=served.recipient,
                passed=True,
                place="现场",
                note="完成",
            )


def test_an_accepted_refusal_closes_the_measure_as_not_done_with_its_reason(served: Served) -> None:
    served.acknowledge()
    served.assess(served.reply(ReplyKind.REFUSAL, text="该路段已移交市政部门。"), reason="情况属实")
    assert served.state() is AssignmentState.CLOSED
    with served.story.installation.database.reading() as session:
        outcome = session.execute(
            select(Assignment.outcome, Assignment.outcome_reason).where(Assignment.outcome.is_not(None))
        ).one()
    assert outcome == (Outcome.NOT_DONE, "情况属实")


def test_one_extension_is_granted_before_the_date_and_none_after(served: Served) -> None:
    served.acknowledge()
    before = served.clock("measure.complete").due_on
    wanted = before + timedelta(days=20)
    request = served.reply(ReplyKind.EXTENSION, text="材料到货延迟", requested_due=wanted)
    with pytest.raises(NotAllowed):
        served.story.do("li", "decide-extension", served.case, reply=request, grant=True)
    served.story.do("ling", "decide-extension", served.case, reply=request, grant=True, until=wanted)
    clock = served.clock("measure.complete")
    assert (clock.due_on, clock.first_due_on, clock.version) == (wanted, before, 2)
    with pytest.raises(WrongStage, match="不能再次延期"):
        served.reply(ReplyKind.EXTENSION, text="再延", requested_due=wanted + timedelta(days=5))


def test_an_extension_asked_on_the_last_day_is_too_late(served: Served) -> None:
    served.acknowledge()
    due = served.clock("measure.complete").due_on
    served.story.at = served.story.at.replace(year=due.year, month=due.month, day=due.day)
    with pytest.raises(WrongStage, match="届满日之前"):
        served.reply(ReplyKind.EXTENSION, text="来不及", requested_due=due + timedelta(days=5))


def test_work_is_handed_down_but_only_to_a_subordinate(served: Served) -> None:
    with served.story.installation.database.writing() as session:
        parent = find_organisation(session, served.recipient)
        add_organisation(session, f"{served.recipient}养护站", OrganisationKind.OTHER, parent=parent)
    with pytest.raises(WrongStage, match="先签收"):
        served.story.do("clerk", "delegate", served.case, paper=served.notice, to=f"{served.recipient}养护站")
    served.acknowledge()
    with pytest.raises(NotAllowed, match="不是本单位的下级"):
        served.story.do(
            "clerk", "delegate", served.case, paper=served.notice, to=served.story.installation.settings.unit
        )
    served.story.do("clerk", "delegate", served.case, paper=served.notice, to=f"{served.recipient}养护站")
    served.hire("station", f"{served.recipient}养护站")
    given = served.story.do(
        "station", "reply", served.case, kind=ReplyKind.PLAN, measures=[served.measure], text="由本站实施。"
    )
    assert given
    assert served.clock("notice.plan").state == "answered"


def test_an_answer_in_time_that_was_recorded_late_takes_its_warning_back(served: Served) -> None:
    served.acknowledge()
    due = served.clock("notice.plan").due_on
    in_time = served.story.at.replace(year=due.year, month=due.month, day=due.day, hour=17)
    served.story.at = in_time + timedelta(days=2)
    served.story.do("system", climb, served.case)
    served.reply(ReplyKind.PLAN, by="nei", happened_at=in_time, incoming_number="收文41号")
    withdrawn = {event.data["rung"] for event in served.events("warning_withdrawn")}
    assert "warn" in withdrawn
    with served.story.installation.database.reading() as session:
        kept = session.scalars(
            select(RungFired).where(RungFired.rung == "warn", RungFired.withdrawn_at.is_not(None))
        ).all()
    assert kept


def test_what_is_recorded_may_not_lie_in_the_future_nor_before_the_delivery(served: Served) -> None:
    with pytest.raises(Invalid, match="晚于现在"):
        served.story.do(
            "li",
            "acknowledge",
            served.case,
            paper=served.notice,
            received_by="周某",
            happened_at=served.story.at + timedelta(minutes=1),
        )
    with pytest.raises(Invalid, match="早于送达"):
        served.story.do(
            "li",
            "acknowledge",
            served.case,
            paper=served.notice,
            received_by="周某",
            happened_at=served.story.at - timedelta(days=1),
        )
    with served.story.installation.database.reading() as session:
        assert session.scalars(select(Delivery.acknowledged_at)).all() == [None] * len(served.papers)


def test_the_case_row_counts_every_event_without_gap(served: Served) -> None:
    served.acknowledge()
    served.reply(ReplyKind.PLAN)
    with served.story.installation.database.reading() as session:
        case = session.scalars(select(Case).where(Case.case_number == served.case)).one()
        seqs = session.scalars(select(Event.seq).where(Event.case_id == case.id).order_by(Event.seq)).all()
    assert list(seqs) == list(range(1, case.last_seq + 1))
    assert isinstance(served.clock("notice.plan").due_on, date)
