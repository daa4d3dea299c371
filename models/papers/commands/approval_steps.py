"""One step of an approval chain: who may take it, in whose stead, and how the decision is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from models.case.tables import Case
from models.kernel.act import Act
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, NotAllowed, WrongStage
from models.kernel.rights import policy
from models.kernel.rights.policy import Actor, StandIn
from models.kernel.vocabulary import DocumentStatus, Role
from models.office.commands.restricted import may_decide
from models.office.tables import User
from models.papers.tables import Approval, Document

STATUS_OF_STEP = {
    Role.REVIEWER: DocumentStatus.IN_REVIEW,
    Role.COUNTERSIGNER: DocumentStatus.COUNTERSIGNING,
    Role.SIGNER: DocumentStatus.SIGNING,
}
ON_PAPER = "依书面批示"


@dataclass(frozen=True, slots=True)
class Written:
    """A decision made on paper and entered by somebody else: the row of its scan, and the 来文号 it came under."""

    scan_id: int
    sha256: str
    incoming_number: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """An open step in the hands of the person who decides it at `at`; `instead_of` where that is a deputy."""

    step: Approval
    by: Actor
    at: datetime
    instead_of: StandIn | None = None
    written: Written | None = None

    def decide(self, act: Act, decision: str, reason: str | None) -> None:
        """Put the decision into the row of the step."""
        step = self.step
        step.decision, step.decided_by, step.decided_at, step.reason = decision, self.by.id, self.at, reason
        step.decided_for = None if self.instead_of is None else self.instead_of.principal_id
        if self.written is not None:
            step.recorded_by, step.recorded_at = act.person, act.at
            step.scan_id, step.incoming_number = self.written.scan_id, self.written.incoming_number

    def why(self, act: Act, reason: str | None) -> str | None:
        """Return what the record gives as the reason: of a decision on paper also that, and who entered it."""
        if self.written is None:
            return reason
        basis = f"{ON_PAPER}（{act.actor.name}代录）"
        return f"{basis}：{reason}" if reason else basis

    def told(self) -> dict[str, str | None]:
        """Return who really decided, for whom, and on which paper, as the event keeps it."""
        said: dict[str, str | None] = {}
        if self.instead_of is not None:
            said["decided_for"] = self.instead_of.principal_name
        if self.written is not None:
            said |= {
                "basis": ON_PAPER,
                "decided_by": self.by.name,
                "scan": self.written.sha256,
                "incoming_number": self.written.incoming_number,
            }
        return said


def open_step(act: Act, document: Document) -> Approval:
    """Return the step on which a paper waits. Raises WrongStage where it is not under way."""
    step = act.session.scalars(
        select(Approval)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.decided_at.is_(None),
        )
        .order_by(Approval.position)
        .limit(1)
    ).one_or_none()
    if step is None or document.status not in STATUS_OF_STEP.values():
        raise WrongStage(f"文书{document.ref}当前为“{document.status.label}”，没有待审批的步骤。")
    return step


def take_step(act: Act, case: Case, document: Document, action: str, seen_round: int | None) -> Taken:
    """Return the open step if it is the actor's, by the own right or in a signer's stead.

    Raises Conflict where somebody with the same right decided it just now, NotAllowed for the author or a stranger.
    """
    policy.require(act.actor, action, unit_path=unit_path(act, case), at_step=True)
    same_round(document, seen_round)
    step = open_step(act, document)
    if not holds(act.actor, step):
        deputy_of = in_whose_stead(act.actor, document, step)
        if deputy_of is None:
            _refuse_as_late(act, document)
            policy.require(act.actor, action, at_step=False)
    else:
        deputy_of = None
    no_author(document, act.actor, deputy_of)
    may_decide(act, case, document, act.actor, *(() if deputy_of is None else (deputy_of.principal_id,)))
    return Taken(step, act.actor, act.at, deputy_of)


def same_round(document: Document, seen_round: int | None) -> None:
    """Refuse to decide on a paper that was returned and submitted again since the person looked at it."""
    if seen_round is not None and seen_round != document.round:
        raise Conflict("该文书已被退回并重新提交，请查看最新内容后再审批。", code="conflict_round")


def holds(actor: Actor, step: Approval) -> bool:
    """Return whether a step is the actor's own."""
    return step.organisation_id == actor.organisation_id and actor.has(step.role) and step.user_id in (None, actor.id)


def in_whose_stead(actor: Actor, document: Document, step: Approval) -> StandIn | None:
    """Return the signer in whose stead the actor may take a signing step today; None where there is none."""
    if step.role is not Role.SIGNER:
        return None
    for right in actor.stands_in:
        fits = right.kinds is None or document.kind in right.kinds
        named = step.user_id in (None, right.principal_id)
        if fits and named and step.organisation_id == right.organisation_id:
            return right
    return None


def no_author(document: Document, decider: Actor, instead_of: StandIn | None) -> None:
    """Refuse the author, and a deputy who would sign in the author's stead. Raises NotAllowed."""
    if document.author_id == decider.id:
        raise NotAllowed("拟稿人不能审批自己提交的文书。", code="author_decides")
    if instead_of is not None and document.author_id == instead_of.principal_id:
        raise NotAllowed("不能代拟稿人签发其本人提交的文书。", code="deputy_of_author")


def _refuse_as_late(act: Act, document: Document) -> None:
    """Tell somebody whose step has been taken by a colleague who it was."""
    units = {act.actor.organisation_id, *(right.organisation_id for right in act.actor.stands_in)}
    roles = {role for role in STATUS_OF_STEP if role in act.actor.roles}
    if act.actor.stands_in:
        roles.add(Role.SIGNER)
    taken = act.session.execute(
        select(User.name)
        .join(Approval, Approval.decided_by == User.id)
        .where(
            Approval.document_id == document.id,
            Approval.round == document.round,
            Approval.organisation_id.in_(units),
            Approval.role.in_(roles),
        )
        .limit(1)
    ).one_or_none()
    if taken is not None:
        raise Conflict(f"该文书的这一步已由{taken.name}办理。", code="step_taken")
