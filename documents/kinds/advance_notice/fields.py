"""先行整改通知 as 通知, 函 or 报告: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, FINDING, MEASURE, NUMBERED, REPLIES
from models.papers.content import AdvanceNotice

FIELDS: Fields[AdvanceNotice] = (
    *NUMBERED,
    *ACCIDENT,
    text("紧迫情形", "为什么不等待调查分析报告", lambda p: p.urgency),
    entries("隐患", "需要立即消除的隐患", lambda p: p.hazards, FINDING, required=True),
    entries("措施", "先行整改措施", lambda p: p.measures, MEASURE, required=True),
    REPLIES,
    text("网址", "查看本文书的网址", lambda p: p.url),
    ATTACHMENTS,
)
