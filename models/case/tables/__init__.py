"""The tables of this room, one file per aggregate."""

from .cases import Case, Evidence, Finding, FindingOrganisation, FindingPerson, NotApplicable, TeamMember
from .checklist import ChecklistAnswer
from .liability import LiabilityDecision, LiabilityReview

__all__ = [
    "Case",
    "ChecklistAnswer",
    "Evidence",
    "Finding",
    "FindingOrganisation",
    "FindingPerson",
    "LiabilityDecision",
    "LiabilityReview",
    "NotApplicable",
    "TeamMember",
]
