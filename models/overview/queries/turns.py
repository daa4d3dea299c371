"""Whose turn it is in a case, as one Chinese sentence."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import Integer, Select, bindparam, select, union_all
from sqlalchemy.orm import Session, aliased

from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.lifecycle import ENDED
from models.kernel.rights.policy import Actor
from models.kernel.vocabulary import DocumentKind, Stage
from models.office.tables import Organisation
from models.overview.queries.waiting.rows import TODAY, Wait
from models.papers.tables import Document
from models.rectification.queries.effects import opened_by
from models.rectification.tables import Assignment, Measure

from .waits import seen

_UNIT, _RECIPIENT = aliased(Organisation), aliased(Organisation)

NAMED = 3  # so many are named, the others counted


def turn_of(session: Session, actor: Actor, case_id: int, stage: Stage, today: date, absences: str = "") -> str:
    """Return what waits on whom in a case, as far as the actor may know, and who of them is away. One statement."""
    rows = session.execute(_statement(actor), {"case_id": case_id, "today": today}).all()
    by_wait: dict[Wait, list[str]] = {}
    for wait, kind, measure, unit, recipient in rows:
        by_wait.setdefault(Wait(wait), []).append(_named(kind, measure, unit, recipient))
    ended = f"案件已{stage.label}" if stage in ENDED else None
    if not by_wait:
        return f"{ended}，没有待办事项。" if ended else "目前没有待办事项。"
    begun = f"{ended}。" if ended else ""
    return (
        begun + "；".join(f"{wait.label}：{_some(by_wait[wait])}" for wait in Wait if wait in by_wait) + "。" + absences
    )


@lru_cache(maxsize=256)
def _statement(actor: Actor) -> Select[str, DocumentKind | None, str | None, str, str | None]:
    """Return the statement, written once for a person: its twenty kinds of step take longer to write than to answer."""
    waits = union_all(*seen(actor, Case.id == bindparam("case_id", type_=Integer()))).subquery("waits")
    return (
        select(
            waits.c.wait,
            Document.kind,
            Measure.ref.label("measure"),
            _UNIT.name.label("unit"),
            _RECIPIENT.name.label("recipient"),
        )
        .select_from(waits)
        .outerjoin(Document, Document.id == waits.c.document_id)
        .outerjoin(_RECIPIENT, _RECIPIENT.id == Document.recipient_id)
        .outerjoin(Assignment, Assignment.id == waits.c.assignment_id)
        .outerjoin(Measure, Measure.id == Assignment.measure_id)
        .outerjoin(Deadline, Deadline.id == waits.c.deadline_id)
        .outerjoin(_UNIT, _UNIT.id == waits.c.unit_id)
        .where(opened_by(TODAY))
        .order_by(Measure.position, waits.c.subject)
    )


def _named(kind: DocumentKind | None, measure: str | None, unit: str, recipient: str | None) -> str:
    """What the step is about: a measure and its unit, a paper and its recipient, or a unit alone."""
    if measure is not None:
        return f"{recipient or unit}{measure}"
    if kind is not None:
        return f"{kind.label}（{recipient}）" if recipient else kind.label
    return unit


def _some(names: list[str]) -> str:
    once = list(dict.fromkeys(names))
    text = "、".join(once[:NAMED])
    return text if len(once) <= NAMED else f"{text}等{len(once)}项"
