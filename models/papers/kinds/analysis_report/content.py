"""调查分析报告书: what happened, why, whose duty was not done, and what must be repaired."""

from __future__ import annotations

from typing import Literal

from models.papers.content.common import Attachment, Head, HeadedPaper
from models.papers.content.facts import (
    AccidentFacts,
    AppraisalEntry,
    DutyEntry,
    EarlierAccident,
    EvidenceEntry,
    FindingEntry,
    LossEntry,
    MeasureEntry,
    OrganisationFacts,
    PersonFacts,
    PromisedBefore,
    RoadFacts,
    StatementEntry,
    SurveyEntry,
    TeamMember,
    TimelineEntry,
    Told,
    VehicleFacts,
)
from models.papers.content.figures import Figure


class AnalysisReport(HeadedPaper):
    """`course` and `response` hold one entry a paragraph. `short` is the 简版 of a small case.

    `edition` says how it is laid out: what was frozen in the first one keeps its layout, by which its kept texts have their
    names. Since the second the 简版 takes two pages, and a long report begins with a 目录; since the third the 简版 tells of the
    road and of the property lost, and the team says who was invited; since the fourth no problem carries its marks in prose.
    """

    kind: Literal["analysis_report"] = "analysis_report"
    head: Head
    case_number: str
    short: bool = False
    edition: Literal[1, 2, 3, 4] = 1
    accident: AccidentFacts
    legal_basis: tuple[str, ...] = ()  # on which the investigation stands
    road: RoadFacts = RoadFacts()
    vehicles: tuple[VehicleFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    organisations: tuple[OrganisationFacts, ...] = ()
    course: tuple[str, ...] = ()  # 事故发生经过
    response: tuple[str, ...] = ()  # 应急处置
    response_judged: tuple[str, ...] = ()  # 应急处置评估
    nature: tuple[str, ...] = ()  # what else there is to say of the accident, a sentence each
    character: str | None = None  # 事故性质
    liability: str | None = None  # 事故认定: who answers for it to what share
    timeline: tuple[TimelineEntry, ...] = ()
    earlier: tuple[EarlierAccident, ...] = ()  # on the same section
    promised: tuple[PromisedBefore, ...] = ()  # after earlier accidents here or of the same enterprise
    surroundings: tuple[Told, ...] = ()  # weather and surroundings
    relations: tuple[str, ...] = ()  # contracts between units
    losses: tuple[LossEntry, ...] = ()
    conflicts: tuple[str, ...] = ()  # published figures that contradict each other
    survey: tuple[SurveyEntry, ...] = ()
    statements: tuple[StatementEntry, ...] = ()
    appraisals: tuple[AppraisalEntry, ...] = ()
    lessons: tuple[str, ...] = ()
    findings: tuple[FindingEntry, ...] = ()
    cause_picture: str | None = None  # caption of the 致因图; None in a report that was frozen without one, or is short
    duties: tuple[DutyEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    team: tuple[TeamMember, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    figures: tuple[Figure, ...] = ()  # in the order of their numbers
    left_out: tuple[str, ...] = ()  # captions of figures asked for that nothing can show; never printed
    attachments: tuple[Attachment, ...] = ()
