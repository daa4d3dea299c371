"""What each paper says: frozen content, one type a kind, from which its file is built byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import import_module
from typing import Annotated, Any, TypeGuard, Union

from pydantic import Field, TypeAdapter, ValidationError

from models.kernel.errors import Fault, Invalid
from models.kernel.vocabulary import DocumentKind
from models.office.rules.paper_kinds import folders
from models.papers.kinds.accountability_proposal.content import AccountabilityProposal, NotedSubject
from models.papers.kinds.advance_notice.content import AdvanceNotice
from models.papers.kinds.amendments.content import AmendedClock, CorrectedPassage, Correction, Withdrawal
from models.papers.kinds.analysis_report.content import AnalysisReport
from models.papers.kinds.clue_transfer.content import Clue, ClueTransfer, TransferredMaterial
from models.papers.kinds.excerpt.content import Excerpt, ExcerptFinding, ExcerptMeasure, excerpt_of
from models.papers.kinds.late_report.content import LateReport, LateUnit
from models.papers.kinds.proof_of_service.content import ProofOfService
from models.papers.kinds.rectification_notice.content import FurtherCase, RectificationNotice
from models.papers.kinds.supervision_order.content import OverdueMatter, SupervisionOrder
from models.papers.kinds.talks.content import Promise, TalkMinutes, TalkNotice
from models.papers.kinds.traceback_archive.content import (
    ArchivedFile,
    CatalogueItem,
    DeliveryEntry,
    EventEntry,
    ExcusedGap,
    NotApplicable,
    OutcomeEntry,
    ReplyEntry,
    TracebackArchive,
    VerificationEntry,
    VolumeNotes,
)

from .common import Attachment, Content, DeadlineLine, Head, HeadedPaper, KeptText, Paper, PaperReference
from .facts import (
    AccidentFacts,
    AppraisalEntry,
    CaseTopic,
    DutyEntry,
    EarlierAccident,
    EvidenceEntry,
    FindingEntry,
    HazardFacts,
    HazardFound,
    HazardousSection,
    LossEntry,
    MeasureEntry,
    Milestone,
    OrganisationFacts,
    Partner,
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
from .figures import FIGURE_HEIGHT, FIGURE_WIDTH, Figure, FigureSection, Placed, ScenePlan, Stretch


@cache
def types() -> Mapping[DocumentKind, type[Paper]]:
    """Return the type of each kind's content, in the order of `DocumentKind`: what the kinds' folders define."""
    modules = [import_module(f"{folder}.content") for folder in folders()]
    defined = [value for module in modules for value in vars(module).values() if _is_kind(value, module.__name__)]
    found = {DocumentKind(one.model_fields["kind"].default): one for one in defined}
    return {kind: found[kind] for kind in DocumentKind}


def _is_kind(value: object, module: str) -> TypeGuard[type[Paper]]:
    return isinstance(value, type) and issubclass(value, Paper) and value.__module__ == module


@cache
def _any_paper() -> TypeAdapter[Paper]:
    """Return the reader of all kinds: `kind` decides which type it is."""
    every: Any = Union[tuple(types().values())]  # noqa: UP007  # made of what is found, which no checker knows
    return TypeAdapter(Annotated[every, Field(discriminator="kind")])


def canonical(paper: Paper) -> bytes:
    """Return the content as sorted UTF-8 JSON: equal content has equal bytes, fit for freezing and hashing."""
    content = paper.model_dump(mode="json")
    if not paper.kept:
        del content["kept"]  # papers were frozen before anybody could keep a text; their bytes stay what they were
    if isinstance(paper, TracebackArchive) and not paper.notes.excused:
        del content["notes"]["excused"]  # as volumes were closed before anything could be excused
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def parse(content: bytes | str) -> Paper:
    """Return the paper that `canonical` wrote. Raises Invalid with one fault for each wrong field."""
    try:
        return _any_paper().validate_json(content)
    except ValidationError as error:
        faults = [Fault(".".join(map(str, e["loc"])), e["msg"], e["type"]) for e in error.errors(include_url=False)]
        raise Invalid("文书内容不完整或格式有误，无法读取。", faults=faults) from error


def title_of(paper: Paper) -> str:
    """Return the paper's title on one line."""
    return paper.title_line


def dated(paper: Paper) -> date | None:
    """Return the paper's own date (成文日期 or 立卷日期); None in a draft."""
    return paper.own_date


__all__ = [
    "FIGURE_HEIGHT",
    "FIGURE_WIDTH",
    "AccidentFacts",
    "AccountabilityProposal",
    "AdvanceNotice",
    "AmendedClock",
    "AnalysisReport",
    "AppraisalEntry",
    "ArchivedFile",
    "Attachment",
    "CaseTopic",
    "CatalogueItem",
    "Clue",
    "ClueTransfer",
    "Content",
    "CorrectedPassage",
    "Correction",
    "DeadlineLine",
    "DeliveryEntry",
    "DutyEntry",
    "EarlierAccident",
    "EventEntry",
    "EvidenceEntry",
    "Excerpt",
    "ExcerptFinding",
    "ExcerptMeasure",
    "ExcusedGap",
    "Figure",
    "FigureSection",
    "FindingEntry",
    "FurtherCase",
    "HazardFacts",
    "HazardFound",
    "HazardousSection",
    "Head",
    "HeadedPaper",
    "KeptText",
    "LateReport",
    "LateUnit",
    "LossEntry",
    "MeasureEntry",
    "Milestone",
    "NotApplicable",
    "NotedSubject",
    "OrganisationFacts",
    "OutcomeEntry",
    "OverdueMatter",
    "Paper",
    "PaperReference",
    "Partner",
    "PersonFacts",
    "Placed",
    "Promise",
    "PromisedBefore",
    "ProofOfService",
    "RectificationNotice",
    "ReplyEntry",
    "RoadFacts",
    "ScenePlan",
    "StatementEntry",
    "Stretch",
    "SupervisionOrder",
    "SurveyEntry",
    "TalkMinutes",
    "TalkNotice",
    "TeamMember",
    "TimelineEntry",
    "Told",
    "TracebackArchive",
    "TransferredMaterial",
    "VehicleFacts",
    "VerificationEntry",
    "VolumeNotes",
    "Withdrawal",
    "canonical",
    "dated",
    "excerpt_of",
    "parse",
    "title_of",
    "types",
]
