"""Samples of the papers that ask somebody else to see to measures of a unit."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper
from models.papers.kinds.referrals.content import (
    AnnexedMeasure,
    Opinion,
    OwnWords,
    ReferralLetter,
    ReferredMeasure,
    RequestForInstructions,
)
from tests.documents.further_samples import ROADS, head
from tests.documents.samples import ACCIDENT, CASE

MEASURES = (
    ReferredMeasure(text="对事故路段临水临崖一侧缺失的护栏逐段登记并列入年度计划", proof="计划文件和现场照片"),
    ReferredMeasure(text="对辖区同类路段开展一次排查", proof="排查台账"),
)

OWN = OwnWords(
    matter="深度调查查明，部分问题属于某区人民政府统筹解决的事项，需要某区人民政府组织所属部门和乡镇一并落实。",
    reasons="《党政机关公文处理工作条例》第十六条第二项规定，需经政府审批的具体事项，经政府同意后可以由政府职能部门行文，"
    "文中须注明已经政府同意。上述事项时间性强，汛期临近。",
    inclination="为此，我局拟就附件所列措施行文某区人民政府，文中注明“经市人民政府同意”。我局倾向于由我局行文，以便及时衔接路段管控；"
    "市人民政府认为由市人民政府办公室转送更为适宜的，我局将按要求提供文稿。",
    annex=(
        AnnexedMeasure(
            text="组织临水临崖路段治理，并落实过渡期管控",
            units=("某区人民政府",),
            due=date(2026, 10, 31),
            proof="批复、资金文件、交工验收，管控方案",
        ),
        AnnexedMeasure(text="调整劝导站值班", units=("某区人民政府",), due=date(2026, 5, 31), proof="值班表、抽查记录"),
    ),
)


def papers() -> dict[str, Paper]:
    """Return the samples of these kinds, by a name fit for a file."""
    asked = "关于“3·15”较大道路交通事故涉及某区人民政府整改措施办理事项的请示"
    request = RequestForInstructions(
        head=head(
            DocumentForm.REQUEST,
            asked,
            "江城市公安局",
            number="江公交请〔2026〕1号",
            dated=date(2026, 4, 8),
            signatory="赵某某",
        ),
        case_number=CASE,
        accident=ACCIDENT,
        unit="某区人民政府",
        why="某区人民政府是下级人民政府，本单位不能直接向其提出整改措施；请先请示本级人民政府，经同意并登记后行文。",
        measures=MEASURES,
    )
    told = "关于商请督促某区交通运输局落实“3·15”较大道路交通事故整改措施的函"
    letter = ReferralLetter(
        head=head(DocumentForm.LETTER, told, "江城市交通运输局", number="江公商〔2026〕1号", dated=date(2026, 4, 8)),
        case_number=CASE,
        accident=ACCIDENT,
        unit="某区交通运输局",
        measures=MEASURES[:1],
    )
    up = {"signatory": "赵某某", "dated": date(2026, 5, 11)}
    by_hand = request.model_copy(
        update={
            "head": head(
                DocumentForm.REQUEST,
                "关于就“3·15”较大道路交通事故整改事项向某区人民政府行文的请示",
                "江城市人民政府",
                number="江公请〔2026〕9号",
                **up,
            ),
            "unit": "",
            "why": None,
            "measures": (),
            "own": OWN,
        }
    )
    proposed = "关于县道临水临崖路段治理的意见"
    opinions = {
        "opinion": head(
            DocumentForm.OPINION,
            proposed,
            "江城市人民政府",
            number="江公意〔2026〕1号",
            closing="以上意见妥否，请批示。",
            priority="特急",
            publicity="依申请公开",
            **up,
        ),
        "opinion_to_a_peer": head(
            DocumentForm.OPINION, proposed, ROADS, number="江公意〔2026〕2号", dated=date(2026, 5, 11)
        ),
    }
    proposes = OWN.model_copy(
        update={"inclination": "建议将该路段列入年度农村公路安全设施治理项目，落实资金和过渡期管控。"}
    )
    return {
        "request_for_instructions": request,
        "request_by_hand": by_hand,
        "referral_letter": letter,
        **{
            name: Opinion(head=frame, case_number=CASE, accident=ACCIDENT, own=proposes)
            for name, frame in opinions.items()
        },
    }
