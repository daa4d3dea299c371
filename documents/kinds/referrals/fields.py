"""请示 and 商请督促函: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, text
from documents.fields.shared import ACCIDENT, NUMBERED
from models.papers.kinds.referrals.content import ReferralLetter, RequestForInstructions

REQUEST: Fields[RequestForInstructions] = (
    *NUMBERED,
    *ACCIDENT,
    text("所涉单位", "整改措施所涉的单位", lambda p: p.unit, required=True),
    text("理由", "为什么报请上级办理", lambda p: p.why),
    entries(
        "措施",
        "整改措施",
        lambda p: p.measures,
        (text("内容", "措施内容", lambda m: m.text), text("证明", "怎样证明完成", lambda m: m.proof)),
        required=True,
    ),
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
