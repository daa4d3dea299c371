"""Fields of the archive volume."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, CASE_NUMBER, dated, when
from models.papers.content import TracebackArchive

FIELDS: Fields[TracebackArchive] = (
    CASE_NUMBER,
    *ACCIDENT,
    text("全宗名称", "全宗名称", lambda p: p.fonds_name),
    text("全宗号", "全宗号", lambda p: p.fonds_number),
    text("档号", "档号", lambda p: p.archive_number, required=True),
    text("题名", "案卷题名，一行", lambda p: "".join(p.title), required=True),
    text("立卷单位", "立卷单位", lambda p: p.issuer),
    text("起始日期", "卷内文件起始日期", lambda p: dated(p.period_from)),
    text("终止日期", "卷内文件终止日期", lambda p: dated(p.period_to)),
    text("保管期限", "保管期限", lambda p: p.retention, required=True),
    text("存放位置", "原件存放位置", lambda p: p.shelf_place),
    text("立卷日期", "立卷日期", lambda p: dated(p.dated)),
    text("总页数", "总页数", lambda p: p.notes.total_pages),
    entries(
        "目录",
        "卷内文件目录",
        lambda p: p.items,
        (
            text("序号", "序号", lambda i: i.sequence),
            text("责任者", "责任者", lambda i: i.responsible),
            text("文号", "文号", lambda i: i.number),
            text("题名", "题名", lambda i: i.title),
            text("日期", "日期", lambda i: dated(i.dated)),
            text("页数", "页数", lambda i: i.pages),
            text("备注", "备注", lambda i: i.remark),
        ),
        required=True,
    ),
    entries(
        "送达",
        "送达和签收",
        lambda p: p.deliveries,
        (
            text("文书", "文书", lambda d: d.document),
            text("单位", "受送达单位", lambda d: d.recipient),
            text("方式", "送达方式", lambda d: d.mode.label if d.mode else ""),
            text("送达时间", "送达时间", lambda d: when(d.delivered_at)),
            text("送达人", "送达人", lambda d: d.delivered_by),
            text("签收时间", "签收时间", lambda d: when(d.received_at)),
            text("签收人", "签收人", lambda d: d.received_by),
            text("代录", "代为录入时为“代录”", lambda d: "代录" if d.recorded_on_behalf else ""),
        ),
    ),
    entries(
        "反馈",
        "反馈和研判",
        lambda p: p.replies,
        (
            text("单位", "反馈单位", lambda r: r.organisation),
            text("类型", "反馈类型", lambda r: r.kind.label),
            text("事项", "所答复的事项", lambda r: r.subject),
            text("收到时间", "收到时间", lambda r: when(r.received_at)),
            text("内容", "内容", lambda r: r.summary),
            lines("证明材料", "证明材料在档案包中的位置", lambda r: [f.path for f in r.evidence]),
            text("研判", "研判结论", lambda r: "已撤回" if r.withdrawn_at else r.verdict.label if r.verdict else ""),
        ),
    ),
    entries(
        "复查",
        "现场复查",
        lambda p: p.verifications,
        (
            text("措施", "措施编号", lambda v: v.measure),
            text("单位", "责任单位", lambda v: v.organisation),
            text("时间", "复查时间", lambda v: when(v.verified_at)),
            text("复查人", "复查人", lambda v: v.verified_by),
            text("地点", "地点", lambda v: v.place),
            text("结果", "结果", lambda v: v.result),
        ),
    ),
    entries(
        "办结",
        "措施办结情况",
        lambda p: p.outcomes,
        (
            text("措施", "措施编号", lambda o: o.measure),
            text("内容", "措施内容", lambda o: o.text),
            text("单位", "责任单位", lambda o: o.organisation),
            text("结果", "办结结果", lambda o: o.outcome.label if o.outcome else ""),
            text("日期", "办结日期", lambda o: dated(o.closed_on)),
            text("说明", "说明", lambda o: o.reason),
        ),
    ),
    entries(
        "事件",
        "事件记录",
        lambda p: p.events,
        (
            text("序号", "序号", lambda e: e.sequence),
            text("时间", "时间", lambda e: when(e.at)),
            text("办理人", "办理人", lambda e: e.actor),
            text("事项", "事项", lambda e: e.what),
            text("理由", "理由", lambda e: e.why),
        ),
    ),
    text("事件条数", "事件记录条数", lambda p: p.event_count if p.event_count is not None else len(p.events)),
    text("末条校验值", "事件记录末条校验值", lambda p: p.event_chain_head),
    entries(
        "不适用文书",
        "认定不适用的文书",
        lambda p: p.notes.not_applicable,
        (
            text("文书", "文书", lambda n: n.document.label),
            text("理由", "理由", lambda n: n.reason),
            text("批准人", "批准人", lambda n: n.approved_by),
            text("批准日期", "批准日期", lambda n: dated(n.approved_on)),
        ),
    ),
    entries(
        "缺项",
        "归档时经批准的缺项",
        lambda p: p.notes.excused,
        (
            text("事项", "缺什么", lambda g: g.what),
            text("理由", "理由", lambda g: g.reason),
            text("批准人", "批准人", lambda g: g.approved_by),
            text("批准日期", "批准日期", lambda g: dated(g.approved_on)),
        ),
    ),
    lines("备考", "备考事项", lambda p: p.notes.remarks),
    text("立卷人", "立卷人", lambda p: p.notes.prepared_by),
    text("检查人", "检查人", lambda p: p.notes.checked_by),
    text("备考日期", "备考表日期", lambda p: dated(p.notes.dated)),
)
