"""What an installation needs before its first case: own bodies, chains, series, rules, calendar, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.database import Database
from models.errors import Conflict, Invalid, NotAllowed, NotFound
from models.migrations import revision, upgrade
from models.queries.open_work import open_work_of
from models.queries.rulebook import rule_data, rung_data
from models.queries.stuck import CARRY, WORDS, stuck_counts
from models.rules import policy
from models.rules.calendar_seed import arranged_in, seed_days, seed_versions
from models.rules.deadline_rules import DEFAULT_RULES
from models.rules.escalation import DEFAULT_LADDER
from models.rules.manners import DEFAULT_MANNERS
from models.rules.own_bodies import prefixes
from models.rules.refs import AccountRef, UnitRef
from models.rules.vocabulary import OrganisationKind, Role
from models.rules.workdays import DayKind
from models.settings import Settings
from models.tables import (
    AdminEvent,
    CalendarDay,
    CalendarYear,
    ChainStep,
    Credential,
    DeadlineRuleRow,
    LadderRung,
    MannerRow,
    NumberSeries,
    Organisation,
    User,
    UserRole,
)

from .act import Act
from .naming import follow_settings, require_names
from .organisations import add_organisation, admin_event, find_organisation
from .reasons import require_reason
from .signing_in import end_sessions, forget_guesses, guard_of

CONSOLE = "console"
"""The account of the command line, which manages until there is an administrator."""


def initialise(database: Database, settings: Settings, at: datetime) -> bool:
    """Create or upgrade the tables and load reference data; a second call changes nothing but names that the settings say
    otherwise by then and nothing has used. Returns whether it was new. Raises Invalid where a name is open.
    """
    if revision(database.engine) is None:
        require_names(settings)  # before there are tables: whoever opens them next would find no unit in them
    upgrade(database.engine)
    with database.writing() as session:
        fresh = session.scalar(select(Organisation.id).where(Organisation.issues_as == "unit")) is None
        _calendar(session, at)
        _rules(session, at)
        _ladder(session, at)
        _manners(session, at)
        if fresh:
            require_names(settings)
            _bodies(session, settings, at)
        else:
            follow_settings(session, settings, at)
    return fresh


def _calendar(session: Session, at: datetime) -> None:
    """Load the years that are not there: a year that somebody loaded or corrected by hand stays as it is."""
    present = set(session.scalars(select(CalendarYear.year)))
    versions = {year: version for year, version in seed_versions().items() if year not in present}
    session.add_all(
        CalendarYear(year=year, version=version, source="chinesecalendar", loaded_at=at)
        for year, version in versions.items()
    )
    session.flush()
    session.add_all(
        CalendarDay(day=day.day, year=arranged_in(day), off=day.kind is DayKind.OFF, name=day.name)
        for day in seed_days()
        if arranged_in(day) in versions
    )


def _rules(session: Session, at: datetime) -> None:
    present = set(session.scalars(select(DeadlineRuleRow.code)))
    session.add_all(
        DeadlineRuleRow(
            code=rule.code,
            version=rule.version,
            data=rule_data(rule),
            unit=rule.unit.value,
            amount=rule.amount,
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for rule in DEFAULT_RULES
        if rule.code not in present
    )


def _ladder(session: Session, at: datetime) -> None:
    if session.scalar(select(LadderRung.id).limit(1)) is not None:
        return
    session.add_all(
        LadderRung(
            version=1,
            position=position,
            code=rung.code,
            data=rung_data(rung),
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for position, rung in enumerate(DEFAULT_LADDER, 1)
    )


def _manners(session: Session, at: datetime) -> None:
    """Load the rows that are not there: a row that somebody changed stays as it is."""
    present = {(row.recipients, row.kind) for row in session.execute(select(MannerRow.recipients, MannerRow.kind))}
    session.add_all(
        MannerRow(
            recipients=group,
            kind=kind,
            version=1,
            **asdict(manner),
            author="system",
            reason="系统默认值",
            valid_from=at,
        )
        for (group, kind), manner in DEFAULT_MANNERS.items()
        if (group, kind) not in present
    )


def _bodies(session: Session, settings: Settings, at: datetime) -> None:
    """Create the bodies that issue papers, each with a chain, its series, and the console's account."""
    bureau = add_organisation(
        session,
        settings.bureau,
        OrganisationKind.POLICE,
        division_code=settings.unit_division,
        issues_as="bureau",
    )
    unit = add_organisation(
        session,
        settings.unit,
        OrganisationKind.POLICE,
        division_code=settings.unit_division,
        parent=bureau,
        issues_as="unit",
    )
    commission = add_organisation(
        session,
        settings.commission,
        OrganisationKind.SAFETY_COMMISSION,
        division_code=settings.unit_division,
        issues_as="commission",
    )
    # Until a unit has its own chains, its own reviewers and signers act for each body.
    for body in (bureau, unit, commission):
        for position, role in enumerate((Role.REVIEWER, Role.SIGNER), 1):
            session.add(ChainStep(issuer_id=body.id, kind="*", position=position, role=role, organisation_id=unit.id))
    ids = {body.issues_as: body.id for body in (bureau, unit, commission)}
    session.add_all(
        NumberSeries(issuer_id=ids[body], kind=kind, prefix=prefix)
        for (body, kind), prefix in prefixes(settings.series_stem, settings.series).items()
    )
    session.add(NumberSeries(issuer_id=unit.id, kind="case", prefix=settings.unit_division[:4]))
    session.add(NumberSeries(issuer_id=unit.id, kind="archive", prefix=f"{settings.fonds}-{settings.archive_section}"))
    session.add(AdminEvent(kind="installation_created", happened_at=at, actor="system", data={"unit": unit.name}))
    _user(session, CONSOLE, "控制台", unit.id, [Role.OFFICER], at)


def _user(session: Session, account: str, name: str, organisation_id: int, roles: Iterable[Role], at: datetime) -> User:
    user = User(account=account, name=name, organisation_id=organisation_id, created_at=at)
    session.add(user)
    session.flush()
    session.add_all(UserRole(user_id=user.id, role=role) for role in dict.fromkeys(roles))
    return user


def add_user(act: Act, account: str, name: str, organisation: UnitRef, roles: Iterable[Role]) -> int:
    """Make an account. Raises Conflict for a taken name, Invalid without role, NotFound for an unknown unit.

    The console may make accounts as long as no administrator exists: somebody must be the first.
    """
    require_manager(act)
    roles = list(roles)
    if not roles or Role.SYSTEM in roles:
        raise Invalid("请至少指定一个角色（系统角色除外）。")
    if not account.strip() or account == "system":
        raise Invalid("账号名不能为空，也不能使用 system。")
    if act.session.scalar(select(User.id).where(User.account == account)) is not None:
        raise Conflict(f"账号“{account}”已经存在。")
    unit = find_organisation(act.session, organisation)
    user = _user(act.session, account.strip(), name.strip() or account, unit.id, roles, act.at)
    act.session.add(
        admin_event(act, "user_added", at=act.at, account=account, organisation=unit.id, roles=[r.value for r in roles])
    )
    return user.id


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
    act.session.add(admin_event(act, "user_disabled", at=act.at, why=reason, account=account, **told))


def _stuck(act: Act) -> int:
    """How many steps nobody may take; cases without an officer are told as what lies with the person."""
    counts = stuck_counts(act.session, act.today, act.settings)
    return sum(count for label, count in counts.items() if label != WORDS[CARRY].label)


def _open_work_told(user: User, work: Mapping[str, int], left: int) -> str:
    told = [f"{WORK[kind][0]} {count} {WORK[kind][1]}" for kind, count in work.items()]
    told += [f"停用后无人可办的步骤 {left} 项"] if left else []
    return (
        f"{user.name}（{user.account}）尚有{'、'.join(told)}，未停用。"
        f"请先交接（office hand-over --from-account {user.account}，页面为“账号”中的交接）；"
        "不交接也要停用的，请再次确认（--despite-open-work）。"
    )


# Open work by kind: what it is called, and how it is counted.
WORK = {
    "cases": ("在办案件", "件"),
    "sponsored": ("包案", "件"),
    "approvals": ("待审批文书", "件"),
    "drafts": ("拟稿未报审的文书", "件"),
    "chain_steps": ("指名的审批步骤", "步"),
}


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
    act.session.add(admin_event(act, "user_enabled", at=act.at, why=why, account=account, since=since.isoformat()))


def set_password(act: Act, account: str, password_hash: str, *, must_change: bool = True) -> None:
    """Let an account log in with the password whose argon2id hash is given; its wrong guesses are forgotten and its sessions end.

    The console, which is whoever runs the machine, may do so where no administrator can come in, and for the last one,
    who may have lost theirs. Raises NotAllowed, NotFound.
    """
    user = act.session.scalars(select(User).where(User.account == account)).one_or_none()
    if not (act.actor.account == "console" and _lets_administrators_in(act, user)):
        require_manager(act)
    if user is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    user.password_hash, user.must_change_password = password_hash, must_change
    forget_guesses(act, account)
    end_sessions(act, user.id, "password_changed")
    act.session.add(admin_event(act, "password_set", at=act.at, account=account))


def _lets_administrators_in(act: Act, user: User | None) -> bool:
    """Return whether a password for this account is the way back in for administrators."""
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


def keep_an_administrator(act: Act, user: User) -> None:
    """Refuse to take the last administrator away: nobody could make another. Raises Conflict."""
    if list(_administrators(act)) == [user.id]:
        raise Conflict("这是最后一名管理员，请先指定另一名管理员。", code="last_administrator")


def link_identity(act: Act, account: str, issuer: str, subject: str) -> None:
    """Let the person whom a sign-in service calls `subject` come in as an account; the console may, as it may set the
    first password. Raises NotAllowed, NotFound, Conflict."""
    require_manager(act, letting_in=True)
    user_id = act.session.scalars(select(User.id).where(User.account == account)).one_or_none()
    if user_id is None:
        raise NotFound(f"没有账号“{account}”。", code="account_not_found")
    holder = act.session.scalars(
        select(User.account)
        .join(Credential, Credential.user_id == User.id)
        .where(Credential.issuer == issuer, Credential.subject == subject, User.id != user_id)
    ).one_or_none()
    if holder is not None:
        raise Conflict(f"该身份已对应账号“{holder}”。", code="identity_taken")
    guard = guard_of(act, user_id)
    guard.issuer, guard.subject = issuer, subject
    act.session.add(admin_event(act, "identity_linked", at=act.at, account=account, issuer=issuer, subject=subject))


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
