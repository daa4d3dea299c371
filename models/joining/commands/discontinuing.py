"""终止调查: ends a case before its time; what it shares with other cases goes on without it."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, or_, select

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import WrongStage
from models.kernel.events import record
from models.kernel.rights import policy
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentStatus, HazardState
from models.papers.commands.shared_papers import circular_recipients, lock_linked
from models.papers.commands.voiding import lapse
from models.papers.queries.case_papers import of_case
from models.papers.tables import BundledCase, Document, goes_round
from models.rectification.commands.merged_measures import separate_all
from models.register.commands.work_orders import reopen_hazard

IN_APPROVAL = (DocumentStatus.IN_REVIEW, DocumentStatus.COUNTERSIGNING, DocumentStatus.SIGNING)


@action("discontinue", title="终止调查", rights=("case.discontinue",), decides=True, same_as=("case_discontinued",))
def discontinue(act: Act, case_number: str, *, reason: str) -> None:
    """End a case before its time, with a reason.

    Merged measures of other cases stand on their own again; a notice over several cases that is not under way yet
    lapses, so that the others are told anew. Raises WrongStage while a paper is being approved, or such a notice is
    signed and not served.
    """
    case = lock_linked(act, case_number)
    policy.require(act.actor, "case.discontinue", unit_path=unit_path(act, case))
    why = require_reason(reason)
    pending = act.session.scalar(
        select(Document.id).where(of_case(case.id), _its_own(case), Document.status.in_(IN_APPROVAL)).limit(1)
    )
    stage = lifecycle.advance(lifecycle.CASE, case.stage, "discontinue", {"no_open_paper": pending is None})
    _let_bundles_go(act, case)
    separate_all(act, case, f"案件{case_number}终止调查")
    case.stage = stage
    case.stage_reason, case.closed_at = why, act.at
    deadlines.withdraw(act, case, act.at)
    record(act, case, "case_discontinued", why=why)
    reopen_hazard(act, case, HazardState.CHECKED)


def _its_own(case: Case) -> ColumnElement[bool]:
    """Papers of a case without those that only name it: a circular goes on when one of the cases in it ends."""
    return or_(~goes_round(), Document.case_id == case.id)


def _let_bundles_go(act: Act, case: Case) -> None:
    shared = exists(
        select(1).where(BundledCase.document_id == Document.id, BundledCase.by_reference.is_(False)).correlate(Document)
    )
    undelivered = select(Document).where(
        of_case(case.id),
        shared,
        _its_own(case),
        Document.status.not_in((DocumentStatus.DELIVERED, DocumentStatus.VOID)),
    )
    for paper in act.session.scalars(undelivered.order_by(Document.id)).all():
        if paper.number is not None:
            what = paper.kind.label if circular_recipients(act, paper.id) else "汇总通知"
            raise WrongStage(f"{what}{paper.number}已签发未送达，请先送达或作废，再终止调查。", code="bundle_unserved")
        home = act.session.get_one(Case, paper.case_id)
        lapse(act, home, paper, f"案件{case.case_number}终止调查")
