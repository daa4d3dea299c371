"""催办函: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED, dated, reference
from models.papers.kinds.reminder.content import Reminder

_NOTICE: Fields[Reminder] = reference("原文书", lambda p: p.notice)
FIELDS: Fields[Reminder] = (
    *NUMBERED,
    *ACCIDENT,
    *_NOTICE,
    text("原文书送达日期", "原文书的送达日期", lambda p: dated(p.delivered_on)),
    lines(
        "前次催办",
        "此前催办函的日期和文号",
        lambda p: [f"{dated(one.dated)}（{one.number}）" for one in p.reminded],
    ),
    entries(
        "事项",
        "尚未收到反馈的事项",
        lambda p: p.matters,
        (
            text("内容", "事项内容", lambda m: m.matter),
            text("期限", "期限", lambda m: dated(m.original.due)),
            text("已做工作", "已做工作", lambda m: m.done),
            text("未做工作", "未做工作", lambda m: m.not_done),
        ),
        required=True,
    ),
    text("函复日期", "请求函复的日期", lambda p: dated(p.answer.due) if p.answer else None),
)
