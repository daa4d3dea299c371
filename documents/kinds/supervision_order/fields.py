"""限期落实督办单: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, NUMBERED, dated
from models.papers.content import SupervisionOrder

FIELDS: Fields[SupervisionOrder] = (
    *NUMBERED,
    *ACCIDENT,
    text("次数", "第几次督办", lambda p: p.ordinal),
    text("前次文号", "前次督办单文号", lambda p: p.previous_number),
    text("通知文号", "整改通知的文号", lambda p: p.notice_number),
    text("通知标题", "整改通知的标题", lambda p: p.notice_title),
    text("通知日期", "整改通知的日期", lambda p: dated(p.notice_dated)),
    text("通知送达日期", "整改通知的送达日期", lambda p: dated(p.notice_delivered_on)),
    text("核实人", "核实未收到书面回复的人", lambda p: p.silence_confirmed_by),
    text("核实日期", "核实未收到书面回复的日期", lambda p: dated(p.silence_confirmed_on)),
    entries(
        "督办事项",
        "超期的事项",
        lambda p: p.matters,
        (
            text("事项", "督办事项", lambda m: m.matter),
            text("措施编号", "对应的措施编号", lambda m: m.measure),
            text("原期限", "原定期限", lambda m: dated(m.original.due)),
            text("原期限计算", "原定期限是怎样计算的", lambda m: m.original.explanation),
            text("超过天数", "已超过的天数", lambda m: m.days_late),
            text("已做工作", "已做工作", lambda m: m.done),
            text("未做工作", "未做工作", lambda m: m.not_done),
        ),
        required=True,
    ),
    text("新期限事项", "新期限所指的事项", lambda p: p.new_limit.what),
    text("新期限", "新的期限", lambda p: dated(p.new_limit.due), required=True),
    text("新期限计算", "新的期限是怎样计算的", lambda p: p.new_limit.explanation),
    text("新期限逐日计算", "新的日期是怎样数出来的", lambda p: p.new_count),
    lines("解除", "怎样解除督办", lambda p: p.lifting),
    lines("后果", "逾期的后果", lambda p: p.consequences),
    text("网址", "查看本文书的网址", lambda p: p.url),
    ATTACHMENTS,
)
