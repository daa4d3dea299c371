"""调查分析报告摘录: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, text
from documents.fields.shared import MILESTONE, NUMBERED, dated, joined, reference
from models.papers.content import Excerpt

_REPORT: Fields[Excerpt] = reference("原报告", lambda p: p.report)
FIELDS: Fields[Excerpt] = (
    *NUMBERED,
    *_REPORT,
    text("事故名称", "事故名称", lambda p: p.accident),
    text("单位", "摘录的对象", lambda p: p.organisation),
    entries(
        "问题",
        "与该单位措施对应的问题",
        lambda p: p.findings,
        (
            text("编号", "问题编号", lambda f: f.number),
            text("内容", "问题内容", lambda f: f.text),
            text("依据", "依据", lambda f: joined(f.basis)),
        ),
        required=True,
    ),
    entries(
        "措施",
        "该单位的措施",
        lambda p: p.measures,
        (
            text("编号", "措施编号", lambda m: m.number),
            text("内容", "措施内容", lambda m: m.text),
            text("承担方式", "牵头或者配合", lambda m: m.part.label),
            text("牵头单位", "牵头单位", lambda m: m.lead),
            text("责任人", "责任人", lambda m: m.responsible_person),
            text("期限", "完成期限", lambda m: dated(m.due)),
            text("证明方式", "怎样证明已经完成", lambda m: m.proof),
            entries("阶段目标", "各阶段目标", lambda m: m.milestones, MILESTONE),
        ),
        required=True,
    ),
)
