"""查阅记录 as its auditor sees it: who read what, when and by which door, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from models.kernel.rights import policy
from models.kernel.rights.policy import Actor
from models.kernel.tables import RecordedReading
from models.kernel.vocabulary import Door, ReadingKind


@dataclass(frozen=True, slots=True)
class ReadingShown:
    """One reading: its number in the chain, when, who by which door, and what."""

    seq: int
    at: datetime
    account: str
    name: str
    door: Door
    kind: ReadingKind
    what: str
    case_number: str | None


def reading_list(
    session: Session, actor: Actor, *, about: str | None = None, after: int | None = None, limit: int = 100
) -> list[ReadingShown]:
    """Return readings before the number `after`, of one account or of one case where `about` names it.

    Raises NotAllowed for who is no auditor.
    """
    policy.require(actor, "reading.audit")
    asked = select(RecordedReading).order_by(RecordedReading.seq.desc()).limit(limit)
    if after is not None:
        asked = asked.where(RecordedReading.seq < after)
    if about:
        asked = asked.where(or_(RecordedReading.account == about, RecordedReading.case_number == about))
    return [
        ReadingShown(row.seq, row.read_at, row.account, row.name, Door(row.door), row.kind, row.what, row.case_number)
        for row in session.scalars(asked)
    ]
