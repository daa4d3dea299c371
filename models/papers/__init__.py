"""What each paper says: frozen content, one type a kind, from which its file is built byte for byte."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from pydantic import Field, TypeAdapter, ValidationError

from models.errors import Fault, Invalid
from models.papers.accountability_proposal import AccountabilityProposal, NotedSubject
from models.papers.analysis_report import AnalysisReport
from models.papers.common import Attachment, Content, DeadlineLine, Head
from models.papers.facts import (
    AccidentFacts,
    DutyEntry,
    EvidenceEntry,
    FindingEntry,
    MeasureEntry,
    Milestone,
    OrganisationFacts,
    PersonFacts,
    RoadFacts,
    TeamMember,
    VehicleFacts,
)
from models.papers.rectification_notice import RectificationNotice
from models.papers.supervision_order import OverdueMatter, SupervisionOrder
from models.papers.traceback_archive import (
    ArchivedFile,
    CatalogueItem,
    DeliveryEntry,
    EventEntry,
    NotApplicable,
    OutcomeEntry,
    ReplyEntry,
    TracebackArchive,
    VerificationEntry,
    VolumeNotes,
)

Paper = Annotated[
    AnalysisReport | RectificationNotice | AccountabilityProposal | SupervisionOrder | TracebackArchive,
    Field(discriminator="kind"),
]
_PAPER: TypeAdapter[Paper] = TypeAdapter(Paper)


def canonical(paper: Paper) -> bytes:
    """Return the content as sorted UTF-8 JSON: equal content has equal bytes, fit for freezing and hashing."""
    content = paper.model_dump(mode="json")
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(content: bytes | str) -> Paper:
    """Return the paper that `canonical` wrote. Raises Invalid with one fault for each wrong field."""
    try:
        return _PAPER.validate_json(content)
    except ValidationError as error:
        faults = [Fault(".".join(map(str, e["loc"])), e["msg"], e["type"]) for e in error.errors(include_url=False)]
        raise Invalid("文书内容不完整或格式有误，无法读取。", faults=faults) from error


def title_of(paper: Paper) -> str:
    """Return the paper's title on one line."""
    return "".join(paper.title if isinstance(paper, TracebackArchive) else paper.head.title)


def dated(paper: Paper) -> date | None:
    """Return the paper's own date (成文日期 or 立卷日期); None in a draft."""
    return paper.dated if isinstance(paper, TracebackArchive) else paper.head.dated


__all__ = [
    "AccidentFacts",
    "AccountabilityProposal",
    "AnalysisReport",
    "ArchivedFile",
    "Attachment",
    "CatalogueItem",
    "Content",
    "DeadlineLine",
    "DeliveryEntry",
    "DutyEntry",
    "EventEntry",
    "EvidenceEntry",
    "FindingEntry",
    "Head",
    "MeasureEntry",
    "Milestone",
    "NotApplicable",
    "NotedSubject",
    "OrganisationFacts",
    "OutcomeEntry",
    "OverdueMatter",
    "Paper",
    "PersonFacts",
    "RectificationNotice",
    "ReplyEntry",
    "RoadFacts",
    "SupervisionOrder",
    "TeamMember",
    "TracebackArchive",
    "VehicleFacts",
    "VerificationEntry",
    "VolumeNotes",
    "canonical",
    "dated",
    "parse",
    "title_of",
]
