"""Checks on restricted papers and on cases about our own police: named lists, recusals, and whether the upper unit acts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, or_, select

from models.accountability.tables import AccountabilityItem
from models.case.tables import Case
from models.joining.tables import Recusal
from models.kernel.act import Act
from models.kernel.case_lock import unit_path
from models.kernel.errors import NotAllowed, WrongStage
from models.kernel.rights.examined import asks_about
from models.kernel.rights.own_police import about_own_police
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import may_read, visible_documents
from models.office.tables import Organisation, User
from models.papers.tables import Amendment, Document

from .organisations import issuing_body


def readers_among(act: Act, document_id: int | None, people: Iterable[int | None]) -> list[int]:
    """Return those of some people who may read a restricted paper."""
    wanted = [person for person in people if person is not None]
    paper = select(Document.__table__.c.id).where(Document.id == document_id).scalar_subquery()
    return list(
        act.session.scalars(select(User.id).where(User.id.in_(wanted), may_read(User, paper)).order_by(User.id))
    )


def recused_among(act: Act, case: Case, people: Iterable[int | None]) -> set[int]:
    """Return those of some people who stay out of the case (回避)."""
    wanted = [person for person in people if person is not None]
    return set(
        act.session.scalars(
            select(Recusal.user_id).where(
                Recusal.case_id == case.id, Recusal.user_id.in_(wanted), Recusal.ended_at.is_(None)
            )
        )
    )


def may_decide(act: Act, case: Case, document: Document, decider: Actor, *others: int) -> None:
    """Refuse a decision by, or in the stead of, who stays out of the case, is examined in the paper, or is of the unit
    that the upper one acts for. Raises NotAllowed."""
    seen = act.session.scalar(select(Document.id).where(Document.id == document.id, visible_documents(decider)))
    if seen is None or recused_among(act, case, [decider.id, *others]):
        raise NotAllowed("该人员已回避或与文书所涉事项有关，不能办理本文书。", code="stays_out")
    upper_unit_acts(act, case, document, decider)


def upper_unit_acts(act: Act, case: Case, document: Document, actor: Actor) -> None:
    """Refuse our own people where our own police are examined: the upper unit acts. Raises NotAllowed."""
    if document.restricted and inside(actor.path, unit_path(act, case)) and asks_about_us(act, case, document):
        raise NotAllowed(upper_sentence(act), code="upper_unit_acts")


def upper_sentence(act: Act) -> str:
    """Return why our own people may not act, and who does."""
    upper = issuing_body(act.session, "bureau")
    return f"问责事项涉及本单位或者下级单位，由上级单位“{upper.name}”拟制和审批，本单位人员不参与。"


def asks_about_us(act: Act, case: Case, document: Document) -> bool:
    """Return whether a paper, or what it puts right, asks about the investigating unit, one below it, or their people."""
    amended = select(Amendment.amended_id).where(Amendment.document_id == document.id)
    about = or_(AccountabilityItem.document_id == document.id, AccountabilityItem.document_id.in_(amended))
    return bool(items_about_us(act, case, about))


def items_about_us(act: Act, case: Case, *wanted: ColumnElement[bool]) -> set[int]:
    """Return those of some accountability items that ask about our own unit, one below it, or their people."""
    return set(
        act.session.scalars(
            select(AccountabilityItem.id)
            .join(Case, Case.id == AccountabilityItem.case_id)
            .where(AccountabilityItem.case_id == case.id, about_own_police(), *wanted)
        )
    )


def examined_by(act: Act, item: AccountabilityItem) -> bool:
    """Return whether an accountability item asks about the actor or the actor's unit."""
    return bool(act.session.scalar(select(asks_about(act.actor, item.id))))


def inside(path: str, unit: str) -> bool:
    """Return whether a place in the tree is the unit's own or lies below it."""
    return path.startswith(unit)


def upper_chain(act: Act, case: Case, steps: Iterable[int]) -> None:
    """Refuse a chain whose steps our own unit would take. Raises WrongStage with what to set up first."""
    path = unit_path(act, case)
    ours = act.session.scalar(
        select(exists().where(Organisation.id.in_(list(steps)), Organisation.path.startswith(path, autoescape=True)))
    )
    if ours:
        upper = issuing_body(act.session, "bureau")
        raise WrongStage(
            f"“{upper.name}”的审批流程仍由被审查单位的人员办理，请管理员先为其设置审批流程（office set-chain）。",
            code="upper_chain_missing",
        )
