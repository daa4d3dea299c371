"""How far each of the five documents of a case has come: as far as the paper of its kind that is furthest behind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import CompoundSelect, false, func, null, select, union_all
from sqlalchemy.orm import Session

from models.case.tables import Case, NotApplicable
from models.kernel.rights.policy import Actor
from models.kernel.rights.visible import POLICE, in_territory, known_documents, restricted_in_the_open
from models.kernel.vocabulary import FIVE_DOCUMENTS, CaseKind, DocumentKind, DocumentStatus, Role, Word
from models.office.rules.paper_kinds import paper_kind
from models.papers.tables import BundledCase, Document


class Progress(Word):
    """Where a kind of paper stands, the least advanced first."""

    NOT_STARTED = "not_started", "未开始"
    DRAFT = "draft", "拟稿"
    IN_APPROVAL = "in_approval", "审批中"
    ISSUED = "issued", "已签发"
    DELIVERED = "delivered", "已送达"
    NOT_APPLICABLE = "not_applicable", "不适用"
    WITHHELD = "withheld", "不公开"


@dataclass(frozen=True, slots=True)
class KindProgress:
    """How far a kind of paper has come: the state of the furthest behind, and how many papers are in each state."""

    kind: DocumentKind
    state: Progress
    counts: dict[Progress, int]


ORDER = list(Progress)
RESTRICTED = tuple(kind for kind in FIVE_DOCUMENTS if paper_kind(kind).restricted)
OF_ACCIDENTS = (
    DocumentKind.ANALYSIS_REPORT,
    DocumentKind.ACCOUNTABILITY_PROPOSAL,
    DocumentKind.SUPERVISION_ORDER,
)
"""Papers that a work order owes nobody: the report it never has, the others only where somebody is late."""
_REACHED = {
    DocumentStatus.DRAFT: Progress.DRAFT,
    DocumentStatus.RETURNED: Progress.DRAFT,
    DocumentStatus.IN_REVIEW: Progress.IN_APPROVAL,
    DocumentStatus.COUNTERSIGNING: Progress.IN_APPROVAL,
    DocumentStatus.SIGNING: Progress.IN_APPROVAL,
    DocumentStatus.ISSUED: Progress.ISSUED,
    DocumentStatus.SEALED: Progress.ISSUED,
    DocumentStatus.DELIVERED: Progress.DELIVERED,
}


def progress(
    statuses: Mapping[DocumentKind, Mapping[DocumentStatus, int]],
    waived: Collection[DocumentKind],
    withheld: Collection[DocumentKind] = (),
) -> list[KindProgress]:
    """Return the five in their order; a voided paper counts nowhere.

    Of a kind that is `withheld` only what is in `statuses` is told: else neither that there is a paper, nor that there
    is none, nor that none is needed.
    """
    told = []
    for kind in FIVE_DOCUMENTS:
        counts: Counter[Progress] = Counter()
        for status, count in statuses.get(kind, {}).items():
            if status in _REACHED:
                counts[_REACHED[status]] += count
        state = min(counts, key=ORDER.index, default=Progress.NOT_STARTED)
        if not counts and kind in withheld:
            state = Progress.WITHHELD
        elif not counts and kind in waived:
            state = Progress.NOT_APPLICABLE
        told.append(KindProgress(kind, state, {step: counts[step] for step in ORDER if counts[step]}))
    return told


def progress_of(session: Session, actor: Actor, case_ids: Collection[int]) -> dict[int, list[KindProgress]]:
    """Return the progress of several cases by the papers that the actor may know of. Three statements."""
    own = select(Document.case_id.label("case_id"), Document.kind, Document.status).where(
        Document.case_id.in_(case_ids), known_documents(actor)
    )
    shared = (
        select(BundledCase.case_id.label("case_id"), Document.kind, Document.status)
        .join(Document, Document.id == BundledCase.document_id)
        .where(BundledCase.case_id.in_(case_ids), known_documents(actor))
    )
    papers = union_all(own, shared).subquery("papers")
    counted = session.execute(
        select(papers.c.case_id, papers.c.kind, papers.c.status, func.count().label("papers")).group_by(
            papers.c.case_id, papers.c.kind, papers.c.status
        )
    ).all()
    waived = _waived(session, actor, case_ids)
    open_to_actor = _open(session, actor, case_ids)
    found = {}
    for case_id in case_ids:
        statuses: dict[DocumentKind, dict[DocumentStatus, int]] = {}
        for row in counted:
            if row.case_id == case_id:
                statuses.setdefault(row.kind, {})[row.status] = row.papers
        withheld = () if case_id in open_to_actor else RESTRICTED
        found[case_id] = progress(statuses, waived.get(case_id, set()), withheld)
    return found


def _open(session: Session, actor: Actor, case_ids: Collection[int]) -> Collection[int]:
    """Cases whose restricted papers are no secret to the actor, whether there are any or not.

    To everybody else they are withheld always: a state that changed once such a paper exists would tell of it.
    """
    if actor.has(Role.SYSTEM):
        return case_ids
    return set(session.scalars(select(Case.id).where(restricted_in_the_open(actor, RESTRICTED, case_ids))))


def _waived(session: Session, actor: Actor, case_ids: Collection[int]) -> dict[int, set[DocumentKind]]:
    """Papers recorded as not needed, and those of which a work order needs none; whether anybody was proposed for
    accountability is no agency's business."""
    said = select(NotApplicable.case_id, NotApplicable.kind).where(NotApplicable.case_id.in_(case_ids))
    if not actor.has(*POLICE, Role.SYSTEM):
        said = said.where(false())
    elif not actor.has(Role.SYSTEM):
        said = said.join(Case, Case.id == NotApplicable.case_id).where(in_territory(actor, Case.__table__.c.unit_id))
    orders = select(Case.id, null().label("kind")).where(Case.id.in_(case_ids), Case.kind == CaseKind.HAZARD)
    waived: dict[int, set[DocumentKind]] = {}
    asked: CompoundSelect[int, DocumentKind | None] = union_all(said, orders)
    for row in session.execute(asked):
        waived.setdefault(row.case_id, set()).update(OF_ACCIDENTS if row.kind is None else {DocumentKind(row.kind)})
    return waived


def states(steps: Iterable[KindProgress]) -> list[Progress]:
    """Return only the five states."""
    return [step.state for step in steps]
