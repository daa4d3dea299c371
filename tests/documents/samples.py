"""An invented accident in a city that does not exist, in every kind and form of paper."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from pathlib import Path

from models.kernel.vocabulary import (
    Aspect,
    DeliveryMode,
    DocumentForm,
    DocumentKind,
    FindingLevel,
    Grade,
    MilestoneKind,
    OrganisationKind,
    Outcome,
    Part,
    PersonOutcome,
    PersonRole,
    ReplyKind,
    SubjectType,
    Verdict,
)
from models.papers.content import (
    AccidentFacts,
    AccountabilityProposal,
    AnalysisReport,
    ArchivedFile,
    CatalogueItem,
    DeadlineLine,
    DeliveryEntry,
    DutyEntry,
    EventEntry,
    EvidenceEntry,
    FindingEntry,
    FurtherCase,
    Head,
    MeasureEntry,
    Milestone,
    NotApplicable,
    NotedSubject,
    OrganisationFacts,
    OutcomeEntry,
    OverdueMatter,
    Paper,
    Partner,
    PersonFacts,
    PromisedBefore,
    RectificationNotice,
    ReplyEntry,
    RoadFacts,
    SupervisionOrder,
    TeamMember,
    TracebackArchive,
    VehicleFacts,
    VerificationEntry,
    VolumeNotes,
)
from models.papers.content.wording import title_lines

BEIJING = timezone(timedelta(hours=8))
CASE = "9901-2026-0001"
POLICE = "江城市公安局交通警察支队"


def at(month: int, day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=BEIJING)


ACCIDENT = AccidentFacts(
    occurred_at=datetime(2026, 3, 15, 6, 32, tzinfo=UTC),
    place="江城市东湖区东环大道K12+300米处",
    grade=Grade.LARGE,
    accident_number="JC20260315001",
    deaths=3,
    serious_injuries=2,
    minor_injuries=3,
    economic_loss=Decimal("3862400"),
    weather="小雨",
    light="白天",
    pattern="追尾碰撞",
    summary=(
        "张某某驾驶重型半挂牵引车沿东环大道由北向南行驶至K12+300米处，未与前车保持安全距离，"
        "追尾碰撞前方减速行驶的中型普通客车，客车失控后撞断中央护栏。"
    ),
)

FINDINGS = (
    FindingEntry(
        number="1",
        level=FindingLevel.DIRECT,
        aspect=Aspect.PERSON,
        text="张某某连续驾驶超过5小时未停车休息，行经弯道未降低车速，未与前车保持安全距离",
        people=("张某某",),
        basis=("《中华人民共和国道路交通安全法》有关安全距离的规定",),
        evidence=("证1", "证2"),
    ),
    FindingEntry(
        number="2",
        level=FindingLevel.INDIRECT,
        aspect=Aspect.MANAGEMENT,
        text="江城市某运输有限公司未对动态监控平台的疲劳驾驶报警进行处置，2026年1月以来累计漏处报警37次",
        organisations=("江城市某运输有限公司",),
        basis=("企业安全生产管理制度",),
        evidence=("证3",),
        duty_failure=True,
    ),
    FindingEntry(
        number="3",
        level=FindingLevel.INDIRECT,
        aspect=Aspect.ROAD,
        text="事故路段中央护栏防护等级不足，弯道前未设置急弯警告标志",
        organisations=("江城市公路管理中心",),
        basis=("公路交通安全设施设计要求",),
        evidence=("证4", "证5"),
        duty_failure=True,
    ),
)

MEASURES = (
    MeasureEntry(
        number="1",
        text="在事故路段弯道前增设急弯警告标志和减速标线，完成前设置临时警示设施",
        lead="江城市公路管理中心",
        cooperating=("江城市公安局交通警察支队东湖大队",),
        responsible_person="李某某",
        due=date(2026, 5, 8),
        due_explanation="自通知送达之日起30日，届满之日为休息日的，顺延至其后第一个工作日",
        proof="竣工照片和验收记录",
        findings=("3",),
    ),
    MeasureEntry(
        number="2",
        text="对东环大道全线中央护栏防护等级进行排查并更换不达标护栏",
        lead="江城市公路管理中心",
        due=date(2026, 9, 30),
        milestones=(
            Milestone(text="完成全线排查并形成清单", due=date(2026, 5, 29)),
            Milestone(text="完成更换", due=date(2026, 9, 30)),
        ),
        proof="排查清单、施工合同和验收报告",
        findings=("3",),
    ),
)

EVIDENCE = tuple(
    EvidenceEntry(
        number=f"证{n}",
        title=title,
        source=source,
        obtained_on=date(2026, 3, 15 + n),
        pages=pages,
        sha256=f"{n}0d3a7c95be214f6" * 4,
    )
    for n, (title, source, pages) in enumerate(
        (
            ("道路交通事故现场勘查笔录", POLICE, 6),
            ("车载视频和卫星定位数据", "江城市某运输有限公司", None),
            ("动态监控平台报警处置记录", "江城市某运输有限公司", 37),
            ("道路安全设施检测报告", "江城市某检测有限公司", 42),
            ("护栏设计文件复印件", "江城市公路管理中心", 18),
        ),
        1,
    )
)

DUTIES = (
    DutyEntry(
        subject="江城市公路管理中心",
        duty="对管养公路的安全设施定期巡查并及时处置隐患",
        basis=("公路养护管理有关规定",),
        facts="2025年10月巡查记录已载明事故路段护栏立柱缺失，至事故发生时未安排修复",
        not_done="发现隐患后5个月未处置，未设置临时警示设施",
        evidence=("证4", "证5"),
        findings=("3",),
    ),
    DutyEntry(
        subject="王某某",
        subject_type=SubjectType.PERSON,
        organisation="江城市某运输有限公司",
        position="安全总监",
        duty="督促处置动态监控平台报警",
        basis=("企业安全生产管理制度",),
        facts="在岗期间未查看平台报警处置情况",
        not_done="2026年1月至3月未组织报警处置检查",
        evidence=("证3",),
        findings=("2",),
    ),
)


def head(form: DocumentForm, title: str, recipient: str, **more: object) -> Head:
    values: dict[str, object] = {
        "form": form,
        "issuer": POLICE,
        "mark": POLICE + ("" if form is DocumentForm.LETTER else "文件"),
        "number": "江公交调〔2026〕12号",
        "signatory": "赵某某" if form is DocumentForm.REPORT else None,
        "title": title_lines(title),
        "recipients": (recipient,),
        "copied_to": ("江城市道路交通安全委员会办公室", "江城市应急管理局"),
        "dated": date(2026, 4, 8),
        "contact_name": "钱某某",
        "contact_phone": "0711-5550131",
    }
    own = values | more
    printed = {"printed_by": f"{own['issuer']}办公室".replace("办公室办公室", "办公室"), "printed_on": own["dated"]}
    return Head.model_validate(printed | own)


_NOTICE_FORMS = {
    DocumentForm.NOTICE: ("关于落实“3·15”较大道路交通事故整改措施的通知", "江城市某运输有限公司"),
    DocumentForm.LETTER: ("关于落实“3·15”较大道路交通事故整改措施的函", "江城市公路管理中心"),
    DocumentForm.REPORT: ("关于“3·15”较大道路交通事故整改建议的报告", "江城市人民政府"),
}


INVESTIGATED = (
    "公安机关交通管理部门依照《道路交通事故处理程序规定》（公安部令第146号）"
    "第二十九条、第一百一十二条第二项的规定开展深度调查"
)
TO_GOVERNMENT = (
    "《中华人民共和国道路交通安全法》第二十九条第二款规定，"
    "公安机关交通管理部门发现交通事故频发路段的，应当及时向当地人民政府报告"
)


def notice(form: DocumentForm = DocumentForm.NOTICE, **more: object) -> RectificationNotice:
    values: dict[str, object] = {
        "head": head(form, *_NOTICE_FORMS[form]),
        "case_number": CASE,
        "accident": ACCIDENT,
        "report_number": "江公交调〔2026〕9号",
        "report_dated": date(2026, 4, 2),
        "findings": FINDINGS[1:],
        "measures": MEASURES,
        "investigated": INVESTIGATED,
        "power": TO_GOVERNMENT if form is DocumentForm.REPORT else None,
        "replies": (
            DeadlineLine(
                what="签收文书",
                answer="receipt",
                due=date(2026, 4, 13),
                explanation="自文书送达之日起3个工作日内",
                basis="本单位整改工作惯例",
                borrowed=True,
            ),
            DeadlineLine(
                what="报送整改方案",
                answer="plan",
                due=date(2026, 4, 22),
                explanation="自签收文书之日起7个工作日内",
                borrowed=True,
            ),
        ),
        "reply_instructions": ("反馈材料应当附照片、合同、验收记录等证明材料",),
        "url": "https://shencha.example.org/n/7f3c2a9b41d84e6c",
        "answer_code": "4Q7M-2X9K",
    }
    return RectificationNotice.model_validate(values | more)


def notice_over_several() -> RectificationNotice:
    """汇总通知: two cases, in the second of which the recipient cooperates."""
    partner = Partner(organisation="江城市公路管理中心", responsible_person="孙某某", due=date(2026, 6, 30))
    shared = MEASURES[0].model_copy(
        update={
            "number": "1",
            "lead": "江城市路灯管理所",
            "cooperating": (partner.organisation,),
            "partners": (partner,),
        }
    )
    staged = MEASURES[1].model_copy(
        update={
            "part": Part.LEAD,
            "milestones": (
                Milestone(text="设置临时防撞设施", due=date(2026, 5, 29), kind=MilestoneKind.INTERIM),
                Milestone(text="全线更换护栏", due=date(2026, 9, 30), kind=MilestoneKind.LONG_TERM),
            ),
        }
    )
    another = ACCIDENT.model_copy(update={"place": "江城市东湖区西环大道K3+100米处", "accident_number": None})
    return notice(
        DocumentForm.LETTER,
        head=head(DocumentForm.LETTER, "关于商请落实2起道路交通事故整改措施的函", "江城市公路管理中心"),
        measures=(staged,),
        further=(
            FurtherCase(
                case_number="4201-2026-0007",
                accident=another,
                report_number="江公交调〔2026〕11号",
                report_dated=date(2026, 4, 3),
                findings=(FINDINGS[1].model_copy(update={"text": "西环大道急弯处未设置警告标志。"}),),
                measures=(shared.model_copy(update={"part": Part.COOPERATING, "due": partner.due}),),
            ),
        ),
    )


PROMISED = (
    PromisedBefore(
        on=date(2025, 5, 6),
        place="东环大道K12+350米处",
        alike=("事故地点相近", "同一路段"),
        measure="在弯道外侧加装护栏，增设急弯警告标志。",
        organisation="江城市公路管理中心",
        standing="未办结（待完成）",
    ),
)


def report(**more: object) -> AnalysisReport:
    title = "关于江城市东环大道“3·15”较大道路交通事故的调查分析报告"
    values: dict[str, object] = {
        "head": head(
            DocumentForm.REPORT, title, "江城市人民政府", number="江公交调〔2026〕9号", dated=date(2026, 4, 2)
        ),
        "case_number": CASE,
        "accident": ACCIDENT,
        "legal_basis": ("《道路交通事故处理程序规定》",),
        "road": RoadFacts(
            name="东环大道", stake="K12+300", road_class="一级公路", description="双向四车道，弯道半径180米，限速60km/h"
        ),
        "vehicles": (
            VehicleFacts(
                plate="江A****1",
                type="重型半挂牵引车",
                usage="货运",
                owner="江城市某运输有限公司",
                approved_load_kg=32000,
                actual_load_kg=36500,
                speed_kmh=71.5,
                speed_limit_kmh=60,
                defects=("左后轮制动力不足",),
            ),
            VehicleFacts(
                plate="江A****2", type="中型普通客车", usage="公路客运", approved_persons=19, actual_persons=8
            ),
        ),
        "people": (
            PersonFacts(
                name="张某某",
                role=PersonRole.DRIVER,
                vehicle="江A****1",
                organisation="江城市某运输有限公司",
                position="驾驶员",
                outcome=PersonOutcome.MINOR,
            ),
            PersonFacts(name="孙某喆", role=PersonRole.DRIVER, vehicle="江A****2", outcome=PersonOutcome.DEAD),
            PersonFacts(name="周某祎", role=PersonRole.PASSENGER, vehicle="江A****2", outcome=PersonOutcome.SERIOUS),
        ),
        "organisations": (
            OrganisationFacts(
                name="江城市某运输有限公司",
                kind=OrganisationKind.ENTERPRISE,
                description="所属货运车辆46辆，专职安全管理人员1名",
            ),
            OrganisationFacts(
                name="江城市公路管理中心", kind=OrganisationKind.ROAD_AUTHORITY, description="事故路段的管养单位"
            ),
        ),
        "course": (
            "2026年3月15日9时许，张某某驾驶重型半挂牵引车从江城市北郊货场出发，沿东环大道由北向南行驶。",
            "14时32分，车辆行至K12+300米弯道处，追尾碰撞前方减速行驶的中型普通客车，客车撞断中央护栏后停驶。",
        ),
        "response": ("14时35分，交通警察支队接警；14时51分到达现场，设置警示区域并协助救治伤员；18时20分恢复通行。",),
        "findings": FINDINGS,
        "duties": DUTIES,
        "measures": MEASURES,
        "team": (
            TeamMember(name="钱某某", role="组长", organisation=POLICE, position="副支队长"),
            TeamMember(name="吴某某", role="成员", organisation="江城市交通运输局", position="安全科科长"),
            TeamMember(role="成员", organisation="江城市应急管理局"),
        ),
        "evidence": EVIDENCE,
    }
    return AnalysisReport.model_validate(values | more)


def proposal(**more: object) -> AccountabilityProposal:
    title = "关于建议对“3·15”较大道路交通事故有关履职情况启动倒查问责的函"
    values: dict[str, object] = {
        "head": head(DocumentForm.LETTER, title, "江城市监察委员会", number="江公交调函〔2026〕3号"),
        "case_number": CASE,
        "accident": ACCIDENT,
        "report_number": "江公交调〔2026〕9号",
        "report_dated": date(2026, 4, 2),
        "subjects": DUTIES,
        "noted": (NotedSubject(subject="张某某", state="已由司法机关依法处理"),),
        "evidence": EVIDENCE[2:],
    }
    return AccountabilityProposal.model_validate(values | more)


def _order_to_a_peer() -> Head:
    return head(
        DocumentForm.LETTER,
        "关于再次督办“3·15”较大道路交通事故整改措施落实情况的函",
        "江城市公路管理中心",
        issuer="江城市道路交通安全委员会办公室",
        mark="江城市道路交通安全委员会办公室",
        number="江道安督〔2026〕2号",
        dated=date(2026, 5, 12),
    )


def order(**more: object) -> SupervisionOrder:
    title = "关于再次限期落实“3·15”较大道路交通事故整改措施的督办通知"
    values: dict[str, object] = {
        "head": head(
            DocumentForm.NOTICE,
            title,
            "江城市公路管理中心",
            issuer="江城市道路交通安全委员会办公室",
            mark="江城市道路交通安全委员会办公室文件",
            number="江道安督〔2026〕2号",
            dated=date(2026, 5, 12),
        ),
        "power": "依据《江城市道路交通安全委员会工作规则》（江道安委〔2024〕2号）第十六条",
        "case_number": CASE,
        "ordinal": 2,
        "previous_number": "江道安督〔2026〕1号",
        "accident": ACCIDENT,
        "notice_number": "江公交调〔2026〕12号",
        "notice_title": "关于落实“3·15”较大道路交通事故整改措施的函",
        "notice_dated": date(2026, 4, 8),
        "notice_delivered_on": date(2026, 4, 8),
        "matters": (
            OverdueMatter(
                matter="在事故路段弯道前增设急弯警告标志和减速标线",
                measure="1",
                original=DeadlineLine(
                    what="完成整改",
                    due=date(2026, 5, 8),
                    explanation="自2026年4月8日送达之日起30日，届满之日为2026年5月8日，为工作日，不顺延",
                    borrowed=True,
                ),
                days_late=4,
                done="已设置临时警示设施",
                not_done="急弯警告标志和减速标线均未施工",
            ),
        ),
        "new_limit": DeadlineLine(
            what="完成全部督办事项",
            due=date(2026, 5, 26),
            explanation="自督办单送达之日起10个工作日内",
            borrowed=True,
        ),
        "lifting": ("完成后书面反馈完成情况，附证明材料，经核对合格后办结",),
        "consequences": ("逾期未完成的，将约谈有关负责人",),
    }
    return SupervisionOrder.model_validate(values | more)


def _file(path: str, n: int) -> ArchivedFile:
    return ArchivedFile(path=path, sha256=f"{n:02d}d3a7c95be214f6" * 4, size=10_240 + n)


def volume(**more: object) -> TracebackArchive:
    items = tuple(
        CatalogueItem(
            sequence=n,
            responsible=POLICE,
            number=number,
            title=title,
            dated=dated,
            pages=pages,
            files=(_file(f"data/{n:03d}.docx", n),),
        )
        for n, (number, title, dated, pages) in enumerate(
            (
                ("江公交调〔2026〕9号", "“3·15”较大道路交通事故调查分析报告", date(2026, 4, 2), 9),
                ("江公交调〔2026〕12号", "关于落实“3·15”较大道路交通事故整改措施的函", date(2026, 4, 8), 5),
                ("江道安督〔2026〕1号", "关于限期落实整改措施的督办单", date(2026, 5, 12), None),
            ),
            1,
        )
    )
    values: dict[str, object] = {
        "case_number": CASE,
        "fonds_name": POLICE,
        "fonds_number": "J099",
        "archive_number": "J099-2026-Y-0001-003",
        "title": title_lines("江城市东环大道“3·15”较大道路交通事故监管回溯档案"),
        "issuer": POLICE,
        "period_from": date(2026, 3, 15),
        "period_to": date(2026, 10, 12),
        "retention": "永久",
        "dated": date(2026, 10, 15),
        "accident": ACCIDENT,
        "items": items,
        "deliveries": (
            DeliveryEntry(
                document="江公交调〔2026〕12号 通知书",
                recipient="江城市公路管理中心",
                mode=DeliveryMode.DIRECT,
                delivered_at=at(4, 8, 15, 20),
                delivered_by="郑某某",
                received_by="李某某",
                received_at=at(4, 9, 10),
                recorded_on_behalf=True,
            ),
        ),
        "replies": (
            ReplyEntry(
                organisation="江城市公路管理中心",
                kind=ReplyKind.COMPLETION,
                subject="措施1",
                received_at=at(5, 25, 16, 40),
                summary="急弯警告标志、减速标线已施工完毕并自验合格",
                evidence=(_file("data/replies/001.jpg", 11),),
                verdict=Verdict.ACCEPTED,
                assessed_by="郑某某",
                assessed_at=at(5, 26),
            ),
        ),
        "verifications": (
            VerificationEntry(
                measure="1",
                organisation="江城市公路管理中心",
                verified_at=at(5, 27, 10, 5),
                verified_by="冯某某",
                place="东环大道K12+300",
                result="标志、标线齐全，符合要求",
                photos=(_file("data/photos/001.jpg", 12),),
            ),
        ),
        "outcomes": (
            OutcomeEntry(
                measure="1",
                text="增设急弯警告标志和减速标线",
                organisation="江城市公路管理中心",
                outcome=Outcome.DONE,
                closed_on=date(2026, 5, 28),
            ),
        ),
        "events": tuple(
            EventEntry(sequence=n, at=at(4, n, 9), actor="郑某某", what=what, why="按期办理")
            for n, what in enumerate(("立案", "签发调查分析报告书", "发出整改报告通知书"), 1)
        ),
        "event_count": 48,
        "event_chain_head": "9be214f60d3a7c95" * 4,
        "notes": VolumeNotes(
            total_pages=46,
            not_applicable=(
                NotApplicable(
                    document=DocumentKind.ACCOUNTABILITY_PROPOSAL,
                    reason="未发现公职人员不履行职责的情形",
                    approved_by="赵某某",
                    approved_on=date(2026, 6, 1),
                ),
            ),
            remarks=("原件第12至18页为复印件，原件存江城市公路管理中心。",),
            prepared_by="陈某某",
            checked_by="褚某某",
            dated=date(2026, 10, 15),
        ),
    }
    return TracebackArchive.model_validate(values | more)


def papers() -> dict[str, Paper]:
    """Every kind, and the notices in each form, by a name fit for a file."""
    from tests.documents import further_samples  # it stands on the accident of this file

    return {
        "analysis_report": report(),
        "analysis_report-short": report(short=True, edition=4),
        "analysis_report-causes": report(cause_picture="事故致因图", promised=PROMISED),
        **{f"rectification_notice-{form.value}": notice(form) for form in _NOTICE_FORMS},
        "rectification_notice-several": notice_over_several(),
        "accountability_proposal": proposal(),
        "supervision_order": order(),
        "supervision_order-letter": order(head=_order_to_a_peer()),
        "traceback_archive": volume(),
        **further_samples.papers(),
        **{name: paper for one in _of_single_kinds() for name, paper in one.items()},
    }


def _of_single_kinds() -> Iterator[dict[str, Paper]]:
    """The samples that stand in a file of their own: where a new kind puts its sample."""
    for file in sorted((Path(__file__).parent / "kinds").glob("*.py")):
        yield import_module(f"tests.documents.kinds.{file.stem}").papers()
