"""Getting in and out: sessions on the server, wrong tries and the lock, the own password.

Passwords and tokens are made and compared above; here arrive only their hashes.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from models.errors import Conflict, NotAllowed
from models.rules import policy
from models.tables import Credential, User, WebSession

from .act import Act
from .organisations import admin_event

TRIES = 5
LOCKED = timedelta(minutes=15)


def begin_session(
    act: Act, token_hash: str, *, way: str, address: str | None = None, password_hash: str | None = None
) -> None:
    """Open a session of the actor. `password_hash` is the one that was compared, when it was a password.

    Raises NotAllowed while the account is locked, Conflict where the password was changed since it was compared.
    """
    policy.require(act.actor, "session.own", person=act.person)
    if password_hash is not None:
        user = act.session.scalars(select(User).where(User.id == act.person).with_for_update()).one()
        if user.password_hash != password_hash:
            raise Conflict("密码刚刚被修改，请重新登录。", code="password_changed")
    guard = guard_of(act, act.person)
    if password_hash is not None and guard.locked_until is not None and guard.locked_until > act.at:
        raise NotAllowed("账号因连续输错密码已被锁定，请稍后再试。", code="account_locked")
    guard.failures, guard.locked_until, guard.signed_in_at = 0, None, act.at
    act.session.add(
        WebSession(token_hash=token_hash, user_id=act.person, way=way, address=address, began_at=act.at, seen_at=act.at)
    )
    act.session.add(admin_event(act, "signed_in", at=act.at, way=way, address=address))


def count_failure(act: Act, account: str, address: str | None = None) -> None:
    """Count a wrong password; the fifth in a row locks the account for a while. An unknown account changes nothing."""
    policy.require(act.actor, "session.guard")
    user_id = act.session.scalars(select(User.id).where(User.account == account).with_for_update()).one_or_none()
    if user_id is None:
        return
    guard = guard_of(act, user_id)
    if guard.locked_until is not None and guard.locked_until > act.at:
        return
    guard.failures += 1
    if guard.failures >= TRIES:
        guard.failures, guard.locked_until = 0, act.at + LOCKED
        act.session.add(admin_event(act, "account_locked", at=act.at, account=account, address=address))


def see_session(act: Act, token_hash: str) -> None:
    """Note that a session is in use: the idle limit counts from now on."""
    policy.require(act.actor, "session.guard")
    act.session.execute(
        update(WebSession)
        .where(WebSession.token_hash == token_hash, WebSession.ended_at.is_(None))
        .values(seen_at=act.at)
    )


def end_session(act: Act, token_hash: str) -> None:
    """Sign out: the session is over at once, in every window of this browser."""
    policy.require(act.actor, "session.own", person=act.person)
    act.session.execute(
        update(WebSession)
        .where(WebSession.token_hash == token_hash, WebSession.user_id == act.person, WebSession.ended_at.is_(None))
        .values(ended_at=act.at, ended_why="signed_out")
    )


def end_sessions(act: Act, user_id: int, why: str, *, but: str | None = None) -> None:
    """End every session of an account, save the one whose token hash is `but`. For commands that have checked who asks."""
    act.session.execute(
        update(WebSession)
        .where(WebSession.user_id == user_id, WebSession.ended_at.is_(None), WebSession.token_hash != (but or ""))
        .values(ended_at=act.at, ended_why=why)
    )


def change_password(act: Act, password_hash: str, *, was: str | None, token_hash: str) -> None:
    """Replace the own password; every other session of the account ends.

    `was` is the hash that the old password was compared with. Raises Conflict where it was changed meanwhile.
    """
    policy.require(act.actor, "session.own", person=act.person)
    user = act.session.scalars(select(User).where(User.id == act.person).with_for_update()).one()
    if user.password_hash != was:
        raise Conflict("密码刚刚被修改，请重新登录。", code="password_changed")
    user.password_hash, user.must_change_password = password_hash, False
    end_sessions(act, user.id, "password_changed", but=token_hash)
    act.session.add(admin_event(act, "password_changed", at=act.at, account=user.account))


def unlock(act: Act, user_id: int) -> None:
    """Forget wrong tries and the lock. For commands that have checked who asks."""
    guard = guard_of(act, user_id)
    guard.failures, guard.locked_until = 0, None


def guard_of(act: Act, user_id: int) -> Credential:
    """Return what guards an account, locked; made where there is none yet."""
    guard = act.session.get(Credential, user_id, with_for_update=True)
    if guard is None:
        guard = Credential(user_id=user_id, failures=0)
        act.session.add(guard)
        act.session.flush()
    return guard
