"""损害赔偿调解: who handles the mediation of a case. The officer in charge names others for it; nobody else reads its sheet.

Mediation between the parties is no part of finding out what happened: what is conceded there must weigh on no finding and
stand in no paper.
"""

from __future__ import annotations

from sqlalchemy import select

from models.case.tables import Case, MediationHandler
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from models.kernel.events import record
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.vocabulary import Role
from models.office.tables import Organisation, User, UserRole

from .cases import require_running

HANDLING = (Role.OFFICER, Role.CLERK)


@action(
    "name-mediator",
    title="指定调解经办人",
    rights=("mediation.handle",),
    same_as=("mediator_named", "mediator_released"),
    after="settle-casualties",
)
def name_mediator(act: Act, case_number: str, *, who: AccountRef) -> str:
    """Let a further officer or clerk of the unit handle the mediation: read and write its sheet. Returns the name.

    Raises NotAllowed for who is not the officer in charge, NotFound, Invalid for an account that may not, Conflict.
    """
    case = _opened(act, case_number)
    user = _person(act, case, who)
    if user.id == case.officer_id or _standing(act, case, user) is not None:
        raise Conflict(f"“{who}”已经是本案调解的办理人员。", code="named")
    act.session.add(MediationHandler(case_id=case.id, user_id=user.id, named_by=act.person, named_at=act.at))
    record(act, case, "mediator_named", account=who)
    return user.name


@action(
    "release-mediator",
    title="调解经办人不再经办",
    rights=("mediation.handle",),
    same_as=("mediator_named", "mediator_released"),
    after="name-mediator",
)
def release_mediator(act: Act, case_number: str, *, who: AccountRef) -> None:
    """Let a person who was named handle the mediation no more. Raises NotAllowed, NotFound where nobody of that name does."""
    case = _opened(act, case_number)
    user = act.session.scalars(select(User).where(User.account == who)).one_or_none()
    row = None if user is None else _standing(act, case, user)
    if row is None:
        raise NotFound(f"“{who}”不是本案指定的调解经办人。", code="not_named")
    row.released_at = act.at
    record(act, case, "mediator_released", account=who)


def _opened(act: Act, case_number: str) -> Case:
    case = lock_case(act, case_number)
    policy.require(act.actor, "mediation.handle", unit_path=unit_path(act, case))
    refuse_hazard(case)
    require_running(case)
    if case.officer_id != act.actor.id:
        raise NotAllowed("调解经办人由主办民警指定。", code="not_in_charge")
    return case


def _person(act: Act, case: Case, who: str) -> User:
    """Return whom an account belongs to who may handle a mediation of the case. Raises NotFound, Invalid."""
    path = act.session.scalars(select(Organisation.path).where(Organisation.id == case.unit_id)).one()
    found = act.session.execute(
        select(User, Organisation.path)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.account == who)
    ).one_or_none()
    if found is None:
        raise NotFound(f"没有账号“{who}”。", code="account_not_found")
    roles = set(act.session.scalars(select(UserRole.role).where(UserRole.user_id == found.User.id)))
    off = found.User.disabled_at is not None
    if off or roles.isdisjoint(HANDLING) or not path.startswith(found.path):
        raise Invalid(f"“{who}”不是办案单位在用的民警或内勤账号，不能经办调解。", code="cannot_handle")
    user: User = found.User
    return user


def _standing(act: Act, case: Case, user: User) -> MediationHandler | None:
    return act.session.scalars(
        select(MediationHandler).where(
            MediationHandler.case_id == case.id,
            MediationHandler.user_id == user.id,
            MediationHandler.released_at.is_(None),
        )
    ).one_or_none()
