"""责令限期消除安全隐患决定书: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, FINDING, MEASURE, NUMBERED, dated, joined
from models.papers.kinds.compel_decision.content import CompelDecision

FIELDS: Fields[CompelDecision] = (
    *NUMBERED,
    *ACCIDENT,
    text("当事人", "当事人名称", lambda p: p.party.name, required=True),
    text("统一社会信用代码", "当事人的统一社会信用代码", lambda p: p.party.credit_code, required=True),
    text("住所", "当事人的住所", lambda p: p.party.address),
    text("法定代表人", "当事人的法定代表人", lambda p: p.party.representative),
    entries(
        "事故",
        "六个月内一次死亡三人以上的事故",
        lambda p: p.accidents,
        (
            text("日期", "事故日期", lambda a: dated(a.on)),
            text("地点", "事故地点", lambda a: a.place),
            text("死亡人数", "死亡人数", lambda a: a.deaths),
            text("责任", "车辆驾驶人的责任", lambda a: a.share),
            text("认定书", "事故认定书文号", lambda a: a.liability_number),
        ),
        required=True,
    ),
    entries("隐患", "查明的安全隐患", lambda p: p.hazards, FINDING),
    lines("证据", "证明安全隐患的证据", lambda p: p.evidence),
    text("告知日期", "告知拟作决定的日期", lambda p: dated(p.hearing.told_on) if p.hearing else None),
    text("陈述申辩", "陈述、申辩的内容", lambda p: p.hearing.statement if p.hearing else None),
    text("复核情况", "陈述、申辩的复核和采纳情况", lambda p: p.hearing.outcome if p.hearing else None),
    lines("依据", "作出决定的依据", lambda p: p.basis),
    text("批准文号", "批准文书的文号", lambda p: p.approval.number if p.approval else None),
    entries("措施", "责令消除的安全隐患", lambda p: p.measures, MEASURE, required=True),
    text("截止日", "消除安全隐患的截止日", lambda p: dated(p.limit.due), required=True),
    entries(
        "车辆",
        "需要消除安全隐患的车辆",
        lambda p: p.vehicles,
        (
            text("号牌", "号牌号码", lambda v: v.plate),
            text("类型", "车辆类型", lambda v: v.type),
            text("隐患", "安全隐患", lambda v: v.hazard),
            text("发现日期", "发现日期", lambda v: dated(v.found_on)),
            text("报验条件", "报验条件", lambda v: v.condition),
        ),
    ),
    text("复议机关", "行政复议机关", lambda p: joined(p.reconsidered_by), required=True),
    text("承办民警", "承办民警", lambda p: joined(p.handlers)),
)
