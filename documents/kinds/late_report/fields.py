"""逾期情况报告: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED, dated, reference
from models.papers.content import LateReport

_NOTICE: Fields[LateReport] = reference("原文书", lambda p: p.notice)
FIELDS: Fields[LateReport] = (
    *NUMBERED,
    *ACCIDENT,
    text("逾期单位", "未按期完成的单位", lambda p: p.unit, required=True),
    *_NOTICE,
    text("原文书送达日期", "原文书的送达日期", lambda p: dated(p.delivered_on)),
    entries(
        "事项",
        "尚未完成的事项",
        lambda p: p.matters,
        (
            text("内容", "事项内容", lambda m: m.matter),
            text("措施", "措施编号", lambda m: m.measure),
            text("期限", "期限", lambda m: dated(m.original.due)),
            text("期限计算", "期限是怎样计算的", lambda m: m.original.explanation),
            text("已做工作", "已做工作", lambda m: m.done),
            text("未做工作", "未做工作", lambda m: m.not_done),
        ),
        required=True,
    ),
    lines("建议", "请领导做什么", lambda p: p.proposals),
)
