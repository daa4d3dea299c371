"""Sign-in and sign-out: server-side sessions, cost of wrong guesses, change of the own password.

Passwords and tokens are made and compared above; here arrive only their hashes.
"""

from __future__ import annotations

from sqlalchemy import select, update

from models.kernel.act import Act
from models.kernel.errors import Conflict, NotFound
from models.kernel.events import record_admin
from models.kernel.rights import policy
from models.office.tables import Credential, User, WebSession

from .guessing import Guesser, forget, guess, right

AT_SIGN_IN = "password"
TOLD_AT = 5
"""After how many wrong passwords in a row the administrators are told."""
WAIT = "密码输错次数较多，请于{seconds}秒后再试。"


def begin_session(
    act: Act, token_hash: str, *, way: str, address: str | None = None, password_hash: str | None = None
) -> None:
    """Open a session of the actor. `password_hash` is the one that was compared, when it was a password.

    Raises Conflict where the password was changed since it was compared.
    """
    policy.require(act.actor, "session.own", person=act.person)
    if password_hash is not None:
        user = act.session.scalars(select(User).where(User.id == act.person).with_for_update()).one()
        if user.password_hash != password_hash:
            raise Conflict("密码刚刚被修改，请重新登录。", code="password_changed")
    guard_of(act, act.person).signed_in_at = act.at
    act.session.add(
        WebSession(token_hash=token_hash, user_id=act.person, way=way, address=address, began_at=act.at, seen_at=act.at)
    )
    record_admin(act, "signed_in", way=way, address=address)


def take_guess(act: Act, account: str, by: Guesser) -> None:
    """Take a guess at a password before it is compared; it counts as wrong until `begin_session` or `guessed_right`.

    An account that there is none of is counted like any other, and tells nobody that it is none. Raises TooSoon.
    """
    policy.require(act.actor, "session.guard")
    wrong = guess(act.session, AT_SIGN_IN, account, by, act.at, WAIT)
    if wrong == TOLD_AT and act.session.scalar(select(User.id).where(User.account == account)) is not None:
        record_admin(act, "password_guessed", account=account, address=by.address)


def guessed_right(act: Act, account: str, by: Guesser) -> None:
    """Note that the guess just taken was right."""
    policy.require(act.actor, "session.guard")
    right(act.session, AT_SIGN_IN, account, by, act.at)


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


def end_own_session(act: Act, session_id: int) -> None:
    """Take back one of the own sessions, as of a telephone left behind. Raises NotFound for one that is over or another's."""
    policy.require(act.actor, "session.own", person=act.person)
    found = act.session.get(WebSession, session_id, with_for_update=True)
    if found is None or found.user_id != act.person or found.ended_at is not None:
        raise NotFound("该登录已经失效。", code="session_over")
    found.ended_at, found.ended_why = act.at, "taken_back"
    record_admin(act, "session_ended", account=act.actor.account, address=found.address)


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
    record_admin(act, "password_changed", account=user.account)


def forget_guesses(act: Act, account: str) -> None:
    """Forget wrong passwords of an account. For commands that have checked who asks."""
    forget(act.session, AT_SIGN_IN, account)


def guard_of(act: Act, user_id: int) -> Credential:
    """Return what is known of an account, locked; made where there is none yet."""
    guard = act.session.get(Credential, user_id, with_for_update=True)
    if guard is None:
        guard = Credential(user_id=user_id)
        act.session.add(guard)
        act.session.flush()
    return guard
