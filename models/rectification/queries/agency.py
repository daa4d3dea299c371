"""What a unit has to do, by date, and what it has said: measures in its hands, with the verdict on the last reply."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import ColumnElement, FromClause, Row, Select, and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from models.case.queries.attachments import ReplyFileShown, files_of
from models.case.tables import Case
from models.clock.queries.lights import lamp, severity, unlit_units
from models.clock.queries.rulebook import Rulebook
from models.clock.rules.lights import standing
from models.clock.tables import Deadline
from models.kernel.errors import Invalid, NotAllowed
from models.kernel.lifecycle import OPEN_STATES
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import visible_assignments, visible_documents
from models.kernel.vocabulary import AssignmentState, Light, Outcome, Part, ReplyKind, Role, Turn, Verdict
from models.office.tables import Organisation
from models.papers.tables import Delivery, Document
from models.rectification.tables import Assessment, Assignment, Measure, Reply

from .replies import awaited

_UNIT, _HELPER = aliased(Organisation), aliased(Organisation)
_HAND = aliased(Assignment)
_CLOCK = aliased(Deadline)
_GIVEN = aliased(Reply)

NEVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class MeasureInHand:
    """A measure as the unit has it before it: by which notice, what is next and why, its last answer and the verdict.

    `key` marks the row for the next page.
    """

    id: int
    state: AssignmentState
    outcome: Outcome | None
    outcome_reason: str | None
    part: Part
    given_on: date | None
    closed_at: datetime | None
    case_number: str
    measure: str
    measure_text: str
    paper: str
    notice: str
    number: str | None
    delivered_at: datetime | None
    acknowledged_at: datetime | None
    received_by: str | None
    organisation: str
    delegated_to: str | None
    deadline: int | None
    due_on: date | None
    provisional: bool | None
    reply: str | None
    reply_kind: ReplyKind | None
    replied_at: datetime | None
    verdict: Verdict | None
    verdict_reason: str | None
    standing: str
    key: str
    why: str | None
    light: Light | None


@dataclass(frozen=True, slots=True)
class OwnReply:
    """What a unit has answered, with its files, and what was said of it. `key` marks the row for the next page."""

    key: int
    ref: str
    kind: ReplyKind
    text: str
    requested_due_on: date | None
    happened_at: datetime
    on_behalf: bool
    case_number: str
    paper: str | None
    number: str | None
    measure: str
    organisation: str
    verdict: Verdict | None
    reason: str | None
    granted_due_on: date | None
    withdrawn_at: datetime | None
    files: list[ReplyFileShown]


def as_agency(actor: Actor) -> Actor:
    """Return the actor as the unit's clerk alone, whatever else the account may be. Raises NotAllowed."""
    if not actor.has(Role.AGENCY):
        raise NotAllowed("只有协办单位的账号有整改台账。", code="not_an_agency")
    return replace(actor, roles=frozenset({Role.AGENCY}), stands_in=())


def measures_in_hand(
    session: Session,
    actor: Actor,
    rules: Rulebook,
    today: date,
    *,
    state: AssignmentState | None = None,
    closed: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> list[MeasureInHand]:
    """Return up to `limit` measures in the hands of the actor's units, the next date first, those without a date last.

    Without `state` those that are not closed, or with `closed` all. `after` is the `key` of the last row shown.
    Raises NotAllowed for who is no agency, Invalid for a key that is none. Two statements.
    """
    states = (state,) if state is not None else None if closed else OPEN_STATES
    found = _theirs(as_agency(actor), states).cte("theirs").prefix_with("MATERIALIZED")
    due = func.coalesce(Deadline.due_on, literal(NEVER))
    # Names, texts and answers are looked up for the measures of the page alone.
    page = select(found).outerjoin(Deadline, Deadline.id == found.c.deadline).order_by(due, found.c.id).limit(limit)
    if after is not None:
        page = page.where(tuple_(due, found.c.id) > tuple_(*(literal(part) for part in _key(after))))
    query = _query(page.subquery("page"), today, unlit_units(session)).order_by(due, Assignment.id)
    return [_shown(row, rules) for row in session.execute(query)]


def ledger(session: Session, actor: Actor, rules: Rulebook, today: date) -> list[MeasureInHand]:
    """Return every measure that was ever in the hands of the actor's units, oldest notice first. Raises NotAllowed."""
    every = _theirs(as_agency(actor)).cte("theirs").prefix_with("MATERIALIZED")
    query = _query(every, today, unlit_units(session)).order_by(Assignment.notice_id, Assignment.id)
    return [_shown(row, rules) for row in session.execute(query)]


def own_replies(session: Session, actor: Actor, *, after: int | None = None, limit: int = 50) -> list[OwnReply]:
    """Return up to `limit` replies of the actor's units, the newest first, each with its verdict and files.

    Two statements.
    """
    mine = as_agency(actor)
    query = (
        select(
            Reply.id.label("key"),
            Reply.ref,
            Reply.kind,
            Reply.text,
            Reply.requested_due_on,
            Reply.happened_at,
            Reply.on_behalf,
            Case.case_number,
            Document.ref.label("paper"),
            Document.number,
            Measure.ref.label("measure"),
            Organisation.name.label("organisation"),
            Assessment.verdict,
            Assessment.reason,
            Assessment.granted_due_on,
            Reply.withdrawn_at,
        )
        .join(Assignment, Assignment.id == Reply.assignment_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(Case, Case.id == Reply.case_id)
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .outerjoin(Document, and_(Document.id == Assignment.notice_id, visible_documents(mine)))
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
        .where(_held(mine), visible_assignments(mine))
        .order_by(Reply.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(Reply.id < after)
    rows = session.execute(query).all()
    files = files_of(session, [row.key for row in rows])
    return [OwnReply(**row._mapping, files=files.get(row.key, [])) for row in rows]


def _theirs(actor: Actor, states: Collection[AssignmentState] | None = None) -> Select[*tuple[object, ...]]:
    """Return the measures that are in the hands of the actor's units, of some states or of all, each with the clock that
    ends next."""
    return (
        select(Assignment.id, _next_clock().label("deadline"))
        .join(Document, Document.id == Assignment.notice_id)
        .where(_held(actor, states), visible_assignments(actor), visible_documents(actor))
    )


def _query(these: FromClause, today: date, unlit: frozenset[int]) -> Select[*tuple[object, ...]]:
    return (
        select(
            Assignment.id,
            Assignment.state,
            Assignment.outcome,
            Assignment.outcome_reason,
            awaited().label("awaited"),
            Assignment.part,
            Assignment.due_on.label("given_on"),
            Assignment.closed_at,
            Case.case_number,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Document.ref.label("paper"),
            Document.title.label("notice"),
            Document.number,
            Delivery.delivered_at,
            Delivery.acknowledged_at,
            Delivery.received_by,
            _UNIT.name.label("organisation"),
            _HELPER.name.label("delegated_to"),
            Deadline.id.label("deadline"),
            Deadline.rule_code,
            Deadline.rule_version,
            Deadline.due_on,
            Deadline.provisional,
            severity(today, unlit).label("place"),
            Reply.ref.label("reply"),
            Reply.kind.label("reply_kind"),
            Reply.happened_at.label("replied_at"),
            Assessment.verdict,
            Assessment.reason.label("verdict_reason"),
        )
        .join(these, these.c.id == Assignment.id)
        .join(Case, Case.id == Assignment.case_id)
        .join(Measure, Measure.id == Assignment.measure_id)
        .join(_UNIT, _UNIT.id == Assignment.organisation_id)
        .join(Document, Document.id == Assignment.notice_id)
        .outerjoin(
            Delivery, and_(Delivery.document_id == Document.id, Delivery.recipient_id == Assignment.organisation_id)
        )
        .outerjoin(_HELPER, _HELPER.id == Assignment.delegated_to_id)
        .outerjoin(Deadline, Deadline.id == these.c.deadline)
        .outerjoin(Reply, Reply.id == _last_reply())
        .outerjoin(Assessment, Assessment.reply_id == Reply.id)
    )


def _held(actor: Actor, states: Collection[AssignmentState] | None = None) -> ColumnElement[bool]:
    """Measures in the hands of, or delegated to, the actor's units: by their indexes, where `visible` looks at each row."""
    units = select(Organisation.id).where(Organisation.path.startswith(actor.path, autoescape=True)).scalar_subquery()
    of_state = () if states is None else (_HAND.state.in_(states),)
    return Assignment.id.in_(
        select(_HAND.id)
        .where(_HAND.organisation_id.in_(units), *of_state)
        .union_all(select(_HAND.id).where(_HAND.delegated_to_id.in_(units), *of_state))
    )


def _next_clock() -> ColumnElement[int]:
    """The running clock of the unit that ends next: of the measure, or of the receipt of its notice."""
    of_receipt = and_(_CLOCK.document_id == Assignment.notice_id, _CLOCK.rule_code == "notice.acknowledge")
    return (
        select(_CLOCK.id)
        .where(
            _CLOCK.state == "open", _CLOCK.turn == Turn.THEIRS, or_(_CLOCK.assignment_id == Assignment.id, of_receipt)
        )
        .order_by(_CLOCK.due_on, _CLOCK.id)
        .limit(1)
        .correlate(Assignment)
        .scalar_subquery()
    )


def _last_reply() -> ColumnElement[int]:
    return (
        select(func.max(_GIVEN.id))
        .where(_GIVEN.assignment_id == Assignment.id, _GIVEN.withdrawn_at.is_(None))
        .correlate(Assignment)
        .scalar_subquery()
    )


def _key(after: str) -> tuple[date, int]:
    try:
        day, row = after.split("/")
        return date.fromisoformat(day), int(row)
    except ValueError as error:
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key") from error


INNER = ("rule_code", "rule_version", "place", "awaited")


def _shown(row: Row[*tuple[object, ...]], rules: Rulebook) -> MeasureInHand:
    told = {name: value for name, value in row._mapping.items() if name not in INNER}
    running = row.deadline is not None
    return MeasureInHand(
        **told,
        standing=standing(row.state, row.awaited),
        key=f"{row.due_on or NEVER}/{row.id}",
        why=rules.rule(row.rule_code, row.rule_version).name if running else None,
        light=lamp(row.place) if running else None,
    )
