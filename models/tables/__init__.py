"""All tables, one file per aggregate."""

from .accidents import Accident, LaterDeath, Person, Vehicle
from .accountability import AccountabilityFinding, AccountabilityItem, OrganAnswer, Reader
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
from .documents import (
    Approval,
    Delivery,
    Document,
    DocumentAssignment,
    DrawnNumber,
    EnteredNumber,
    NumberCounter,
    NumberSeries,
    Rendition,
)
from .effects import Evaluation, EvaluationFile, Recurrence
from .events import AdminEvent, Event, Heartbeat, Message, Outbox
from .links import NoticeLink, ReplyDraft
from .manners import MannerRow
from .measures import Assessment, Assignment, Measure, MeasureFinding, Reply, ReplyFile, Verification
from .organisations import Absence, ChainStep, Organisation, SigningAuthorisation, User, UserRole
from .proofs import ProofForm, ProofFormPaper
from .registers import Register, RegisteredNotice
from .signing_in import CaseDraft, Credential, WebSession
from .talks import Talk, TalkPaper
from .templates import Template

__all__ = [
    "Absence",
    "Accident",
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
    "CalendarDay",
    "CalendarYear",
    "Case",
    "CaseDraft",
    "ChainStep",
    "ClueNews",
    "Credential",
    "Deadline",
    "DeadlineRuleRow",
    "Delivery",
    "Document",
    "DocumentAssignment",
    "DocumentVersion",
    "DrawnNumber",
    "EnteredNumber",
    "Evaluation",
    "EvaluationFile",
    "Event",
    "Evidence",
    "Finding",
    "FindingOrganisation",
    "FindingPerson",
    "Heartbeat",
    "LadderRung",
    "LaterDeath",
    "MannerRow",
    "Measure",
    "MeasureFinding",
    "Message",
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
    "Register",
    "RegisteredNotice",
    "Rendition",
    "Reply",
    "ReplyDraft",
    "ReplyFile",
    "RungFired",
    "SigningAuthorisation",
    "Talk",
    "TalkPaper",
    "TeamMember",
    "Template",
    "TransferredClue",
    "TransferredMaterial",
    "User",
    "UserRole",
    "Vehicle",
    "Verification",
    "WebSession",
]
