"""The papers that accompany the five, on the same invented accident."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import ClockEffect, DeliveryMode, DocumentForm, SubjectType
from models.papers.content import (
    AdvanceNotice,
    AmendedClock,
    Clue,
    ClueTransfer,
    CorrectedPassage,
    Correction,
    DeadlineLine,
    Excerpt,
    Head,
    Paper,
    PaperReference,
    Promise,
    ProofOfService,
    TalkMinutes,
    TalkNotice,
    TransferredMaterial,
    Withdrawal,
    excerpt_of,
)
from tests.documents import samples
from tests.documents.samples import ACCIDENT, CASE, EVIDENCE, FINDINGS, MEASURES, POLICE, at, report

ROADS = "江城市公路管理中心"
NOTICE = PaperReference(
    title="关于落实“3·15”较大道路交通事故整改措施的函", number="江公交调〔2026〕12号", dated=date(2026, 4, 8)
)


def head(form: DocumentForm, title: str, recipient: str, **more: object) -> Head:
    """As in the other samples, printed on the day of its date."""
    return samples.head(form, title, recipient, **{"printed_on": None, **more})


_ADVANCE = {
    DocumentForm.NOTICE: ("关于先行消除“3·15”较大道路交通事故路段隐患的通知", "江城市某运输有限公司"),
    DocumentForm.LETTER: ("关于商请先行消除“3·15”较大道路交通事故路段隐患的函", ROADS),
    DocumentForm.REPORT: ("关于“3·15”较大道路交通事故路段紧急隐患的报告", "江城市人民政府"),
}


def advance_notice(form: DocumentForm = DocumentForm.NOTICE, **more: object) -> AdvanceNotice:
    values: dict[str, object] = {
        "head": head(form, *_ADVANCE[form], number="江公交先〔2026〕1号", dated=date(2026, 3, 17)),
        "case_number": CASE,
        "accident": ACCIDENT,
        "urgency": "事故路段护栏缺失处仍在通行，汛期临近，随时可能再次发生车辆冲出路外的事故",
        "hazards": FINDINGS[2:],
        "measures": MEASURES[:1],
        "replies": (
            DeadlineLine(
                what="签收文书",
                answer="receipt",
                due=date(2026, 3, 20),
                explanation="自文书送达之日起3个工作日内",
                borrowed=True,
            ),
            DeadlineLine(
                what="完成整改措施",
                answer="completion",
                due=date(2026, 3, 24),
                explanation="自文书送达之日起5日内",
            ),
        ),
        "url": "https://shencha.example.org/n/1b7d4c2a9f3e8d60",
    }
    return AdvanceNotice.model_validate(values | more)


def correction(**more: object) -> Correction:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.LETTER,
            "关于更正“3·15”较大道路交通事故整改函有关内容的函",
            ROADS,
            number="江公交更〔2026〕1号",
            dated=date(2026, 4, 15),
        ),
        "case_number": CASE,
        "paper": NOTICE,
        "delivered_on": date(2026, 4, 8),
        "reason": "制文时将事故路段桩号和第1项措施的完成期限误写",
        "passages": (
            CorrectedPassage(place="第一部分事故概况", wrong="K12+300米处", right="K13+200米处"),
            CorrectedPassage(place="第三部分措施1完成期限", wrong="2026年5月8日", right="2026年5月18日"),
        ),
        "clocks": (
            AmendedClock(
                what="措施1完成整改",
                effect=ClockEffect.CHANGED,
                before=date(2026, 5, 8),
                after=DeadlineLine(
                    what="措施1完成整改",
                    due=date(2026, 5, 18),
                    explanation="自更正文书送达之日起重新给足30日，届满之日顺延至工作日",
                    borrowed=True,
                ),
            ),
            AmendedClock(what="报送整改方案", effect=ClockEffect.UNCHANGED, before=date(2026, 4, 22)),
        ),
    }
    return Correction.model_validate(values | more)


def withdrawal(**more: object) -> Withdrawal:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.NOTICE,
            "关于撤销“3·15”较大道路交通事故整改通知的通知",
            "江城市某运输有限公司",
            number="江公交撤〔2026〕1号",
            dated=date(2026, 4, 20),
        ),
        "case_number": CASE,
        "paper": PaperReference(
            title="关于落实“3·15”较大道路交通事故整改措施的通知",
            number="江公交调〔2026〕13号",
            dated=date(2026, 4, 8),
        ),
        "delivered_on": date(2026, 4, 9),
        "reason": "事故车辆所属单位认定有误，该车已于2025年12月转让",
        "clocks": (
            AmendedClock(what="报送整改方案", effect=ClockEffect.ENDED, before=date(2026, 4, 22)),
            AmendedClock(what="完成整改", effect=ClockEffect.ENDED, before=date(2026, 5, 8)),
        ),
    }
    return Withdrawal.model_validate(values | more)


def clue_transfer(**more: object) -> ClueTransfer:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.LETTER,
            "关于移送“3·15”较大道路交通事故有关问题线索的函",
            "江城市监察委员会",
            number="江公交移〔2026〕1号",
            copied_to=(),
        ),
        "case_number": CASE,
        "accident": ACCIDENT,
        "basis": ("《中华人民共和国监察法》第三十七条",),
        "approved": "经江城市公安局党委批准（江公党纪〔2026〕5号）",
        "clues": (
            Clue(
                subject="李某某",
                organisation=ROADS,
                position="养护科科长",
                facts="2025年10月收到护栏立柱缺失的巡查报告后未安排修复，其间两次在竣工验收单上签注“已修复”",
                source="调取养护巡查台账和验收单比对发现",
                materials=("1", "2"),
            ),
            Clue(
                subject=ROADS,
                subject_type=SubjectType.ORGANISATION,
                facts="养护资金拨付后未用于列明的护栏更换项目",
                source="养护单位负责人询问笔录",
                materials=("3",),
            ),
        ),
        "materials": tuple(
            TransferredMaterial(number=str(n), title=title, original=n == 2, pages=pages, sha256=EVIDENCE[n].sha256)
            for n, (title, pages) in enumerate(
                (("养护巡查台账", 18), ("竣工验收单", 4), ("询问笔录", 6)),
                1,
            )
        ),
        "transferred_by": ("郑某某", "冯某某"),
    }
    return ClueTransfer.model_validate(values | more)


def talk_notice(**more: object) -> TalkNotice:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.NOTICE,
            "关于约谈江城市公路管理中心的通知",
            ROADS,
            issuer="江城市道路交通安全委员会办公室",
            mark="江城市道路交通安全委员会办公室文件",
            number="江道安约〔2026〕1号",
            dated=date(2026, 6, 12),
            closing="特此通知。",
        ),
        "case_number": CASE,
        "accident": ACCIDENT,
        "order": PaperReference(
            title="关于再次限期落实“3·15”较大道路交通事故整改措施的督办通知",
            number="江道安督〔2026〕2号",
            dated=date(2026, 5, 12),
        ),
        "order_served_on": date(2026, 5, 12),
        "order_due": date(2026, 5, 26),
        "power": "依据《江城市道路交通安全委员会工作规则》（江道安委〔2024〕2号）第十八条",
        "reason": "截至2026年6月11日，督办事项仍未完成，已超过督办期限12个工作日",
        "matters": ("急弯警告标志和减速标线未按期施工的原因", "护栏排查和更换的进度安排"),
        "held_at": at(6, 18, 15),
        "place": "江城市道路交通安全委员会办公室第一会议室",
        "chaired_by": "赵某某（办公室主任）",
        "attendees": ("主要负责人", "分管负责人", "养护科负责人"),
        "preparation": ("书面汇报材料一式3份", "施工合同、资金拨付凭证和施工计划"),
    }
    return TalkNotice.model_validate(values | more)


def talk_minutes(**more: object) -> TalkMinutes:
    issuer = "江城市道路交通安全委员会办公室"
    values: dict[str, object] = {
        "head": head(
            DocumentForm.NOTICE,
            "约谈江城市公路管理中心纪要",
            ROADS,
            issuer=issuer,
            mark="道路交通安全约谈纪要",
            number="江道安纪〔2026〕1号",
            recipients=(),
            copied_to=(ROADS, "江城市交通运输局"),
            dated=date(2026, 6, 19),
        ),
        "case_number": CASE,
        "notice": PaperReference(
            title="关于约谈江城市公路管理中心的通知", number="江道安约〔2026〕1号", dated=date(2026, 6, 12)
        ),
        "organisation": ROADS,
        "held_at": at(6, 18, 15),
        "place": f"{issuer}第一会议室",
        "chaired_by": "办公室主任赵某某",
        "recorded_by": "陈某某",
        "participants": ("赵某某", "钱某某", "郑某某"),
        "attended_by": ("孙某（主任）", "李某某（养护科科长）"),
        "absent": ("周某（分管副主任，出差）",),
        "matters": ("督办事项超期12个工作日仍未完成", "未在期限届满前申请延期，也未书面说明理由"),
        "statements": ("施工单位招标流标一次，资金于6月5日到位", "临时警示设施一直保持完好"),
        "promises": (
            Promise(text="完成急弯警告标志和减速标线施工", responsible_person="李某某", due=date(2026, 7, 3)),
            Promise(text="每周书面报告护栏更换进度"),
        ),
    }
    return TalkMinutes.model_validate(values | more)


def excerpt(**more: object) -> Excerpt:
    title = "关于印送“3·15”较大道路交通事故调查分析报告摘录的函"
    made = excerpt_of(report(), ROADS, head(DocumentForm.LETTER, title, ROADS, number="江公交摘〔2026〕1号"))
    return made.model_copy(update=more)


def proof_of_service(**more: object) -> ProofOfService:
    values: dict[str, object] = {
        "case_number": CASE,
        "issuer": POLICE,
        "matter": "“3·15”较大道路交通事故深度调查",
        "papers": (NOTICE,),
        "copies": 1,
        "recipient": ROADS,
        "address": "江城市东湖区养护路8号",
        "mode": DeliveryMode.DIRECT,
        "delivered_at": at(4, 8, 15, 20),
        "delivered_by": ("郑某某", "冯某某"),
        "received_at": at(4, 8, 15, 20),
        "received_by": "李某某",
        "receiver_position": "办公室工作人员",
        "dated": date(2026, 4, 8),
    }
    return ProofOfService.model_validate(values | more)


def replanning() -> Correction:
    """The decision that plans long-term work anew: a correction of one clock, without anything being wrong."""
    return correction(
        replanned=True,
        reason="涉及征地，经研究同意调整长期整改的期限",
        passages=(CorrectedPassage(place="措施2的完成期限", wrong="2026年9月30日", right="2026年12月31日"),),
        clocks=(
            AmendedClock(
                what="完成整改措施（措施2）",
                effect=ClockEffect.CHANGED,
                before=date(2026, 9, 30),
                after=DeadlineLine(what="完成整改措施", due=date(2026, 12, 31)),
            ),
            AmendedClock(what="完成整改措施（措施1）", effect=ClockEffect.UNCHANGED, before=date(2026, 5, 8)),
        ),
    )


def papers() -> dict[str, Paper]:
    """Every kind, and the advance notice in each form, by a name fit for a file."""
    return {
        **{f"advance_notice-{form.value}": advance_notice(form) for form in _ADVANCE},
        "correction": correction(),
        "correction-replanned": replanning(),
        "withdrawal": withdrawal(),
        "clue_transfer": clue_transfer(),
        "talk_notice": talk_notice(),
        "talk_minutes": talk_minutes(),
        "excerpt": excerpt(),
        "proof_of_service": proof_of_service(),
        "proof_of_service-blank": proof_of_service(
            mode=None,
            address=None,
            delivered_at=None,
            delivered_by=(),
            received_at=None,
            received_by=None,
            receiver_position=None,
        ),
    }
