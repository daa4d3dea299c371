"""送达回证: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, text
from documents.fields.shared import CASE_NUMBER, dated, joined, when
from models.papers.content import ProofOfService

FIELDS: Fields[ProofOfService] = (
    CASE_NUMBER,
    text("送达机关", "送达机关", lambda p: p.issuer, required=True),
    text("案由", "案由", lambda p: p.matter),
    entries(
        "文书",
        "送达的文书",
        lambda p: p.papers,
        (
            text("标题", "标题", lambda r: r.title),
            text("文号", "发文字号", lambda r: r.number),
            text("日期", "成文日期", lambda r: dated(r.dated)),
        ),
        required=True,
    ),
    text("份数", "份数", lambda p: p.copies),
    text("受送达单位", "受送达单位", lambda p: p.recipient, required=True),
    text("送达地点", "送达地点", lambda p: p.address),
    text("送达方式", "送达方式", lambda p: p.mode.label if p.mode else ""),
    text("送达时间", "送达时间", lambda p: when(p.delivered_at)),
    text("送达人", "送达人", lambda p: joined(p.delivered_by)),
    text("收到时间", "收到时间", lambda p: when(p.received_at)),
    text("收件人", "收件人", lambda p: p.received_by),
    text("收件人职务", "收件人职务或者代收关系", lambda p: p.receiver_position),
    text("邮件号", "邮件或者交换号", lambda p: p.tracking_number),
    text("拒收事由", "留置送达的事由", lambda p: p.refusal),
    text("见证人", "见证人", lambda p: joined(p.witnesses)),
    text("代录", "代为录入时为“代录”", lambda p: "代录" if p.recorded_on_behalf else ""),
    text("备注", "备注", lambda p: p.remark),
)
