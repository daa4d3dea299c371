"""Drafts of the five papers: what the case asks for, one paper to each recipient, none twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import case as case_of
from sqlalchemy import func, select, update

from models.clock import local_date
from models.errors import Conflict, Invalid, WrongStage
from models.rules import divisions, lifecycle, policy
from models.rules.relations import Body, Group, group
from models.rules.vocabulary import (
    AssignmentState,
    DocumentKind,
    DocumentStatus,
)
from models.tables import (
    Accident,
    AccountabilityItem,
    Assignment,
    Case,
    Document,
    DocumentAssignment,
    Measure,
    Organisation,
    Reader,
)

from . import deadlines
from .act import Act, got, lock_case, record, unit_path
from .manners import BODIES
from .organisations import issuing_bodies
from .recording import among


def prepare(act: Act, case_number: str, *, kind: DocumentKind) -> list[str]:
    """Draft every paper of a kind that the case needs and does not have; returns their short names.

    Raises Invalid with one fault per measure without responsible unit (or item without competent organ), WrongStage
    before the report is signed, Conflict where nothing is left to draft.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    if kind is DocumentKind.RECTIFICATION_NOTICE:
        drafted = draft_notices(act, case)
    elif kind is DocumentKind.ACCOUNTABILITY_PROPOSAL:
        drafted = draft_proposals(act, case)
    else:
        raise Invalid(f"{kind.label}不能这样拟制：报告随立案拟制，督办单由超期时限拟制，档案在归档时生成。")
    if not drafted:
        raise Conflict(f"本案没有需要新拟的{kind.label}。", code="nothing_to_draft")
    return drafted


def unaddressed(act: Act, case: Case) -> list[str]:
    """Return the short names of measures that nobody answers for yet."""
    held = select(Assignment.measure_id).where(Assignment.case_id == case.id)
    return list(
        act.session.scalars(
            select(Measure.ref)
            .where(Measure.case_id == case.id, Measure.withdrawn_at.is_(None), Measure.id.not_in(held))
            .order_by(Measure.position)
        )
    )


def draft_notices(act: Act, case: Case) -> list[str]:
    """Draft one rectification notice per recipient for all its measures without one. Raises Invalid, as `prepare`."""
    missing = unaddressed(act, case)
    if missing:
        raise Invalid(
            f"以下整改措施尚未确认责任单位，确认后才能拟制通知书：{'、'.join(missing)}。", code="measures_unaddressed"
        )
    rows = act.session.execute(
        select(Assignment.id, Assignment.organisation_id, Assignment.due_on, Measure.ref)
        .join(Measure, Measure.id == Assignment.measure_id)
        .where(
            Assignment.case_id == case.id,
            Assignment.state == AssignmentState.UNISSUED,
            Assignment.notice_id.is_(None),
            Measure.withdrawn_at.is_(None),
        )
        .order_by(Measure.position, Assignment.id)
    ).all()
    past = [row.ref for row in rows if row.due_on is not None and row.due_on <= act.today]
    if past:
        raise Invalid(f"以下整改措施的完成期限已过，请先修改期限：{'、'.join(past)}。", code="measure_due_past")
    by_recipient: dict[int, list[int]] = {}
    for row in rows:
        by_recipient.setdefault(row.organisation_id, []).append(row.id)
    wanted = [Wanted(case, DocumentKind.RECTIFICATION_NOTICE, recipient) for recipient in by_recipient]
    notices = _draft_on_record(act, wanted)
    for notice, assignments in zip(notices, by_recipient.values(), strict=True):
        carry(act, notice, assignments)
    if notices:
        held = dict(zip(by_recipient, [notice.id for notice in notices], strict=True))
        act.session.execute(
            update(Assignment)
            .where(Assignment.id.in_([row.id for row in rows]))
            .values(notice_id=case_of(held, value=Assignment.organisation_id))
        )
    return [notice.ref for notice in notices]


def draft_proposals(act: Act, case: Case) -> list[str]:
    """Draft one accountability proposal per competent organ for all items without one. Raises Invalid, as `prepare`."""
    items = act.session.execute(
        select(AccountabilityItem.id, AccountabilityItem.ref, AccountabilityItem.competent_organ_id)
        .where(
            AccountabilityItem.case_id == case.id,
            AccountabilityItem.informational.is_(False),
            AccountabilityItem.document_id.is_(None),
        )
        .order_by(AccountabilityItem.id)
    ).all()
    missing = [item.ref for item in items if item.competent_organ_id is None]
    if missing:
        raise Invalid(f"以下问责事项尚未确认有权机关：{'、'.join(missing)}。", code="organs_missing")
    by_organ: dict[int, list[int]] = {}
    for item in items:
        by_organ.setdefault(item.competent_organ_id, []).append(item.id)
    proposals = _draft_on_record(act, [Wanted(case, DocumentKind.ACCOUNTABILITY_PROPOSAL, organ) for organ in by_organ])
    if proposals:
        held = dict(zip(by_organ, [proposal.id for proposal in proposals], strict=True))
        act.session.execute(
            update(AccountabilityItem)
            .where(AccountabilityItem.id.in_([item.id for item in items]))
            .values(document_id=case_of(held, value=AccountabilityItem.competent_organ_id))
        )
    return [proposal.ref for proposal in proposals]


Occasion: TypeAlias = tuple[int, DocumentKind, int | None]
"""Case, kind and recipient of a paper."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A paper to draft. `note` says why; `number` and `unit` are what the paper is about, for its title."""

    case: Case
    kind: DocumentKind
    recipient_id: int
    note: str | None = None
    number: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Drafted:
    """A draft and whom it is for."""

    paper: Document
    recipient: Organisation

    @property
    def said(self) -> dict[str, Any]:
        """Return what the record of `paper_drafted` says of it."""
        return {"paper": self.paper.ref, "kind": self.paper.kind.value, "recipient": self.recipient.name}


def draft_paper(
    act: Act, case: Case, kind: DocumentKind, recipient_id: int, *, note: str | None = None, number: str = ""
) -> Document:
    """Draft one paper to one recipient and put it on record; raises as `plan_papers` does."""
    (paper,) = _draft_on_record(act, [Wanted(case, kind, recipient_id, note=note, number=number)])
    return paper


def _draft_on_record(act: Act, wanted: Sequence[Wanted]) -> list[Document]:
    drafted = plan_papers(act, wanted)
    put_papers(act, wanted, drafted)
    for one, made in zip(wanted, drafted, strict=True):
        record(act, one.case, "paper_drafted", why=one.note, **made.said)
    return [made.paper for made in drafted]


def plan_papers(act: Act, wanted: Sequence[Wanted]) -> list[Drafted]:
    """Return the drafts of papers of locked cases as the table of manners says, in few statements and not yet written.

    Raises WrongStage where such a paper is never written to such a recipient.
    """
    if not wanted:
        return []
    named = among(Organisation.id, {one.recipient_id for one in wanted})
    units = {unit.id: unit for unit in act.session.scalars(select(Organisation).where(named))}
    bodies = issuing_bodies(act.session)
    names = _accident_names(act, [one.case for one in wanted])
    papers, occasions = _papers_so_far(act, {one.case.id for one in wanted})
    drafted = []
    for one in wanted:
        recipient = units[one.recipient_id]
        group = group_of(bodies["unit"], recipient)
        how = act.rules.manners.of(group, one.kind)
        if how is None:
            order = one.kind is DocumentKind.SUPERVISION_ORDER
            raise WrongStage(_never(group, one.kind), code="no_order" if order else "no_manner")
        issuer = bodies[BODIES[how.issued_by]]
        if issuer.id == recipient.id:
            issuer = bodies[_other_body(recipient)]
        occasion = (one.case.id, one.kind, recipient.id)
        papers[one.case.id] += 1
        occasions[occasion] += 1
        title = how.title.format(
            accident=names[one.case.id],
            again="再次" if occasions[occasion] > 1 else "",
            number=one.number,
            unit=one.unit,
        )
        paper = Document(
            case_id=one.case.id,
            ref=f"D{papers[one.case.id]}",
            kind=one.kind,
            form=how.form,
            issuer_id=issuer.id,
            recipient_id=recipient.id,
            occasion=occasions[occasion],
            title=title,
            status=DocumentStatus.DRAFT,
            round=1,
            restricted=one.kind.restricted,
            note=one.note,
            manner_id=act.rules.manners.ids.get((group, one.kind)),
            drafted_at=act.at,
        )
        drafted.append(Drafted(paper, recipient))
    return drafted


def _papers_so_far(act: Act, cases: Collection[int]) -> tuple[Counter[int], Counter[Occasion]]:
    """Return how many papers each case has, and how many of a kind to a recipient. No row of them is ever deleted."""
    rows = act.session.execute(
        select(Document.case_id, Document.kind, Document.recipient_id, func.count().label("count"))
        .where(among(Document.case_id, cases))
        .group_by(Document.case_id, Document.kind, Document.recipient_id)
    )
    papers: Counter[int] = Counter()
    occasions: Counter[Occasion] = Counter()
    for case_id, kind, recipient_id, count in rows:
        papers[case_id] += count
        occasions[case_id, kind, recipient_id] += count
    return papers, occasions


def put_papers(act: Act, wanted: Sequence[Wanted], drafted: Sequence[Drafted]) -> None:
    """Write planned drafts, the named lists of restricted ones, and our clocks to issue the notices among them.

    The caller puts each on record, where it belongs among what else happens in its case.
    """
    act.session.add_all(made.paper for made in drafted)
    act.session.flush()
    for one, made in zip(wanted, drafted, strict=True):
        if made.paper.restricted:
            on_list = dict.fromkeys(person for person in (one.case.officer_id, act.actor.id) if person is not None)
            act.session.add_all(
                Reader(document_id=made.paper.id, user_id=person, added_by=act.actor.id, added_at=act.at)
                for person in on_list
            )
        if one.kind is DocumentKind.RECTIFICATION_NOTICE:
            deadlines.start(
                act,
                one.case,
                "notice.issue",
                deadlines.Subject(made.paper.ref, one.case.unit_id, document_id=made.paper.id),
                one.case.report_approved_at or act.at,
            )


def _never(group: Group, kind: DocumentKind) -> str:
    if kind is DocumentKind.SUPERVISION_ORDER:
        return "该单位不适用督办单，请以报告、提请或提醒方式办理。"
    return f"对{group.label}不制发{kind.label}。"


def group_of(ours: Organisation, recipient: Organisation) -> Group:
    """Return the row of the table of manners that a recipient of our unit belongs to."""
    return group(_body(ours), _body(recipient), override=recipient.relation)


def _body(unit: Organisation) -> Body:
    return Body(unit.kind, unit.division_code, tuple(unit.path.strip("/").split("/")))


def _other_body(recipient: Organisation) -> str:
    """Return who writes to one of our own bodies, for none writes to itself: the bureau, to the bureau the unit."""
    return "unit" if recipient.issues_as == "bureau" else "bureau"


def accident_name(act: Act, case: Case) -> str:
    """Return how titles call the accident: <place>"<month>·<day>"<grade>道路交通事故."""
    return _called(got(act, Accident, case.accident_id), case)


def _accident_names(act: Act, cases: Iterable[Case]) -> dict[int, str]:
    concerned = {case.accident_id: case for case in cases}
    accidents = act.session.scalars(select(Accident).where(among(Accident.id, concerned)))
    return {concerned[accident.id].id: _called(accident, concerned[accident.id]) for accident in accidents}


def _called(accident: Accident, case: Case) -> str:
    day = local_date(accident.occurred_at)
    return f"{divisions.own_name(accident.division_code, on=day)}“{day.month}·{day.day}”{case.grade.label}道路交通事故"


def carry(act: Act, paper: Document, assignments: Sequence[int]) -> None:
    """Put measures in hands onto a paper."""
    act.session.add_all(DocumentAssignment(document_id=paper.id, assignment_id=a) for a in assignments)


def amendable(paper: Document) -> None:
    """Refuse to change a paper that is on its way or out."""
    if paper.status not in (DocumentStatus.DRAFT, DocumentStatus.RETURNED):
        raise WrongStage(f"文书{paper.ref}当前为“{paper.status.label}”，不能修改。")
