"""调查分析报告书: what happened, why, whose duty was not done, and what must be repaired."""

from __future__ import annotations

from typing import Literal

from models.papers.content.common import Attachment, Head, HeadedPaper
from models.papers.content.facts import (
    AccidentFacts,
    DutyEntry,
    EvidenceEntry,
    FindingEntry,
    MeasureEntry,
    OrganisationFacts,
    PersonFacts,
    RoadFacts,
    TeamMember,
    VehicleFacts,
)


class AnalysisReport(HeadedPaper):
    """`course` and `response` hold one entry a paragraph. `short` is the 简版: the same order, less of it."""

    kind: Literal["analysis_report"] = "analysis_report"
    head: Head
    case_number: str
    short: bool = False
    accident: AccidentFacts
    legal_basis: tuple[str, ...] = ()  # on which the investigation stands
    road: RoadFacts = RoadFacts()
    vehicles: tuple[VehicleFacts, ...] = ()
    people: tuple[PersonFacts, ...] = ()
    organisations: tuple[OrganisationFacts, ...] = ()
    course: tuple[str, ...] = ()  # 事故发生经过
    response: tuple[str, ...] = ()  # 应急处置
    findings: tuple[FindingEntry, ...] = ()
    duties: tuple[DutyEntry, ...] = ()
    measures: tuple[MeasureEntry, ...] = ()
    team: tuple[TeamMember, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    attachments: tuple[Attachment, ...] = ()
