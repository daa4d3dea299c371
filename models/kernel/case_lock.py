"""Row lock on a case: whoever changes anything in a case locks its row first."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import Select, bindparam, select

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.errors import NotFound
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_cases
from models.office.tables import Organisation


def lock_case(act: Act, case_number: str) -> Case:
    """Return the case, locked until the transaction ends. Raises NotFound for who may not see it, too.

    What is done together asks for the same lock again: it is held, and costs nothing then.
    """
    held: dict[tuple[str, str], Case] = act.session.info.setdefault("locked", {})
    if (act.actor.account, case_number) in held:
        return held[act.actor.account, case_number]
    case = act.session.scalars(_locking(act.actor), {"case_number": case_number}).one_or_none()
    if case is None:
        raise NotFound(f"没有编号为“{case_number}”的案件，或您无权查看。", code="case_not_found")
    held[act.actor.account, case_number] = case
    return case


@lru_cache(maxsize=256)
def _locking(actor: Actor) -> Select[Case]:
    """Return the statement once made for an actor: making it takes longer than running it."""
    return select(Case).where(Case.case_number == bindparam("case_number"), visible_cases(actor)).with_for_update()


def unit_path(act: Act, case: Case) -> str:
    """Return the place in the tree of the unit that investigates the case."""
    if case.unit_id == act.actor.organisation_id:
        return act.actor.path
    return act.session.scalars(select(Organisation.path).where(Organisation.id == case.unit_id)).one()
