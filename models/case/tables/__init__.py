"""The tables of this room, one file per aggregate."""

from .cases import Case, Evidence, Finding, FindingOrganisation, FindingPerson, NotApplicable, TeamMember
from .facts import CaseOrganisation, FactChange, FactRow
from .liability import LiabilityDecision, LiabilityReview

__all__ = [
    "Case",
    "CaseOrganisation",
    "Evidence",
    "FactChange",
    "FactRow",
    "Finding",
    "FindingOrganisation",
    "FindingPerson",
    "LiabilityDecision",
    "LiabilityReview",
    "NotApplicable",
    "TeamMember",
]
