"""What each paper says, filled from the database: the content that issuing freezes and that previews show."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.clock.queries.rulebook import Rulebook
from models.kernel.base import Json
from models.kernel.errors import NotFound, WrongStage
from models.kernel.record.event_chain import canonical
from models.kernel.settings import Settings
from models.papers.content import Paper, parse
from models.papers.tables import Document

from .draft import load
from .register import filler
from .texts import DraftText, draft_text, kept_of

__all__ = ["DraftText", "content", "frozen", "text", "thawed"]

# As a signature would add them, to see what of a draft waits for it.
SOME_NUMBER, SOMEBODY = "〔〕号", "签发人"


def content(
    session: Session,
    document_id: int,
    *,
    settings: Settings,
    rules: Rulebook,
    issued_on: date | None = None,
    number: str | None = None,
    signatory: str | None = None,
) -> Paper:
    """Return what a paper says now. Date, number and 签发人 are given by its issuing; a draft has none.

    The caller has asked whether the reader may see the paper. Raises NotFound.
    """
    draft = load(
        session,
        document_id,
        settings=settings,
        rules=rules,
        issued_on=issued_on,
        number=number,
        signatory=signatory,
    )
    said = filler(draft.row.kind)(session, draft)
    kept = kept_of(session, document_id)
    return said.model_copy(update={"kept": kept}) if kept else said


def text(session: Session, document_id: int, *, settings: Settings, rules: Rulebook, today: date) -> DraftText:
    """Return the paragraphs of a draft, and which of them only its signing completes. Raises NotFound."""
    said = partial(content, session, document_id, settings=settings, rules=rules)
    return draft_text(said(), said(issued_on=today, number=SOME_NUMBER, signatory=SOMEBODY))


def frozen(session: Session, document_id: int) -> Paper:
    """Return what an issued paper says, as it was frozen. Raises NotFound, or WrongStage before it is issued."""
    row = session.execute(select(Document.content, Document.ref).where(Document.id == document_id)).one_or_none()
    if row is None:
        raise NotFound(f"没有内部编号为{document_id}的文书。", code="document_not_found")
    if row.content is None:
        raise WrongStage(f"文书{row.ref}尚未签发，还没有正式内容。", code="not_issued")
    return thawed(row.content)


def thawed(content: Json) -> Paper:
    """Return the paper that a row's frozen content is."""
    return parse(canonical(content))
