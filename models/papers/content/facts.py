"""The facts that several papers share: the accident, who and what was in it, findings, measures, evidence."""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

from pydantic import model_validator

from models.kernel.vocabulary import (
    Aspect,
    FindingLevel,
    Grade,
    HazardGrade,
    HazardSource,
    MilestoneKind,
    OrganisationKind,
    Part,
    PersonOutcome,
    PersonRole,
    SubjectType,
)

from .common import Content, Count, Yuan


class HazardFound(Content):
    """What a look on site found, in one aspect where it was asked by aspects."""

    aspect: Aspect | None = None
    text: str


class AccidentFacts(Content):
    """The accident as the paper states it; None means not known."""

    occurred_at: datetime
    place: str
    grade: Grade
    grade_provisional: bool = False
    grade_basis: str | None = None  # what the grade rests on or borrows from; None while nobody said which
    accident_number: str | None = None
    deaths: Count | None = None
    serious_injuries: Count | None = None
    minor_injuries: Count | None = None
    injured_unspecified: Count | None = None
    economic_loss: Yuan | None = None  # 直接经济损失
    property_loss: Yuan | None = None  # 直接财产损失
    weather: str | None = None
    light: str | None = None
    pattern: str | None = None  # 事故形态
    summary: str | None = None


class HazardFacts(Content):
    """The hazard of a work order as its papers state it: where, who told of it, and what was seen on site."""

    number: str
    where: str  # the place, else the unit that it is about
    found_on: date
    source: HazardSource
    description: str
    severity: HazardGrade | None = None
    checked_on: date | None = None  # when somebody looked on site
    found: tuple[HazardFound, ...] = ()  # what was seen there
    danger: str | None = None  # why it may cost lives


CaseTopic: TypeAlias = AccidentFacts | HazardFacts
"""What a case is about, as its papers state it; both stand under the name `accident`, which is published."""


class Told(Content):
    """A fact under the office's word for it, as 护栏; without one where it speaks for itself."""

    label: str = ""
    text: str


class RoadFacts(Content):
    """The road where it happened."""

    name: str | None = None
    number: str | None = None
    stake: str | None = None  # 桩号
    road_class: str | None = None
    description: str | None = None
    told: tuple[Told, ...] = ()  # guard rails, signs and the like, each under its word


class VehicleFacts(Content):
    """One vehicle; loads in kilograms, speeds in km/h."""

    plate: str | None = None
    type: str | None = None
    usage: str | None = None
    owner: str | None = None
    approved_load_kg: float | None = None
    actual_load_kg: float | None = None
    approved_persons: Count | None = None
    actual_persons: Count | None = None
    speed_kmh: float | None = None
    speed_until_kmh: float | None = None  # where the speed is a range
    speed_limit_kmh: float | None = None
    defects: tuple[str, ...] = ()
    rows: tuple[Told, ...] = ()  # what the table of vehicles says of it
    told: str | None = None  # all else that was found out about it


class PersonFacts(Content):
    """One person, by the name that this reader may see."""

    name: str | None = None
    role: PersonRole
    vehicle: str | None = None  # plate
    organisation: str | None = None
    position: str | None = None
    outcome: PersonOutcome = PersonOutcome.UNKNOWN
    role_word: str | None = None  # what the source calls it, where no list has the word
    further_roles: tuple[str, ...] = ()  # 押运员, 学生
    vehicle_type: str | None = None
    sex: str | None = None
    age: Count | None = None
    seat: str | None = None
    harm: str | None = None  # 伤情, 死亡原因
    died: str | None = None  # when, where it is known
    death_place: str | None = None  # 现场, 送医途中, 医院
    share: str | None = None  # 事故责任
    told: str | None = None  # all else that the reader may know, never a number of identity


class TimelineEntry(Content):
    """One line of the course by the minute."""

    at: str
    what: str
    source: str | None = None
    evidence: str | None = None


class EarlierAccident(Content):
    """An accident that happened on the same section before."""

    on: date
    place: str | None = None
    pattern: str | None = None
    deaths: Count | None = None
    injured: Count | None = None
    weather: str | None = None
    note: str | None = None


class HazardousSection(Content):
    """隐患路段: a stretch of road, how long it is, and what is wrong with it."""

    where: str  # K12+230至K12+460
    length: str | None = None  # in metres
    state: str


class PromisedBefore(Content):
    """A measure that was asked for after an earlier accident, in one unit's hands, and what became of it."""

    on: date  # day of the earlier accident
    place: str
    alike: tuple[str, ...]  # what both accidents have in common, as 同一路段
    measure: str
    organisation: str | None = None
    standing: str  # 已完成, 未办结（待完成）


class LossEntry(Content):
    """A part of the loss."""

    kind: str
    amount: Yuan
    property: bool = False  # counts as 直接财产损失
    note: str | None = None
    source: str | None = None


class AppraisalEntry(Content):
    """检验鉴定意见: what an institute found out about what."""

    subject: str
    institute: str | None = None
    about: str | None = None  # the vehicle or person
    number: str | None = None
    conclusion: str | None = None
    told: str | None = None  # the method
    dates: tuple[Told, ...] = ()  # 委托, 出具, 送达
    evidence: str | None = None


class SurveyEntry(Content):
    """现场勘查: what was found or measured on the spot."""

    @model_validator(mode="before")
    @classmethod
    def _of_old(cls, told: object) -> object:
        """A report frozen by an earlier version told each thing in one sentence."""
        return {"item": told} if isinstance(told, str) else told

    item: str
    stake: str | None = None
    value: str | None = None  # with its unit
    description: str | None = None
    how: str | None = None  # method, who, when
    evidence: str | None = None


class StatementEntry(Content):
    """询问: what somebody said, and when."""

    person: str | None = None
    taken: str | None = None  # when, where and by whom
    content: str
    evidence: str | None = None


class OrganisationFacts(Content):
    """One organisation that the investigation looked at."""

    name: str
    kind: OrganisationKind
    short: str | None = None  # 以下简称
    description: str | None = None


class FindingEntry(Content):
    """问题: a cause or failing, with its basis and the numbers of the evidence that carries it."""

    number: str
    level: FindingLevel
    aspect: Aspect
    text: str
    tags: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    duty_failure: bool = False
    effect: str | None = None  # 引起事故, 加重后果
    wording: str | None = None  # of the norm
    proof: str | None = None  # how it is proved, in words


class DutyEntry(Content):
    """Whose duty was not done, and on what basis it was a duty. Holds no penalty: there is no field for one."""

    subject: str
    subject_type: SubjectType = SubjectType.ORGANISATION
    organisation: str | None = None  # the unit of a person
    position: str | None = None
    duty: str | None = None
    basis: tuple[str, ...] = ()
    facts: str | None = None
    not_done: str | None = None  # how the duty was not done
    bearing: str | None = None  # how that bears on the accident, as the report has it
    evidence: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()


class Milestone(Content):
    """阶段目标 of a measure: interim control, a stage, or the long-term work."""

    text: str
    due: date | None = None
    kind: MilestoneKind = MilestoneKind.STAGE


class Partner(Content):
    """配合单位 of a measure, with its own date and person."""

    organisation: str
    responsible_person: str | None = None
    due: date | None = None


class MeasureEntry(Content):
    """整改措施: what must be done, by whom, until when, and how it is proved."""

    number: str
    text: str
    lead: str | None = None
    cooperating: tuple[str, ...] = ()
    partners: tuple[Partner, ...] = ()  # the cooperating units with their own dates
    part: Part | None = None  # of the notice's recipient
    responsible_person: str | None = None
    due: date | None = None
    due_explanation: str | None = None
    milestones: tuple[Milestone, ...] = ()
    proof: str | None = None
    told: str | None = None  # what the proposal rests on, what it costs
    basis: str | None = None  # what gives the reason to ask for it; a notice tells it below its table
    findings: tuple[str, ...] = ()
    notified: str | None = None  # the advance notice that told it before the report


class TeamMember(Content):
    """A member of the investigation team."""

    name: str | None = None
    role: str  # 组长, 副组长, 成员
    organisation: str | None = None
    position: str | None = None


class EvidenceEntry(Content):
    """One line of the list of evidence; `sha256` was taken when the file arrived."""

    number: str
    title: str
    source: str | None = None
    form: str | None = None  # 书证, 照片
    provider: str | None = None  # who gave or made it, and where
    extent: str | None = None  # 14页，视频4分10秒
    obtained_on: date | None = None
    obtained: str | None = None  # where it is not known to the day
    note: str | None = None
    pages: Count | None = None
    sha256: str | None = None
