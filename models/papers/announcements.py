"""What happens to papers, as the rooms above are told of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.case.tables import Case
from models.papers.tables import Document


@dataclass(frozen=True, slots=True)
class ReportApproved:
    """The signature under the report of a case approved it: rectification begins."""

    case: Case


@dataclass(frozen=True, slots=True)
class PaperIssued:
    """A paper was signed and has its number; its content is frozen."""

    document: Document


@dataclass(frozen=True, slots=True)
class PaperTakesEffect:
    """A paper was served on its recipient, or signed if it has none: from `at` on it has its consequences."""

    case: Case
    document: Document
    at: datetime


@dataclass(frozen=True, slots=True)
class PaperReceived:
    """The recipient of a served paper signed for it at `at`."""

    document: Document
    at: datetime
