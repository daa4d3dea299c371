"""The tables of this room, one file per aggregate."""

from .cases import (
    PROVING,
    Case,
    Evidence,
    EvidenceFinding,
    Finding,
    FindingOrganisation,
    FindingPerson,
    NotApplicable,
    TeamMember,
)
from .checklist import ChecklistAnswer
from .facts import CaseOrganisation, FactChange, FactRow, MediationHandler
from .incoming import IncomingPaper
from .liability import LiabilityDecision, LiabilityReview

__all__ = [
    "PROVING",
    "Case",
    "CaseOrganisation",
    "ChecklistAnswer",
    "Evidence",
    "EvidenceFinding",
    "FactChange",
    "FactRow",
    "Finding",
    "FindingOrganisation",
    "FindingPerson",
    "IncomingPaper",
    "LiabilityDecision",
    "LiabilityReview",
    "MediationHandler",
    "NotApplicable",
    "TeamMember",
]
