"""Flags papers whose statements are no longer true, and settles the flag when they are put right."""

from __future__ import annotations

from sqlalchemy import select

from models.accident.tables import Accident
from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.base import Json
from models.kernel.calendar.local_time import SHANGHAI
from models.kernel.case_accident import grade_of
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED
from models.kernel.vocabulary import DocumentStatus, Grade
from models.papers.queries.case_papers import of_case
from models.papers.rules.amending import Changes, changed_facts
from models.papers.tables import Document, PaperFlag, withdrawn

from .shared_papers import name_in


def flag_papers(act: Act, case: Case, accident: Accident, *, why: str) -> None:
    """Flag each signed paper whose figures are not the accident's any more, with what would change.

    A paper that was withdrawn says nothing any more. A flag that stands is brought up to date.
    """
    now = {
        "occurred_at": accident.occurred_at.astimezone(SHANGHAI).isoformat(),
        "place": accident.place,
        "weather": accident.weather,
        "light": accident.light,
        "pattern": accident.pattern,
        "minor_injuries": accident.minor_injuries,
        "deaths": accident.deaths,
        "serious_injuries": accident.serious_injuries,
        "injured_unspecified": accident.injured_unspecified,
        "economic_loss": accident.economic_loss,
        "property_loss": accident.property_loss,
        "accident_number": accident.accident_number,
        "grade": grade_of(case).value,
    }
    papers = act.session.scalars(
        select(Document)
        .where(of_case(case.id), Document.status.in_(SIGNED), Document.id.not_in(withdrawn()))
        .order_by(Document.id)
    )
    for paper in papers:
        changes = changed_facts(_said_of(case, paper), paper.title, now)
        if not changes:
            continue
        own = paper.case_id == case.id
        # What a paper says of its further cases is told in words: its flag lists the facts of the case it was issued in.
        flag(act, case, paper, changes if own else {}, why if own else f"案件{case.case_number}：{why}")
        record(
            act, case, "paper_flagged", why=why, number=paper.number, changes=changes, paper=name_in(act, case, paper)
        )


def _said_of(case: Case, paper: Document) -> Json:
    """Return what a paper says of one of its cases."""
    said = paper.content or {}
    further = (part for part in said.get("further", ()) if part["case_number"] == case.case_number)
    return next(further, said if paper.case_id == case.id else {})


def flag(act: Act, case: Case, paper: Document, changes: Changes, why: str) -> None:
    """Flag a paper, or add to the flag that it carries. The caller puts it on record."""
    standing = standing_flag(act, paper)
    if standing is None:
        act.session.add(
            PaperFlag(case_id=case.id, document_id=paper.id, reason=why, changes=changes, flagged_at=act.at)
        )
    else:
        standing.changes, standing.reason, standing.flagged_at = {**standing.changes, **changes}, why, act.at


def retitle_drafts(act: Act, case: Case, before: Grade) -> None:
    """Call the accident by its new grade in the titles of papers that are not signed."""
    old, new = f"{before.label}道路交通事故", f"{grade_of(case).label}道路交通事故"
    drafts = select(Document).where(Document.case_id == case.id, Document.status.not_in((*SIGNED, DocumentStatus.VOID)))
    for paper in act.session.scalars(drafts):
        paper.title = paper.title.replace(old, new)


def standing_flag(act: Act, paper: Document) -> PaperFlag | None:
    """Return the open flag of a paper."""
    return act.session.scalars(
        select(PaperFlag).where(PaperFlag.document_id == paper.id, PaperFlag.settled_at.is_(None))
    ).one_or_none()


def settle(act: Act, paper: Document, *, by: Document | None = None) -> None:
    """Take the flag off a paper that was put right: by a correction or withdrawal, signed anew, or voided."""
    flag = standing_flag(act, paper)
    if flag is not None:
        flag.settled_at, flag.settled_by_id = act.at, None if by is None else by.id
