"""更正 and 撤销: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, Named, entries, text
from documents.fields.shared import NUMBERED, dated, reference
from models.papers.content import Correction, Withdrawal

_CLOCKS: Named[Correction | Withdrawal] = entries(
    "期限处理",
    "对各项期限的影响",
    lambda p: p.clocks,
    (
        text("事项", "期限所指的事项", lambda c: c.what),
        text("处理", "期限不变、调整、重新起算或者不再计算", lambda c: c.effect.label),
        text("原期限", "原期限", lambda c: dated(c.before)),
        text("现期限", "现期限", lambda c: dated(c.after.due) if c.after else ""),
        text("计算方法", "现期限是怎样计算的", lambda c: c.after.explanation if c.after else ""),
    ),
    required=True,
)
_PAPER: Fields[Correction | Withdrawal] = reference("原文书", lambda p: p.paper)
_REPLACING: Fields[Withdrawal] = reference("代替文书", lambda p: p.replaced_by)
_AMENDED: Fields[Correction | Withdrawal] = (
    *NUMBERED,
    *_PAPER,
    text("原文书送达日期", "原文书何时送达", lambda p: dated(p.delivered_on)),
    text("原因", "更正或者撤销的原因", lambda p: p.reason, required=True),
    _CLOCKS,
)
CORRECTION: Fields[Correction] = (
    *_AMENDED,
    entries(
        "更正内容",
        "各处更正",
        lambda p: p.passages,
        (
            text("位置", "原文书中的位置", lambda c: c.place),
            text("原文", "原来怎么写", lambda c: c.wrong),
            text("更正为", "应当怎么写", lambda c: c.right),
        ),
        required=True,
    ),
)
WITHDRAWAL: Fields[Withdrawal] = (
    *_AMENDED,
    *_REPLACING,
    text("已做工作", "依原文书已经开展的工作怎样处理", lambda p: p.work_done),
)
