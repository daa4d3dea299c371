"""The tables of this room, one file per aggregate."""

from .accountability import AccountabilityEvidence, AccountabilityFinding, AccountabilityItem, OrganAnswer, Reader
from .clues import ClueNews, TransferredClue, TransferredMaterial

__all__ = [
    "AccountabilityEvidence",
    "AccountabilityFinding",
    "AccountabilityItem",
    "ClueNews",
    "OrganAnswer",
    "Reader",
    "TransferredClue",
    "TransferredMaterial",
]
