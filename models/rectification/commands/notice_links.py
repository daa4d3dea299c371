"""The page behind the link printed on a notice: who has the link reads and drafts; answer code or sealed scan answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.act import Act
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.settings import Settings
from models.kernel.storage import limits
from models.kernel.storage.database import Database
from models.kernel.text.invisible import refuse_invisible
from models.kernel.vocabulary import Door, Role
from models.office.commands.guessing import Guesser, forget, guess, right
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation, User, UserRole
from models.papers.rules import links
from models.papers.tables import Document
from models.rectification.queries.notice_links import CODE_ACCOUNT, SCAN_ACCOUNT, Opened, opened
from models.rectification.tables import NoticeLink

NOBODY_KNOWN = Guesser()
CODE = "answer code"
WAIT = "答复码输错次数较多，请于{seconds}秒后再试，或以书面答复。"
BY_CODE, BY_SCAN = "答复码", "盖章扫描件"


def offer_link(act: Act, document: Document) -> None:
    """Let the address on a paper that is being issued open its page; a paper signed again gets another address."""
    secret = act.settings.link_secret
    if document.kind not in CARRYING or document.recipient_id is None or not (secret and act.settings.public_url):
        return
    issued_on = document.issued_on
    assert issued_on is not None
    link = act.session.get(NoticeLink, document.id)
    if link is None:
        recipient = document.recipient_id
        account = _account(act.session, f"{CODE_ACCOUNT}{recipient}", BY_CODE, recipient, act.at)
        link = NoticeLink(document_id=document.id, organisation_id=recipient, user_id=account.id)
        act.session.add(link)
    token = links.token(secret, document.id, document.content_version)
    link.token_sha256, link.version = links.fingerprint(token), document.content_version
    link.expires_on = issued_on + timedelta(days=act.settings.link_days)
    forget(act.session, CODE, str(document.id))


def _account(session: Session, account: str, name: str, organisation_id: int, at: datetime) -> User:
    """Return the account that stands for a unit's people who answer by link. It has no password."""
    found = session.scalars(select(User).where(User.account == account)).one_or_none()
    if found is not None:
        return found
    user = User(account=account, name=name, organisation_id=organisation_id, created_at=at)
    session.add(user)
    session.flush()
    session.add(UserRole(user_id=user.id, role=Role.AGENCY))
    return user


@contextmanager
def answering(
    database: Database, settings: Settings, token: str, code: str, name: str, at: datetime, by: Guesser = NOBODY_KNOWN
) -> Iterator[tuple[Act, Opened]]:
    """Open a transaction of the notice's recipient, who shows the code and gives a name; yields the act and the notice.

    Everything the recipient may do is done by the usual commands, as by a clerk of the unit who is signed in. Raises
    NotFound for an unknown or expired link, NotAllowed for a wrong code (counted), TooSoon after too many wrong ones,
    Invalid without a name.
    """
    _require_name(name)
    show_code(database, settings, token, code, at, by)
    with database.writing() as session:
        notice = opened(session, token, at)
        actor = replace(notice.actor, name=f"{name.strip()}（{BY_CODE}）")
        yield Act(session, actor, at, settings, Door.LINK), notice


@contextmanager
def answering_by_scan(
    database: Database, settings: Settings, token: str, name: str, at: datetime
) -> Iterator[tuple[Act, Opened]]:
    """Open a transaction of the notice's recipient, who hands in a scan of the answer with the unit's seal on it.

    Whoever calls sees to it that the scan goes on record with the answer: a person looks at the seal when the answer is
    assessed. Such answers come by an account of their own, which shows where they are told and can be disabled.
    Raises NotFound for an unknown or expired link, NotAllowed where the account is disabled, Invalid without a name.
    """
    _require_name(name)
    with database.writing() as session:
        notice = opened(session, token, at)
        unit = notice.organisation_id
        session.get_one(Organisation, unit, with_for_update=True)  # two first scans of a unit at once find one account
        user = _account(session, f"{SCAN_ACCOUNT}{unit}", BY_SCAN, unit, at)
        if user.disabled_at is not None and user.disabled_at <= at:
            raise NotAllowed("贵单位不能凭盖章扫描件答复，请填写答复码。", code="scans_refused")
        actor = replace(notice.actor, id=user.id, account=user.account, name=f"{name.strip()}（{BY_SCAN}）")
        yield Act(session, actor, at, settings, Door.LINK), notice


def _require_name(name: str) -> None:
    if not name.strip():
        raise Invalid("请填写您的姓名。", code="name_missing")
    limits.refuse_long("姓名", name.strip(), limits.LONGEST_NAME)
    refuse_invisible("姓名", name)


def show_code(
    database: Database, settings: Settings, token: str, code: str, at: datetime, by: Guesser = NOBODY_KNOWN
) -> None:
    """Refuse a wrong code; the count of wrong ones is kept although the act is refused.

    Raises NotFound as `opened` does, NotAllowed for a wrong code, TooSoon after too many wrong ones.
    """
    secret = settings.link_secret
    with database.writing() as session:
        notice = opened(session, token, at)
        link = session.get_one(NoticeLink, notice.document_id, with_for_update=True)
        guess(session, CODE, str(link.document_id), by, at, WAIT)
        if secret is not None and links.is_code(secret, link.document_id, link.version, code):
            right(session, CODE, str(link.document_id), by, at)
            return
    raise NotAllowed("答复码不正确，请核对纸质文书上的八位数字。", code="wrong_code")


@contextmanager
def drafting(database: Database, settings: Settings, token: str, at: datetime) -> Iterator[tuple[Act, Opened]]:
    """Open a transaction in which the link alone lets save a draft. Raises NotFound as `opened` does."""
    with database.writing() as session:
        notice = opened(session, token, at)
        yield Act(session, notice.actor, at, settings, Door.LINK), notice
