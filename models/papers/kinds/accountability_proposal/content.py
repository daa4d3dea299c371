"""倒查问责建议书: asks the competent organ to look at duties not done. It decides nothing and names no penalty."""

from __future__ import annotations

from datetime import date
from typing import Literal

from models.papers.content.common import Attachment, Content, Head, HeadedPaper
from models.papers.content.facts import CaseTopic, DutyEntry, EvidenceEntry


class NotedSubject(Content):
    """Someone already dealt with, with the judiciary or exempt: told for information, nothing is asked."""

    subject: str
    state: str


class AccountabilityProposal(HeadedPaper):
    """To one competent organ; `subjects` are those within its competence."""

    kind: Literal["accountability_proposal"] = "accountability_proposal"
    head: Head
    case_number: str
    accident: CaseTopic
    report_number: str | None = None
    report_dated: date | None = None
    subjects: tuple[DutyEntry, ...] = ()
    noted: tuple[NotedSubject, ...] = ()
    evidence: tuple[EvidenceEntry, ...] = ()
    attachments: tuple[Attachment, ...] = ()
