"""倒查问责建议书: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, DUTY, EVIDENCE, NUMBERED, REPORT_OF
from models.papers.content import AccountabilityProposal

FIELDS: Fields[AccountabilityProposal] = (
    *NUMBERED,
    *ACCIDENT,
    *REPORT_OF,
    entries("对象", "建议调查的对象、职责和事实", lambda p: p.subjects, DUTY, required=True),
    entries(
        "其他情况",
        "已经处理等仅供参考的对象",
        lambda p: p.noted,
        (text("对象", "对象", lambda n: n.subject), text("情况", "情况", lambda n: n.state)),
    ),
    entries("证据", "证据目录", lambda p: p.evidence, EVIDENCE),
    ATTACHMENTS,
)
