"""A case's facts as a dossier, `case-dossier/2`: what was filed, and all that was entered and corrected since."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.accident.dossier import SECOND
from models.accident.sheets import QUESTIONS, SHEETS, Sheet, faults
from models.accident.tables import LaterDeath
from models.case.tables import Case
from models.kernel.errors import Fault, NotAllowed
from models.kernel.rights.policy import Actor
from models.rectification.tables import Measure, Milestone

from .fact_rows import Refs, StoredRow, rows_of
from .facts import hidden, sight_of


@dataclass(frozen=True, slots=True)
class WrittenDossier:
    """The tree of a dossier, and what it leaves out: what was typed and nobody could read, each with its place."""

    tree: dict[str, Any]
    left_out: tuple[Fault, ...]


def dossier_of(session: Session, actor: Actor, case_number: str) -> WrittenDossier:
    """Return a case's dossier as the actor may have it. Raises NotFound, NotAllowed for who may not read personal data.

    Whose accountability is looked at is told only to those who may know; what is walled off goes out to nobody.
    """
    sight = sight_of(session, actor, case_number)
    if not sight.personal:
        raise NotAllowed("案情卷载有个人信息，由办案民警导出。", code="facts_inside")
    refs, left_out = Refs(session, sight.case), list[Fault]()
    tree: dict[str, Any] = {"schema": SECOND}
    for one in SHEETS.values():
        if sight.keeps_out(one):
            continue
        rows = rows_of(session, sight.case, one, refs, *hidden(actor, one, sight))
        if one.walled:  # who handles it may read it here; a dossier goes on to others
            if any(row.values for row in rows):
                left_out.append(Fault(one.name, f"“{one.title}”只由办理人员查看，不随案情卷导出", "facts_walled"))
            continue
        written = [_row(one, row, left_out) for row in rows]
        if one.many and written:
            tree[one.name] = written
        elif not one.many and written[0]:
            tree[one.name] = written[0]
    _nested(session, sight.case, tree)
    return WrittenDossier(tree, tuple(left_out))


def _row(one: Sheet, row: StoredRow, left_out: list[Fault]) -> dict[str, Any]:
    found: dict[str, Any] = {"ref": row.ref} if one.many else {}
    for field in one.fields:
        value = row.values.get(field.name)
        if value is None:
            continue
        wrong = [fault for fault in faults(field, value) if fault.code not in QUESTIONS]
        if wrong:
            place = f"{one.name}[{row.ref}].{field.name}" if one.many else f"{one.name}.{field.name}"
            left_out.append(Fault(place, wrong[0].message, wrong[0].code))
        else:
            found[field.name] = value
    return found


def _nested(session: Session, case: Case, tree: dict[str, Any]) -> None:
    """Put in what lies inside a row as a list of its own: deaths after the day, stages of measures."""
    deaths = session.scalars(
        select(LaterDeath).where(LaterDeath.accident_id == case.accident_id).order_by(LaterDeath.died_on, LaterDeath.id)
    ).all()
    if deaths:
        tree["accident"]["later_deaths"] = [
            {"date": one.died_on.isoformat(), "counted": one.counted} | ({"note": one.note} if one.note else {})
            for one in deaths
        ]
    stages: dict[str, list[dict[str, Any]]] = {}
    for ref, text, due_on in session.execute(
        select(Measure.ref, Milestone.text, Milestone.due_on)
        .join(Measure, Measure.id == Milestone.measure_id)
        .where(Milestone.case_id == case.id, Milestone.withdrawn_at.is_(None), Milestone.due_on.is_not(None))
        .order_by(Milestone.id)
    ):
        stages.setdefault(ref, []).append({"text": text, "due": str(due_on)})
    for row in tree.get("measures", ()):
        if row["ref"] in stages:
            row["milestones"] = stages[row["ref"]]
