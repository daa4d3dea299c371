"""整改报告通知书 as 通知, 函 or 报告.: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, FINDING, MEASURE, NUMBERED, REPLIES, REPORT_OF
from models.papers.content import RectificationNotice

FIELDS: Fields[RectificationNotice] = (
    *NUMBERED,
    *ACCIDENT,
    *REPORT_OF,
    entries("问题", "涉及收文单位的问题", lambda p: p.findings, FINDING, required=True),
    entries("措施", "收文单位的整改措施", lambda p: p.measures, MEASURE, required=True),
    REPLIES,
    lines("反馈说明", "其他反馈要求", lambda p: p.reply_instructions),
    text("网址", "查看本文书的网址", lambda p: p.url),
    text("答复码", "正式答复时填写的答复码", lambda p: p.answer_code),
    ATTACHMENTS,
)
