"""Preflight: a whole report passes, and each thing taken away or contradicted is told, once and at its place."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.vocabulary import (
    Aspect,
    DocumentForm,
    FindingLevel,
    Grade,
    Part,
    PersonOutcome,
    PersonRole,
    SubjectType,
)
from models.papers.content import (
    AccidentFacts,
    AccountabilityProposal,
    AnalysisReport,
    DeadlineLine,
    DutyEntry,
    FindingEntry,
    Head,
    MeasureEntry,
    OverdueMatter,
    PersonFacts,
    RectificationNotice,
    RoadFacts,
    SupervisionOrder,
    TeamMember,
    VehicleFacts,
)
from models.papers.content.common import Content
from models.papers.preflight import Weight, remarks_on

ACCIDENT = AccidentFacts(
    occurred_at=datetime(2026, 11, 5, 8, 10, tzinfo=SHANGHAI),
    place="鄂城区临江路与新民街交叉路口",
    grade=Grade.ORDINARY,
    deaths=1,
    serious_injuries=0,
    minor_injuries=0,
    economic_loss=Decimal(960000),
    weather="晴",
    light="夜间无路灯照明",
    pattern="碰撞行人",
    summary="何某驾驶鄂G12345小型轿车与行人杨某相撞，造成1人死亡。",
)
FINDING = FindingEntry(
    number="F1",
    level=FindingLevel.DIRECT,
    aspect=Aspect.PERSON,
    text="何某超速行驶，没有注意观察。",
    basis=("《中华人民共和国道路交通安全法》第四十二条第一款",),
    evidence=("E1",),
)
MEASURE = MeasureEntry(
    number="M1",
    text="修复路口两侧路灯。",
    lead="鄂州市城市管理执法委员会",
    responsible_person="市政设施科科长",
    due=date(2026, 12, 31),
    proof="夜间照度检测报告和照片",
    findings=("F1",),
)
HEAD = Head(
    form=DocumentForm.NOTICE,
    issuer="鄂州市公安局交通警察支队",
    mark="鄂州市公安局交通警察支队文件",
    title=("关于落实整改措施的通知",),
    recipients=("鄂州市城市管理执法委员会",),
    dated=date(2026, 12, 1),
    contact_name="事故深度调查办公室",
    contact_phone="0711-0000000",
)
REPORT = AnalysisReport(
    head=HEAD,
    case_number="4207-2026-0001",
    accident=ACCIDENT,
    road=RoadFacts(name="临江路"),
    vehicles=(VehicleFacts(plate="鄂G12345"),),
    people=(
        PersonFacts(name="何某", role=PersonRole.DRIVER, vehicle="鄂G12345", outcome=PersonOutcome.UNHURT),
        PersonFacts(name="杨某", role=PersonRole.PEDESTRIAN, outcome=PersonOutcome.DEAD),
    ),
    findings=(FINDING,),
    measures=(MEASURE,),
    team=(TeamMember(name="李某", role="组长"),),
)
NOTICE = RectificationNotice(
    head=HEAD,
    case_number="4207-2026-0001",
    accident=ACCIDENT,
    findings=(FINDING,),
    measures=(MEASURE,),
    replies=(DeadlineLine(what="签收", due=date(2026, 12, 4)),),
)
PROPOSAL = AccountabilityProposal(
    head=HEAD,
    case_number="4207-2026-0001",
    accident=ACCIDENT,
    subjects=(
        DutyEntry(
            subject="某运输公司",
            subject_type=SubjectType.ORGANISATION,
            duty="对驾驶人进行安全教育",
            basis=("《中华人民共和国安全生产法》第二十八条第一款",),
            not_done="没有对何某进行安全教育。",
            evidence=("E1",),
        ),
    ),
)
ORDER = SupervisionOrder(
    head=HEAD,
    case_number="4207-2026-0001",
    accident=ACCIDENT,
    notice_number="鄂州公交整〔2026〕1号",
    notice_delivered_on=date(2026, 11, 10),
    matters=(OverdueMatter(matter="报送整改方案", original=DeadlineLine(what="报送整改方案")),),
    new_limit=DeadlineLine(what="落实", due=date(2026, 12, 10)),
)


def but(paper: Any, **changes: Any) -> Any:
    """The same with something changed: `but(REPORT, accident={"deaths": 2})`."""
    told = {
        name: but(getattr(paper, name), **value) if isinstance(value, dict) else value
        for name, value in changes.items()
    }
    changed: Content = paper.model_copy(update=told)
    return changed


def with_measure(**changes: Any) -> AnalysisReport:
    return REPORT.model_copy(update={"measures": (but(MEASURE, **changes),)})


def with_finding(**changes: Any) -> AnalysisReport:
    return REPORT.model_copy(update={"findings": (but(FINDING, **changes),)})


@pytest.mark.parametrize("paper", [REPORT, NOTICE, PROPOSAL, ORDER], ids=lambda paper: paper.kind)
def test_a_whole_paper_passes_without_a_word(paper: Any) -> None:
    assert remarks_on(paper) == ()


MISSING = {
    "casualties_differ/dead": but(REPORT, accident={"deaths": 2, "summary": "造成2人死亡。"}),
    "casualties_differ/serious": but(REPORT, accident={"serious_injuries": 1}),
    "casualties_unknown/minor": but(REPORT, accident={"minor_injuries": None}),
    "grade_provisional": but(REPORT, accident={"grade_provisional": True}),
    "no_course": but(REPORT, accident={"summary": None}),
    "no_road": but(REPORT, road=RoadFacts()),
    "no_vehicle": but(REPORT, vehicles=(), accident={"summary": "造成1人死亡。"}),
    "no_direct_cause": with_finding(level=FindingLevel.INDIRECT),
    "finding_evidence/F1": with_finding(evidence=()),
    "finding_basis/F1": with_finding(basis=(), duty_failure=True),
    "no_measures": but(REPORT, measures=()),
    "measure_unaddressed/M1": with_measure(lead=None),
    "measure_collective/M1": with_measure(lead="各县区交通运输部门"),
    "measure_person/M1": with_measure(responsible_person=None),
    "measure_undated/M1": with_measure(due=None),
    "measure_past/M1": with_measure(due=date(2026, 12, 1)),
    "measure_proof/M1": with_measure(proof=""),
    "measure_finding/M1": with_measure(findings=()),
    "placeholder/来源未指明": with_measure(text="来源未指明的措施"),
    "placeholder/？？": but(REPORT, course=("车辆于？？时经过。",)),
    "contact": but(NOTICE, head={"contact_phone": None}),
    "no_limits": but(NOTICE, replies=()),
    "no_findings": but(NOTICE, findings=()),
    "no_subjects": but(PROPOSAL, subjects=()),
    "subject_incomplete/某运输公司/证据": but(PROPOSAL, subjects=(but(PROPOSAL.subjects[0], evidence=()),)),
    "no_matters": but(ORDER, matters=()),
    "no_notice": but(ORDER, notice_delivered_on=None),
    "no_new_limit": but(ORDER, new_limit=DeadlineLine(what="落实")),
}


@pytest.mark.parametrize("key", MISSING)
def test_what_is_missing_is_told_once_and_at_its_place(key: str) -> None:
    assert [one.key for one in remarks_on(MISSING[key]) if one.weight is Weight.MISSING] == [key]


DOUBTFUL = {
    "deaths_said": but(REPORT, accident={"summary": "造成3人死亡。"}),
    "vehicle_unlisted/鄂G99999": with_finding(text="鄂G99999小型轿车在前方停车。"),
    "driver_without_vehicle/何某": but(REPORT, people=(but(REPORT.people[0], vehicle=None), REPORT.people[1])),
    "finding_basis/F1": with_finding(basis=()),
    "finding_unanswered/F1": but(
        REPORT, findings=(FINDING, but(FINDING, number="F2")), measures=(but(MEASURE, findings=("F2",)),)
    ),
    "team_lead": but(REPORT, team=()),
    "accident_weather": but(REPORT, accident={"weather": None}),
}


@pytest.mark.parametrize("key", DOUBTFUL)
def test_what_is_doubtful_only_asks(key: str) -> None:
    assert [(one.key, one.weight) for one in remarks_on(DOUBTFUL[key])] == [(key, Weight.DOUBTFUL)]


def test_a_number_of_noughts_is_no_telephone() -> None:
    assert [one.key for one in remarks_on(but(NOTICE, head={"contact_phone": "000-00000000"}))] == ["contact"]


def test_somebody_named_to_a_unit_that_does_not_employ_him_is_told_with_the_paragraph() -> None:
    [remark] = [one for one in remarks_on(but(NOTICE, strangers=("何某",))) if one.code == "stranger_named"]
    assert remark.weight is Weight.DOUBTFUL
    assert remark.text.startswith("“问题”")
    assert "可以修改该段" in remark.text


def test_a_date_that_nobody_can_keep_may_pass_in_a_report_and_never_in_a_notice() -> None:
    late = but(MEASURE, due=date(2026, 12, 1))
    [of_report] = remarks_on(but(REPORT, measures=(late,)))
    [of_notice] = remarks_on(but(NOTICE, measures=(late,)))
    assert (of_report.waivable, of_notice.waivable) == (True, False)


def test_who_only_helps_is_not_told_what_others_did_wrong() -> None:
    helping = but(MEASURE, findings=(), part=Part.COOPERATING)
    assert remarks_on(but(NOTICE, measures=(MEASURE, helping))) == ()


def test_a_general_limit_is_a_date_too() -> None:
    assert remarks_on(with_measure(due=None, due_explanation="自文书送达之日起30日内")) == ()


def test_names_that_are_shortened_for_privacy_are_no_placeholders() -> None:
    assert remarks_on(with_finding(text="何某某驾驶证准驾车型为C1，没有减速。")) == ()
