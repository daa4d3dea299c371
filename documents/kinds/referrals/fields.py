"""请示, 意见 and 商请督促函: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED
from models.papers.kinds.referrals.content import AnnexedMeasure, Opinion, ReferralLetter, RequestForInstructions

_ANNEXED: Fields[AnnexedMeasure] = (
    text("内容", "措施内容", lambda m: m.text),
    lines("责任单位", "承办单位，每行一个", lambda m: m.units),
    text("完成日期", "完成期限", lambda m: m.due),
    text("证明", "怎样证明完成", lambda m: m.proof),
)
REQUEST: Fields[RequestForInstructions] = (
    *NUMBERED,
    *ACCIDENT,
    text("所涉单位", "整改措施所涉的单位", lambda p: p.unit),
    text("理由", "为什么报请上级办理", lambda p: p.why if p.own is None else p.own.reasons),
    text("请示事项", "手工拟制的请示所请示的一件事", lambda p: p.own and p.own.matter),
    text("倾向性意见", "手工拟制的请示中本单位的倾向性意见", lambda p: p.own and p.own.inclination),
    entries("附件措施", "附件所列整改措施", lambda p: p.own.annex if p.own else (), _ANNEXED),
    entries(
        "措施",
        "整改措施",
        lambda p: p.measures,
        (text("内容", "措施内容", lambda m: m.text), text("证明", "怎样证明完成", lambda m: m.proof)),
    ),
)
OPINION: Fields[Opinion] = (
    *NUMBERED,
    *ACCIDENT,
    text("事项", "所提意见针对的事项", lambda p: p.own.matter, required=True),
    text("理由", "理由和依据", lambda p: p.own.reasons, required=True),
    text("意见", "所提意见", lambda p: p.own.inclination, required=True),
    entries("附件措施", "附件所列整改措施", lambda p: p.own.annex, _ANNEXED),
)
LETTER: Fields[ReferralLetter] = (
    *NUMBERED,
    *ACCIDENT,
    text("所涉单位", "整改措施所涉的单位", lambda p: p.unit, required=True),
    entries(
        "措施",
        "整改措施",
        lambda p: p.measures,
        (text("内容", "措施内容", lambda m: m.text), text("证明", "怎样证明完成", lambda m: m.proof)),
        required=True,
    ),
)
