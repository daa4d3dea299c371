"""问题线索移送函: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, NUMBERED, joined
from models.papers.content import ClueTransfer

FIELDS: Fields[ClueTransfer] = (
    *NUMBERED,
    *ACCIDENT,
    lines("移送依据", "移送的依据", lambda p: p.basis),
    text("批准情况", "经谁批准移送", lambda p: p.approved),
    entries(
        "线索",
        "移送的问题线索",
        lambda p: p.clues,
        (
            text("对象", "单位名称或者人员姓名", lambda c: c.subject),
            text("单位", "人员所在单位", lambda c: c.organisation),
            text("职务", "职务", lambda c: c.position),
            text("事实", "线索事实", lambda c: c.facts),
            text("来源", "线索来源", lambda c: c.source),
            text("材料", "相关材料编号", lambda c: joined(c.materials)),
        ),
        required=True,
    ),
    entries(
        "材料",
        "移送材料清单",
        lambda p: p.materials,
        (
            text("编号", "材料编号", lambda m: m.number),
            text("名称", "材料名称", lambda m: m.title),
            text("原件", "原件或者复制件", lambda m: "原件" if m.original else "复制件"),
            text("份数", "份数", lambda m: m.copies),
            text("页数", "页数", lambda m: m.pages),
            text("校验值", "SHA-256 校验值", lambda m: m.sha256),
        ),
        required=True,
    ),
    text("移送人", "移送人", lambda p: joined(p.transferred_by)),
)
