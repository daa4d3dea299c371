"""Two people at the same thing: who acts on what was shown is told what happened to it since."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import not_, select

from models.errors import Conflict
from models.queries.visible import visible_documents
from models.rules.happenings import HAPPENINGS
from models.rules.local_time import SHANGHAI
from models.tables import Document, Event

from .act import Act, lock_case

ABOUT = ("paper", "measure", "finding", "evidence", "item", "reply", "deadline")


def refuse_stale(act: Act, case_number: str, seen_seq: int, about: Collection[str]) -> None:
    """Refuse an act on things that somebody else changed after the event `seen_seq`; the case stays locked.

    `about` are the short names that the act is about, as F1. Raises Conflict with who did what, when.
    """
    case = lock_case(act, case_number)
    if case.last_seq <= seen_seq or not about:
        return
    since = act.session.execute(
        select(Event.kind, Event.actor_name, Event.recorded_at, Event.data)
        .where(Event.case_id == case.id, Event.seq > seen_seq, Event.actor != act.actor.account)
        .order_by(Event.seq.desc())
    )
    hidden = set(
        act.session.scalars(select(Document.ref).where(Document.case_id == case.id, not_(visible_documents(act.actor))))
    )
    for event in since:
        # What a named list alone knows is no news to anybody else.
        if event.data.get("paper") in hidden:
            continue
        if any(event.data.get(name) in about for name in ABOUT):
            at = event.recorded_at.astimezone(SHANGHAI).strftime("%H:%M")
            raise Conflict(
                f"{event.actor_name}已于{at}对同一内容“{HAPPENINGS[event.kind]}”，本次未保存，请核对最新内容后再办理。",
                code="conflict_seen",
            )
