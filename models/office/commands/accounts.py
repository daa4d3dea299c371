"""Roles and sessions of an existing account, changed by an administrator."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import Role
from models.office.tables import SigningAuthorisation, User, UserRole, WebSession

from .signing_in import end_sessions
from .users import keep_an_administrator, refuse_joined, require_manager


@action("set-roles", title="修改账号的角色", rights=("office.manage",))
def set_roles(act: Act, *, user: AccountRef, roles: Sequence[Role], reason: str) -> list[str]:
    """Replace the roles of an account from now on; what it did stays. Returns the roles.

    Raises NotAllowed, NotFound, Invalid (none, the system's, administrator and signer, no reason), Conflict where nothing
    changes or the last administrator would be gone.
    """
    require_manager(act)
    why = require_reason(reason)
    found = _account(act, user)
    wanted = list(dict.fromkeys(roles))
    if not wanted or Role.SYSTEM in wanted:
        raise Invalid("请至少指定一个角色（系统角色除外）。", code="no_role")
    refuse_joined(wanted)
    if Role.ADMIN in wanted and _signs_for_somebody(act, found.id):
        raise Conflict("该账号正受托代签，请先收回授权，再设为管理员。", code="admin_and_signer")
    before = act.session.scalars(select(UserRole.role).where(UserRole.user_id == found.id)).all()
    if set(before) == set(wanted):
        raise Conflict(f"账号“{user}”的角色没有变化。", code="nothing_changes")
    if Role.ADMIN in before and Role.ADMIN not in wanted:
        keep_an_administrator(act, found)
    act.session.execute(
        delete(UserRole).where(UserRole.user_id == found.id).execution_options(synchronize_session=False)
    )
    act.session.add_all(UserRole(user_id=found.id, role=role) for role in wanted)
    record_admin(
        act,
        "roles_set",
        why=why,
        account=user,
        before=sorted(role.value for role in before),
        after=sorted(role.value for role in wanted),
    )
    return [role.label for role in wanted]


@action("revoke-sessions", title="收回账号的全部登录", rights=("office.manage",))
def revoke_sessions(act: Act, *, user: AccountRef, reason: str) -> int:
    """End every session of an account at once; returns how many were open. Raises NotAllowed, NotFound."""
    require_manager(act)
    why = require_reason(reason)
    found = _account(act, user)
    count = act.session.scalar(
        select(func.count()).where(WebSession.user_id == found.id, WebSession.ended_at.is_(None))
    )
    end_sessions(act, found.id, "revoked")
    record_admin(act, "sessions_revoked", why=why, account=user, sessions=count or 0)
    return count or 0


def _account(act: Act, account: str) -> User:
    user = act.session.scalars(select(User).where(User.account == account).with_for_update()).one_or_none()
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    return user


def _signs_for_somebody(act: Act, user_id: int) -> bool:
    standing = select(SigningAuthorisation.id).where(
        SigningAuthorisation.deputy_id == user_id,
        SigningAuthorisation.revoked_at.is_(None),
        SigningAuthorisation.valid_until >= act.today,
    )
    return act.session.scalar(standing.limit(1)) is not None
