"""调查分析报告书: the named fields that a unit's own form may use."""

from __future__ import annotations

from documents.fields.named import Fields, entries, lines, text
from documents.fields.shared import ACCIDENT, ATTACHMENTS, DUTY, EVIDENCE, FINDING, MEASURE, NUMBERED, joined
from models.papers.content import (
    AnalysisReport,
    Figure,
    OrganisationFacts,
    PersonFacts,
    PromisedBefore,
    TeamMember,
    VehicleFacts,
)
from models.papers.content.wording import day, number, people

_VEHICLE: Fields[VehicleFacts] = (
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
_PERSON: Fields[PersonFacts] = (
    text("姓名", "姓名", lambda p: p.name),
    text("身份", "驾驶人、乘员等", lambda p: p.role.label),
    text("车辆", "所在车辆号牌", lambda p: p.vehicle),
    text("单位", "单位", lambda p: p.organisation),
    text("职务", "职务", lambda p: p.position),
    text("伤亡", "伤亡情况", lambda p: p.outcome.label),
)
_ORGANISATION: Fields[OrganisationFacts] = (
    text("名称", "单位名称", lambda o: o.name),
    text("性质", "单位类别", lambda o: o.kind.label),
    text("情况", "基本情况", lambda o: o.description),
)
_PROMISED: Fields[PromisedBefore] = (
    text("事故日期", "此前事故的日期", lambda p: day(p.on)),
    text("地点", "此前事故的地点", lambda p: p.place),
    text("共同点", "同一路段、同一企业等", lambda p: joined(p.alike)),
    text("措施", "当时提出的整改措施", lambda p: p.measure),
    text("责任单位", "责任单位", lambda p: p.organisation),
    text("落实情况", "如未办结", lambda p: p.standing),
)
_TEAM: Fields[TeamMember] = (
    text("姓名", "姓名", lambda m: m.name),
    text("调查组职务", "组长、副组长、成员", lambda m: m.role),
    text("单位", "单位", lambda m: m.organisation),
    text("职务", "职务", lambda m: m.position),
)
_FIGURE: Fields[Figure] = (
    text("图号", "如图1", lambda f: f"图{f.number}"),
    text("图题", "图题", lambda f: f.caption),
    text("证据编号", "在证据目录中的编号", lambda f: f.evidence),
)
FIELDS: Fields[AnalysisReport] = (
    *NUMBERED,
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
    entries("此前措施", "此前类似事故提出的整改措施及落实情况", lambda p: p.promised, _PROMISED),
    entries("问题", "原因和问题", lambda p: p.findings, FINDING, required=True),
    entries("责任分析", "未履行职责的事实，不含处理意见", lambda p: p.duties, DUTY),
    entries("措施", "整改措施", lambda p: p.measures, MEASURE, required=True),
    entries("调查组", "调查组成员", lambda p: p.team, _TEAM),
    entries("证据", "证据目录", lambda p: p.evidence, EVIDENCE),
    entries("附图", "附图目录；图片本身只有本系统的版式才印出", lambda p: p.figures, _FIGURE),
    ATTACHMENTS,
)
