"""Plans outgoing messages: which message goes to which address, alone or in a digest. Set-based."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import CompoundSelect, and_, case, exists, func, insert, literal, or_, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.rulebook import rulebook
from models.kernel.act import Act
from models.kernel.rights import policy
from models.kernel.rights.secrecy import PAPER_WAITS
from models.kernel.settings import Settings
from models.kernel.tables import Message
from models.kernel.vocabulary import SendState
from models.office.rules.sending import Quiet, day_began, next_digest
from models.office.tables import Channel, Send, User
from models.overview.queries.waiting.rows import TROUBLED

# As many messages are planned in one transaction.
BATCH = 2000
UNFINISHED = (SendState.WAITING, SendState.SENDING, SendState.STUCK)
# What tells of messages that did not arrive is not told of again where it does not arrive either.
ANNOUNCED = "stuck/"


def quiet_of(settings: Settings) -> Quiet:
    """Return the installation's quiet hours."""
    return Quiet.of(settings.quiet_hours, settings.quiet_rest_days)


def plan_sends(act: Act, limit: int = BATCH) -> int:
    """Give the messages that are not planned yet a send for each address of their addressee; returns how many they were.

    An address gets what was told from its entry on. What is too much for one day goes into the digest in the same
    transaction, so that no worker sees it alone. Only the system plans.
    """
    policy.require(act.actor, "message.send")
    messages = act.session.scalars(
        select(Message.id)
        .where(Message.planned_at.is_(None))
        .order_by(Message.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    if not messages:
        return 0
    state = Send.__table__.c.state.type
    gone = exists(select(1).where(User.id == Channel.user_id, User.disabled_at <= act.at).correlate(Channel))
    addressed = (
        select(
            Message.id,
            Channel.id,
            Channel.medium,
            Channel.address,
            Message.urgent,
            literal(SendState.WAITING, state),
            literal(0),
            literal(act.at, Send.__table__.c.created_at.type),
            literal(act.at, Send.__table__.c.due_at.type),
        )
        .join(
            Channel,
            or_(Channel.user_id == Message.user_id, Channel.organisation_id == Message.organisation_id),
        )
        .where(Message.id.in_(messages), Channel.disabled_at.is_(None), Channel.added_at <= Message.sent_at, ~gone)
        .order_by(Message.id, Channel.id)
    )
    columns = ["message_id", "channel_id", "medium", "address", "urgent", "state", "tries", "created_at", "due_at"]
    act.session.execute(insert(Send).from_select(columns, addressed, include_defaults=False))
    act.session.execute(update(Message).where(Message.id.in_(messages)).values(planned_at=act.at))
    _fold(act)
    return len(messages)


def anything_to_plan(session: Session) -> bool:
    """Return whether a message waits for its sends."""
    return session.scalar(select(Message.id).where(Message.planned_at.is_(None)).limit(1)) is not None


def _fold(act: Act) -> None:
    """Put what is too much for one day into the next digest of its address.

    Too much: more than `digest_after` that were planned today or are still under way; then all of them that were not
    tried yet go together, and so does what comes later that day. What is urgent always goes alone.
    """
    single = and_(Send.message_id.is_not(None), Send.urgent.is_(False))
    untried = and_(single, Send.state == SendState.WAITING, Send.tries == 0)
    older = aliased(Send)
    under_way = (
        select(func.count())
        .where(
            older.channel_id == Send.channel_id,
            older.state.in_(UNFINISHED),
            older.created_at < day_began(act.at),
            older.message_id.is_not(None),
            older.urgent.is_(False),
        )
        .correlate(Send)
        .scalar_subquery()
    )
    crowded = act.session.scalars(
        select(Send.channel_id)
        .where(
            single,
            Send.created_at >= day_began(act.at),
            Send.channel_id.in_(select(Send.channel_id).where(untried).correlate(None)),
        )
        .group_by(Send.channel_id)
        .having(func.count() + under_way > act.settings.digest_after)
        .order_by(Send.channel_id)
    ).all()
    if not crowded:
        return
    leaves = next_digest(act.at, act.settings.digest_hour, quiet_of(act.settings), rulebook(act.session).calendar)
    _open_digests(act, crowded, leaves)
    day = leaves.date()
    # Locked, so that no worker claims one while it still fills; one that was claimed already is left for the next day.
    filling = act.session.execute(
        select(Send.id, Send.channel_id)
        .where(
            Send.digest_on == day,
            Send.channel_id.in_(crowded),
            Send.state == SendState.WAITING,
            Send.tries == 0,
        )
        .order_by(Send.id)
        .with_for_update()
    ).all()
    if not filling:
        return
    into = case({row.channel_id: row.id for row in filling}, value=Send.channel_id)
    act.session.execute(
        update(Send)
        .where(untried, Send.channel_id.in_([row.channel_id for row in filling]))
        .values(state=SendState.FOLDED, digest_id=into)
        .execution_options(synchronize_session=False)
    )


def _open_digests(act: Act, channels: Sequence[int], leaves: datetime) -> None:
    """Make the digests of that day where they are not there yet."""
    dialect = postgresql if act.session.get_bind().dialect.name == "postgresql" else sqlite
    act.session.execute(
        dialect.insert(Send)
        .from_select(
            ["channel_id", "medium", "address", "digest_on", "state", "tries", "created_at", "due_at"],
            select(
                Channel.id,
                Channel.medium,
                Channel.address,
                literal(leaves.date(), Send.__table__.c.digest_on.type),
                literal(SendState.WAITING, Send.__table__.c.state.type),
                literal(0),
                literal(act.at, Send.__table__.c.created_at.type),
                literal(leaves, Send.__table__.c.due_at.type),
            ).where(Channel.id.in_(channels)),
            include_defaults=False,
        )
        .on_conflict_do_nothing(index_elements=["channel_id", "digest_on"])
    )


def announce_stuck(act: Act) -> int:
    """Tell the officer of each case, once a day, what could not be sent or is uncertain; returns how many notes.

    A note is an ordinary message, known by its day: however many workers announce, there is one. Only the system
    announces.
    """
    policy.require(act.actor, "message.send")
    troubled = _troubled().subquery("troubled")
    rows = act.session.execute(
        select(
            Case.id,
            Case.case_number,
            Case.title,
            Case.officer_id,
            Message.restricted,
            func.count().label("number"),
            func.sum(case((troubled.c.state == SendState.UNCERTAIN.value, 1), else_=0)).label("uncertain"),
        )
        .select_from(troubled)
        .join(Message, Message.id == troubled.c.message_id)
        .join(Case, Case.id == Message.case_id)
        .where(Message.key.not_like(f"{ANNOUNCED}%"))
        .group_by(Case.id, Case.case_number, Case.title, Case.officer_id, Message.restricted)
        .order_by(Case.id, Message.restricted)
    ).all()
    notes = {}
    for row in rows:
        secret = "/restricted" if row.restricted else ""
        body = (
            f"{row.title}（{row.case_number}）：有{row.number}条消息未能送达"
            f"{f'，其中{row.uncertain}条是否送达不明' if row.uncertain else ''}，请核实后重新发送或者登记处理结果。"
        )
        key = f"{ANNOUNCED}{act.today}/{row.case_number}{secret}/u{row.officer_id}"
        notes[key] = {
            "key": key,
            "case_id": row.id,
            "organisation_id": None,
            "user_id": row.officer_id,
            "subject": PAPER_WAITS if row.restricted else f"消息未能送达：{row.number}条",
            "body": PAPER_WAITS if row.restricted else body,
            "restricted": row.restricted,
            "sent_at": act.at,
        }
    told = set(act.session.scalars(select(Message.key).where(Message.key.in_(notes)))) if notes else set()
    new = [note for key, note in notes.items() if key not in told]
    if new:
        dialect = postgresql if act.session.get_bind().dialect.name == "postgresql" else sqlite
        act.session.execute(dialect.insert(Message).on_conflict_do_nothing(index_elements=["key"]), new)
    return len(new)


def anything_stuck(session: Session) -> bool:
    """Return whether a message could not be sent or is uncertain."""
    return session.scalar(select(Send.id).where(Send.state.in_(TROUBLED)).limit(1)) is not None


def _troubled() -> CompoundSelect[int | None, SendState]:
    """Return (message, state) of each message in trouble, alone or with the digest that carries it."""
    folded, digest = aliased(Send), aliased(Send)
    return union_all(
        select(Send.message_id.label("message_id"), Send.state.label("state")).where(
            Send.state.in_(TROUBLED), Send.message_id.is_not(None)
        ),
        select(folded.message_id, digest.state)
        .join(digest, digest.id == folded.digest_id)
        .where(digest.state.in_(TROUBLED)),
    )
