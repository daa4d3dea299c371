"""逾期情况报告: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED, dated, reference
from models.papers.content import LateReport

_NOTICE: Fields[LateReport] = reference("原文书", lambda p: next((part.notice for part, _ in p.told), None))
FIELDS: Fields[LateReport] = (
    *NUMBERED,
    *ACCIDENT,
    text("逾期单位", "未按期完成的单位", lambda p: "、".join(p.units), required=True),
    *_NOTICE,
    text("原文书送达日期", "原文书的送达日期", lambda p: dated(next((part.delivered_on for part, _ in p.told), None))),
    entries(
        "事项",
        "尚未完成的事项",
        lambda p: p.told,
        (
            text("单位", "承办单位", lambda m: m[0].unit),
            text("文号", "原文书的发文字号", lambda m: m[0].notice.number if m[0].notice else None),
            text("成文日期", "原文书的成文日期", lambda m: dated(m[0].notice.dated if m[0].notice else None)),
            text("内容", "事项内容", lambda m: m[1].matter),
            text("措施", "措施编号", lambda m: m[1].measure),
            text("期限", "期限；没有设定期限的为空", lambda m: dated(m[1].original.due)),
            text("期限计算", "期限是怎样计算的", lambda m: m[1].original.explanation),
            text("已做工作", "已做工作", lambda m: m[1].done),
            text("未做工作", "未做工作", lambda m: m[1].not_done),
        ),
        required=True,
    ),
    lines("建议", "请领导做什么", lambda p: p.proposals),
)
