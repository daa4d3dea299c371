"""限制公开名单: adds to and removes from the named list of a restricted paper."""

from __future__ import annotations

from sqlalchemy import func, select

from models.accountability.tables import Reader
from models.case.tables import Case
from models.kernel.act import Act, find_actor
from models.kernel.actions import action
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.refs import AccountRef, PaperRef
from models.kernel.rights.examined import examined_in
from models.kernel.rights.visible import POLICE, in_territory
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentStatus, Role
from models.office.commands.restricted import recused_among
from models.office.tables import User
from models.papers.tables import Approval, Document

from .approval import find_paper
from .approval_steps import STATUS_OF_STEP, holds


@action("add-reader", title="将人员列入限制公开文书的名单", rights=("paper.submit", "paper.sign"))
def add_reader(act: Act, case_number: str, *, paper: PaperRef, reader: AccountRef, reason: str) -> None:
    """Put a person on the list of a restricted paper.

    Raises NotAllowed for anyone but its author or signer, Conflict for who stands on it, Invalid for who is examined in
    it, stays out of the case, or is no police of the territory.
    """
    case, document = _kept(act, case_number, paper)
    why = require_reason(reason)
    person = find_actor(act.session, reader, act.at)
    assert person.id is not None
    here = act.session.scalar(select(Case.id).where(Case.id == case.id, in_territory(person, Case.__table__.c.unit_id)))
    if here is None or not person.has(*POLICE):
        raise Invalid("只能列入本辖区的办案、审批、内勤、领导或档案人员。", code="not_of_the_territory")
    if recused_among(act, case, [person.id]):
        raise Invalid(f"{person.name}已回避本案，不能列入名单。", code="recused")
    examined = act.session.scalar(
        select(Document.id).where(Document.id == document.id, examined_in(person, Document.__table__.c.id))
    )
    if examined is not None:
        raise Invalid(f"{person.name}或其单位是本文书所涉对象，不能列入名单。", code="examined")
    row = act.session.get(Reader, (document.id, person.id))
    if row is not None and row.removed_at is None:
        raise Conflict(f"{person.name}已在名单上。", code="listed")
    if row is None:
        row = Reader(document_id=document.id, user_id=person.id)
        act.session.add(row)
    row.added_by, row.added_at, row.removed_by, row.removed_at = act.person, act.at, None, None
    record(act, case, "reader_added", why=why, paper=paper, reader=person.name)


@action("remove-reader", title="将人员从限制公开文书的名单中去除", rights=("paper.submit", "paper.sign"))
def remove_reader(act: Act, case_number: str, *, paper: PaperRef, reader: AccountRef, reason: str) -> None:
    """Take a person off the list of a restricted paper; no later round of its chain puts the person back.

    Raises NotFound for who does not stand on it, WrongStage for who has its open step, Conflict for the last one.
    """
    case, document = _kept(act, case_number, paper)
    why = require_reason(reason)
    row = act.session.scalars(
        select(Reader)
        .join(User, User.id == Reader.user_id)
        .where(Reader.document_id == document.id, User.account == reader, Reader.removed_at.is_(None))
    ).one_or_none()
    if row is None:
        raise NotFound(f"账号“{reader}”不在名单上。", code="not_listed")
    person = act.session.get_one(User, row.user_id)
    if document.author_id == person.id and document.status is not DocumentStatus.DELIVERED:
        raise WrongStage("文书送达前，拟稿人不能从名单中去除。", code="author_listed")
    if _awaited(act, document, person):
        raise WrongStage(f"文书{paper}正待{person.name}审批，不能从名单中去除。", code="step_open")
    left = (
        select(func.count()).select_from(Reader).where(Reader.document_id == document.id, Reader.removed_at.is_(None))
    )
    if act.session.scalar(left) == 1:
        raise Conflict("名单上至少要有一人。", code="last_reader")
    row.removed_by, row.removed_at = act.person, act.at
    record(act, case, "reader_removed", why=why, paper=paper, reader=person.name)


def _kept(act: Act, case_number: str, paper: str) -> tuple[Case, Document]:
    """Return a restricted paper whose list the actor keeps: its author (before it is submitted, who drafts) or signer."""
    case = lock_case(act, case_number)
    document = find_paper(act, case, paper)
    if not document.restricted:
        raise WrongStage(f"文书{paper}不是限制公开的文书，没有名单。", code="not_restricted")
    if not (_writes(act, case, document) or act.actor.id == document.signed_by or _signs(act, document)):
        raise NotAllowed("名单由拟稿人或签发人管理。", code="not_keeper")
    return case, document


def _writes(act: Act, case: Case, document: Document) -> bool:
    """Return whether the actor submitted the paper or, before that, drafts it: the officer, or an officer of the upper
    unit that writes in our stead."""
    if document.author_id is not None:
        return document.author_id == act.actor.id
    upper = document.issuer_id != case.unit_id and document.issuer_id == act.actor.organisation_id
    return act.actor.id == case.officer_id or (upper and act.actor.has(Role.OFFICER))


def _signs(act: Act, document: Document) -> bool:
    steps = act.session.scalars(
        select(Approval).where(
            Approval.document_id == document.id, Approval.round == document.round, Approval.role == Role.SIGNER
        )
    )
    return any(holds(act.actor, step) for step in steps)


def _awaited(act: Act, document: Document, person: User) -> bool:
    """Return whether a running chain waits, or will wait, for this very person."""
    if document.status not in STATUS_OF_STEP.values():
        return False
    named = act.session.scalar(
        select(Approval.id)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.user_id == person.id,
            Approval.decided_at.is_(None),
        )
        .limit(1)
    )
    return named is not None
