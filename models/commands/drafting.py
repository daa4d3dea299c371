"""Drafts of the five papers: what the case asks for, one paper to each recipient, none twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import case as case_of
from sqlalchemy import func, select, update

from models.clock import local_date
from models.errors import Invalid, WrongStage
from models.rules import divisions
from models.rules.relations import Body, Group, IssuingBody, group
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
from .act import Act, got, next_refs, record
from .manners import BODIES
from .organisations import issuing_body, own_unit


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
    """Draft one rectification notice per recipient for all its measures without one. Raises Invalid, as `preparing.prepare`."""
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
    notices = draft_papers(act, case, DocumentKind.RECTIFICATION_NOTICE, list(by_recipient))
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
    """Draft one accountability proposal per competent organ for all items without one. Raises Invalid, as `preparing.prepare`."""
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
    proposals = draft_papers(act, case, DocumentKind.ACCOUNTABILITY_PROPOSAL, list(by_organ))
    if proposals:
        held = dict(zip(by_organ, [proposal.id for proposal in proposals], strict=True))
        act.session.execute(
            update(AccountabilityItem)
            .where(AccountabilityItem.id.in_([item.id for item in items]))
            .values(document_id=case_of(held, value=AccountabilityItem.competent_organ_id))
        )
    return [proposal.ref for proposal in proposals]


def draft_order(act: Act, case: Case, recipient_id: int, assignments: Sequence[int], *, why: str) -> Document:
    """Draft a supervision order over all that a recipient is late with. The caller has asked `may_get_order`."""
    paper = draft_paper(act, case, DocumentKind.SUPERVISION_ORDER, recipient_id, note=why)
    carry(act, paper, assignments)
    return paper


def draft_late_report(act: Act, case: Case, unit: Organisation, assignments: Sequence[int], *, why: str) -> Document:
    """Draft a 报告 to the bureau's leaders about a unit that may get no order, over all that it is late with."""
    leaders = issuing_body(act.session, BODIES[IssuingBody.CITY_BUREAU])
    paper = draft_paper(act, case, DocumentKind.LATE_REPORT, leaders.id, note=why, unit=unit.name)
    carry(act, paper, assignments)
    return paper


def draft_paper(
    act: Act,
    case: Case,
    kind: DocumentKind,
    recipient_id: int,
    *,
    note: str | None = None,
    number: str = "",
    unit: str = "",
) -> Document:
    """Draft one paper to one recipient, as `draft_papers`."""
    (paper,) = draft_papers(act, case, kind, [recipient_id], note=note, number=number, unit=unit)
    return paper


def draft_papers(
    act: Act,
    case: Case,
    kind: DocumentKind,
    recipient_ids: Sequence[int],
    *,
    note: str | None = None,
    number: str = "",
    unit: str = "",
) -> list[Document]:
    """Draft one paper to each recipient as the table of manners says; a notice starts our clock to issue it.

    `number` and `unit` are what the papers are about, for their titles. The number of statements is the same for one
    recipient and for a hundred. Raises WrongStage where such a paper is never written to such a recipient.
    """
    if not recipient_ids:
        return []
    found = act.session.scalars(select(Organisation).where(Organisation.id.in_(recipient_ids)))
    recipients = {recipient.id: recipient for recipient in found}
    written = act.session.execute(
        select(Document.recipient_id, func.count())
        .where(Document.case_id == case.id, Document.kind == kind, Document.recipient_id.in_(recipient_ids))
        .group_by(Document.recipient_id)
    )
    occasions = {row[0]: row[1] for row in written}
    papers = []
    for ref, recipient_id in zip(next_refs(act, Document, case, "D", len(recipient_ids)), recipient_ids, strict=True):
        recipient, before = recipients[recipient_id], occasions.get(recipient_id, 0)
        group = group_of(act, recipient)
        how = act.rules.manners.of(group, kind)
        if how is None:
            raise WrongStage(
                _never(group, kind), code="no_order" if kind is DocumentKind.SUPERVISION_ORDER else "no_manner"
            )
        issuer = issuing_body(act.session, BODIES[how.issued_by])
        if issuer.id == recipient.id:
            issuer = _other_body(act, recipient)
        again = "再次" if before else ""
        papers.append(
            Document(
                case_id=case.id,
                ref=ref,
                kind=kind,
                form=how.form,
                issuer_id=issuer.id,
                recipient_id=recipient_id,
                occasion=before + 1,
                title=how.title.format(accident=accident_name(act, case), again=again, number=number, unit=unit),
                status=DocumentStatus.DRAFT,
                round=1,
                restricted=kind.restricted,
                note=note,
                manner_id=act.rules.manners.ids.get((group, kind)),
                drafted_at=act.at,
            )
        )
    act.session.add_all(papers)
    act.session.flush()
    for paper in papers:
        _begin(act, case, paper, recipients)
    return papers


def _begin(act: Act, case: Case, paper: Document, recipients: Mapping[int, Organisation]) -> None:
    """List who may read a restricted draft, start our clock to issue a notice, and put the draft on record."""
    if paper.restricted:
        on_list = dict.fromkeys(person for person in (case.officer_id, act.actor.id) if person is not None)
        act.session.add_all(
            Reader(document_id=paper.id, user_id=person, added_by=act.actor.id, added_at=act.at) for person in on_list
        )
    if paper.kind is DocumentKind.RECTIFICATION_NOTICE:
        deadlines.start(
            act,
            case,
            "notice.issue",
            deadlines.Subject(paper.ref, case.unit_id, document_id=paper.id),
            case.report_approved_at or act.at,
        )
    assert paper.recipient_id is not None
    told = recipients[paper.recipient_id].name
    record(act, case, "paper_drafted", why=paper.note, paper=paper.ref, kind=paper.kind.value, recipient=told)


def _never(group: Group, kind: DocumentKind) -> str:
    if kind is DocumentKind.SUPERVISION_ORDER:
        return "该单位不适用督办单，请以报告、提请或提醒方式办理。"
    return f"对{group.label}不制发{kind.label}。"


def group_of(act: Act, recipient: Organisation) -> Group:
    """Return the row of the table of manners that a recipient of our unit belongs to."""
    return group(_body(own_unit(act.session)), _body(recipient), override=recipient.relation)


def _body(unit: Organisation) -> Body:
    return Body(unit.kind, unit.division_code, tuple(unit.path.strip("/").split("/")))


def _other_body(act: Act, recipient: Organisation) -> Organisation:
    """Return who writes to one of our own bodies, for none writes to itself: the bureau, to the bureau the unit."""
    return issuing_body(act.session, "unit" if recipient.issues_as == "bureau" else "bureau")


def accident_name(act: Act, case: Case) -> str:
    """Return how titles call the accident: <place>"<month>·<day>"<grade>道路交通事故."""
    accident = got(act, Accident, case.accident_id)
    day = local_date(accident.occurred_at)
    return f"{divisions.own_name(accident.division_code, on=day)}“{day.month}·{day.day}”{case.grade.label}道路交通事故"


def carry(act: Act, paper: Document, assignments: Sequence[int]) -> None:
    """Put measures in hands onto a paper."""
    act.session.add_all(DocumentAssignment(document_id=paper.id, assignment_id=a) for a in assignments)


def amendable(paper: Document) -> None:
    """Refuse to change a paper that is on its way or out."""
    if paper.status not in (DocumentStatus.DRAFT, DocumentStatus.RETURNED):
        raise WrongStage(f"文书{paper.ref}当前为“{paper.status.label}”，不能修改。")
