"""Fields that several kinds of paper share: head, accident, findings, measures, dates, evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Protocol, TypeVar

from documents.fields.named import Fields, Named, entries, lines, text
from documents.kinds.forms import closing, reader
from documents.kinds.sentences import aspect
from models.papers.content import (
    AccidentFacts,
    Attachment,
    CaseTopic,
    DeadlineLine,
    DutyEntry,
    EvidenceEntry,
    FindingEntry,
    HazardFacts,
    Head,
    MeasureEntry,
    Milestone,
    PaperReference,
)
from models.papers.content.wording import accident_name, casualties, day, listed, moment, money, people

Source = TypeVar("Source")


class Headed(Protocol):
    """A paper with the frame of GB/T 9704."""

    @property
    def head(self) -> Head: ...


class OfCase(Protocol):
    """A paper that names its case."""

    @property
    def case_number(self) -> str: ...


class NumberedPaper(Headed, OfCase, Protocol):
    """A paper with a frame that names its case."""


class OfAccident(Protocol):
    """A paper that states the accident."""

    @property
    def accident(self) -> CaseTopic: ...
    @property
    def own_date(self) -> date | None: ...


class OfReport(Protocol):
    """A paper that rests on an analysis report."""

    @property
    def report_number(self) -> str | None: ...
    @property
    def report_dated(self) -> date | None: ...


class WithAttachments(Protocol):
    """A paper with attachments."""

    @property
    def attachments(self) -> tuple[Attachment, ...]: ...


class WithReplies(Protocol):
    """A paper that says until when what must be answered."""

    @property
    def replies(self) -> tuple[DeadlineLine, ...]: ...


def joined(names: Iterable[str]) -> str:
    """Names on one line; empty for none."""
    return "、".join(names)


def dated(value: date | None) -> str:
    """A date as papers write it; empty for none."""
    return day(value) if value else ""


def when(value: datetime | None) -> str:
    """A moment as papers write it; empty for none."""
    return moment(value) if value else ""


def _of_head(name: str, meaning: str, get: Callable[[Head], object], *, required: bool = False) -> Named[Headed]:
    return text(name, meaning, lambda p: get(p.head), required=required)


def head(*, addressed: bool = True) -> Fields[Headed]:
    """The frame of a numbered paper; minutes are addressed to nobody."""
    return (
        _of_head("发文机关标志", "版头上的发文机关标志", lambda h: h.mark),
        _of_head("发文机关", "署名的发文机关", lambda h: h.issuer, required=True),
        _of_head("发文字号", "发文字号", lambda h: h.number, required=True),
        _of_head("签发人", "签发人姓名（上行文）", lambda h: h.signatory),
        _of_head("文种", "报告、函或者通知", lambda h: h.form.label),
        _of_head("标题", "公文标题，一行", lambda h: "".join(h.title), required=True),
        lines("标题各行", "按词意分行的标题", lambda p: p.head.title),
        _of_head("主送机关", "主送机关，用顿号分隔", lambda h: joined(h.recipients), required=addressed),
        _of_head("抄送机关", "抄送机关，用逗号分隔", lambda h: "，".join(h.copied_to)),
        _of_head("成文日期", "成文日期，如2026年3月5日", lambda h: dated(h.dated), required=True),
        _of_head("印发机关", "版记中的印发机关", lambda h: h.printed_by or h.issuer),
        _of_head("印发日期", "版记中的印发日期", lambda h: dated(h.printed_on or h.dated)),
        _of_head("联系人", "联系人姓名", lambda h: h.contact_name),
        _of_head("联系电话", "联系电话", lambda h: h.contact_phone),
        _of_head(
            "称谓",
            "对收文单位的称呼，如你局、你公司、你单位",
            reader,
        ),
        _of_head("结束语", "结束语，如请认真贯彻落实。", closing),
    )


CASE_NUMBER: Named[OfCase] = text("案件编号", "深度调查案件编号", lambda p: p.case_number)


def _place(topic: CaseTopic) -> str:
    return topic.where if isinstance(topic, HazardFacts) else topic.place


def _provisional(topic: CaseTopic) -> bool:
    return isinstance(topic, AccidentFacts) and topic.grade_provisional


def _of_accident(name: str, meaning: str, get: Callable[[AccidentFacts], object]) -> Named[OfAccident]:
    """A field of the accident; of a hazard it is empty."""
    return text(name, meaning, lambda p: "" if isinstance(p.accident, HazardFacts) else get(p.accident))


ACCIDENT: Fields[OfAccident] = (
    text("事故名称", "如“3·15”较大道路交通事故；隐患交办为隐患的名称", lambda p: accident_name(p.accident)),
    _of_accident("事故时间", "事故发生时间", lambda a: moment(a.occurred_at)),
    text("事故地点", "事故发生地点；隐患交办为隐患所在的地点或者单位", lambda p: _place(p.accident)),
    _of_accident("事故等级", "特别重大、重大、较大或者一般", lambda a: a.grade.label),
    text(
        "等级暂定",
        "草稿中伤亡未查清时为“暂定”，否则为空",
        lambda p: "暂定" if p.own_date is None and _provisional(p.accident) else "",
    ),
    _of_accident("事故编号", "公安交通管理系统的事故编号", lambda a: a.accident_number),
    _of_accident("死亡人数", "如3人", lambda a: "" if a.deaths is None else people(a.deaths)),
    _of_accident("重伤人数", "如2人", lambda a: "" if a.serious_injuries is None else people(a.serious_injuries)),
    _of_accident("轻伤人数", "如3人", lambda a: "" if a.minor_injuries is None else people(a.minor_injuries)),
    _of_accident("直接经济损失", "如386.24万元", lambda a: "" if a.economic_loss is None else money(a.economic_loss)),
    _of_accident("伤亡损失", "伤亡和直接经济损失，一句话", casualties),
    _of_accident("天气", "天气", lambda a: a.weather),
    _of_accident("光线", "光线", lambda a: a.light),
    _of_accident("事故形态", "如追尾碰撞", lambda a: a.pattern),
    _of_accident("事故概况", "事故经过的简要叙述", lambda a: a.summary),
)

FINDING: Fields[FindingEntry] = (
    text("编号", "问题编号", lambda f: f.number),
    text("内容", "问题内容", lambda f: f.text),
    text("方面", "人员、车辆、道路、环境或者管理方面", aspect),
    text("性质", "直接原因或者间接原因", lambda f: f.level.label),
    text("涉及单位", "涉及的单位", lambda f: joined(f.organisations)),
    text("涉及人员", "涉及的人员", lambda f: joined(f.people)),
    text("依据", "依据", lambda f: joined(f.basis)),
    text("证据", "证据编号", lambda f: joined(f.evidence)),
)

MILESTONE: Fields[Milestone] = (
    text("类别", "临时管控、长期整改或者阶段目标", lambda m: m.kind.label),
    text("内容", "阶段目标", lambda m: m.text),
    text("期限", "阶段期限", lambda m: dated(m.due)),
)

MEASURE: Fields[MeasureEntry] = (
    text("编号", "措施编号", lambda m: m.number),
    text("内容", "措施内容", lambda m: m.text),
    text("牵头单位", "牵头单位", lambda m: m.lead),
    text("配合单位", "配合单位", lambda m: joined(m.cooperating)),
    text("承担方式", "通知书主送单位是牵头还是配合，报告中为空", lambda m: m.part.label if m.part else ""),
    text("责任人", "责任人", lambda m: m.responsible_person),
    text("期限", "完成期限", lambda m: dated(m.due)),
    text("期限计算", "期限是怎样计算的", lambda m: m.due_explanation),
    text("证明方式", "怎样证明已经完成", lambda m: m.proof),
    text("对应问题", "对应的问题编号", lambda m: joined(m.findings)),
    entries("阶段目标", "各阶段目标", lambda m: m.milestones, MILESTONE),
    text("先行通知", "已先行通知的，何时以何文号", lambda m: m.notified),
)

DEADLINE: Fields[DeadlineLine] = (
    text("事项", "应当办理的事项", lambda d: d.what),
    text("期限", "届满日期", lambda d: dated(d.due)),
    text("计算方法", "期限是怎样计算的", lambda d: d.explanation),
    text("依据", "期限的法律依据；本单位提出的要求为空", lambda d: "" if d.borrowed else d.basis),
    text("参考值", "文书不再印出，始终为空", lambda _: ""),
)

EVIDENCE: Fields[EvidenceEntry] = (
    text("编号", "证据编号", lambda e: e.number),
    text("名称", "证据名称", lambda e: e.title),
    text("来源", "来源", lambda e: e.source),
    text("取得日期", "取得日期", lambda e: dated(e.obtained_on)),
    text("页数", "页数", lambda e: e.pages),
    text("校验值", "SHA-256 校验值", lambda e: e.sha256),
)

DUTY: Fields[DutyEntry] = (
    text("对象", "单位名称或者人员姓名", lambda d: d.subject),
    text("单位", "人员所在单位", lambda d: d.organisation),
    text("职务", "职务", lambda d: d.position),
    text("职责", "应尽职责", lambda d: d.duty),
    text("依据", "职责依据", lambda d: joined(d.basis)),
    text("事实", "事实", lambda d: d.facts),
    text("未履行情况", "未履行职责的情况", lambda d: d.not_done),
    text("证据", "证据编号", lambda d: joined(d.evidence)),
)


def reference(label: str, get: Callable[[Source], PaperReference | None]) -> Fields[Source]:
    """Title, number and date of another paper."""
    return (
        text(f"{label}标题", f"{label}的标题", lambda p: (r := get(p)) and r.title),
        text(f"{label}文号", f"{label}的发文字号", lambda p: (r := get(p)) and r.number),
        text(f"{label}日期", f"{label}的成文日期", lambda p: (r := get(p)) and dated(r.dated)),
    )


REPORT_OF: Fields[OfReport] = (
    text("报告文号", "所依据的调查分析报告书文号", lambda p: p.report_number),
    text("报告日期", "所依据的调查分析报告书日期", lambda p: dated(p.report_dated)),
)
ATTACHMENTS: Named[WithAttachments] = lines("附件", "其他附件的名称", lambda p: [a.title for a in p.attachments])

__all__ = [
    "ACCIDENT",
    "ATTACHMENTS",
    "CASE_NUMBER",
    "DEADLINE",
    "DUTY",
    "EVIDENCE",
    "FINDING",
    "MEASURE",
    "MILESTONE",
    "REPORT_OF",
    "dated",
    "head",
    "joined",
    "listed",
    "reference",
    "when",
]

NUMBERED: Fields[NumberedPaper] = (*head(), CASE_NUMBER)
REPLIES: Named[WithReplies] = entries("反馈要求", "签收、方案、完成等各项反馈期限", lambda p: p.replies, DEADLINE)
