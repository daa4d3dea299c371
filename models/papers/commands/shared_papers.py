"""Locks all cases that share a notice or merged measures, in one fixed order, so that no two acts deadlock."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, CompoundSelect, bindparam, select, union
from sqlalchemy.orm import aliased

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.rights.visible import visible_cases
from models.papers.tables import BundledCase, CircularRecipient, Document, goes_round
from models.rectification.tables import Assignment


def lock_linked(act: Act, case_number: str, *others: str) -> Case:
    """Return a case, locked together with `others` and every case that shares a notice or a measure with one of them.

    Raises NotFound as `lock_case`, Conflict where the links changed while the locks were awaited.
    """
    numbers = (case_number, *others)
    named = act.session.execute(
        select(Case.id, Case.case_number).where(Case.case_number.in_(numbers), visible_cases(act.actor))
    ).all()
    known = {row.case_number for row in named}
    for number in numbers:
        if number not in known:
            raise NotFound(f"没有编号为“{number}”的案件，或您无权查看。", code="case_not_found")
    own = {row.id for row in named}
    wanted = own | _linked(act, own)
    lock_cases(act, wanted)
    if not own | _linked(act, own) <= wanted:
        raise Conflict("案件之间的关联刚刚变化，请重试。", code="links_changed")
    return lock_case(act, case_number)


def lock_cases(act: Act, ids: Collection[int]) -> list[Case]:
    """Return cases, locked in the order of their row numbers. The caller has asked whether the actor may see them."""
    return list(act.session.scalars(select(Case).where(Case.id.in_(ids)).order_by(Case.id).with_for_update()))


def lock_sharing(act: Act, document_ids: Collection[int]) -> None:
    """Lock every case that shares one of some papers. Raises Conflict as `lock_linked`."""

    def sharing() -> set[int]:
        home = select(Document.case_id).where(Document.id.in_(document_ids))
        further = select(BundledCase.case_id).where(BundledCase.document_id.in_(document_ids))
        return set(act.session.scalars(union(home, further)))

    wanted = sharing()
    lock_cases(act, wanted)
    if not sharing() <= wanted:
        raise Conflict("案件之间的关联刚刚变化，请重试。", code="links_changed")


def _linked(act: Act, ids: Collection[int]) -> set[int]:
    return set(act.session.scalars(_links(), {"cases": list(ids)}))


@cache
def _links() -> CompoundSelect[int]:
    """Built once: nearly every act asks this twice, and to build it costs more than to answer it."""
    ids: BindParameter[Collection[int]] = bindparam("cases", expanding=True)
    own, other = aliased(Assignment), aliased(Assignment)
    part, sibling = aliased(BundledCase), aliased(BundledCase)
    # A circular names nearly every case: what happens in one of them has nothing to do with the others, and what happens
    # to the circular itself locks them (`parts_of`).
    hangs_on = ~goes_round()
    return union(
        select(BundledCase.case_id)
        .join(Document, Document.id == BundledCase.document_id)
        .where(Document.case_id.in_(ids), hangs_on),
        select(Document.case_id).join(part, part.document_id == Document.id).where(part.case_id.in_(ids), hangs_on),
        select(sibling.case_id)
        .join(part, part.document_id == sibling.document_id)
        .join(Document, Document.id == part.document_id)
        .where(part.case_id.in_(ids), hangs_on),
        select(other.case_id).join(own, own.served_by_id == other.id).where(own.case_id.in_(ids)),
        select(other.case_id).join(own, own.id == other.served_by_id).where(own.case_id.in_(ids)),
    )


def parts_of(act: Act, document: Document) -> list[tuple[Case, str]]:
    """Return the cases a paper was issued in, the one that holds it first, each with its short name there; all locked.

    The case that holds it was locked before; it has the lowest row number, so that nobody waits in a ring.
    """
    home = act.session.get_one(Case, document.case_id)
    rows = act.session.execute(
        select(Case, BundledCase.ref)
        .join(BundledCase, BundledCase.case_id == Case.id)
        .where(BundledCase.document_id == document.id, BundledCase.by_reference.is_(False))
        .order_by(Case.id)
        .with_for_update(of=Case)
    )
    return [(home, document.ref), *((row.Case, row.ref) for row in rows)]


def circular_recipients(act: Act, document_id: int) -> list[int]:
    """Return to whom a circular goes, or what puts one right, in one service; nobody for any other paper."""
    query = select(CircularRecipient.organisation_id).where(CircularRecipient.document_id == document_id)
    return list(act.session.scalars(query.order_by(CircularRecipient.organisation_id)))


def name_in(act: Act, case: Case, paper: Document) -> str:
    """Return the short name of a paper inside one of its cases."""
    if paper.case_id == case.id:
        return paper.ref
    return act.session.scalars(
        select(BundledCase.ref).where(BundledCase.document_id == paper.id, BundledCase.case_id == case.id)
    ).one()


def record_of_paper(
    act: Act,
    document: Document,
    kind: str,
    /,
    *,
    why: str | None = None,
    happened_at: datetime | None = None,
    **said: object,
) -> None:
    """Put on record in each case of a paper what happened to it, by its short name there."""
    for case, ref in parts_of(act, document):
        record(act, case, kind, why=why, happened_at=happened_at, paper=ref, **said)


def refuse_elsewhere(act: Act, case: Case, paper: str) -> None:
    """Refuse to handle a notice over several cases in a case that it was not issued in, and say where it is handled."""
    row = act.session.execute(
        select(Case.case_number, Document.ref, Document.kind, goes_round().label("round"))
        .select_from(BundledCase)
        .join(Document, Document.id == BundledCase.document_id)
        .join(Case, Case.id == Document.case_id)
        .where(BundledCase.case_id == case.id, BundledCase.ref == paper)
    ).one_or_none()
    if row is not None:
        what = row.kind.label if row.round else "汇总通知"
        raise WrongStage(
            f"{paper}是多个案件的{what}，请在案件{row.case_number}中办理（文书{row.ref}）。", code="bundled_elsewhere"
        )
