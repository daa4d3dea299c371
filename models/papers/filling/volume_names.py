"""What a volume calls the things of its case: a stranger reads it, who knows none of the case's short names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.case.tables import Evidence, Finding
from models.kernel.calendar.local_time import local_date
from models.office.queries.names_then import names_then
from models.office.tables import Organisation
from models.papers.tables import Document
from models.rectification.tables import Measure, Reply

LONGEST = 24  # characters of a problem's text that still make a name


@dataclass(frozen=True, slots=True)
class Names:
    """By kind of thing, the words for each of its short names."""

    words: Mapping[str, Mapping[str, str]]

    def measure(self, ref: str) -> str:
        """Return 第3项措施, as the table of measures counts."""
        return self.words["measure"].get(ref, "措施")

    def place(self, ref: str) -> str:
        """Return the place of a measure in that table."""
        return self.measure(ref).removeprefix("第").removesuffix("项措施")

    def called(self, ref: str) -> str:
        """Return the words for a short name of whatever kind; nothing for one that names nothing of these."""
        return next((known[ref] for known in self.words.values() if ref in known), "")

    def about(self, data: Mapping[str, object]) -> str:
        """Return what an event was about, in brackets; nothing where it says nothing of that."""
        named = [known[str(data[kind])] for kind, known in self.words.items() if str(data.get(kind)) in known]
        limit = str(data.get("deadline") or "").split("/")[2:]  # case, rule, and what the limit is for
        named += filter(None, map(self.called, limit))
        unit = data.get("organisation")
        if isinstance(unit, str) and not unit.isascii() and (limit or not named):  # a name, and no number of ours
            named.insert(0, unit)
        return f"（{'、'.join(dict.fromkeys(named))}）" if named else ""


_ITEM = re.compile(r"问责事项A(\d+)")


def without_keys(text: str | None) -> str | None:
    """Return a reason as somebody reads it who does not know the case's short names: 第3项问责事项."""
    return None if text is None else _ITEM.sub(r"第\1项问责事项", text)


def names(session: Session, case_id: int) -> Names:
    """Return the names of a case's papers, measures, problems, evidence and replies; units are called as they were then."""
    measures = session.scalars(
        select(Measure.ref).where(Measure.case_id == case_id).order_by(Measure.position, Measure.id)
    )
    replies = session.execute(
        select(Reply.id, Reply.ref, Reply.kind, Reply.happened_at, Organisation.name)
        .join(Organisation, Organisation.id == Reply.organisation_id)
        .where(Reply.case_id == case_id)
    ).all()
    then = names_then(session, "replies", "organisation_id", {row.id: local_date(row.happened_at) for row in replies})
    findings = session.execute(select(Finding.ref, Finding.text).where(Finding.case_id == case_id))
    evidence = session.execute(select(Evidence.ref, Evidence.title).where(Evidence.case_id == case_id))
    return Names(
        {
            "paper": _papers(session, case_id),
            "measure": {ref: f"第{n}项措施" for n, ref in enumerate(measures, 1)},
            "finding": {row.ref: _short(row.text) for row in findings},
            "evidence": {row.ref: row.title for row in evidence},
            "reply": {row.ref: f"{then.get(row.id, row.name)}的{row.kind.label}" for row in replies},
        }
    )


def _papers(session: Session, case_id: int) -> dict[str, str]:
    rows = session.execute(
        select(Document.ref, Document.number, Document.kind, Organisation.name.label("recipient"))
        .outerjoin(Organisation, Organisation.id == Document.recipient_id)
        .where(Document.case_id == case_id)
    )
    return {row.ref: row.number or row.kind.label + (f"，致{row.recipient}" if row.recipient else "") for row in rows}


def _short(text: str) -> str:
    text = text.strip().rstrip("。；")
    return f"“{text if len(text) <= LONGEST else text[: LONGEST - 1] + '…'}”"
