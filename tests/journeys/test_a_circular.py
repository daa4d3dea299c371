"""通报: what was due from whom in a quarter, counted by hand beside; who may be named; one paper in every case it names."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from flows.case import carry
from flows.installation import working_in
from flows.sweep import sweep
from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.clock.tables import Deadline
from models.kernel.act import acting, find_actor
from models.kernel.calendar.local_time import SHANGHAI, local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.rights.policy import SYSTEM
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.tables import Event
from models.kernel.vocabulary import (
    AuthorityKind,
    ClockEffect,
    DocumentKind,
    DocumentStatus,
    OrganisationKind,
    Outcome,
    Procedure,
    ReplyKind,
    Rhythm,
    Role,
    Verdict,
)
from models.office.commands.organisations import register
from models.office.tables import Organisation
from models.overview.commands.circulars import draft_due_circular
from models.overview.queries.circular_accidents import accident_figures
from models.overview.queries.circular_figures import circular_figures
from models.overview.queries.circulars import circulars
from models.papers.content.common import HeadedPaper
from models.papers.filling import frozen
from models.papers.filling.ground import ground_of
from models.papers.kinds.circular.content import AccidentFigures, Circular
from models.papers.kinds.supervision_order.content import SupervisionOrder
from models.papers.queries.documents import document_list
from models.papers.rules.periods import Period
from models.papers.tables import BundledCase, CircularRecipient, CircularRow, Delivery, Document
from models.rectification.queries.notice_links import served_on
from models.rectification.tables import Assignment, Measure
from tests.journeys.conftest import GoOn
from tests.journeys.test_true_figures import happens
from tests.journeys.test_what_goes_through_somebody_else import forget
from tests.stories import Story

D = DocumentKind
TRANSPORT, FARM, BELOW = "鄂州市交通运输局", "鄂州市农业农村局", "鄂城区道路交通安全委员会办公室"
GOVERNMENT, COMPANY, PROCURATORATE = "鄂州市人民政府", "鄂州市某运输公司", "鄂州市人民检察院"
KINDS = {
    TRANSPORT: (OrganisationKind.TRANSPORT, "420700"),
    FARM: (OrganisationKind.AGRICULTURE, "420700"),
    BELOW: (OrganisationKind.SAFETY_COMMISSION, "420704"),
    GOVERNMENT: (OrganisationKind.GOVERNMENT, "420700"),
    COMPANY: (OrganisationKind.ENTERPRISE, "420704"),
    PROCURATORATE: (OrganisationKind.PROCURATORATE, "420700"),
}
SINCE, UNTIL = date(2026, 1, 1), date(2026, 3, 31)
WORK: dict[str, tuple[str, date]] = {
    # text: whose, until when; what becomes of each is said by `live`
    "首日到期": (TRANSPORT, SINCE),
    "末日到期": (TRANSPORT, UNTIL),
    "次日到期": (TRANSPORT, UNTIL + timedelta(days=1)),
    "此前到期": (TRANSPORT, SINCE - timedelta(days=1)),
    "逾期完成": (TRANSPORT, date(2026, 1, 15)),
    "退回未再报": (TRANSPORT, date(2026, 1, 20)),
    "已延期": (TRANSPORT, date(2026, 2, 27)),
    "截止后延期": (TRANSPORT, date(2026, 3, 30)),
    "已中止": (FARM, date(2026, 2, 10)),
    "已被取代": (FARM, date(2026, 2, 11)),
    "未完成办结": (FARM, date(2026, 2, 12)),
    "不再适用": (FARM, date(2026, 2, 13)),
    "按期报送待核对": (FARM, date(2026, 2, 16)),
    "下级按期": (BELOW, date(2026, 3, 2)),
    "本级政府": (GOVERNMENT, date(2026, 2, 3)),
    "辖区企业": (COMPANY, date(2026, 2, 3)),
    "检察机关": (PROCURATORATE, date(2026, 2, 3)),
}


class Quarter:
    """A case with a measure of each sort, lived through the first quarter of 2026."""

    def __init__(self, story: Story) -> None:
        self.story, self.replies = story, {}
        with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
            for name, (kind, division) in KINDS.items():
                register(act, name, kind, division_code=division)
        for name in KINDS:
            story.employ(name, Role.AGENCY, unit=name)
        self.case = served(story, WORK)
        self.live()

    def live(self) -> None:
        story = self.story
        self.on(date(2026, 1, 1), hour=23)
        self.complete("首日到期")
        self.on(date(2026, 1, 10))
        self.do("close-measure", "不再适用", outcome=Outcome.NO_LONGER_APPLICABLE, reason="道路已改线。")
        self.on(date(2026, 1, 20))
        self.complete("逾期完成")
        self.complete("退回未再报", Verdict.RETURNED)
        self.on(date(2026, 2, 2))
        key = self.clock("已中止").key
        story.do("ling", "suspend", self.case, deadline=key, reason="管辖争议。")
        self.do("close-measure", "未完成办结", outcome=Outcome.NOT_DONE, reason="资金没有落实。")
        self.do("close-measure", "已被取代", outcome=Outcome.SUPERSEDED, reason="与其他措施重复。")
        self.complete("按期报送待核对", None)
        self.extend("已延期", date(2026, 4, 20))
        self.on(date(2026, 3, 2))
        self.complete("下级按期")
        self.on(date(2026, 3, 27))
        self.ask("截止后延期", date(2026, 4, 30))
        self.on(date(2026, 4, 1))
        self.grant("截止后延期", date(2026, 4, 30))
        self.complete("末日到期", happened_at=datetime(2026, 3, 31, 23, 59, tzinfo=SHANGHAI))

    @property
    def refs(self) -> dict[str, str]:
        return refs(self.story, self.case)

    def on(self, day: date, hour: int = 9) -> None:
        self.story.at = datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)

    def do(self, action: str, text: str, **said: Any) -> None:
        self.story.do("li", action, self.case, measure=self.refs[text], organisation=WORK[text][0], **said)

    def complete(self, text: str, verdict: Verdict | None = Verdict.ACCEPTED, **said: Any) -> None:
        [ref] = self.reply(text, ReplyKind.COMPLETION, **said)
        if verdict is not None:
            why = "照片不全。" if verdict is Verdict.RETURNED else None
            self.story.do("wang", "assess", self.case, reply=ref, verdict=verdict, reason=why)

    def reply(self, work: str, kind: ReplyKind, **said: Any) -> list[str]:
        given = {"text": "已按要求办理。", **said}
        made: list[str] = self.story.do(
            "nei", "reply", self.case, kind=kind, measures=[self.refs[work]], organisation=WORK[work][0], **given
        )
        return made

    def ask(self, text: str, until: date) -> None:
        [self.replies[text]] = self.reply(text, ReplyKind.EXTENSION, requested_due=until, text="电力接入没有完成。")

    def grant(self, text: str, until: date) -> None:
        self.story.do("ling", "decide-extension", self.case, reply=self.replies[text], grant=True, until=until)

    def extend(self, text: str, until: date) -> None:
        self.ask(text, until)
        self.grant(text, until)

    def clock(self, text: str) -> Deadline:

        with self.story.installation.database.reading() as session:
            return session.scalars(
                select(Deadline)
                .join(Assignment, Assignment.id == Deadline.assignment_id)
                .join(Measure, Measure.id == Assignment.measure_id)
                .where(Measure.text == f"{text}。", Deadline.rule_code == "measure.complete")
            ).one()

    def draft(self, **said: Any) -> tuple[str, str]:
        made = self.story.in_office("li", "draft-circular", period_from=SINCE, period_until=UNTIL, **said)
        case, paper = made.split()
        return case, paper

    def circular(self, **said: Any) -> Circular:
        case, paper = self.draft(**said)
        self.story.issue(case, paper)
        return told(self.story, case, paper)


def served(story: Story, work: dict[str, tuple[str, date]], variant: int = 0) -> str:
    """File a case whose only measures are these, and serve its notices."""
    case = story.file(variant=variant)
    story.address(case)
    for ref in refs(story, case).values():
        story.do("li", "withdraw-measure", case, measure=ref, reason="另行研究。")
    for text, (unit, due) in work.items():
        story.do("li", "add-measure", case, text=f"{text}。", organisation=unit, due=due)
    story.prove(case)
    story.issue(case, "D1")
    story.do("li", "prepare", case, kind=D.RECTIFICATION_NOTICE)
    for paper in story.papers(case, DocumentStatus.DRAFT, kind=D.RECTIFICATION_NOTICE):
        story.issue(case, paper)
        story.deliver(case, paper)
        story.do("nei", "acknowledge", case, paper=paper, received_by="周某")
    return case


def refs(story: Story, case: str) -> dict[str, str]:

    with story.installation.database.reading() as session:
        rows = session.execute(
            select(Measure.text, Measure.ref)
            .join(Case, Case.id == Measure.case_id)
            .where(Case.case_number == case)
            .order_by(Measure.id)
        ).all()
    return {row.text.rstrip("。"): row.ref for row in rows}


def told(story: Story, case: str, paper: str) -> Circular:
    with story.installation.database.reading() as session:
        found = session.scalars(
            select(Document.id)
            .join(Case, Case.id == Document.case_id)
            .where(Case.case_number == case, Document.ref == paper)
        ).one()
        said = frozen(session, found)
    assert isinstance(said, Circular)
    return said


@pytest.fixture
def quarter(go_on: GoOn) -> Quarter:
    lived: Quarter = go_on(Quarter)
    return lived


def test_every_figure_is_that_of_a_count_by_hand(quarter: Quarter) -> None:
    said = quarter.circular()
    # 交通运输局: 首日、末日按期；逾期完成；退回未再报、截止后延期未完成。此前到期不在本期，次日到期在下期，已延期不在本期。
    # 农业农村局: 待核对按期；未完成办结。中止、被取代、不再适用不计。
    assert [(u.unit, u.due, u.on_time, u.done_late, u.late) for u in said.figures.units] == [
        (TRANSPORT, 5, 2, 1, 2),
        (FARM, 2, 1, 0, 1),
        (BELOW, 1, 1, 0, 0),
    ]
    assert said.figures.total.due == 8
    assert [(m.matter.partition("（")[0], m.planned, m.days_late) for m in said.figures.matters] == [
        ("此前到期", date(2025, 12, 31), 90),
        ("退回未再报", date(2026, 1, 20), 70),
        ("未完成办结", date(2026, 2, 12), 47),
        ("截止后延期", date(2026, 3, 30), 1),
    ]
    assert [m.ended for m in said.figures.matters] == [None, None, "资金没有落实", None]
    assert said.figures.matters[1].reason == "1月20日完成情况：已按要求办理（已退回：照片不全）"
    assert said.figures.earlier == 1
    assert said.figures.matters[3].reason == "3月27日延期申请：电力接入没有完成"
    assert said.figures.coming == 2  # 次日到期, 已延期
    own = said.figures.own
    assert own is not None
    # 5件当日研判，1件超期未研判，3月27日的延期申请和3月31日的完成情况截止时尚在期限内
    assert (own.replies, own.in_time, own.exceeded, own.running) == (8, 5, 1, 2)


def test_who_may_not_be_named_is_in_no_table_and_no_sentence(quarter: Quarter) -> None:
    said = quarter.circular()
    printed = said.model_dump_json()
    for name in (GOVERNMENT, COMPANY, PROCURATORATE):
        assert f'"{name}"' not in printed
    assert not {m.matter.partition("（")[0] for m in said.figures.matters} & {"本级政府", "辖区企业", "检察机关"}
    assert said.head.copied_to == (f"{GOVERNMENT}办公室",)


def test_it_goes_to_the_members_and_the_commissions_below_on_the_ground_of_the_rule(quarter: Quarter) -> None:
    case, paper = quarter.draft()
    quarter.story.issue(case, paper)
    said = told(quarter.story, case, paper)
    assert said.head.issuer == "鄂州市道路交通安全委员会办公室"
    assert said.head.recipients == (BELOW, "鄂州市道路交通安全委员会各成员单位")
    assert said.power == "依据市道路交通安全委员会规则（某道安委〔2024〕2号）"
    assert (said.called, said.coming, said.place) == ("2026年第一季度", "2026年第二季度", "全市")
    quarter.story.do("li", "deliver", case, paper=paper)
    with quarter.story.installation.database.reading() as session:
        served_on = set(
            session.scalars(
                select(Organisation.name)
                .join(Delivery, Delivery.recipient_id == Organisation.id)
                .join(Document, Document.id == Delivery.document_id)
                .where(Document.kind == D.CIRCULAR)
            )
        )
    assert {TRANSPORT, FARM, BELOW, "鄂州市公安局"} <= served_on
    assert not served_on & {GOVERNMENT, COMPANY, PROCURATORATE, "鄂州市公安局交通警察支队"}
    with pytest.raises(WrongStage, match="印发即为告知，不需要签收"):
        quarter.story.do("nei", "acknowledge", case, paper=paper, received_by="周某")


def test_a_member_that_has_no_part_in_the_case_reads_the_circular_and_nothing_else(quarter: Quarter) -> None:

    story, member = quarter.story, "鄂州市教育局"
    with acting(story.installation.database, story.installation.settings, "li", story.at) as act:
        register(act, member, OrganisationKind.EDUCATION, division_code="420700")
    story.employ(member, Role.AGENCY, unit=member)
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    with story.installation.database.reading() as session:
        actor = find_actor(session, member, story.at)
        assert session.scalars(select(Case.id).where(visible_cases(actor))).all() == []
        assert session.scalars(select(Document.kind).where(visible_documents(actor))).all() == [D.CIRCULAR]
        assert [one.ref for one in circulars(session, actor)] == [paper]
        assert [one.ref for one in document_list(session, actor, case)] == [paper]


def test_it_lies_in_one_case_and_stands_on_the_record_of_every_case_it_names(quarter: Quarter) -> None:
    story = quarter.story
    quarter.on(date(2025, 12, 1))
    second = served(story, {"第二起到期": (TRANSPORT, date(2026, 3, 3))}, variant=1)
    quarter.on(date(2026, 4, 1))
    case, paper = quarter.draft()
    assert case == quarter.case
    story.issue(case, paper)
    assert told(story, case, paper).figures.open_cases == 2
    story.do("li", "deliver", case, paper=paper)
    with story.installation.database.reading() as session:
        bundled = session.execute(
            select(Case.case_number, BundledCase.ref).join(Case, Case.id == BundledCase.case_id)
        ).all()
        happened = set(
            session.execute(
                select(Event.kind, Event.data["paper"].as_string())
                .join(Case, Case.id == Event.case_id)
                .where(Case.case_number == second, Event.kind.startswith("paper_"))
            )
        )
    assert [tuple(row) for row in bundled] == [(second, "H1")]
    assert {(kind, "H1") for kind in ("paper_drafted", "paper_issued", "paper_delivered")} <= happened
    with pytest.raises(WrongStage, match=f"多个案件的通报，请在案件{case}中办理"):
        story.do("li", "deliver", second, paper="H1")


def test_a_period_has_one_circular_until_that_is_voided(quarter: Quarter) -> None:
    case, paper = quarter.draft()
    with pytest.raises(Conflict, match=f"2026年第一季度的通报已经拟制（案件{case}文书{paper}）"):
        quarter.draft()
    quarter.story.do("li", "void", case, paper=paper, reason="数据有误。")
    assert quarter.draft()[1] != paper


def test_what_its_drafter_adds_is_printed_and_can_be_changed_until_it_is_submitted(quarter: Quarter) -> None:
    case, paper = quarter.draft(practices=["先行自查。", " "], next_steps=["报送阶段日期。"])
    quarter.story.do("li", "edit-circular", case, paper=paper, practices=["到期前七日自查。"])
    with pytest.raises(Invalid, match="必须晚于今天"):
        quarter.story.do("li", "edit-circular", case, paper=paper, report_by=quarter.story.at.date())
    with pytest.raises(Invalid, match="请填写要修改的内容"):
        quarter.story.do("li", "edit-circular", case, paper=paper)
    with pytest.raises(WrongStage, match="不是通报"):
        quarter.story.do("li", "edit-circular", case, paper="D1", practices=["一"])
    quarter.story.issue(case, paper)
    said = told(quarter.story, case, paper)
    assert said.practices == ("到期前七日自查。",)
    assert said.steps == ("报送阶段日期。",)
    assert said.report_by == date(2026, 4, 16)  # 10 working days after 1 April; 4 to 6 April are Qingming
    with pytest.raises(WrongStage, match="不能修改"):
        quarter.story.do("li", "edit-circular", case, paper=paper, practices=["一"])


def test_without_a_recorded_rule_of_the_commission_none_is_drafted_or_signed(quarter: Quarter) -> None:
    case, paper = quarter.draft()
    forget(quarter.story, AuthorityKind.COMMISSION_RULE)
    with pytest.raises(WrongStage, match="请先登记道路交通安全委员会的规则"):
        quarter.story.do("li", "submit", case, paper=paper)
    with pytest.raises(WrongStage, match="通报须依据道路交通安全委员会的规则，请先登记"):
        quarter.draft()
    with pytest.raises(WrongStage, match="通报须依据道路交通安全委员会的规则，请先登记"):
        quarter.story.do("li", "draft-case-circular", quarter.case, subject="教训", lessons=["护栏缺失。"])


def test_a_period_must_be_over_and_have_something_to_tell_and_a_leader_drafts_none(quarter: Quarter) -> None:
    story = quarter.story
    for since, until, said in (
        (UNTIL, SINCE, "末日早于首日"),
        (SINCE, story.at.date(), "尚未结束"),
    ):
        with pytest.raises(Invalid, match=said):
            story.in_office("li", "draft-circular", period_from=since, period_until=until)
    with pytest.raises(Conflict, match="没有到期或者逾期的整改措施"):
        story.in_office("li", "draft-circular", period_from=date(2025, 1, 1), period_until=date(2025, 3, 31))
    with pytest.raises(NotAllowed):
        story.in_office("ling", "draft-circular", period_from=SINCE, period_until=UNTIL)


def test_one_about_a_case_tells_its_lessons_or_names_a_late_unit_that_may_be_named(quarter: Quarter) -> None:
    story, case = quarter.story, quarter.case
    lessons = story.do("li", "draft-case-circular", case, subject="关于事故教训的通报", lessons=["护栏缺失。"])
    late = story.do("li", "draft-case-circular", case, subject="两次逾期情况", late_unit=TRANSPORT)
    story.issue(case, lessons, late)
    assert "".join(told(story, case, lessons).head.title) == "关于事故教训的通报"
    assert told(story, case, lessons).accident is not None
    matters = told(story, case, late).figures.matters
    assert {m.unit for m in matters} == {TRANSPORT}
    assert "退回未再报" in {m.matter.partition("（")[0] for m in matters}
    for unit in (GOVERNMENT, COMPANY, PROCURATORATE):
        with pytest.raises(WrongStage, match="不能直接向其通报"):
            story.do("li", "draft-case-circular", case, subject="逾期情况", late_unit=unit)
    with pytest.raises(Conflict, match="没有逾期的整改措施"):
        story.do("li", "draft-case-circular", case, subject="逾期情况", late_unit=BELOW)
    with pytest.raises(Invalid, match="请写明通报的问题和教训"):
        story.do("li", "draft-case-circular", case, subject="逾期情况")
    with pytest.raises(Invalid, match="请填写通报的主题"):
        story.do("li", "draft-case-circular", case, subject=" ", lessons=["护栏缺失。"])
    with pytest.raises(NotFound):
        story.do("li", "draft-case-circular", case, subject="逾期情况", late_unit="没有这个单位")


def test_a_correction_of_a_circular_goes_to_all_whom_that_went_to(quarter: Quarter) -> None:
    story = quarter.story
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    right = corrected(story, case, paper)
    story.issue(case, right)
    story.do("li", "deliver", case, paper=right)
    with story.installation.database.reading() as session:
        ids = dict(session.execute(select(Document.ref, Document.id).where(Document.ref.in_((paper, right)))).all())
        served_on = {
            ref: set(session.scalars(select(Delivery.recipient_id).where(Delivery.document_id == found)))
            for ref, found in ids.items()
        }
        said = frozen(session, ids[right])
    assert served_on[paper] == served_on[right]
    assert len(served_on[paper]) > 3
    assert isinstance(said, HeadedPaper)
    assert said.head.recipients == (BELOW, "鄂州市道路交通安全委员会各成员单位")


def corrected(story: Story, case: str, paper: str) -> str:
    ref: str = story.do(
        "li",
        "draft-correction",
        case,
        paper=paper,
        reason="一项统计有误。",
        places=["第一部分"],
        wrong=["8项"],
        right=["7项"],
        clocks=ClockEffect.UNCHANGED,
    )
    return ref


def test_what_puts_a_circular_right_holds_a_case_that_it_names_no_faster_than_the_circular_does(
    quarter: Quarter,
) -> None:
    story = quarter.story
    quarter.on(date(2025, 12, 1))
    others = [served(story, {f"第{n}起到期": (TRANSPORT, date(2026, 3, 3))}, variant=n) for n in (1, 2, 3)]
    quarter.on(date(2026, 4, 1))
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    right = corrected(story, case, paper)
    story.do("li", "submit", case, paper=right)
    story.do("ling", "discontinue", others[0], reason="另案处理。")
    with story.installation.database.reading() as session:
        drafted = session.scalars(select(Document).where(Document.kind == D.CORRECTION)).one()
    assert drafted.status not in (DocumentStatus.VOID, DocumentStatus.DRAFT)
    story.do("shen", "return", case, paper=right, reason="重拟。")
    story.issue(case, right)
    story.do("li", "deliver", case, paper=right)
    story.do("ling", "merge-case", others[1], into=others[2], reason="同一起事故。")
    with story.installation.database.reading() as session:
        stages = dict(session.execute(select(Case.case_number, Case.stage).where(Case.case_number.in_(others))).all())
    assert [stages[one].value for one in others] == ["discontinued", "discontinued", "rectifying"]


def test_the_proof_of_its_service_may_follow_and_is_nobodys_receipt(quarter: Quarter) -> None:
    story = quarter.story
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    with pytest.raises(WrongStage, match="不填制送达回证"):
        story.do("nei", "prepare-proof", case, papers=[paper])
    proof = {"paper": paper, "scan": story.scan("签收登记表"), "file_name": "签收登记表.pdf"}
    with pytest.raises(Invalid, match="同时发给多个单位"):
        story.do("nei", "attach-proof", case, received_by="周某", **proof)
    story.do("nei", "attach-proof", case, **proof)
    with story.installation.database.reading() as session:
        receipts = session.scalars(
            select(Delivery.acknowledged_at).join(Document).where(Document.ref == paper, Document.kind == D.CIRCULAR)
        ).all()
        with pytest.raises(NotFound, match="没有文书"):
            served_on(session, find_actor(session, TRANSPORT, story.at), case, paper)
    assert set(receipts) == {None}


def test_a_period_whose_circular_was_withdrawn_may_have_another(quarter: Quarter) -> None:
    story = quarter.story
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    back = story.do("li", "draft-withdrawal", case, paper=paper, reason="统计口径有误。")
    story.issue(case, back)
    with pytest.raises(Conflict, match="已经拟制"):
        quarter.draft()
    story.do("li", "deliver", case, paper=back)
    assert quarter.draft() != (case, paper)


def test_what_puts_a_correction_of_a_circular_right_comes_from_the_commission_too(quarter: Quarter) -> None:
    story = quarter.story
    case, paper = quarter.draft()
    story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    right = corrected(story, case, paper)
    story.issue(case, right)
    story.do("li", "deliver", case, paper=right)
    again = corrected(story, case, right)
    with story.installation.database.reading() as session:
        issuers = dict(
            session.execute(
                select(Document.ref, Document.issuer_id).where(Document.ref.in_((paper, right, again)))
            ).all()
        )
    assert len(set(issuers.values())) == 1


def drafted_by_the_clock(story: Story) -> str | None:
    with story.installation.as_system(story.at) as act:
        return draft_due_circular(act)


def test_the_clock_drafts_the_quarter_once_and_a_person_signs_it(quarter: Quarter) -> None:
    story = quarter.story
    made = drafted_by_the_clock(story)
    assert made is not None
    assert drafted_by_the_clock(story) is None
    case, paper = made.split()
    story.do("li", "void", case, paper=paper, reason="本季度不通报。")
    assert drafted_by_the_clock(story) is None


def test_the_clock_drafts_none_where_nobody_could_get_it(quarter: Quarter) -> None:
    story = quarter.story
    with story.installation.database.writing() as session:
        session.execute(update(Organisation).where(Organisation.issues_as.is_(None)).values(disabled_at=story.at))
        session.execute(
            update(Organisation)
            .where(Organisation.issues_as == "bureau")
            .values(division_code="429000", disabled_at=story.at)
        )
    assert drafted_by_the_clock(story) is None


def killed(story: Story) -> None:
    with story.installation.as_system(story.at) as act:
        assert draft_due_circular(act) is not None
        raise KeyboardInterrupt


def test_a_clock_that_was_killed_over_it_leaves_nothing_and_drafts_it_whole_the_next_time(quarter: Quarter) -> None:
    story = quarter.story
    with pytest.raises(KeyboardInterrupt):
        killed(story)
    with story.installation.database.reading() as session:
        assert session.scalars(select(CircularRow.document_id)).all() == []
        assert session.scalars(select(CircularRecipient.document_id)).all() == []
    assert drafted_by_the_clock(story) is not None


def test_how_often_is_the_offices_to_say_and_monthly_only_by_the_plan_of_the_place(quarter: Quarter) -> None:
    story = quarter.story
    with pytest.raises(Invalid, match="月度通报须有本地考核方案作依据"):
        story.in_office("console", "set-circular-rhythm", every=Rhythm.MONTH, reason="考核。", valid_from=SINCE)
    story.in_office("console", "set-circular-rhythm", every=Rhythm.NEVER, reason="减负。", valid_from=SINCE)
    assert drafted_by_the_clock(story) is None
    story.in_office(
        "console", "set-circular-rhythm", every=Rhythm.MONTH, reason="考核。", valid_from=SINCE, plan="某考〔2026〕1号"
    )
    made = drafted_by_the_clock(story)
    assert made is not None
    case, paper = made.split()
    story.issue(case, paper)
    assert "".join(told(story, case, paper).head.title) == "关于2026年3月道路交通事故整改措施落实情况的通报"


def test_accidents_are_told_where_the_register_holds_the_period_and_not_where_it_knows_cases_alone(
    quarter: Quarter,
) -> None:
    story = quarter.story
    case, paper = quarter.draft()
    story.do("li", "void", case, paper=paper, reason="补充事故数据。")
    with story.installation.database.reading() as session:
        row = session.scalars(select(CircularRow)).one()
        assert row.figures["accidents"] is None, "only investigated accidents are in the register"
    for day, deaths in ((date(2026, 1, 5), 1), (date(2026, 2, 9), 0), (date(2026, 3, 30), 3)):
        happens(story, day, deaths=deaths, light=2)
    happens(story, date(2026, 3, 3), procedure=Procedure.SIMPLE)
    said = quarter.circular()
    assert "".join(said.head.title) == "关于2026年第一季度道路交通事故及整改措施落实情况的通报"
    told_of = said.figures.accidents
    assert told_of is not None
    assert [(one.indicator.value, one.now, one.before) for one in told_of.figures] == [
        ("accidents", 3, None),
        ("deaths", 4, None),
        ("injured", 6, None),
        ("property_loss", 3000, None),
        ("fatal_accidents", 2, None),
        ("severe_accidents", 1, None),
    ]
    assert told_of.cumulative == (), "the quarter is all there is of the year"
    assert [one.name for one in told_of.divisions] == ["鄂城区"]
    assert told_of.note == "内部参考，以公安交管统计为准"
    told_beside = "".join(told_of.beside)
    assert "按简易程序处理的1起另计" in told_beside
    assert "3月25日以后的1起未满7日" in told_beside


def test_a_year_before_is_compared_with_only_where_the_register_holds_that_too(quarter: Quarter) -> None:
    story, march = quarter.story, Period(date(2026, 3, 1), UNTIL)
    for day in (date(2025, 1, 5), date(2025, 3, 9), date(2026, 1, 7), date(2026, 3, 2)):
        happens(story, day, deaths=1)

    def counted() -> AccidentFigures | None:
        with story.installation.database.reading() as session:
            return accident_figures(session, SYSTEM, "420700", march, local_date(story.at))

    told_of = counted()
    assert told_of is not None
    assert [(one.now, one.before) for one in told_of.figures[:2]] == [(1, 1), (1, 1)]
    assert [(one.now, one.before) for one in told_of.cumulative[:2]] == [(2, 2), (2, 2)]
    with story.installation.database.reading() as session:
        member = find_actor(session, TRANSPORT, story.at)
        assert accident_figures(session, member, "420700", march, local_date(story.at)) is None


def test_who_tells_of_each_month_tells_of_the_year_too(quarter: Quarter) -> None:
    story = quarter.story
    story.in_office(
        "console",
        "set-circular-rhythm",
        every=Rhythm.MONTH,
        reason="考核。",
        valid_from=date(2026, 1, 1),
        plan="某考〔2026〕1号",
    )
    story.at = datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    drafted = [made for _ in range(3) if (made := drafted_by_the_clock(story))]
    with story.installation.database.reading() as session:
        rows = session.execute(select(CircularRow.period_from, CircularRow.period_until)).all()
    assert len(drafted) == 2
    assert {tuple(row) for row in rows} == {
        (date(2026, 12, 1), date(2026, 12, 31)),
        (date(2026, 1, 1), date(2026, 12, 31)),
    }


def test_an_order_announces_the_circular_only_where_one_can_name_the_unit(quarter: Quarter) -> None:

    story = quarter.story
    with story.installation.database.reading() as session:
        order = Document(kind=D.SUPERVISION_ORDER, issuer_id=1)
        heard = {}
        for unit in session.scalars(select(Organisation).where(Organisation.name.in_((TRANSPORT, COMPANY)))):
            order.recipient_id = unit.id
            heard[unit.name] = ground_of(session, order, rulebook(session), story.at.date()).circular
    assert heard == {TRANSPORT: "季度通报", COMPANY: None}
    story.in_office("console", "set-circular-rhythm", every=Rhythm.NEVER, reason="减负。", valid_from=SINCE)
    with story.installation.database.reading() as session:
        order = Document(kind=D.SUPERVISION_ORDER, issuer_id=1)
        order.recipient_id = session.scalars(select(Organisation.id).where(Organisation.name == TRANSPORT)).one()
        assert ground_of(session, order, rulebook(session), story.at.date()).circular is None


def test_a_rung_and_an_order_tell_of_the_circular_that_follows(quarter: Quarter) -> None:
    story, case = quarter.story, quarter.case
    sweep(story.installation, story.at)
    with story.installation.database.reading() as session:
        order = session.scalars(
            select(Document.ref)
            .join(Organisation, Organisation.id == Document.recipient_id)
            .where(Document.kind == D.SUPERVISION_ORDER, Organisation.name == TRANSPORT)
        ).one()
    story.do("li", "confirm-no-reply", case, paper=order)
    story.issue(case, order)
    story.do("li", "deliver", case, paper=order)
    with story.installation.database.reading() as session:
        found = session.scalars(select(Document.id).where(Document.ref == order)).one()
        said = frozen(session, found)
    assert isinstance(said, SupervisionOrder)
    assert said.consequences == ("逾期未完成的，再次督办并在季度通报中列明",)
    story.wait(days=40)
    sweep(story.installation, story.at)
    with story.installation.database.reading() as session:
        [again] = session.scalars(
            select(Event).where(Event.kind == "rung_fired", Event.data["rung"].as_string() == "order.again")
        )
    assert again.why == "再次拟制限期落实督办单，列入下期通报"


def test_the_archive_of_a_case_that_it_names_keeps_it_whole(quarter: Quarter) -> None:
    story = quarter.story
    quarter.on(date(2025, 12, 1))
    second = served(story, {"第二起到期": (TRANSPORT, date(2026, 3, 3))}, variant=1)
    quarter.on(date(2026, 4, 1))
    case, paper = quarter.draft()
    story.finish(second)
    with pytest.raises(WrongStage, match="还不能归档"):
        story.do("dang", "archive", second)
    number, *_ = story.issue(case, paper)
    story.do("li", "deliver", case, paper=paper)
    story.do("ling", "mark-not-applicable", second, kind=D.ACCOUNTABILITY_PROPOSAL, reason="没有需要倒查的事项。")
    story.do("dang", "archive", second)
    with working_in(story.installation):
        carry(story.installation, case, story.at)  # its file is made in the case that holds it
    package = story.seal_volume(second)
    assert [name for name in names_in(package) if number in name]


def names_in(package: Path) -> list[str]:
    return [str(path.relative_to(package)) for path in package.rglob("*")]


def test_work_that_counts_in_two_cases_is_counted_once(quarter: Quarter) -> None:
    story, due = quarter.story, date(2026, 3, 3)
    quarter.on(date(2025, 12, 1))
    second, third = (served(story, {"两案同一措施": (BELOW, due)}, variant=n) for n in (1, 2))
    story.do(
        "li",
        "merge-measure",
        third,
        measure=refs(story, third)["两案同一措施"],
        organisation=BELOW,
        with_case=second,
        with_measure=refs(story, second)["两案同一措施"],
        reason="同一路段同一设施。",
    )
    quarter.on(date(2026, 4, 1))
    said = quarter.circular()
    assert {u.unit: u.due for u in said.figures.units}[BELOW] == 2  # 下级按期, and this one
    assert said.figures.open_cases == 3


def test_our_own_police_stand_under_their_bureaus_name_with_who_does_the_work(quarter: Quarter) -> None:
    story, ours = quarter.story, "鄂州市公安局交通警察支队"
    quarter.on(date(2025, 12, 1))
    served(story, {"回查数据": (ours, date(2026, 2, 3))}, variant=1)
    quarter.on(date(2026, 4, 1))
    figures = quarter.circular().figures
    assert [(u.unit, u.due, u.late) for u in figures.units if "公安" in u.unit] == [("鄂州市公安局", 1, 1)]
    assert figures.own is not None
    assert [(m.by, m.matter, m.planned, m.done) for m in figures.own.matters] == [
        (ours, "回查数据", date(2026, 2, 3), None)
    ]


def test_the_page_counts_only_cases_that_its_reader_may_see(quarter: Quarter) -> None:
    story = quarter.story
    story.employ("guest", Role.OFFICER, unit=BELOW)
    with story.installation.database.reading() as session:
        seen = {
            account: circular_figures(
                session,
                find_actor(session, account, story.at),
                rulebook(session),
                Period(SINCE, UNTIL),
                story.at.date(),
            ).figures.total.due
            for account in ("li", "ling", "guest", TRANSPORT)
        }
    assert seen == {"li": 8, "ling": 8, "guest": 0, TRANSPORT: 0}
