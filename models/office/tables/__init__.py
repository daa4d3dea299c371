"""The tables of this room, one file per aggregate."""

from .authorities import Authority, CompetenceRow
from .doors import Guesses, Submission
from .organisations import (
    Absence,
    ChainStep,
    MovedPointer,
    Organisation,
    OrganisationName,
    SigningAuthorisation,
    User,
    UserRole,
)
from .sends import Channel, Send
from .signing_in import CaseDraft, Credential, RecoveryCode, SecondFactor, WebSession

__all__ = [
    "Absence",
    "Authority",
    "CaseDraft",
    "ChainStep",
    "Channel",
    "CompetenceRow",
    "Credential",
    "Guesses",
    "MovedPointer",
    "Organisation",
    "OrganisationName",
    "RecoveryCode",
    "SecondFactor",
    "Send",
    "SigningAuthorisation",
    "Submission",
    "User",
    "UserRole",
    "WebSession",
]
