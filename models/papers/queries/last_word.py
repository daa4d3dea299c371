"""The text of a draft as who edits it sees it: each paragraph with its lead, what the facts give, and what a person wrote."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Case
from models.clock.queries.rulebook import Rulebook
from models.kernel.errors import NotFound, WrongStage
from models.kernel.lifecycle import UNSIGNED
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases, visible_documents
from models.kernel.settings import Settings
from models.kernel.vocabulary import DocumentKind, DocumentStatus
from models.office.tables import User
from models.papers.content import Paper
from models.papers.content.passages import Passage, label, placed
from models.papers.filling import DraftText, text
from models.papers.tables import Document, PaperText


@dataclass(frozen=True, slots=True)
class PassageShown:
    """A paragraph of a draft. `text` is what stands there now; `was` what the facts gave when it was edited, where they give
    something else by now: then `kept` are the words that a person decides about, and `text` is generated.

    `version` is 0 where nothing was kept; `fixed` says that only the signature completes it.
    """

    name: str
    label: str
    lead: str
    generated: str
    text: str
    version: int
    fixed: bool
    kept: str | None
    was: str | None
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class DraftShown:
    """A draft to be edited. `gone` are kept words whose paragraph is no more; `digest` names this state of the draft."""

    paper: str
    title: str
    status: DocumentStatus
    restricted: bool
    digest: str
    said: Paper
    passages: tuple[PassageShown, ...]
    gone: tuple[PassageShown, ...]

    @property
    def fixed(self) -> frozenset[str]:
        """Return the passages that only the signature completes."""
        return frozenset(one.name for one in self.passages if one.fixed)

    @property
    def passages_as_given(self) -> tuple[Passage, ...]:
        """Return the passages as the facts give them."""
        return tuple(Passage(one.name, one.lead, one.generated) for one in self.passages)


def refuse_signed(paper: str, kind: DocumentKind, status: DocumentStatus) -> None:
    """Refuse to change the words of a paper that is signed, or of a volume, which nobody words. Raises WrongStage."""
    if status not in UNSIGNED or kind is DocumentKind.TRACEBACK_ARCHIVE:
        raise WrongStage(f"文书{paper}当前为“{status.label}”，文字不能再改。", code="signed")


def draft_shown(
    session: Session, actor: Actor, case_number: str, paper: str, *, settings: Settings, rules: Rulebook, today: date
) -> DraftShown:
    """Return the text of an unsigned paper. Raises NotFound for who may not see it, WrongStage once it is signed."""
    found = session.execute(
        select(Document.id, Document.status, Document.kind, Document.title, Document.restricted)
        .join(Case, Case.id == Document.case_id)
        .where(Case.case_number == case_number, Document.ref == paper, visible_cases(actor), visible_documents(actor))
    ).one_or_none()
    if found is None:
        raise NotFound(f"没有文书“{paper}”，或您无权查看。", code="document_not_found")
    refuse_signed(paper, found.kind, found.status)
    draft = text(session, found.id, settings=settings, rules=rules, today=today)
    rows = [
        (row.PaperText, row.name)
        for row in session.execute(
            select(PaperText, User.name)
            .join(User, User.id == PaperText.kept_by)
            .where(PaperText.document_id == found.id)
            .order_by(PaperText.id)
        )
    ]
    passages, gone = _shown(draft, rows)
    about = (paper, found.title, found.status, found.restricted)
    return DraftShown(*about, draft.digest, draft.said, passages, gone)


def _shown(
    draft: DraftText, rows: Sequence[tuple[PaperText, str]]
) -> tuple[tuple[PassageShown, ...], tuple[PassageShown, ...]]:
    names = {row.id: name for row, name in rows}
    where = placed([row for row, _ in rows], draft.passages)
    overtaken = {row.passage: row for row in where.overtaken}
    passages = []
    for one in draft.passages:
        stands, waits = where.standing.get(one.name), overtaken.pop(one.name, None)
        row = stands or waits
        passages.append(
            PassageShown(
                name=one.name,
                label=one.label,
                lead=one.lead,
                generated=one.text,
                text=one.text if stands is None else stands.text,
                version=max((each.version for each in (stands, waits) if each is not None), default=0),
                fixed=one.name in draft.fixed,
                kept=None if row is None else row.text,
                was=None if waits is None else waits.generated,
                by=None if row is None else names[row.id],
                at=None if row is None else row.kept_at,
            )
        )
    return tuple(passages), tuple(_gone(row, names[row.id]) for row in overtaken.values())


def _gone(row: PaperText, by: str) -> PassageShown:
    return PassageShown(
        name=row.passage,
        label=label(row.passage),
        lead="",
        generated="",
        text="",
        version=row.version,
        fixed=False,
        kept=row.text,
        was=row.generated,
        by=by,
        at=row.kept_at,
    )
