"""Puts on record that somebody read what of which reading is on record (查阅记录): the door calls it before it answers."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models.kernel.act import Act
from models.kernel.record.readings import add_reading
from models.kernel.rights import policy
from models.kernel.tables import RecordedReading
from models.kernel.vocabulary import ReadingKind

ONE_LOOK = timedelta(minutes=30)
"""Within it the same person looking at the same thing again, as with every click on its page, is one reading."""


def note_reading(act: Act, kind: ReadingKind, what: str, case_number: str | None = None) -> None:
    """Keep that the actor reads something now. What is taken away as a file is told each time. Raises NotAllowed."""
    policy.require(act.actor, "reading.note", person=act.person)
    known = (
        select(RecordedReading.id)
        .where(
            RecordedReading.account == act.actor.account,
            RecordedReading.kind == kind,
            RecordedReading.what == what,
            RecordedReading.case_number == case_number,
            RecordedReading.read_at > act.at - ONE_LOOK,
        )
        .limit(1)
    )
    if kind is not ReadingKind.EXPORT and act.session.scalar(known) is not None:
        return
    add_reading(
        act.session,
        act.at,
        account=act.actor.account,
        name=act.actor.name,
        door=act.door,
        kind=kind,
        what=what,
        case_number=case_number,
    )
