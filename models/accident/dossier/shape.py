"""The intake format `case-dossier/1`: which keys there are and what each may hold. `null` means unknown."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr

from models.kernel.vocabulary import (
    Aspect,
    FindingLevel,
    OrganisationKind,
    PersonOutcome,
    PersonRole,
    SubjectType,
    TeamRole,
)

from .values import (
    Category,
    Count,
    CreditCode,
    Day,
    DivisionCode,
    IdentityNumber,
    Kilograms,
    Latitude,
    Line,
    Longitude,
    Many,
    Moment,
    Of,
    Ref,
    Speed,
    Text,
    Yuan,
)


class Part(BaseModel):
    """What all parts share: unknown keys are refused, nothing is converted silently, nothing changes afterwards."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, str_strip_whitespace=True)


class Source(Part):
    """来源: where the dossier comes from."""

    title: Line = Field(title="标题", description="事故或案件名称，作案件标题用")
    report_id: Line | None = Field(default=None, title="来源报告编号")
    report_date: Day | None = Field(default=None, title="来源报告日期")


class LaterDeath(Part):
    """事故后死亡: one death after the day of the accident."""

    date: Day = Field(title="死亡日期")
    counted: bool = Field(title="是否计入死亡人数", description="true 表示 deaths 已包含此人")
    note: Text | None = Field(default=None, title="说明")


class Accident(Part):
    """事故: the accident: when, where, casualties and losses."""

    accident_number: Line | None = Field(default=None, title="事故编号", description="公安交管系统的事故编号，查重依据")
    occurred_at: Moment = Field(title="发生时间", description="带时区，如 2026-03-01T08:30:00+08:00")
    division_code: DivisionCode = Field(title="行政区划代码", description="GB/T 2260 六位代码，历史代码亦可")
    place: Line = Field(title="地点")
    road_name: Line | None = Field(default=None, title="道路名称")
    road_number: Line | None = Field(default=None, title="道路编号")
    stake: Line | None = Field(default=None, title="桩号")
    road_class: Line | None = Field(default=None, title="道路类型")
    longitude: Longitude | None = Field(default=None, title="经度", description="度，东经为正")
    latitude: Latitude | None = Field(default=None, title="纬度", description="度，北纬为正")
    weather: Line | None = Field(default=None, title="天气")
    light: Line | None = Field(default=None, title="照明条件")
    pattern: Line | None = Field(default=None, title="事故形态")
    deaths: Count | None = Field(default=None, title="死亡人数", description="含 later_deaths 中计入者")
    serious_injuries: Count | None = Field(default=None, title="重伤人数")
    minor_injuries: Count | None = Field(default=None, title="轻伤人数")
    injured_unspecified: Count | None = Field(default=None, title="未区分轻重的受伤人数")
    later_deaths: Many[LaterDeath] = Field(default=(), title="事故后死亡")
    direct_loss_yuan: Yuan | None = Field(default=None, title="直接经济损失（元）", description="定级用")
    property_loss_yuan: Yuan | None = Field(default=None, title="直接财产损失（元）", description="四项指数用")
    summary: Text = Field(title="简要案情")


class Vehicle(Part):
    """车辆: one vehicle involved."""

    ref: Ref = Field(title="车辆编号")
    plate: Line | None = Field(default=None, title="号牌号码")
    type: Line | None = Field(default=None, title="车辆类型")
    usage: Line | None = Field(default=None, title="使用性质")
    owner_ref: Ref | None = Field(default=None, title="所属单位编号")
    approved_load_kg: Kilograms | None = Field(default=None, title="核定载质量（千克）")
    actual_load_kg: Kilograms | None = Field(default=None, title="实载质量（千克）")
    approved_persons: Count | None = Field(default=None, title="核定载客人数")
    actual_persons: Count | None = Field(default=None, title="实载人数")
    speed_kmh: Speed | None = Field(default=None, title="车速（千米/小时）")
    speed_limit_kmh: Speed | None = Field(default=None, title="限速（千米/小时）")
    defects: Many[Text] = Field(default=(), title="车辆安全隐患")


class Person(Part):
    """人员: one person of the accident or of the duty behind it."""

    ref: Ref = Field(title="人员编号")
    name: Line = Field(title="姓名", description="可隐去，如王某某")
    id_number: IdentityNumber | None = Field(default=None, title="公民身份号码")
    role: Of[PersonRole] = Field(title="身份")
    vehicle_ref: Ref | None = Field(default=None, title="所乘车辆编号")
    organisation_ref: Ref | None = Field(default=None, title="所在单位编号")
    position: Line | None = Field(default=None, title="职务")
    outcome: Of[PersonOutcome] = Field(default=PersonOutcome.UNKNOWN, title="伤亡情况")


class Organisation(Part):
    """单位: one unit."""

    ref: Ref = Field(title="单位编号")
    name: Line = Field(title="名称")
    kind: Of[OrganisationKind] = Field(title="单位类别")
    division_code: DivisionCode | None = Field(default=None, title="行政区划代码")
    credit_code: CreditCode | None = Field(default=None, title="统一社会信用代码")


class Finding(Part):
    """问题: one cause or failing."""

    ref: Ref = Field(title="问题编号")
    level: Of[FindingLevel] = Field(title="原因层级")
    aspect: Of[Aspect] = Field(title="方面", description="人、车、路、环境、管理")
    cause_tags: Many[Line] = Field(default=(), title="原因标签")
    text: Text = Field(title="问题描述")
    organisation_refs: Many[Ref] = Field(default=(), title="涉及单位编号")
    person_refs: Many[Ref] = Field(default=(), title="涉及人员编号")
    legal_basis: Many[Line] = Field(default=(), title="法律依据")
    duty_failure: bool = Field(title="是否履职不到位")


class Milestone(Part):
    """阶段目标: one dated stage of a measure."""

    text: Text = Field(title="目标")
    due: Day = Field(title="完成期限")


class Measure(Part):
    """整改措施: one thing that must be done about findings."""

    ref: Ref = Field(title="措施编号")
    finding_refs: Many[Ref] = Field(default=(), title="针对问题编号")
    organisation_ref: Ref | None = Field(default=None, title="牵头单位编号", description="未指明时为 null，由人确认")
    cooperating_refs: Many[Ref] = Field(default=(), title="配合单位编号")
    responsible_person: Line | None = Field(default=None, title="责任人")
    text: Text = Field(title="措施内容")
    due: Day | None = Field(default=None, title="完成期限")
    milestones: Many[Milestone] = Field(default=(), title="阶段目标")


class AccountabilityItem(Part):
    """问责事项: what is proposed or known about one subject's accountability."""

    ref: Ref = Field(title="事项编号")
    subject_type: Of[SubjectType] = Field(title="对象类型")
    subject_ref: Ref = Field(title="对象编号", description="个人填人员编号，单位填单位编号")
    category: Category = Field(title="类别")
    proposal: Text = Field(title="内容")
    finding_refs: Many[Ref] = Field(default=(), title="依据问题编号")
    competent_organ_ref: Ref | None = Field(default=None, title="有权处理机关编号")


class TeamMember(Part):
    """调查组成员: one member of the investigation team."""

    name: Line | None = Field(default=None, title="姓名")
    role: Of[TeamRole] = Field(title="分工")
    organisation_ref: Ref | None = Field(default=None, title="单位编号")


class Dossier(Part):
    """案情卷: the structured facts of one accident, from which a case is filed."""

    schema_: Literal["case-dossier/1"] = Field(alias="schema", title="格式")
    source: Source = Field(title="来源")
    accident: Accident = Field(title="事故")
    vehicles: Many[Vehicle] = Field(default=(), title="车辆")
    people: Many[Person] = Field(default=(), title="人员")
    organisations: Many[Organisation] = Field(default=(), title="单位")
    findings: Many[Finding] = Field(default=(), title="问题")
    measures: Many[Measure] = Field(default=(), title="整改措施")
    accountability: Many[AccountabilityItem] = Field(default=(), title="问责事项")
    team: Many[TeamMember] = Field(default=(), title="调查组")
    # Rows by sheet, as `case-dossier/2` has them. What the fields above say is said there, too.
    _facts: dict[str, list[dict[str, Any]]] = PrivateAttr(default_factory=dict)

    @property
    def facts(self) -> dict[str, list[dict[str, Any]]]:
        """Everything that the dossier tells, as rows of sheets (`models.accident.sheets`); a form has one row or none."""
        return self._facts

    def with_facts(self, facts: dict[str, list[dict[str, Any]]]) -> Dossier:
        """Return the dossier with the rows it was read from."""
        told = self.model_copy()
        told._facts = facts
        return told
