"""批复、决定: which papers of a case were answered by whom, and which still wait for their answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_documents
from models.kernel.vocabulary import DocumentForm, DocumentKind, DocumentStatus, SuperiorAnswer
from models.office.rules.paper_kinds import REFERRING
from models.papers.tables import Document, SuperiorDecision

from .documents import PaperShown

ASKING = (DocumentForm.REQUEST, DocumentForm.OPINION)
"""Papers that wait for an answer."""
ANSWERED_BY_LETTER = (*REFERRING, DocumentKind.FACT_INQUIRY)
"""Papers that wait for an answer whatever their form."""
ANSWERED_BY_ORGANS = (DocumentKind.ACCOUNTABILITY_PROPOSAL, DocumentKind.CLUE_TRANSFER)
"""Papers whose answers have words of their own (`record-answer`, `record-clue-answer`)."""
APPROVING = (SuperiorAnswer.APPROVED, SuperiorAnswer.APPROVED_IN_PART)
"""Answers of which a recorded authority can be made."""


@dataclass(frozen=True, slots=True)
class DecisionShown:
    """What was answered to one paper, and which recorded authority was made of it."""

    paper: str
    answer: SuperiorAnswer
    number: str
    given_by: str
    dated: date
    summary: str
    authority: int | None
    follow_on: date | None

    @property
    def sentence(self) -> str:
        """Return the answer in one line: 市人民政府（鄂州政函〔2026〕5号，2026-05-13）：同意，…"""
        answer = "" if self.summary.startswith(self.answer.label) else f"{self.answer.label}，"
        return f"{self.given_by}（{self.number}，{self.dated}）：{answer}{self.summary}"


def decisions_of(session: Session, actor: Actor, case_number: str) -> dict[str, DecisionShown]:
    """Return the answers to papers of a case that the actor may see, by the short names of the papers. One statement."""
    rows = session.execute(
        select(SuperiorDecision, Document.ref)
        .join(Document, Document.id == SuperiorDecision.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, visible_documents(actor))
        .order_by(SuperiorDecision.id)
    )
    return {row.ref: _shown(row.SuperiorDecision, row.ref) for row in rows}


def _shown(row: SuperiorDecision, ref: str) -> DecisionShown:
    return DecisionShown(
        paper=ref,
        answer=row.answer,
        number=row.number,
        given_by=row.given_by,
        dated=row.dated,
        summary=row.summary,
        authority=row.authority_id,
        follow_on=row.follow_on,
    )


def decision_on(session: Session, document_id: int | None) -> DecisionShown | None:
    """Return the answer to one paper; None where none is on record."""
    found = session.execute(
        select(SuperiorDecision, Document.ref)
        .join(Document, Document.id == SuperiorDecision.document_id)
        .where(SuperiorDecision.document_id == document_id)
    ).one_or_none()
    return None if found is None else _shown(found.SuperiorDecision, found.ref)


def answerable(kind: DocumentKind, form: DocumentForm | None) -> bool:
    """Return whether what was answered to such a paper is put on record as a 批复 or decision: a report, too, may get one."""
    asks = form in (*ASKING, DocumentForm.REPORT) or kind in ANSWERED_BY_LETTER
    return asks and kind not in ANSWERED_BY_ORGANS


def waits_for_answer(paper: PaperShown) -> bool:
    """Return whether a paper was served, stands, and asks somebody for an answer, as far as the paper tells."""
    stands = all(one.kind is not DocumentKind.WITHDRAWAL for one in paper.amended_by)
    asks = paper.form in ASKING or paper.kind in ANSWERED_BY_LETTER
    return paper.status is DocumentStatus.DELIVERED and stands and asks
