"""What waits on a person, by due date: one statement over every kind of step, one for the units that show no light."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    FromClause,
    Integer,
    Row,
    Select,
    String,
    bindparam,
    case,
    func,
    literal,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.queries.lights import lamp, severity, unlit_units
from models.clock.tables import Deadline
from models.kernel.errors import Invalid
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import Light
from models.office.tables import Organisation, User
from models.overview.queries.waiting.rows import TODAY, Rows, Wait
from models.papers.queries.returns import ReturnShown, returns_of
from models.papers.tables import Document
from models.rectification.queries.effects import opened_by
from models.rectification.tables import Assignment, Measure, Reply

from .waits import mine, of_ladder

_UNIT, _RECIPIENT, _ANSWERS, _NAMED = *(aliased(Organisation) for _ in range(3)), aliased(User)

NEVER = date(9999, 12, 31)
FIRST = date(1, 1, 1)  # the day by which a returned paper is listed: it comes before everything
Wide = Select[*tuple[object, ...]]  # over more columns than `select` has types for


@dataclass(frozen=True, slots=True)
class Waiting:
    """A step that waits, `mine` where it does on the actor: what it is about, and the running clock that ends first.

    `total` counts the steps from this page on, `key` is the place of this one in the list; `send` is the message that a
    person is to settle, `person` who is named in the step.
    """

    total: int
    key: str
    wait: Wait
    label: str
    case_number: str
    title: str
    paper: str | None
    paper_title: str | None
    number: str | None
    round: int | None
    recipient: str | None
    returned: ReturnShown | None
    measure: str | None
    measure_text: str | None
    reply: str | None
    answered_by: str | None
    requested_due_on: date | None
    talk: int | None
    send: int | None
    organisation: str | None
    person: str | None
    deadline: int | None
    due_on: date | None
    provisional: bool
    light: Light | None
    mine: bool = True


def waiting_on(
    session: Session,
    actor: Actor,
    today: date,
    *,
    after: str | None = None,
    limit: int = 50,
    case_number: str | None = None,
    only: Collection[Wait] = (),
) -> list[Waiting]:
    """Return up to `limit` steps that wait on the actor, returned papers first, then the most urgent, those without a
    date last; of one case, or of some kinds `only`, where that is asked for.

    A returned paper carries who returned it, when and why as `returned` (`returns.returns_of`).

    `after` is the `key` of the last row already shown; `total` in each row counts all from there on. Raises Invalid for
    a key that is none.
    """
    asked = _listing(actor, case_number is not None, frozenset(only), after is not None)
    return _listed(session, asked, today, limit, case_number=case_number, **_key(after))


def decisions(
    session: Session, actor: Actor, today: date, *, after: str | None = None, limit: int = 50
) -> list[Waiting]:
    """Return what waits for somebody's decision about the late, in the actor's territory; `mine` tells whose it is.

    Orders and reports that the ladder drafted, talks it proposed, extensions that were asked for, disputes of duty.
    """
    rows = _listed(session, _deciding(actor, after is not None), today, limit, **_key(after))
    subjects = [int(row.key.rsplit("/", 1)[1]) for row in rows]
    found = session.execute(_own_decisions(actor), {"subjects": subjects})
    mine_too = {(Wait(wait), subject) for wait, subject in found}
    return [replace(row, mine=(row.wait, about) in mine_too) for row, about in zip(rows, subjects, strict=True)]


# Statements over twenty kinds of step take longer to write than to answer: each is written once for a person, and
# what changes from click to click is a parameter. A person whose unit, roles or rights changed is another one here.
_kept = lru_cache(maxsize=512)


@_kept
def _listing(actor: Actor, of_case: bool, only: frozenset[Wait], beyond: bool) -> Wide:
    # Asked of each kind by itself, so that each begins with the case and not with everything that waits.
    conditions = (Case.case_number == bindparam("case_number", type_=String()),) if of_case else ()
    return _statement(mine(actor, *conditions), only, beyond)


@_kept
def _deciding(actor: Actor, beyond: bool) -> Wide:
    return _statement(of_ladder(actor), frozenset(), beyond)


@_kept
def _own_decisions(actor: Actor) -> Select[str, int]:
    own = union_all(*of_ladder(actor, only_mine=True)).subquery("own")
    return select(own.c.wait, own.c.subject).where(own.c.subject.in_(bindparam("subjects", expanding=True)))


def _listed(session: Session, statement: Wide, today: date, limit: int, **asked: object) -> list[Waiting]:
    given = {"today": today, "unlit": list(unlit_units(session)), "most": limit, **asked}
    rows = session.execute(statement, given).all()
    why = returns_of(session, [row.subject for row in rows if row.wait == Wait.RETURNED.value])
    return [_shown(row, why) for row in rows]


def _statement(branches: list[Rows], only: Collection[Wait], beyond: bool) -> Wide:
    waits = _page(branches, only, beyond)
    due = _place(waits)
    unlit = bindparam("unlit", expanding=True, type_=Integer())
    return (
        select(
            waits.c.wait,
            waits.c.subject,
            waits.c.talk_id,
            waits.c.deadline_id,
            waits.c.total,
            Case.case_number,
            Case.title,
            Document.ref.label("paper"),
            Document.title.label("paper_title"),
            Document.number,
            Document.round,
            Measure.ref.label("measure"),
            Measure.text.label("measure_text"),
            Reply.ref.label("reply"),
            Reply.requested_due_on.label("wished"),
            _ANSWERS.name.label("answered_by"),
            _UNIT.name.label("organisation"),
            _RECIPIENT.name.label("recipient"),
            _NAMED.name.label("person"),
            Deadline.due_on,
            Deadline.provisional,
            severity(TODAY, unlit).label("place"),
        )
        .join(Case, Case.id == waits.c.case_id)
        .outerjoin(Document, Document.id == waits.c.document_id)
        .outerjoin(_RECIPIENT, _RECIPIENT.id == Document.recipient_id)
        .outerjoin(Assignment, Assignment.id == waits.c.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Reply, Reply.id == waits.c.reply_id)
        .outerjoin(_ANSWERS, _ANSWERS.id == Reply.organisation_id)
        .outerjoin(_UNIT, _UNIT.id == waits.c.unit_id)
        .outerjoin(_NAMED, _NAMED.id == waits.c.user_id)
        .outerjoin(Deadline, Deadline.id == waits.c.deadline_id)
        .order_by(due, waits.c.wait, waits.c.subject)
    )


def _page(branches: list[Rows], only: Collection[Wait], beyond: bool) -> FromClause:
    """Return the rows of one page, so that names and titles are looked up for these alone and not for all that wait."""
    waits = _every(branches)
    due = _place(waits)
    query = (
        select(waits, func.count().over().label("total"))
        .outerjoin(Deadline, Deadline.id == waits.c.deadline_id)
        .where(opened_by(TODAY))
        .order_by(due, waits.c.wait, waits.c.subject)
        .limit(bindparam("most", type_=Integer()))
    )
    if only:
        query = query.where(waits.c.wait.in_(sorted(wait.value for wait in only)))
    if beyond:
        last = (
            bindparam("due", type_=Date()),
            bindparam("wait", type_=String()),
            bindparam("subject", type_=Integer()),
        )
        query = query.where(tuple_(due, waits.c.wait, waits.c.subject) > tuple_(*last))
    return query.subquery("waits")


def _place(waits: FromClause) -> ColumnElement[date]:
    """Return the day by which a step is listed."""
    return case((waits.c.wait == Wait.RETURNED.value, literal(FIRST)), else_=func.coalesce(Deadline.due_on, NEVER))


def _every(branches: list[Rows]) -> CTE:
    """Return the rows of every kind, found before anything is joined to them.

    Joined branch by branch, SQLite begins with what is joined and asks every clock that runs which branch it is of.
    """
    return union_all(*branches).cte("every").prefix_with("MATERIALIZED")


def _key(after: str | None) -> dict[str, object]:
    if after is None:
        return {}
    try:
        day, wait, subject = after.split("/")
        return {"due": date.fromisoformat(day), "wait": Wait(wait).value, "subject": int(subject)}
    except ValueError as error:
        raise Invalid("翻页标记有误，请从第一页重新打开。", code="bad_key") from error


def _shown(row: Row[*tuple[object, ...]], why: Mapping[int, ReturnShown]) -> Waiting:
    wait = Wait(row.wait)
    returned = wait is Wait.RETURNED
    return Waiting(
        total=row.total,
        key=f"{FIRST if returned else row.due_on or NEVER}/{wait}/{row.subject}",
        wait=wait,
        label=wait.label,
        case_number=row.case_number,
        title=row.title,
        paper=row.paper,
        paper_title=row.paper_title,
        number=row.number,
        round=row.round,
        recipient=row.recipient,
        returned=why.get(row.subject) if returned else None,
        measure=row.measure,
        measure_text=row.measure_text,
        reply=row.reply,
        answered_by=row.answered_by,
        requested_due_on=row.wished,
        talk=row.talk_id,
        send=row.subject if wait is Wait.SETTLE_MESSAGE else None,
        organisation=row.organisation,
        person=row.person,
        deadline=row.deadline_id,
        due_on=row.due_on,
        provisional=bool(row.provisional),
        light=None if row.deadline_id is None else lamp(row.place),
    )
