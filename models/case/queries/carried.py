"""Which measures a paper carries that is on its way or out: what it says of them is not changed beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.kernel.lifecycle import DRAFTS
from models.kernel.vocabulary import DocumentStatus
from models.office.rules.paper_kinds import CARRYING
from models.papers.tables import Document
from models.rectification.tables import Assignment


def carried(
    session: Session, measure_ids: Collection[int], *, amendable: Collection[DocumentStatus] = DRAFTS
) -> Mapping[int, str]:
    """Return the short name of the first paper that carries each measure, by the measure's row number; papers in one of
    the states `amendable` do not count."""
    rows = session.execute(
        select(Assignment.measure_id, Document.ref)
        .join(Document, Assignment.notice_id == Document.id)
        .where(
            Assignment.measure_id.in_(measure_ids),
            Document.kind.in_(CARRYING),
            Document.status.not_in(amendable),
        )
        .order_by(Document.id.desc())
    )
    return {row.measure_id: row.ref for row in rows}


def told_carried(measure: str, paper: str) -> str:
    """Return the sentence that says why a measure is not changed."""
    return f"整改措施{measure}已列入文书{paper}，不能再修改。"
