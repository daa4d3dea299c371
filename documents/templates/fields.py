"""Which named fields a template of each kind of paper may use."""

from __future__ import annotations

from documents.templates.named import Fields, entries, lines, text
from documents.templates.shared_fields import (
    ACCIDENT,
    ATTACHMENTS,
    CASE_NUMBER,
    DEADLINE,
    DUTY,
    EVIDENCE,
    FINDING,
    MEASURE,
    MILESTONE,
    REPORT_OF,
    dated,
    head,
    joined,
    reference,
    when,
)
from documents.templates.volume_fields import VOLUME
from models.kernel.vocabulary import DocumentKind
from models.papers.content.wording import number, people

_NUMBERED = (*head(), CASE_NUMBER)
_REPLIES = entries("反馈要求", "签收、方案、完成等各项反馈期限", lambda p: p.replies, DEADLINE)
_CLOCKS = entries(
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
_AMENDED = (
    *_NUMBERED,
    *reference("原文书", lambda p: p.paper),
    text("原文书送达日期", "原文书何时送达", lambda p: dated(p.delivered_on)),
    text("原因", "更正或者撤销的原因", lambda p: p.reason, required=True),
    _CLOCKS,
)
_VEHICLE = (
    text("号牌", "号牌号码", lambda v: v.plate),
    text("类型", "车辆类型", lambda v: v.type),
    text("使用性质", "使用性质", lambda v: v.usage),
    text("所有人", "所有人", lambda v: v.owner),
    text("核定载质量", "千克", lambda v: v.approved_load_kg is not None and number(v.approved_load_kg)),
    text("实际载质量", "千克", lambda v: v.actual_load_kg is not None and number(v.actual_load_kg)),
    text("核定载人", "如19人", lambda v: v.approved_persons is not None and people(v.approved_persons)),
    text("实际载人", "如8人", lambda v: v.actual_persons is not None and people(v.actual_persons)),
    text("车速", "千米每小时", lambda v: v.speed_kmh is not None and number(v.speed_kmh)),
    text("限速", "千米每小时", lambda v: v.speed_limit_kmh is not None and number(v.speed_limit_kmh)),
    text("缺陷", "技术缺陷", lambda v: joined(v.defects)),
)
_PERSON = (
    text("姓名", "姓名", lambda p: p.name),
    text("身份", "驾驶人、乘员等", lambda p: p.role.label),
    text("车辆", "所在车辆号牌", lambda p: p.vehicle),
    text("单位", "单位", lambda p: p.organisation),
    text("职务", "职务", lambda p: p.position),
    text("伤亡", "伤亡情况", lambda p: p.outcome.label),
)
_ORGANISATION = (
    text("名称", "单位名称", lambda o: o.name),
    text("性质", "单位类别", lambda o: o.kind.label),
    text("情况", "基本情况", lambda o: o.description),
)
_TEAM = (
    text("姓名", "姓名", lambda m: m.name),
    text("调查组职务", "组长、副组长、成员", lambda m: m.role),
    text("单位", "单位", lambda m: m.organisation),
    text("职务", "职务", lambda m: m.position),
)

_REPORT: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    lines("调查依据", "调查所依据的规定", lambda p: p.legal_basis),
    text("道路", "道路名称", lambda p: p.road.name),
    text("桩号", "桩号", lambda p: p.road.stake),
    text("道路等级", "道路等级", lambda p: p.road.road_class),
    text("道路情况", "道路情况", lambda p: p.road.description),
    entries("车辆", "事故车辆", lambda p: p.vehicles, _VEHICLE),
    entries("人员", "事故人员", lambda p: p.people, _PERSON),
    entries("单位", "相关单位", lambda p: p.organisations, _ORGANISATION),
    lines("经过", "事故发生经过，每段一行", lambda p: p.course),
    lines("处置", "应急处置，每段一行", lambda p: p.response),
    entries("问题", "原因和问题", lambda p: p.findings, FINDING, required=True),
    entries("责任分析", "未履行职责的事实，不含处理意见", lambda p: p.duties, DUTY),
    entries("措施", "整改措施", lambda p: p.measures, MEASURE, required=True),
    entries("调查组", "调查组成员", lambda p: p.team, _TEAM),
    entries("证据", "证据目录", lambda p: p.evidence, EVIDENCE),
    ATTACHMENTS,
)
_NOTICE: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    *REPORT_OF,
    entries("问题", "涉及收文单位的问题", lambda p: p.findings, FINDING, required=True),
    entries("措施", "收文单位的整改措施", lambda p: p.measures, MEASURE, required=True),
    _REPLIES,
    lines("反馈说明", "其他反馈要求", lambda p: p.reply_instructions),
    text("网址", "查看本文书的网址", lambda p: p.url),
    text("答复码", "正式答复时填写的答复码", lambda p: p.answer_code),
    ATTACHMENTS,
)
_PROPOSAL: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    *REPORT_OF,
    entries("对象", "建议调查的对象、职责和事实", lambda p: p.subjects, DUTY, required=True),
    entries(
        "其他情况",
        "已经处理等仅供参考的对象",
        lambda p: p.noted,
        (text("对象", "对象", lambda n: n.subject), text("情况", "情况", lambda n: n.state)),
    ),
    entries("证据", "证据目录", lambda p: p.evidence, EVIDENCE),
    ATTACHMENTS,
)
_ORDER: Fields = (
    *_NUMBERED,
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
    lines("解除", "怎样解除督办", lambda p: p.lifting),
    lines("后果", "逾期的后果", lambda p: p.consequences),
    text("网址", "查看本文书的网址", lambda p: p.url),
    ATTACHMENTS,
)
_ADVANCE: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    text("紧迫情形", "为什么不等待调查分析报告", lambda p: p.urgency),
    entries("隐患", "需要立即消除的隐患", lambda p: p.hazards, FINDING, required=True),
    entries("措施", "先行整改措施", lambda p: p.measures, MEASURE, required=True),
    _REPLIES,
    text("网址", "查看本文书的网址", lambda p: p.url),
    ATTACHMENTS,
)
_CORRECTION: Fields = (
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
_WITHDRAWAL: Fields = (
    *_AMENDED,
    *reference("代替文书", lambda p: p.replaced_by),
    text("已做工作", "依原文书已经开展的工作怎样处理", lambda p: p.work_done),
)
_TRANSFER: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    lines("移送依据", "移送的依据", lambda p: p.basis),
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
_TALK = (
    text("时间", "约谈时间", lambda p: when(p.held_at), required=True),
    text("地点", "约谈地点", lambda p: p.place, required=True),
    text("主持人", "主持人", lambda p: p.chaired_by),
)
_TALK_NOTICE: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    *reference("督办单", lambda p: p.order),
    text("事由", "约谈的事由", lambda p: p.reason, required=True),
    lines("约谈事项", "约谈事项", lambda p: p.matters),
    *_TALK,
    lines("参加人员", "应当参加的人员", lambda p: p.attendees),
    lines("准备事项", "需要准备的材料", lambda p: p.preparation),
    ATTACHMENTS,
)
_TALK_MINUTES: Fields = (
    *head(addressed=False),
    CASE_NUMBER,
    *reference("约谈通知", lambda p: p.notice),
    text("被约谈单位", "被约谈单位", lambda p: p.organisation, required=True),
    *_TALK,
    text("记录人", "记录人", lambda p: p.recorded_by),
    lines("约谈方", "约谈方出席人员", lambda p: p.participants),
    lines("被约谈方", "被约谈方出席人员", lambda p: p.attended_by),
    lines("请假", "请假人员", lambda p: p.absent),
    lines("问题", "约谈指出的问题", lambda p: p.matters),
    lines("说明", "被约谈单位的说明", lambda p: p.statements),
    entries(
        "承诺",
        "被约谈单位的承诺",
        lambda p: p.promises,
        (
            text("内容", "承诺事项", lambda c: c.text),
            text("责任人", "责任人", lambda c: c.responsible_person),
            text("期限", "完成期限", lambda c: dated(c.due)),
        ),
        required=True,
    ),
)
_LATE: Fields = (
    *_NUMBERED,
    *ACCIDENT,
    text("逾期单位", "未按期完成的单位", lambda p: p.unit, required=True),
    *reference("原文书", lambda p: p.notice),
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
_EXCERPT: Fields = (
    *_NUMBERED,
    *reference("原报告", lambda p: p.report),
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
_PROOF: Fields = (
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

_FIELDS: dict[DocumentKind, Fields] = {
    DocumentKind.ANALYSIS_REPORT: _REPORT,
    DocumentKind.RECTIFICATION_NOTICE: _NOTICE,
    DocumentKind.ACCOUNTABILITY_PROPOSAL: _PROPOSAL,
    DocumentKind.SUPERVISION_ORDER: _ORDER,
    DocumentKind.TRACEBACK_ARCHIVE: VOLUME,
    DocumentKind.ADVANCE_NOTICE: _ADVANCE,
    DocumentKind.CORRECTION: _CORRECTION,
    DocumentKind.WITHDRAWAL: _WITHDRAWAL,
    DocumentKind.CLUE_TRANSFER: _TRANSFER,
    DocumentKind.TALK_NOTICE: _TALK_NOTICE,
    DocumentKind.TALK_MINUTES: _TALK_MINUTES,
    DocumentKind.EXCERPT: _EXCERPT,
    DocumentKind.PROOF_OF_SERVICE: _PROOF,
    DocumentKind.LATE_REPORT: _LATE,
}


def fields(kind: DocumentKind) -> Fields:
    """Return the named fields of a kind of paper, those of list entries inside."""
    return _FIELDS[kind]
