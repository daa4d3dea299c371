"""Accounts: create, disable, enable."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from models.kernel.events import record_admin
from models.kernel.refs import UnitRef
from models.kernel.rights import policy
from models.kernel.vocabulary import Role
from models.office.tables import Credential, User, UserRole

from .organisations import find_organisation
from .signing_in import end_sessions, forget_guesses, guard_of

CONSOLE = "console"


def new_user(
    session: Session, account: str, name: str, organisation_id: int, roles: Iterable[Role], at: datetime
) -> User:
    user = User(account=account, name=name, organisation_id=organisation_id, created_at=at)
    session.add(user)
    session.flush()
    session.add_all(UserRole(user_id=user.id, role=role) for role in dict.fromkeys(roles))
    return user


@action("add-user", title="建立账号", rights=("office.manage",), own_verb=True)
def add_user(act: Act, account: str, name: str, organisation: UnitRef, roles: Iterable[Role]) -> int:
    """Make an account. Raises Conflict for a taken name, Invalid without role, NotFound for an unknown unit.

    The console may make accounts as long as no administrator exists: somebody must be the first.
    """
    require_manager(act)
    roles = list(roles)
    if not roles or Role.SYSTEM in roles:
        raise Invalid("请至少指定一个角色（系统角色除外）。")
    refuse_joined(roles)
    if not account.strip() or account == "system":
        raise Invalid("账号名不能为空，也不能使用 system。")
    if act.session.scalar(select(User.id).where(User.account == account)) is not None:
        raise Conflict(f"账号“{account}”已经存在。")
    unit = find_organisation(act.session, organisation)
    user = new_user(act.session, account.strip(), name.strip() or account, unit.id, roles, act.at)
    record_admin(act, "user_added", account=account, organisation=unit.id, roles=[r.value for r in roles])
    return user.id


def set_password(act: Act, account: str, password_hash: str, *, must_change: bool = True) -> None:
    """Let an account log in with the password whose argon2id hash is given; its wrong guesses are forgotten and its sessions end.

    The console, which is whoever runs the machine, may do so where no administrator can come in, and for the last one,
    who may have lost theirs. Raises NotAllowed, NotFound.
    """
    user = act.session.scalars(select(User).where(User.account == account)).one_or_none()
    require_manager_or_way_in(act, user)
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    user.password_hash, user.must_change_password = password_hash, must_change
    forget_guesses(act, account)
    end_sessions(act, user.id, "password_changed")
    record_admin(act, "password_set", account=account)


def require_manager_or_way_in(act: Act, user: User | None) -> None:
    """Let administrators pass, and the console where this account is the way back in for administrators. Raises NotAllowed."""
    if not (act.actor.account == CONSOLE and _lets_administrators_in(act, user)):
        require_manager(act)


def _lets_administrators_in(act: Act, user: User | None) -> bool:
    """Return whether administrators come in again by this account."""
    admins = _administrators(act)
    return user is not None and user.id in admins and (len(admins) == 1 or not any(admins.values()))


def _administrators(act: Act) -> dict[int, bool]:
    """Return the administrators in use, each with whether that one can come in."""
    rows = act.session.execute(
        select(User.id, User.password_hash.is_not(None) | Credential.subject.is_not(None))
        .join(UserRole, UserRole.user_id == User.id)
        .outerjoin(Credential, Credential.user_id == User.id)
        .where(UserRole.role == Role.ADMIN, User.disabled_at.is_(None))
    )
    return {row[0]: bool(row[1]) for row in rows}


def refuse_joined(roles: Collection[Role]) -> None:
    """Refuse administrator and signer in one hand: who gives rights shall not use them on papers; and an auditor who does
    anything else (三员分立). Raises Invalid."""
    if {Role.ADMIN, Role.SIGNER} <= set(roles):
        raise Invalid("管理员和签发人应当分设，不能由同一个账号兼任，请分别建立账号。", code="admin_and_signer")
    if Role.AUDITOR in roles and set(roles) != {Role.AUDITOR}:
        raise Invalid("审计员只查看查阅记录，不能兼任其他角色，请另建账号。", code="auditor_alone")


def keep_an_administrator(act: Act, user: User) -> None:
    """Refuse to take the last administrator away: nobody could make another. Raises Conflict."""
    if list(_administrators(act)) == [user.id]:
        raise Conflict("这是最后一名管理员，请先指定另一名管理员。", code="last_administrator")


def link_identity(act: Act, account: str, issuer: str, subject: str) -> None:
    """Let the person whom a sign-in service calls `subject` come in as an account; the console may, as it may set the
    first password. Raises NotAllowed, NotFound, Conflict."""
    require_manager(act, letting_in=True)
    user_id = _account_id(act, account)
    holder = act.session.scalars(
        select(User.account)
        .join(Credential, Credential.user_id == User.id)
        .where(Credential.issuer == issuer, Credential.subject == subject, User.id != user_id)
    ).one_or_none()
    if holder is not None:
        raise Conflict(f"该身份已对应账号“{holder}”。", code="identity_taken")
    guard = guard_of(act, user_id)
    guard.issuer, guard.subject = issuer, subject
    record_admin(act, "identity_linked", account=account, issuer=issuer, subject=subject)


def link_os_user(act: Act, account: str, os_user: str) -> None:
    """Let an operating-system user work as an account at the command line without its password; what decides asks for it
    all the same. An account has one, and another one takes its place.

    Raises NotAllowed, NotFound, Invalid for an account that nobody is, Conflict where the user is bound to another account,
    Refused on SQLite: there one operating-system user runs the system and holds its home, for all people alike.
    """
    require_manager(act, letting_in=True)
    if act.session.get_bind().dialect.name == "sqlite":
        raise Refused(
            "内置的 SQLite 数据目录只对运行本系统的操作系统用户开放，各人不能以自己的操作系统用户连接，因此不能对应；"
            "使用 PostgreSQL 后再设置。",
            code="sqlite_has_one_user",
        )
    if account == CONSOLE:
        raise Invalid("console 是控制台的公用账号，不对应个人。", code="account_of_nobody")
    user_id = _account_id(act, account)
    holder = act.session.scalars(
        select(User.account)
        .join(Credential, Credential.user_id == User.id)
        .where(Credential.os_user == os_user, User.id != user_id)
    ).one_or_none()
    if holder is not None:
        raise Conflict(f"操作系统用户“{os_user}”已对应账号“{holder}”。", code="identity_taken")
    guard = guard_of(act, user_id)
    before, guard.os_user = guard.os_user, os_user
    record_admin(act, "os_user_linked", account=account, linked=os_user, before=before)


def unlink_os_user(act: Act, account: str) -> None:
    """Let no operating-system user work as an account any more. Raises NotAllowed, NotFound."""
    require_manager(act, letting_in=True)
    guard = guard_of(act, _account_id(act, account))
    if guard.os_user is None:
        raise NotFound(f"账号“{account}”没有对应操作系统用户。", code="not_linked")
    before, guard.os_user = guard.os_user, None
    record_admin(act, "os_user_unlinked", account=account, before=before)


def _account_id(act: Act, account: str) -> int:
    user_id = act.session.scalars(select(User.id).where(User.account == account)).one_or_none()
    if user_id is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    return user_id


def require_manager(act: Act, *, letting_in: bool = False) -> None:
    """Let administrators pass, and the console as long as there is none; where somebody is let in (`letting_in`), as long as
    none can sign in. Raises NotAllowed."""
    if act.actor.account == CONSOLE:
        admins = (
            select(User.id)
            .join(UserRole, UserRole.user_id == User.id)
            .where(UserRole.role == Role.ADMIN, User.disabled_at.is_(None))
            .limit(1)
        )
        if letting_in:
            admins = admins.outerjoin(Credential, Credential.user_id == User.id).where(
                or_(User.password_hash.is_not(None), Credential.issuer.is_not(None))
            )
        if act.session.scalar(admins) is None:
            return
        raise NotAllowed("已经有管理员，此操作由管理员办理，请加上 --as 管理员账号。")
    policy.require(act.actor, "office.manage")
