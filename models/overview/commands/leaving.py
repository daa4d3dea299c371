"""Disables an account once its open work was handed over, and enables it again."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef
from models.kernel.text.reasons import require_reason
from models.office.commands.signing_in import end_sessions, forget_guesses
from models.office.commands.users import keep_an_administrator, require_manager
from models.office.tables import User
from models.overview.queries.open_work import open_work_of
from models.overview.queries.stuck import CARRY, WORDS, stuck_counts


@action("disable-user", title="停用账号", rights=("office.manage",), own_verb=True, asks="停用前请核对：")
def disable_user(act: Act, account: AccountRef, *, reason: str, despite_open_work: bool = False) -> None:
    """Disable an account from now on; what it did stays.

    Open work goes to a colleague first (`hand-over`): where some lies with the person, or steps are left that nobody
    could take, `despite_open_work` must say that the account is to be disabled all the same. Raises NotFound, Conflict
    where it is disabled already, is the last administrator's, or with what lies with the person (`open_work`).
    """
    require_manager(act)
    user = act.session.scalars(select(User).where(User.account == account).with_for_update()).one_or_none()
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    if user.disabled_at is not None:
        raise Conflict(f"账号“{account}”已经停用。")
    keep_an_administrator(act, user)
    work, before = open_work_of(act.session, user.id), _stuck(act)
    user.disabled_at = act.at
    act.session.flush()
    left = _stuck(act) - before
    if (work or left) and not despite_open_work:
        raise Conflict(_open_work_told(user, work, left), code="open_work")
    told = {"open_work": work, "steps_left": left} if work or left else {}
    end_sessions(act, user.id, "account_disabled")
    record_admin(act, "user_disabled", why=reason, account=account, **told)


def _stuck(act: Act) -> int:
    """How many steps nobody may take; cases without an officer are told as what lies with the person."""
    counts = stuck_counts(act.session, act.today, act.settings)
    return sum(count for label, count in counts.items() if label != WORDS[CARRY].label)


def _open_work_told(user: User, work: Mapping[str, int], left: int) -> str:
    told = [f"{WORK[kind][0]} {count} {WORK[kind][1]}" for kind, count in work.items()]
    told += [f"停用后无人可办的步骤 {left} 项"] if left else []
    return (
        f"{user.name}（{user.account}）尚有{'、'.join(told)}，未停用。"
        f"请先用“交接一人的全部在办工作”交接（命令行为 office hand-over --from-account {user.account}）；"
        "不交接也要停用的，请再次确认（命令行加 --despite-open-work）。"
    )


# Open work by kind: what it is called, and how it is counted.
WORK = {
    "cases": ("在办案件", "件"),
    "sponsored": ("包案", "件"),
    "approvals": ("待审批文书", "件"),
    "drafts": ("拟稿未报审的文书", "件"),
    "chain_steps": ("指名的审批步骤", "步"),
}


@action("enable-user", title="恢复账号", rights=("office.manage",), own_verb=True)
def enable_user(act: Act, account: str, *, reason: str) -> None:
    """Let a disabled account be used again, with the roles it had; what was handed over stays where it is.

    The old password is gone: while the account lay idle nobody could have noticed that somebody else knows it. Sessions
    stay ended. Raises NotAllowed, NotFound, Invalid without reason, Conflict where the account is in use.
    """
    require_manager(act)
    why = require_reason(reason)
    user = act.session.scalars(select(User).where(User.account == account).with_for_update()).one_or_none()
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    if user.disabled_at is None:
        raise Conflict(f"账号“{account}”没有停用。", code="not_disabled")
    since = user.disabled_at
    user.disabled_at, user.password_hash, user.must_change_password = None, None, False
    forget_guesses(act, account)
    record_admin(act, "user_enabled", why=why, account=account, since=since.isoformat())
