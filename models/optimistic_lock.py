"""Optimistic-lock check for forms: refuse a submission when the thing it is about has changed since the form was shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import not_, or_, select

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import SHANGHAI, chinese_date, local_date
from models.kernel.case_lock import lock_case
from models.kernel.errors import Conflict
from models.kernel.record.event_kinds import HAPPENINGS
from models.kernel.refs import IN_EVENTS, Thing, refs_of
from models.kernel.rights.policy import SYSTEM
from models.kernel.rights.visible import POLICE, in_territory, visible_documents
from models.kernel.tables import Event
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import TalkPaper

from .actions import REGISTRY


def refuse_stale(act: Act, case_number: str, seen_seq: int, action: str, answers: Mapping[str, object]) -> None:
    """Refuse a step on things that somebody else acted on after the event `seen_seq`; the case stays locked.

    What a step is about, its signature declares; a step about the case as a whole is refused where somebody took the
    same one. What a program did is nobody's act. Raises Conflict with who did what, when.
    """
    case = lock_case(act, case_number)
    if case.last_seq <= seen_seq:
        return
    about, same = _named(act, case, action, answers), REGISTRY[action].same_as
    if not about and not same:
        return
    hidden, foreign = _hidden(act, case), _foreign(act)
    others = Event.actor.not_in((act.actor.account, SYSTEM.account))
    since = act.session.execute(
        select(Event.kind, Event.actor_name, Event.recorded_at, Event.data)
        .where(Event.case_id == case.id, Event.seq > seen_seq, others)
        .order_by(Event.seq.desc())
    )
    for event in since:
        if hidden & {*_values(event.data.get("paper"))} or foreign & {*_values(event.data.get("organisation"))}:
            continue
        drafted = event.kind == "paper_drafted"  # nobody saw the paper before; what brought it about tells more
        if event.kind in same or (not drafted and about & _things(event.data)):
            raise Conflict(
                _sentence(act, event.kind, event.actor_name, event.recorded_at, whole=event.kind in same),
                code="conflict_seen",
            )


def _sentence(act: Act, kind: str, by: str, recorded_at: datetime, *, whole: bool) -> str:
    at = recorded_at.astimezone(SHANGHAI)
    day = "" if local_date(at) == act.today else chinese_date(local_date(at))
    what = "本案" if whole else "同一内容"
    return f"{by}已于{day}{at:%H:%M}对{what}“{HAPPENINGS[kind]}”，本次未保存，请核对最新内容后再办理。"


def _named(act: Act, case: Case, action: str, answers: Mapping[str, object]) -> set[tuple[Thing, object]]:
    """Return what a step is about, as the events of the case name it."""
    found: set[tuple[Thing, object]] = set()
    for parameter, thing in refs_of(REGISTRY[action].command).items():
        if thing in IN_EVENTS:
            found |= {(thing, value) for value in _values(answers.get(parameter))}
    for thing, value in [*found]:
        if thing is Thing.DEADLINE:
            found |= {(thing, key) for key in _keys(act, case, str(value))}
        if thing is Thing.TALK:  # its notice and its minutes are edited and signed as papers
            papers = select(Document.ref).join(TalkPaper, TalkPaper.document_id == Document.id)
            found |= {(Thing.PAPER, ref) for ref in act.session.scalars(papers.where(TalkPaper.talk_id == value)).all()}
    return found


def _keys(act: Act, case: Case, deadline: str) -> Collection[str]:
    """A page names a clock by its row, an event by its key."""
    if not (deadline.isascii() and deadline.isdigit()):
        return ()
    return act.session.scalars(
        select(Deadline.key).where(Deadline.case_id == case.id, Deadline.id == int(deadline))
    ).all()


def _things(data: Json) -> set[tuple[Thing, object]]:
    return {(thing, value) for thing, names in IN_EVENTS.items() for name in names for value in _values(data.get(name))}


def _values(said: object) -> Collection[object]:
    if said is None:
        return ()
    return list(said) if isinstance(said, list | tuple | set) else [said]


def _hidden(act: Act, case: Case) -> set[str]:
    """What a named list alone knows is no news to anybody else."""
    return set(
        act.session.scalars(select(Document.ref).where(Document.case_id == case.id, not_(visible_documents(act.actor))))
    )


def _foreign(act: Act) -> set[str]:
    """An agency learns nothing here of what other units do about a measure that they share."""
    if act.actor.has(*POLICE):
        return set()
    own = or_(in_territory(act.actor, Organisation.__table__.c.id), Organisation.id == act.actor.organisation_id)
    return set(act.session.scalars(select(Organisation.name).where(not_(own))))
