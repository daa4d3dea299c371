"""问询函: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED
from models.papers.kinds.fact_inquiry.content import FactInquiry

FIELDS: Fields[FactInquiry] = (
    *NUMBERED,
    *ACCIDENT,
    lines("询问事项", "请对方说明的事项，每项一行", lambda p: p.questions),
    text("答复日期", "请对方答复的日期", lambda p: p.due),
)
