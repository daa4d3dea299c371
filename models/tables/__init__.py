"""All tables, one file per aggregate."""

from .accidents import Accident, LaterDeath, Person, Vehicle
from .accountability import AccountabilityEvidence, AccountabilityFinding, AccountabilityItem, OrganAnswer, Reader
from .amendments import Amendment, DocumentVersion, PaperFlag
from .archives import Archive, ArchiveItem, ArchiveSupplement
from .base import Base
from .cases import (
    Case,
    Evidence,
    Finding,
    FindingOrganisation,
    FindingPerson,
    NotApplicable,
    TeamMember,
)
from .clues import ClueNews, TransferredClue, TransferredMaterial
from .deadlines import CalendarDay, CalendarYear, Deadline, DeadlineRuleRow, LadderRung, RungFired
from .disputes import Dispute
from .documents import (
    Approval,
    BundledCase,
    Delivery,
    Document,
    DocumentAssignment,
    DrawnNumber,
    EnteredNumber,
    NumberCounter,
    NumberSeries,
    Rendition,
)
from .doors import Guesses, Submission
from .effects import Evaluation, EvaluationFile, Recurrence
from .events import AdminEvent, Duty, Event, Heartbeat, Message, Outbox
from .joining import CaseLink, MovedRef, Recusal, Transfer
from .liability import LiabilityDecision, LiabilityReview
from .links import NoticeLink, ReplyDraft
from .manners import MannerRow
from .measures import Assessment, Assignment, Measure, MeasureFinding, Milestone, Reply, ReplyFile, Verification
from .organisations import Absence, ChainStep, Organisation, SigningAuthorisation, User, UserRole
from .proofs import ProofForm, ProofFormPaper
from .registers import Register, RegisteredNotice
from .sends import Channel, Send
from .signing_in import CaseDraft, Credential, WebSession
from .talks import Talk, TalkPaper
from .templates import Template

__all__ = [
    "Absence",
    "Accident",
    "AccountabilityEvidence",
    "AccountabilityFinding",
    "AccountabilityItem",
    "AdminEvent",
    "Amendment",
    "Approval",
    "Archive",
    "ArchiveItem",
    "ArchiveSupplement",
    "Assessment",
    "Assignment",
    "Base",
    "BundledCase",
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseDraft",
    "CaseLink",
    "ChainStep",
    "Channel",
    "ClueNews",
    "Credential",
    "Deadline",
    "DeadlineRuleRow",
    "Delivery",
    "Dispute",
    "Document",
    "DocumentAssignment",
    "DocumentVersion",
    "DrawnNumber",
    "Duty",
    "EnteredNumber",
    "Evaluation",
    "EvaluationFile",
    "Event",
    "Evidence",
    "Finding",
    "FindingOrganisation",
    "FindingPerson",
    "Guesses",
    "Heartbeat",
    "LadderRung",
    "LaterDeath",
    "LiabilityDecision",
    "LiabilityReview",
    "MannerRow",
    "Measure",
    "MeasureFinding",
    "Message",
    "Milestone",
    "MovedRef",
    "NotApplicable",
    "NoticeLink",
    "NumberCounter",
    "NumberSeries",
    "OrganAnswer",
    "Organisation",
    "Outbox",
    "PaperFlag",
    "Person",
    "ProofForm",
    "ProofFormPaper",
    "Reader",
    "Recurrence",
    "Recusal",
    "Register",
    "RegisteredNotice",
    "Rendition",
    "Reply",
    "ReplyDraft",
    "ReplyFile",
    "RungFired",
    "Send",
    "SigningAuthorisation",
    "Submission",
    "Talk",
    "TalkPaper",
    "TeamMember",
    "Template",
    "Transfer",
    "TransferredClue",
    "TransferredMaterial",
    "User",
    "UserRole",
    "Vehicle",
    "Verification",
    "WebSession",
]
