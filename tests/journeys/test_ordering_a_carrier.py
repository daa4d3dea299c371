"""责令限期消除安全隐患: a specialised carrier is ordered where the law's conditions are on record, and else advised."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from documents import render
from models.case.commands.facts import add_fact_row, change_fact
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.calendar.local_time import local_date
from models.kernel.errors import Conflict, Invalid, NotAllowed, WrongStage
from models.kernel.storage.files import Stored
from models.kernel.vocabulary import (
    Aspect,
    AssignmentState,
    AuthorityKind,
    DocumentForm,
    DocumentKind,
    DocumentStatus,
    Level,
    Outcome,
    Purpose,
    ReplyKind,
    ReviewOutcome,
    Verdict,
)
from models.office.tables import Authority, Organisation
from models.papers.content import Paper
from models.papers.filling import frozen
from models.papers.kinds.compel_decision.content import CompelDecision
from models.papers.tables import Document
from models.rectification.commands.escalation import climb
from models.rectification.tables import Assignment, Measure
from tests.journeys.conftest import GoOn
from tests.stories import Story

CARRIER = "鄂州市某砂石运输有限公司"
DECISION = DocumentKind.COMPEL_DECISION
OTHER = {
    "organisation_ref": "O1",
    "on": "2025-05-10",
    "place": "黄石市境内国道G106",
    "vehicle": "重型货车",
    "deaths": 3,
    "liability": "主要责任",
    "liability_number": "黄公交认字〔2025〕第106号",
}
HEARD = {
    "organisation_ref": "O1",
    "told_on": "2025-11-20",
    "stated": True,
    "stated_on": "2025-11-24",
    "statement": "拟列入的3辆车中，1辆已修复并经检验合格",
    "outcome": "经查证属实，该车不再列入。",
    "told_refs": ["O3", "O11"],
}
VEHICLES = (
    {"plate": "鄂G00014", "type": "重型自卸货车", "hazard": "制动性能检验不合格", "found_on": "2025-11-10"},
    {"plate": "鄂G00036", "type": "重型自卸货车", "hazard": "卫星定位终端离线", "found_on": "2025-11-11"},
    {"plate": "鄂G00058", "hazard": "制动性能检验不合格", "found_on": "2025-11-10", "removed_on": "2025-11-24"},
)


class Office:
    """A brigade with a case of four deaths of which a carrier's driver is fully liable; its report is signed."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.case = story.file("ezhou-four-deaths")
        self.set("organisations", "O1", "credit_code", "91420700MA4800000B")
        story.address(self.case)
        story.issue(self.case, "D1")
        self.become("鄂州市公安局交通警察支队西山大队", "420704", Level.COUNTY)

    def become(self, name: str, division: str, level: Level) -> None:
        """Let our unit be another one."""
        with self.story.installation.database.writing() as session:
            ours = session.scalars(select(Organisation).where(Organisation.issues_as == "unit")).one()
            ours.name, ours.division_code = name, division
            ours.level = ours.led_from = level

    def set(self, sheet: str, row: str, field: str, value: object) -> None:
        """Enter one fact."""
        op = f"{sheet}.{row}.{field}={value}"[:64]
        self.story.do("li", change_fact, self.case, sheet=sheet, row=row, field=field, value=value, seen=None, op=op)

    def add(self, sheet: str, **values: object) -> str:
        """Add a row to a sheet."""
        op = f"{sheet}/{values}"[:64]
        row: str = self.story.do("li", add_fact_row, self.case, sheet=sheet, op=op, values=values)
        return row

    def carrier(self) -> None:
        self.story.do(
            "li",
            "correct-fact",
            self.case,
            sheet="organisations",
            row="O1",
            field="carrier",
            value="是",
            reason="已核对道路运输经营许可",
        )

    def liability(self, number: str = "鄂公交认字〔2025〕第018号") -> None:
        self.story.do(
            "li", "record-liability", self.case, number=number, decided_on=date(2025, 9, 3), issued_by="鄂城大队"
        )

    def approve(self) -> None:
        self.story.in_office(
            "nei",
            "record-authority",
            basis_kind=AuthorityKind.APPROVAL,
            number="鄂州公交批〔2025〕2号",
            given_by="鄂州市公安局交通警察支队",
            scope="同意责令鄂州市某砂石运输有限公司限期消除安全隐患",
            scan=Stored("0" * 64, 1),
            file_name="批准.pdf",
            valid_from=date(2025, 11, 28),
            organisation=CARRIER,
            purposes=[Purpose.COMPEL],
        )

    def ready(self) -> None:
        """Put on record all that the order rests on."""
        self.carrier()
        self.liability()
        self.add("carrier_accidents", **OTHER)
        self.add("hearings", **HEARD)
        for number, vehicle in enumerate(VEHICLES):
            self.add("unsafe_vehicles", organisation_ref="O1", condition=f"合格证明{number}", **vehicle)
        self.approve()

    def prepare(self, **said: object) -> str:
        paper: str = self.story.do("li", "prepare-compel", self.case, **({"unit": CARRIER} | said))
        return paper

    def ordered(self) -> str:
        """Draft, sign and serve the decision; returns its short name."""
        self.ready()
        paper = self.prepare()
        self.story.issue(self.case, paper)
        self.story.deliver(self.case, paper)
        return paper

    def says(self, paper: str) -> CompelDecision:
        with self.story.installation.database.reading() as session:
            found: Paper = frozen(session, session.scalars(select(Document.id).where(Document.ref == paper)).one())
        assert isinstance(found, CompelDecision)
        return found

    def hands(self) -> list[tuple[str, AssignmentState]]:
        """What the carrier has in its hands, and where it stands."""
        with self.story.installation.database.reading() as session:
            rows = session.execute(
                select(Measure.ref, Assignment.state)
                .join(Measure, Measure.id == Assignment.measure_id)
                .join(Organisation, Organisation.id == Assignment.organisation_id)
                .where(Organisation.name == CARRIER)
                .order_by(Measure.position)
            )
            return [(ref, state) for ref, state in rows]


def said(refusal: Invalid) -> str:
    """What a refusal says, with all that it lists."""
    return f"{refusal}{refusal.faults}"


@pytest.fixture
def office(go_on: GoOn) -> Office:
    told: Office = go_on(Office)
    return told


def test_the_decision_says_whom_it_orders_on_what_facts_what_by_when_and_how_to_object(office: Office) -> None:
    paper = office.ordered()
    said = office.says(paper)
    assert (said.head.form, said.head.number) == (DocumentForm.DECISION, "鄂州公交责改〔2025〕1号")
    assert (said.party.name, said.party.credit_code) == (CARRIER, "91420700MA4800000B")
    assert (said.party.representative, said.party.licence) == ("刘某", "道路运输经营许可证")
    assert [(one.on, one.deaths, one.share, one.liability_number) for one in said.accidents] == [
        (date(2025, 5, 10), 3, "主要责任", "黄公交认字〔2025〕第106号"),
        (date(2025, 8, 16), 4, "全部责任", "鄂公交认字〔2025〕第018号"),
    ]
    assert said.accidents[1].liability_note == "9月5日送达"
    assert said.hearing is not None
    assert (said.hearing.told_on, said.hearing.stated_on) == (date(2025, 11, 20), date(2025, 11, 24))
    assert said.basis == (
        "《中华人民共和国道路交通安全法》第一百零二条",
        "《道路交通事故处理程序规定》（公安部令第146号）第八十三条",
    )
    assert said.approval is not None
    assert (said.approval.number, said.approval.on) == ("鄂州公交批〔2025〕2号", date(2025, 11, 28))
    assert (said.limit.length, said.limit.ends, said.limit.due) == ("30日", date(2025, 12, 31), date(2025, 12, 31))
    assert [one.plate for one in said.vehicles] == ["鄂G00014", "鄂G00036"]
    assert said.reconsidered_by == ("鄂州市人民政府", "鄂城区人民政府")
    assert said.head.copied_to == ("鄂州市交通运输局", "鄂州市应急管理局")
    assert {one.aspect for one in said.hazards} == {Aspect.VEHICLE, Aspect.MANAGEMENT}
    assert said.evidence
    assert render(said)


def test_what_was_repaired_before_the_decision_is_not_in_it_and_a_later_repair_is_noted_in_place(
    office: Office,
) -> None:
    office.ordered()
    office.set("unsafe_vehicles", "HV1", "removed_on", "2025-12-01")
    assert [one.plate for one in office.says("D2").vehicles] == ["鄂G00014", "鄂G00036"]


def test_what_is_typed_and_not_understood_refuses_it(office: Office) -> None:
    office.ready()
    office.set("unsafe_vehicles", "HV2", "removed_on", "前几天")
    with pytest.raises(Invalid, match="有安全隐患的车辆HV2的确认消除日期没有写定"):
        office.prepare()
    office.set("unsafe_vehicles", "HV2", "removed_on", "2025-11-30")
    paper = office.prepare()
    office.set("hearings", "B1", "stated_on", "月底")
    office.story.do("li", "submit", office.case, paper=paper)
    office.story.do("shen", "approve", office.case, paper=paper)
    with pytest.raises(Invalid) as refused:
        office.story.do("qian", "sign", office.case, paper=paper)
    assert "告知和陈述申辩B1的陈述申辩日期没有写定" in said(refused.value)


def test_its_limit_runs_from_its_service_without_receipt_or_plan(office: Office) -> None:
    paper = office.ordered()
    assert {state for _, state in office.hands()} == {AssignmentState.AWAITING_COMPLETION}
    with office.story.installation.database.reading() as session:
        clocks = session.scalars(
            select(Deadline).join(Document, Document.id == Deadline.document_id).where(Document.ref == paper)
        ).all()
        assert {clock.rule_code for clock in clocks} == {"measure.complete"}
        assert {local_date(clock.started_at) for clock in clocks} == {date(2025, 12, 1)}


def test_it_ends_when_all_that_it_orders_is_removed_and_looked_at(office: Office) -> None:
    story, case = office.story, office.case
    paper = office.ordered()
    story.do("nei", "acknowledge", case, paper=paper, received_by="刘某")
    for ref, _ in office.hands():
        [reply] = story.do("nei", "reply", case, kind=ReplyKind.COMPLETION, measures=[ref], text="已经消除，请予验收。")
        story.do("li", "assess", case, reply=reply, verdict=Verdict.ACCEPTED)
        story.do("wang", "verify", case, measure=ref, passed=True, place="公司停车场", note="逐车核对。")
        story.do("li", "close-measure", case, measure=ref)
    with story.installation.database.reading() as session:
        ours = select(Organisation.id).where(Organisation.name == CARRIER).scalar_subquery()
        ended = session.execute(
            select(Assignment.state, Assignment.outcome).where(Assignment.organisation_id == ours)
        ).all()
        open_clocks = session.scalars(
            select(Deadline.id)
            .join(Document, Document.id == Deadline.document_id)
            .where(Document.ref == paper, Deadline.state == "open")
        ).all()
    assert set(ended) == {(AssignmentState.CLOSED, Outcome.DONE)}
    assert open_clocks == []


def test_a_measure_leaves_the_letter_of_advice_that_was_drafted_for_it(office: Office) -> None:
    office.become("鄂州市公安局交通警察支队", "420700", Level.CITY)
    office.story.do("li", "prepare", office.case, kind=DocumentKind.RECTIFICATION_NOTICE)
    office.ready()
    office.prepare()
    with office.story.installation.database.reading() as session:
        unit = select(Organisation.id).where(Organisation.name == CARRIER).scalar_subquery()
        papers = session.execute(
            select(Document.kind, Document.status).where(Document.recipient_id == unit).order_by(Document.id)
        ).all()
    assert (DocumentKind.RECTIFICATION_NOTICE, DocumentStatus.VOID) in papers
    assert papers[-1] == (DECISION, DocumentStatus.DRAFT)


MISSING = {
    "没有登记其为专业运输单位": ("carrier", "no_carrier"),
    "没有六个月内两次": ("second", "no_second_accident"),
    "没有登记有效的事故认定书": ("liability", "no_liability"),
    "没有登记告知": ("hearing", "not_told"),
    "批准（行文凭据": ("approve", "not_approved"),
}


@pytest.mark.parametrize("said", MISSING)
def test_each_condition_that_is_not_on_record_refuses_it_and_names_itself(office: Office, said: str) -> None:
    without, code = MISSING[said]
    steps = {
        "carrier": office.carrier,
        "second": lambda: office.add("carrier_accidents", **OTHER),
        "liability": office.liability,
        "hearing": lambda: office.add("hearings", **HEARD),
        "approve": office.approve,
    }
    for name, step in steps.items():
        if name != without:
            step()
    with pytest.raises(Invalid, match=said) as refused:
        office.prepare()
    assert refused.value.code == code
    assert "提示函" in str(refused.value)
    assert str(refused.value).count("没有") == 1
    steps[without]()
    assert office.prepare()


def test_all_that_lacks_is_told_at_once(office: Office) -> None:
    with pytest.raises(Invalid) as refused:
        office.prepare()
    assert all(said in str(refused.value) for said in MISSING if "认定书" not in said)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"on": "2025-02-16"}, "没有六个月内两次"),
        ({"deaths": 2}, "没有六个月内两次"),
        ({"liability": "同等责任"}, "没有六个月内两次"),
        ({"liability_number": None}, "没有六个月内两次"),
    ],
)
def test_another_accident_counts_only_within_six_months_with_three_deaths_and_the_main_share(
    office: Office, changed: dict[str, object], said: str
) -> None:
    office.carrier()
    office.liability()
    office.add("hearings", **HEARD)
    office.approve()
    row = office.add("carrier_accidents", **OTHER)
    for field, value in changed.items():
        office.set("carrier_accidents", row, field, value)
    with pytest.raises(Invalid, match=said):
        office.prepare()


def test_a_revoked_decision_on_liability_counts_no_more(office: Office) -> None:
    office.ready()
    office.story.do(
        "li",
        "record-review",
        office.case,
        liability="鄂公交认字〔2025〕第018号",
        outcome=ReviewOutcome.REVOKED,
        decided_on=date(2025, 10, 8),
        issued_by="支队",
        reason="责任划分证据不足",
    )
    with pytest.raises(Invalid, match="没有登记有效的事故认定书"):
        office.prepare()


def test_a_party_that_said_something_is_heard_to_the_end(office: Office) -> None:
    office.ready()
    office.set("hearings", "B1", "outcome", None)
    with pytest.raises(Invalid, match="复核采纳情况"):
        office.prepare()
    office.set("hearings", "B1", "stated", False)
    assert office.prepare()


def test_who_is_elsewhere_or_no_enterprise_is_sent_the_open_way(office: Office) -> None:
    office.ready()
    with pytest.raises(WrongStage, match="不能直接"):
        office.prepare(unit="鄂州市交通运输局")


def test_the_city_s_own_traffic_police_ask_nobody_for_their_approval(office: Office) -> None:
    office.become("鄂州市公安局交通警察支队", "420700", Level.CITY)
    office.carrier()
    office.liability()
    office.add("carrier_accidents", **OTHER)
    office.add("hearings", **HEARD)
    paper = office.prepare()
    office.story.issue(office.case, paper)
    said = office.says(paper)
    assert said.approval is None
    assert said.reconsidered_by == ("鄂州市人民政府",)


def test_a_measure_of_others_or_told_before_cannot_be_ordered(office: Office) -> None:
    office.ready()
    with pytest.raises(Invalid, match="不由"):
        office.prepare(measures=["M4"])
    paper = office.prepare(measures=["M1"])
    office.story.issue(office.case, paper)
    office.story.deliver(office.case, paper)
    with pytest.raises(Conflict, match="已经通知"):
        office.prepare(measures=["M1"])
    assert office.prepare() != paper


def test_what_falls_away_before_the_signature_keeps_it_from_being_signed(office: Office) -> None:
    story, case = office.story, office.case
    office.ready()
    paper = office.prepare()
    office.set("carrier_accidents", "R1", "deaths", 2)
    story.do("li", "submit", case, paper=paper)
    story.do("shen", "approve", case, paper=paper)
    with pytest.raises(Invalid) as refused:
        story.do("qian", "sign", case, paper=paper)
    assert "没有六个月内两次" in said(refused.value)


def test_an_approval_that_ended_keeps_it_from_being_signed(office: Office) -> None:
    story, case = office.story, office.case
    office.ready()
    paper = office.prepare()
    story.do("li", "submit", case, paper=paper)
    story.do("shen", "approve", case, paper=paper)
    story.wait(days=2)
    with story.installation.database.reading() as session:
        approval = session.scalars(select(Authority.id).where(Authority.kind == AuthorityKind.APPROVAL)).one()
    story.in_office("nei", "end-authority", authority=approval, reason="重新报批", last_day=date(2025, 12, 1))
    with pytest.raises(WrongStage, match="报经设区的市"):
        story.do("qian", "sign", case, paper=paper)


def test_the_second_accident_may_be_a_case_of_ours(office: Office) -> None:
    story = office.story
    office.carrier()
    office.liability()
    office.add("hearings", **HEARD)
    office.approve()
    other = story.file("ezhou-four-deaths", 7)
    story.do("li", "record-liability", other, number="另案认字1号", decided_on=date(2025, 9, 3), issued_by="鄂城大队")
    paper = office.prepare()
    story.issue(office.case, paper)
    assert [one.liability_number for one in office.says(paper).accidents] == [
        "鄂公交认字〔2025〕第018号",
        "另案认字1号",
    ]


def test_a_case_with_nothing_else_to_tell_is_archived_with_its_decision(office: Office) -> None:
    story, case = office.story, office.case
    office.become("鄂州市公安局交通警察支队", "420700", Level.CITY)
    office.ordered()
    papers = story.prepare(case)
    story.issue(case, *papers)
    story.deliver(case, *papers)
    assert story.archive(case)
    with story.installation.database.reading() as session:
        assert session.scalars(select(Case.closed_at).where(Case.case_number == case)).one() is not None


def test_only_officers_of_the_case_draft_it(office: Office) -> None:
    office.ready()
    with pytest.raises(NotAllowed):
        office.story.do("ling", "prepare-compel", office.case, unit=CARRIER)


def test_it_is_served_by_a_proof_of_service_and_the_signed_proof_is_its_receipt(office: Office) -> None:
    story, case = office.story, office.case
    office.ready()
    paper = office.prepare()
    story.issue(case, paper)
    story.do("nei", "prepare-proof", case, papers=[paper])
    story.do("nei", "deliver", case, paper=paper, proof=story.scan("回证"), proof_name="回证.pdf", received_by="刘某")
    assert {state for _, state in office.hands()} == {AssignmentState.AWAITING_COMPLETION}


def test_who_is_late_with_it_is_reminded_and_no_supervision_order_follows(office: Office) -> None:
    story, case = office.story, office.case
    office.become("鄂州市公安局交通警察支队", "420700", Level.CITY)
    for ref, _ in office.hands():
        story.do("li", "edit-measure", case, measure=ref, due=date(2026, 1, 15))
    office.ordered()
    story.wait(days=90)
    for _ in range(2):
        story.do("system", climb, case)
        story.wait(days=20)
    with story.installation.database.reading() as session:
        unit = select(Organisation.id).where(Organisation.name == CARRIER).scalar_subquery()
        kinds = session.scalars(select(Document.kind).where(Document.recipient_id == unit)).all()
    assert DocumentKind.SUPERVISION_ORDER not in kinds
    assert DocumentKind.REMINDER in kinds


def test_a_withdrawn_decision_frees_what_it_ordered(office: Office) -> None:
    story, case = office.story, office.case
    paper = office.ordered()
    story.wait(days=2)
    withdrawal = story.do("li", "draft-withdrawal", case, paper=paper, reason="复议决定撤销")
    story.issue(case, withdrawal)
    story.deliver(case, withdrawal)
    assert {state for _, state in office.hands()} == {AssignmentState.UNISSUED}
