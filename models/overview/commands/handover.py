"""交接: moves all open work of one person to another in one act, with one event in each case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field

from sqlalchemy import ColumnElement, Select, select

from models.accident.tables import Person
from models.accountability.tables import AccountabilityItem, Reader
from models.case.tables import Case
from models.clock.tables import Deadline
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.errors import Conflict, Fault, Invalid
from models.kernel.events import record, record_admin
from models.kernel.lifecycle import ENDED
from models.kernel.refs import AccountRef
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentStatus, Role
from models.office.commands.authorisations import find_user, has_role
from models.office.commands.restricted import recused_among
from models.office.tables import ChainStep, Organisation, SigningAuthorisation, User
from models.papers.commands.approval_steps import STATUS_OF_STEP
from models.papers.tables import Approval, Document
from models.rectification.queries.effects import RULE


@dataclass(slots=True)
class CaseWork:
    """What of one case lies with the person who hands over."""

    case: Case
    officer: bool = False
    sponsor: bool = False
    approvals: list[tuple[Approval, Document]] = field(default_factory=list)
    papers: list[Document] = field(default_factory=list)  # restricted ones the person may read


@dataclass(frozen=True, slots=True)
class HandedOver:
    """How much of each kind was handed over."""

    cases: int
    sponsored: int
    chain_steps: int
    approvals: int
    authorisations_ended: int


@action("hand-over", title="交接一人的全部在办工作", rights=("work.hand_over",))
def hand_over(act: Act, *, from_account: AccountRef, to_account: AccountRef, reason: str) -> HandedOver:
    """Give everything open that lies with one person to another; what was done stays with who did it.

    Cases carried or sponsored, named steps of chains, open steps that name the person, and the places on the lists of
    restricted papers that go with them; authorisations to sign end. All or nothing: returns how much of each. Raises
    Invalid with every reason why the other person cannot take it, Conflict where there is nothing to hand over.
    """
    policy.require(act.actor, "work.hand_over")
    why = require_reason(reason)
    giver, taker = find_user(act, from_account, active=False), find_user(act, to_account)
    if giver.id == taker.id:
        raise Invalid("交接双方不能是同一人。", code="same_person")
    cases = open_work(act, giver)
    steps = act.session.scalars(select(ChainStep).where(ChainStep.user_id == giver.id)).all()
    faults = [*_chain_faults(act, taker, steps), *(fault for work in cases for fault in case_faults(act, taker, work))]
    if faults:
        raise Invalid(
            f"{taker.name}不能接手全部工作，未作交接：" + "；".join(map(str, faults)) + "。",
            faults=faults,
            code="cannot_take_over",
        )
    if not cases and not steps:
        raise Conflict(f"{giver.name}没有需要交接的在办工作。", code="nothing_to_hand_over")
    for step in steps:
        step.user_id = taker.id
    for work in cases:
        hand_over_case(act, work, giver, taker, why)
    counts = HandedOver(
        cases=sum(work.officer for work in cases),
        sponsored=sum(work.sponsor for work in cases),
        chain_steps=len(steps),
        approvals=sum(len(work.approvals) for work in cases),
        authorisations_ended=_end_authorisations(act, giver, why),
    )
    record_admin(
        act,
        "work_handed_over",
        why=why,
        from_account=from_account,
        to_account=to_account,
        **asdict(counts),
    )
    return counts


def open_work(act: Act, giver: User, *only: ColumnElement[bool]) -> list[CaseWork]:
    """Lock the running cases (of `only` some) in which something lies with the person, in order, and list what it is."""
    approvals = act.session.execute(
        select(Approval, Document)
        .join(Document, Document.id == Approval.document_id)
        .where(
            Approval.user_id == giver.id,
            Approval.decided_at.is_(None),
            Approval.round == Document.round,
            Document.status.in_(STATUS_OF_STEP.values()),
        )
        .order_by(Approval.id)
    ).all()
    cases = act.session.scalars(
        select(Case)
        .where(
            Case.stage.not_in(ENDED) | Case.id.in_(_to_evaluate()),
            (Case.officer_id == giver.id)
            | (Case.sponsor_id == giver.id)
            | Case.id.in_({document.case_id for _, document in approvals}),
            *only,
        )
        .order_by(Case.id)
        .with_for_update()
    ).all()
    work = {case.id: CaseWork(case, case.officer_id == giver.id, case.sponsor_id == giver.id) for case in cases}
    for approval, document in approvals:
        if document.case_id in work:
            work[document.case_id].approvals.append((approval, document))
    restricted = act.session.scalars(
        select(Document)
        .join(Reader, Reader.document_id == Document.id)
        .where(
            Reader.user_id == giver.id,
            Reader.removed_at.is_(None),
            Document.case_id.in_(list(work)),
            Document.status != DocumentStatus.VOID,
        )
        .order_by(Document.id)
    )
    for paper in restricted:
        one = work[paper.case_id]
        # A sponsor's place on a list was given to the person, not to the office.
        if one.officer or any(document.id == paper.id for _, document in one.approvals):
            one.papers.append(paper)
    return list(work.values())


def _to_evaluate() -> Select[int]:
    """Cases in the archive whose measures somebody still has to evaluate."""
    return select(Deadline.case_id).where(Deadline.rule_code == RULE, Deadline.state.in_(("open", "suspended")))


def _chain_faults(act: Act, taker: User, steps: Iterable[ChainStep]) -> Iterable[Fault]:
    for step in steps:
        if step.organisation_id != taker.organisation_id or not has_role(act, taker, step.role):
            unit = act.session.get_one(Organisation, step.organisation_id)
            yield Fault(
                "chain", f"审批流程中的{step.role.label}须由“{unit.name}”的{step.role.label}人员担任", "chain_step"
            )


def case_faults(act: Act, taker: User, work: CaseWork) -> Iterable[Fault]:
    """Yield why somebody cannot take over what lies with another in a case."""
    number = work.case.case_number
    unit = act.session.get_one(Organisation, work.case.unit_id)
    inside = unit.path.startswith(act.session.get_one(Organisation, taker.organisation_id).path)
    if work.officer and not (inside and has_role(act, taker, Role.OFFICER)):
        yield Fault(number, "主办民警须为本辖区的民警", "not_an_officer")
    if work.sponsor and not (inside and has_role(act, taker, Role.LEADER)):
        yield Fault(number, "包案领导须为本辖区的领导", "not_a_leader")
    if recused_among(act, work.case, [taker.id]):
        yield Fault(number, f"{taker.name}已回避该案", "recused")
    concerned = _concerned(act, taker, work)
    for approval, document in work.approvals:
        if document.author_id == taker.id:
            yield Fault(number, f"{taker.name}是文书{document.ref}的拟稿人，不能接手其审批", "author_decides")
        elif (
            approval.organisation_id != taker.organisation_id
            or not has_role(act, taker, approval.role)
            or document.id in concerned
        ):
            yield Fault(
                number, f"文书{document.ref}待办的{approval.role.label}不能由{taker.name}办理", "not_their_step"
            )


def _concerned(act: Act, taker: User, work: CaseWork) -> set[int | None]:
    """Return the restricted papers that name a person of the taker's name: nobody takes over what concerns them."""
    return set(
        act.session.scalars(
            select(AccountabilityItem.document_id)
            .join(Person, Person.id == AccountabilityItem.person_id)
            .where(AccountabilityItem.case_id == work.case.id, Person.name == taker.name)
        )
    )


def hand_over_case(act: Act, work: CaseWork, giver: User, taker: User, why: str) -> None:
    """Change the rows of one case and put it on record; what moved on restricted lists nobody is told."""
    case = work.case
    if work.officer:
        case.officer_id = taker.id
    if work.sponsor:
        case.sponsor_id = taker.id
    for approval, _ in work.approvals:
        approval.user_id = taker.id
    # Whoever bears the name of somebody in a paper gets no place on its list; nothing tells that there is one.
    concerned = _concerned(act, taker, work)
    moved = [paper for paper in work.papers if paper.id not in concerned]
    for paper in moved:
        act.session.delete(act.session.get_one(Reader, (paper.id, giver.id)))
        if act.session.get(Reader, (paper.id, taker.id)) is None:
            act.session.add(Reader(document_id=paper.id, user_id=taker.id, added_by=act.actor.id, added_at=act.at))
    record(
        act,
        case,
        "work_handed_over",
        why=why,
        before=giver.name,
        after=taker.name,
        officer=work.officer,
        sponsor=work.sponsor,
        steps=len(work.approvals),
    )


def _end_authorisations(act: Act, giver: User, why: str) -> int:
    """End what the person may still sign for others, and others for the person."""
    running = act.session.scalars(
        select(SigningAuthorisation).where(
            (SigningAuthorisation.principal_id == giver.id) | (SigningAuthorisation.deputy_id == giver.id),
            SigningAuthorisation.revoked_at.is_(None),
            SigningAuthorisation.valid_until >= act.today,
        )
    ).all()
    for row in running:
        row.revoked_at, row.revoked_reason = act.at, why
    return len(running)
