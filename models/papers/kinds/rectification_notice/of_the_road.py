"""What a government is told of a road (道路交通安全法 art. 29): the road, what happened there before, what was done so far."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import AssignmentState, DocumentKind, Outcome
from models.office.tables import Organisation
from models.papers.content import EarlierAccident, HazardousSection
from models.papers.content.wording import day, number
from models.papers.filling.draft import CaseFacts
from models.papers.filling.sheets_in_words import Facts, column, facts_of_case
from models.papers.kinds.analysis_report import from_sheets
from models.papers.tables import Document
from models.rectification.tables import Assignment

HAZARDOUS = "隐患路段"


@dataclass(frozen=True, slots=True)
class OfTheRoad:
    """Nothing where nobody looked into the road."""

    road: str | None = None
    earlier: tuple[EarlierAccident, ...] = ()
    sections: tuple[HazardousSection, ...] = ()
    taken: tuple[str, ...] = ()


def of_the_road(session: Session, row: CaseFacts) -> OfTheRoad:
    """Return what is known of the road where it happened, and what was done about it before this paper."""
    facts = facts_of_case(session, row.case_id)
    interim = column(facts, "response", "interim_measures", [facts.form("response")])[0]
    return OfTheRoad(
        road=from_sheets.road(facts, row).description if facts.form("road") else None,
        earlier=from_sheets.earlier(facts),
        sections=tuple(_sections(facts)),
        taken=tuple(filter(None, (interim, *_told_before(session, row.case_id)))),
    )


def _sections(facts: Facts) -> Iterator[HazardousSection]:
    rows = facts.rows["facilities"]
    for row, kind in zip(rows, column(facts, "facilities", "kind", rows), strict=True):
        where = "至".join(filter(None, (row.get("from_stake"), row.get("to_stake"))))
        if kind == HAZARDOUS and where and row.get("state"):
            length = row.get("length_m")
            long = number(length) if isinstance(length, int | float) else None
            yield HazardousSection(where=where, length=long, state=row["state"])


def _told_before(session: Session, case_id: int) -> Iterator[str]:
    """The advance notices that went out, each with what became of it."""
    papers = session.execute(
        select(Document.id, Document.number, Document.issued_on, Organisation.name)
        .join(Organisation, Organisation.id == Document.recipient_id)
        .join(Assignment, Assignment.notice_id == Document.id)
        .where(
            Document.case_id == case_id,
            Document.kind == DocumentKind.ADVANCE_NOTICE,
            Document.status.in_(SIGNED),
        )
        .distinct()
        .order_by(Document.id)
    ).all()
    for paper in papers:
        ends = set(
            session.execute(select(Assignment.state, Assignment.outcome).where(Assignment.notice_id == paper.id)).all()
        )
        done = ends == {(AssignmentState.CLOSED, Outcome.DONE)}
        became = "，已整改并经现场核对" if done else ""
        yield f"{day(paper.issued_on)}，以{paper.number}通知{paper.name}先行整改{became}"
