"""Sender of messages: claims each under a lease, hands it over, marks it; uncertain ones are left to a person."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage

from sqlalchemy import Select, func, or_, select, update
from sqlalchemy.orm import Session

from flows import chat, mail
from flows.mail import NotSent
from models.clock.queries.rulebook import rulebook
from models.kernel.calendar.time import Clock
from models.kernel.installation import Installation
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.tables import Message
from models.kernel.vocabulary import Medium, SendState
from models.office.rules.sending import LASTING_PAUSE, LISTED, STUCK_AFTER, digest, pause_after
from models.office.tables import Send
from models.overview.commands.sends import UNFINISHED, anything_to_plan, plan_sends, quiet_of

log = logging.getLogger("shencha.sends")

# A worker that died holds its row for this long. Handing one message over takes a few waits for the other side.
LEASE = timedelta(minutes=5)
BROKEN_OFF = "发送途中工作进程中断，是否送达不明。"


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message or digest to one address, in this worker's hands."""

    id: int
    medium: Medium
    address: str
    tries: int
    created_at: datetime
    message_id: int | None
    digest_on: date | None


@dataclass(frozen=True, slots=True)
class Written:
    """What is sent, and the name it has for ever."""

    key: str
    subject: str
    body: str


def plan(installation: Installation, now: datetime, going: Callable[[], bool] = lambda: True) -> int:
    """Decide for every new message where it goes, a batch at a time; returns how many there were."""
    planned = 0
    while going():
        with installation.database.reading() as session:
            if not anything_to_plan(session):
                break
        with installation.as_system(now) as act:
            batch = plan_sends(act)
        if not batch:  # another worker has them in hand
            break
        planned += batch
    return planned


def claim(
    installation: Installation, worker: str, now: datetime, medium: Medium, *, lease: timedelta = LEASE
) -> Claimed | None:
    """Take the send that has waited longest, or None where none is due; a claim ends with its lease.

    A mail whose worker died is taken again: it goes at least once, under one Message-ID. A chat note whose worker
    died becomes uncertain instead: it may have arrived, and only a person may send it again.
    """
    with installation.database.reading() as session:
        if session.scalar(_due(installation, session, now, medium).limit(1)) is None:
            return None
    with installation.database.writing() as session:
        if medium is Medium.CHAT:
            session.execute(
                update(Send)
                .where(Send.medium == Medium.CHAT, Send.state == SendState.SENDING, Send.due_at <= now)
                .values(state=SendState.UNCERTAIN, last_error=BROKEN_OFF)
                .execution_options(synchronize_session=False)
            )
        row = session.scalar(_due(installation, session, now, medium).limit(1).with_for_update(skip_locked=True))
        if row is None:
            return None
        session.execute(
            update(Send)
            .where(Send.id == row)
            .values(state=SendState.SENDING, claimed_by=worker, due_at=now + lease, tries=Send.tries + 1)
            .execution_options(synchronize_session=False)
        )
        found = session.execute(
            select(
                Send.id, Send.medium, Send.address, Send.tries, Send.created_at, Send.message_id, Send.digest_on
            ).where(Send.id == row)
        ).one()
        return Claimed(*found)


def _due(installation: Installation, session: Session, now: datetime, medium: Medium) -> Select[int]:
    query = (
        select(Send.id)
        .where(Send.medium == medium, Send.state.in_(UNFINISHED), Send.due_at <= now)
        .order_by(Send.due_at, Send.id)
    )
    if quiet_of(installation.settings).at(now, rulebook(session).calendar):
        # What hangs in a dead worker's hands is looked at in the night, too.
        query = query.where(or_(Send.urgent, (Send.medium == Medium.CHAT) & (Send.state == SendState.SENDING)))
    return query


def send_off(
    installation: Installation,
    worker: str,
    clock: Clock,
    medium: Medium,
    *,
    lease: timedelta = LEASE,
    going: Callable[[], bool] = lambda: True,
) -> int:
    """Hand over what is due by one medium, one claim at a time, while `going()`; returns how many were tried.

    A refused address waits for its next try and keeps nobody from theirs. Where the mail server itself is at fault,
    the rest waits for the next tick: each would only wait for the same silence.
    """
    tried = 0
    with ExitStack() as way:
        server: smtplib.SMTP | None = None
        while going():
            row = claim(installation, worker, clock(), medium, lease=lease)
            if row is None:
                break
            tried += 1
            with _marked(installation, worker, row, clock) as outcome:
                written = _written(installation, row)
                if medium is Medium.CHAT:
                    chat.tell(row.address, written.subject, written.body)
                else:
                    server = server or way.enter_context(mail.connected(installation.settings))
                    mail.hand_over(server, _mail(installation, row, written))
            if outcome.server:
                if server is not None:
                    server.close()  # no farewell to who does not answer
                break
    return tried


@dataclass(slots=True)
class _Outcome:
    server: bool = False


@contextmanager
def _marked(installation: Installation, worker: str, row: Claimed, clock: Clock) -> Iterator[_Outcome]:
    """Write down how it went, whatever it was: a row that fails is tried again, and other rows go on."""
    outcome = _Outcome()
    try:
        yield outcome
    except NotSent as failure:
        outcome.server = failure.server
        _fail(installation, worker, row, clock(), failure.message, unsure=failure.unsure, lasting=failure.lasting)
    except Exception as failure:  # what nobody thought of; a chat note may have left before it
        log.exception("send %d failed", row.id)
        _fail(installation, worker, row, clock(), type(failure).__name__, unsure=row.medium is Medium.CHAT)
    else:
        _mark(installation, worker, row, state=SendState.SENT, sent_at=clock(), last_error=None)


def _fail(
    installation: Installation,
    worker: str,
    row: Claimed,
    now: datetime,
    why: str,
    *,
    unsure: bool,
    lasting: bool = False,
) -> None:
    log.warning("send %d, try %d: %s", row.id, row.tries, why)
    if unsure:
        _mark(installation, worker, row, state=SendState.UNCERTAIN, last_error=why)
        return
    state = SendState.STUCK if lasting or row.tries >= STUCK_AFTER else SendState.WAITING
    due_at = now + (LASTING_PAUSE if lasting else pause_after(row.tries))
    _mark(installation, worker, row, state=state, last_error=why, claimed_by=None, due_at=due_at)


def _mark(installation: Installation, worker: str, row: Claimed, **values: object) -> None:
    """Write an outcome, unless somebody else holds the row. What was thought uncertain meanwhile is known now."""
    with installation.database.writing() as session:
        session.execute(
            update(Send)
            .where(
                Send.id == row.id,
                Send.claimed_by == worker,
                Send.tries == row.tries,
                Send.state.in_((SendState.SENDING, SendState.UNCERTAIN)),
            )
            .values(**values)
            .execution_options(synchronize_session=False)
        )


def _written(installation: Installation, row: Claimed) -> Written:
    """Return what a send says: its message's words, or the list of those that its digest carries."""
    link = f"\n\n请登录系统查看：{installation.settings.public_url}" if installation.settings.public_url else ""
    with installation.database.reading() as session:
        if row.message_id is not None:
            found = session.execute(
                select(Message.key, Message.subject, Message.body).where(Message.id == row.message_id)
            ).one()
            return Written(found.key, found.subject, found.body + ("" if found.body == PAPER_WAITS else link))
        assert row.digest_on is not None
        carried = select(Send.message_id).where(Send.digest_id == row.id)
        total = session.scalar(select(func.count()).select_from(carried.subquery())) or 0
        subjects = session.scalars(
            select(Message.subject).where(Message.id.in_(carried)).order_by(Message.id).limit(LISTED)
        ).all()
    subject, body = digest(row.digest_on, subjects, total)
    return Written(f"digest/{row.id}/{row.digest_on}", subject, body + link)


def _mail(installation: Installation, row: Claimed, written: Written) -> EmailMessage:
    key = f"{written.key}/{row.address}"
    return mail.mail(installation.settings, key, row.address, written.subject, written.body, row.created_at)
