"""Samples of the papers that ask somebody else to see to measures of a unit."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import Paper
from models.papers.kinds.referrals.content import ReferralLetter, ReferredMeasure, RequestForInstructions
from tests.documents.further_samples import head
from tests.documents.samples import ACCIDENT, CASE

MEASURES = (
    ReferredMeasure(text="对事故路段临水临崖一侧缺失的护栏逐段登记并列入年度计划", proof="计划文件和现场照片"),
    ReferredMeasure(text="对辖区同类路段开展一次排查", proof="排查台账"),
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
    return {"request_for_instructions": request, "referral_letter": letter}
