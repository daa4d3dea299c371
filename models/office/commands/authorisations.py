"""授权代签 and 请假: authorisations to sign for dated periods, and absences."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Invalid, NotFound
from models.kernel.events import record_admin
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, Role
from models.office.tables import Absence, SigningAuthorisation, User, UserRole


@action("authorise-signing", title="授权代签（有起止日期）", rights=("signing.authorise",), decides=True)
def authorise_signing(
    act: Act,
    *,
    principal: AccountRef,
    deputy: AccountRef,
    valid_from: date,
    valid_until: date,
    reason: str,
    kinds: Sequence[DocumentKind] = (),
) -> int:
    """Let a deputy take a signer's steps from one day to another, for some kinds of paper or, without `kinds`, for all.

    What the deputy signs says who really signed and for whom; an author signs nothing even so. Returns the number of
    the authorisation. Raises NotAllowed (not the signer, no administrator), Invalid (dates, no signer), Conflict.
    """
    signer, other = find_user(act, principal), find_user(act, deputy)
    policy.require(act.actor, "signing.authorise", person=signer.id)
    why = require_reason(reason)
    if not has_role(act, signer, Role.SIGNER):
        raise Invalid(f"账号“{principal}”没有签发权，不能授权他人代签。", code="not_a_signer")
    if signer.id == other.id:
        raise Invalid("代签人不能是授权人本人。", code="deputy_is_principal")
    if has_role(act, other, Role.ADMIN):
        raise Invalid("管理员不能代签：管理员和签发人应当分设。", code="admin_and_signer")
    if valid_until < valid_from:
        raise Invalid("授权期间的截止日期早于起始日期，请核对。", code="period")
    if valid_until < act.today:
        raise Invalid("授权期间已经过去，不能事后授权。", code="period_past")
    row = SigningAuthorisation(
        principal_id=signer.id,
        deputy_id=other.id,
        kinds=[kind.value for kind in dict.fromkeys(kinds)] or None,
        # No authorisation for days gone by: what was signed then was signed without it.
        valid_from=max(valid_from, act.today),
        valid_until=valid_until,
        reason=why,
        given_by=act.person,
        given_at=act.at,
    )
    _refuse_second(act, row)
    act.session.add(row)
    act.session.flush()
    record_admin(
        act,
        "signing_authorised",
        why=why,
        authorisation=row.id,
        principal=principal,
        deputy=deputy,
        kinds=row.kinds,
        valid_from=row.valid_from.isoformat(),
        valid_until=valid_until.isoformat(),
    )
    return row.id


def _refuse_second(act: Act, row: SigningAuthorisation) -> None:
    """Refuse the same deputy twice for the same days and papers; other deputies, days or papers may stand beside."""
    beside = act.session.scalars(
        select(SigningAuthorisation).where(
            SigningAuthorisation.principal_id == row.principal_id,
            SigningAuthorisation.deputy_id == row.deputy_id,
            SigningAuthorisation.revoked_at.is_(None),
            SigningAuthorisation.valid_from <= row.valid_until,
            SigningAuthorisation.valid_until >= row.valid_from,
        )
    )
    for other in beside:
        if other.kinds is None or row.kinds is None or set(other.kinds) & set(row.kinds):
            raise Conflict(f"该代签人在此期间已有授权（{other.id}号），请先撤销原授权。", code="authorised_already")


@action("revoke-authorisation", title="撤销代签授权", rights=("signing.authorise",), decides=True)
def revoke_authorisation(act: Act, *, authorisation: int, reason: str) -> None:
    """Take an authorisation back before its last day; what was signed under it stays. Raises NotFound, Conflict."""
    row = act.session.get(SigningAuthorisation, authorisation, with_for_update=True)
    if row is None:
        raise NotFound(f"没有{authorisation}号代签授权。", code="authorisation_not_found")
    policy.require(act.actor, "signing.authorise", person=row.principal_id)
    if row.revoked_at is not None:
        raise Conflict("该授权已经撤销。", code="revoked")
    row.revoked_at, row.revoked_reason = act.at, require_reason(reason)
    record_admin(act, "authorisation_revoked", why=row.revoked_reason, authorisation=authorisation)


@action("record-absence", title="登记请假", rights=("absence.record",))
def record_absence(act: Act, *, who: AccountRef, absent_from: date, absent_until: date, reason: str) -> None:
    """Enter the days on which a person is away; what waits on them says so. Takes no right away.

    Raises NotAllowed for other people's days (an administrator's work), Invalid for dates in the wrong order.
    """
    user = find_user(act, who)
    policy.require(act.actor, "absence.record", person=user.id)
    if absent_until < absent_from:
        raise Invalid("请假的截止日期早于起始日期，请核对。", code="period")
    why = require_reason(reason)
    act.session.add(
        Absence(
            user_id=user.id,
            absent_from=absent_from,
            absent_until=absent_until,
            reason=why,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    record_admin(
        act,
        "absence_recorded",
        why=why,
        account=who,
        absent_from=absent_from.isoformat(),
        absent_until=absent_until.isoformat(),
    )


def find_user(act: Act, account: str, *, active: bool = True) -> User:
    """Return a person by account. Raises NotFound, or Invalid for one that is disabled where an active one is needed."""
    user = act.session.scalars(select(User).where(User.account == account)).one_or_none()
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    if active and user.disabled_at is not None:
        raise Invalid(f"账号“{account}”已停用。", code="account_disabled")
    return user


def has_role(act: Act, user: User, role: Role) -> bool:
    """Return whether a person holds a role."""
    return act.session.get(UserRole, (user.id, role)) is not None
