"""动态口令: set up by its holder, shown after the password, taken away by its holder or, with a reason, by an administrator.

The key that secrets are sealed with lies outside the database and is handed down by the door.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, func, select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, NotAllowed, NotFound, Refused
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.office.rules.one_time_codes import (
    RECOVERY_LETTERS,
    fitting_step,
    new_recovery_codes,
    recovery_hash,
)
from models.office.rules.sealed_secrets import NotOurs, opened, sealed
from models.office.tables import RecoveryCode, SecondFactor, User

from .guessing import Guesser, forget, guess, right
from .signing_in import end_sessions
from .users import require_manager_or_way_in

AT_CODES = "second factor"
TOLD_AT = 5
"""After how many wrong codes in a row the administrators are told: whoever tries them knows the password."""
SETTING_UP = timedelta(minutes=10)
"""How long the secret of a new telephone waits for its first code: whoever saw it shown may have kept it."""
WAIT = "动态口令输错次数较多，请于{seconds}秒后再试。"
WRONG = (
    "动态口令不正确、已经用过或已过期：每个口令只能用一次，请等下一个；仍不正确的，请核对手机时间是否为标准时间，"
    "或者使用恢复码。手机和恢复码都不在的，请管理员重置。"
)
KEY_LOST = (
    "动态口令的密钥与数据库不符，现有的动态口令都不能核对：请从密钥的保管处复制原来的密钥；"
    "确已丢失的，请管理员用 shencha office reset-second-factor 逐个重置。"
)


def begin_second_factor(act: Act, key: bytes, secret: bytes) -> None:
    """Keep the secret of a new telephone of the actor; it counts from the first code that is shown. Raises Conflict."""
    policy.require(act.actor, "session.own", person=act.person)
    row = _of(act, act.person)
    if row is None:
        kept = sealed(key, act.person, secret)
        act.session.add(SecondFactor(user_id=act.person, secret=kept, begun_at=act.at, last_step=0))
    elif row.confirmed_at is not None:
        raise Conflict("动态口令已经启用；更换手机的，请先停用。", code="second_factor_there")
    else:
        row.secret, row.begun_at, row.last_step = sealed(key, act.person, secret), act.at, 0


def confirm_second_factor(act: Act, key: bytes, given: str, *, token_hash: str | None = None) -> Sequence[str]:
    """Let the second factor count, once its telephone shows the right code; returns the recovery codes, told once.

    Sessions that began without it end, save the one of `token_hash`. Raises NotAllowed for a wrong code, NotFound where
    nothing was begun, or too long ago, Conflict where it counts already.
    """
    policy.require(act.actor, "session.own", person=act.person)
    row = _of(act, act.person)
    if row is None:
        raise NotFound("尚未开始设置动态口令，请重新设置。", code="no_second_factor")
    if row.confirmed_at is not None:
        raise Conflict("动态口令已经启用。", code="second_factor_there")
    if row.begun_at is None or act.at > row.begun_at + SETTING_UP:
        raise NotFound("设置动态口令须在扫描后10分钟内完成，请重新设置。", code="second_factor_lapsed")
    step = fitting_step(_secret(key, row), given.strip(), act.at, after=row.last_step)
    if step is None:
        raise NotAllowed(WRONG, code="wrong_code")
    row.confirmed_at, row.last_step = act.at, step
    codes = _fresh_codes(act, key)
    end_sessions(act, act.person, "second_factor_set", but=token_hash)
    record_admin(act, "second_factor_set", account=act.actor.account)
    return codes


def fresh_recovery_codes(act: Act, key: bytes) -> Sequence[str]:
    """Replace the actor's recovery codes and return the new ones, told once. The door has compared a code. Raises NotFound."""
    policy.require(act.actor, "session.own", person=act.person)
    _confirmed(act, act.person)
    codes = _fresh_codes(act, key)
    record_admin(act, "recovery_codes_renewed", account=act.actor.account)
    return codes


def remove_second_factor(act: Act) -> None:
    """Take the own second factor away, to set up another telephone. The door has compared a code. Raises NotFound."""
    policy.require(act.actor, "session.own", person=act.person)
    _confirmed(act, act.person)
    _remove(act, act.person)
    record_admin(act, "second_factor_removed", account=act.actor.account)


@action("reset-second-factor", title="重置账号的动态口令", rights=("office.manage",))
def reset_second_factor(act: Act, *, user: AccountRef, reason: str) -> None:
    """Take the second factor of somebody away who lost telephone and recovery codes; all sessions of the account end.

    The console may do so for the last administrator. Raises NotAllowed, NotFound.
    """
    found = act.session.scalars(select(User).where(User.account == user)).one_or_none()
    require_manager_or_way_in(act, found)
    why = require_reason(reason)
    if found is None:
        raise NotFound(f"没有账号“{user}”。", code="account_not_found")
    if _of(act, found.id) is None:
        raise NotFound(f"账号“{user}”没有设置动态口令。", code="no_second_factor")
    _remove(act, found.id)
    forget(act.session, AT_CODES, found.account)
    end_sessions(act, found.id, "second_factor_reset")
    record_admin(act, "second_factor_reset", why=why, account=found.account)


def take_code_guess(act: Act, account: str, by: Guesser) -> None:
    """Take a guess at a code before it is compared; it counts as wrong until `show_code`. Raises TooSoon."""
    policy.require(act.actor, "session.guard")
    if guess(act.session, AT_CODES, account, by, act.at, WAIT) == TOLD_AT:
        record_admin(act, "second_factor_guessed", account=account, address=by.address)


def show_code(act: Act, account: str, key: bytes, given: str, by: Guesser) -> None:
    """Accept the code of the moment or a recovery code, each once, after `take_code_guess`.

    Raises NotAllowed for any other, NotFound where the account has no second factor, Refused where the key is another.
    """
    policy.require(act.actor, "session.guard")
    user_id = act.session.scalars(select(User.id).where(User.account == account)).one()
    row = _confirmed(act, user_id)
    step = fitting_step(_secret(key, row), given.strip(), act.at, after=row.last_step)
    if step is not None:
        row.last_step = step
        right(act.session, AT_CODES, account, by, act.at)
        return
    kept = act.session.scalars(
        select(RecoveryCode)
        .where(
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == recovery_hash(key, user_id, given),
            RecoveryCode.used_at.is_(None),
        )
        .with_for_update()
    ).one_or_none()
    if kept is None or len(given) < RECOVERY_LETTERS:
        raise NotAllowed(WRONG, code="wrong_code")
    kept.used_at = act.at
    right(act.session, AT_CODES, account, by, act.at)
    act.session.flush()
    left = act.session.scalar(
        select(func.count()).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    )
    record_admin(act, "recovery_code_used", account=account, left=left or 0, address=by.address)


def _fresh_codes(act: Act, key: bytes) -> Sequence[str]:
    act.session.execute(
        delete(RecoveryCode).where(RecoveryCode.user_id == act.person).execution_options(synchronize_session=False)
    )
    codes = new_recovery_codes()
    act.session.add_all(
        RecoveryCode(user_id=act.person, code_hash=recovery_hash(key, act.person, code)) for code in codes
    )
    return codes


def _remove(act: Act, user_id: int) -> None:
    for table in (RecoveryCode, SecondFactor):
        act.session.execute(delete(table).where(table.user_id == user_id).execution_options(synchronize_session=False))


def _of(act: Act, user_id: int) -> SecondFactor | None:
    """Return the second factor of an account, locked: the same code at two doors at once counts at one."""
    return act.session.scalars(
        select(SecondFactor)
        .where(SecondFactor.user_id == user_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()


def _confirmed(act: Act, user_id: int) -> SecondFactor:
    row = _of(act, user_id)
    if row is None or row.confirmed_at is None:
        raise NotFound("没有设置动态口令。", code="no_second_factor")
    return row


def _secret(key: bytes, row: SecondFactor) -> bytes:
    try:
        return opened(key, row.user_id, row.secret)
    except NotOurs as error:
        raise Refused(KEY_LOST, code="second_factor_key") from error
