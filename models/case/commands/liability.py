"""事故认定书 and its 复核: records them; findings built on a decision that was revoked or changed are reopened."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import exists, or_, select, update

from models.accountability.tables import AccountabilityFinding, AccountabilityItem
from models.case.tables import Case, Finding, LiabilityDecision, LiabilityReview
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_accident import refuse_hazard
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid, NotFound, WrongStage
from models.kernel.events import record
from models.kernel.lifecycle import SIGNED
from models.kernel.refs import FindingRef, LiabilityRef
from models.kernel.rights import policy
from models.kernel.storage.files import Stored
from models.kernel.text.reasons import require_reason
from models.kernel.vocabulary import DocumentKind, FindingLevel, ReviewOutcome
from models.papers.commands.outdated_papers import flag
from models.papers.tables import Document, DocumentAssignment, PaperFlag, withdrawn
from models.rectification.tables import Assignment, MeasureFinding

from .cases import require_running
from .editing import by_ref


@action("record-liability", title="登记事故认定书", rights=("case.liability",), same_as=("liability_recorded",))
def record_liability(
    act: Act,
    case_number: str,
    *,
    number: str,
    decided_on: date,
    issued_by: str,
    findings: Iterable[FindingRef] = (),
    scan: Stored | None = None,
    scan_name: str | None = None,
) -> list[str]:
    """Put a 认定书 on record and say which findings are built on it (default: the direct causes); returns them.

    Raises Conflict for the same number, or while another one stands; Invalid (future date, empty words), NotFound.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.liability", unit_path=unit_path(act, case))
    refuse_hazard(case)
    require_running(case)
    said, unit = _words(number, "认定书文号"), _words(issued_by, "认定书制作单位")
    if decided_on > act.today:
        raise Invalid("认定书的日期晚于今天，请核对。", code="in_the_future")
    for row in _decisions(act, case):
        if row[0].number == said:
            raise Conflict(f"认定书{said}已经登记。", code="decision_known")
        if row[1] is None or row[1] is ReviewOutcome.UPHELD:
            raise Conflict(
                f"本案的认定书{row[0].number}仍然有效，复核变更或撤销后才能登记新的认定书。", code="decision_stands"
            )
    decision = LiabilityDecision(
        case_id=case.id,
        number=said,
        decided_on=decided_on,
        issued_by=unit,
        scan_sha256=None if scan is None else scan.sha256,
        scan_name=scan_name if scan else None,
        recorded_by=act.person,
        recorded_at=act.at,
    )
    act.session.add(decision)
    act.session.flush()
    built = _built(act, case, list(dict.fromkeys(findings)))
    for finding in built:
        finding.liability_id = decision.id
    refs = [finding.ref for finding in built]
    record(
        act,
        case,
        "liability_recorded",
        number=said,
        decided_on=decided_on.isoformat(),
        issued_by=unit,
        findings=refs,
        scan=decision.scan_sha256,
    )
    return refs


@action("record-review", title="登记事故认定书的复核结论", rights=("case.liability",))
def record_review(
    act: Act,
    case_number: str,
    *,
    liability: LiabilityRef,
    outcome: ReviewOutcome,
    decided_on: date,
    issued_by: str,
    reason: str | None = None,
    number: str | None = None,
    scan: Stored | None = None,
    scan_name: str | None = None,
) -> list[str]:
    """Put the review's conclusion on record. Where the 认定书 no longer stands, the findings built on it reopen and
    signed papers built on these are flagged; returns the reopened findings.

    Raises NotFound, Conflict for a second review, Invalid (before the 认定书, in the future, no reason).
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.liability", unit_path=unit_path(act, case))
    require_running(case)
    found = next((row for row in _decisions(act, case) if row[0].number == liability.strip()), None)
    if found is None:
        raise NotFound(f"本案没有文号为“{liability}”的认定书。", code="decision_not_found")
    row, reviewed = found
    if reviewed is not None:
        raise Conflict(f"认定书{row.number}的复核结论已登记为“{reviewed.label}”，复核以一次为限。", code="reviewed")
    unit = _words(issued_by, "复核单位")
    if not row.decided_on <= decided_on <= act.today:
        raise Invalid("复核结论的日期须在认定书之后、今天以前，请核对。", code="review_date")
    why = reason if outcome is ReviewOutcome.UPHELD else require_reason(reason)
    act.session.add(
        LiabilityReview(
            decision_id=row.id,
            outcome=outcome,
            number=number,
            decided_on=decided_on,
            issued_by=unit,
            reason=why,
            scan_sha256=None if scan is None else scan.sha256,
            scan_name=scan_name if scan else None,
            recorded_by=act.person,
            recorded_at=act.at,
        )
    )
    record(
        act,
        case,
        "liability_reviewed",
        why=why,
        decision=row.number,
        outcome=outcome.value,
        number=number,
        issued_by=unit,
        scan=None if scan is None else scan.sha256,
    )
    return [] if outcome is ReviewOutcome.UPHELD else _reopen(act, case, row, outcome)


@action("confirm-finding", title="重新确认所依据的认定已变更的问题", rights=("case.edit",))
def confirm_finding(act: Act, case_number: str, *, finding: FindingRef, reason: str) -> None:
    """Confirm a reopened finding on other grounds; when none is open any more, the flags for this reason come off.

    Raises WrongStage for a finding that is not open again.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "case.edit", unit_path=unit_path(act, case))
    require_running(case)
    row: Finding = by_ref(act, Finding, case, finding, "问题")
    if row.reopened_at is None or row.withdrawn_at is not None:
        raise WrongStage(f"问题{finding}无须重新确认。", code="not_reopened")
    why = require_reason(reason)
    lapsed = row.reopened_reason
    row.reopened_at = row.reopened_reason = row.liability_id = None
    record(act, case, "finding_confirmed", why=why, finding=finding)
    act.session.flush()
    same = act.session.scalar(select(exists().where(Finding.case_id == case.id, Finding.reopened_reason == lapsed)))
    if not same:
        act.session.execute(
            update(PaperFlag)
            .where(
                PaperFlag.case_id == case.id, PaperFlag.reason == _flag_reason(lapsed), PaperFlag.settled_at.is_(None)
            )
            .values(settled_at=act.at)
        )


def _words(text: str, what: str) -> str:
    if not text.strip():
        raise Invalid(f"请填写{what}。", code="empty_text")
    return text.strip()


def _decisions(act: Act, case: Case) -> Sequence[tuple[LiabilityDecision, ReviewOutcome | None]]:
    rows = act.session.execute(
        select(LiabilityDecision, LiabilityReview.outcome)
        .outerjoin(LiabilityReview, LiabilityReview.decision_id == LiabilityDecision.id)
        .where(LiabilityDecision.case_id == case.id)
        .order_by(LiabilityDecision.id)
    )
    return [(row.LiabilityDecision, row.outcome) for row in rows]


def _built(act: Act, case: Case, refs: list[str]) -> list[Finding]:
    if refs:
        return [by_ref(act, Finding, case, ref, "问题") for ref in refs]
    return list(
        act.session.scalars(
            select(Finding)
            .where(Finding.case_id == case.id, Finding.level == FindingLevel.DIRECT, Finding.withdrawn_at.is_(None))
            .order_by(Finding.position)
        )
    )


def _reopen(act: Act, case: Case, decision: LiabilityDecision, outcome: ReviewOutcome) -> list[str]:
    why = f"所依据的事故认定书{decision.number}已经复核{outcome.label}"
    findings = act.session.scalars(
        select(Finding)
        .where(Finding.case_id == case.id, Finding.liability_id == decision.id, Finding.withdrawn_at.is_(None))
        .order_by(Finding.position)
    ).all()
    for finding in findings:
        finding.reopened_at, finding.reopened_reason = act.at, why
        record(act, case, "finding_reopened", why=why, finding=finding.ref)
    act.session.flush()
    if findings:
        _flag_papers(act, case, [finding.id for finding in findings], why)
    return [finding.ref for finding in findings]


def _flag_reason(why: str | None) -> str:
    return f"文书所载问题{why}"


def _flag_papers(act: Act, case: Case, findings: list[int], why: str) -> None:
    """Flag the signed papers that say these findings: the report, what carries a measure or an item that rests on them."""
    told = Document.kind.in_((DocumentKind.ANALYSIS_REPORT, DocumentKind.EXCERPT))
    carries = exists(
        select(1)
        .select_from(DocumentAssignment)
        .join(Assignment, Assignment.id == DocumentAssignment.assignment_id)
        .join(MeasureFinding, MeasureFinding.measure_id == Assignment.measure_id)
        .where(DocumentAssignment.document_id == Document.id, MeasureFinding.finding_id.in_(findings))
        .correlate(Document)
    )
    proposes = exists(
        select(1)
        .select_from(AccountabilityItem)
        .join(AccountabilityFinding, AccountabilityFinding.item_id == AccountabilityItem.id)
        .where(AccountabilityItem.document_id == Document.id, AccountabilityFinding.finding_id.in_(findings))
        .correlate(Document)
    )
    papers = act.session.scalars(
        select(Document)
        .where(
            Document.case_id == case.id,
            Document.status.in_(SIGNED),
            Document.id.not_in(withdrawn()),
            or_(told, carries, proposes),
        )
        .order_by(Document.id)
    ).all()
    for paper in papers:
        flag(act, case, paper, {}, _flag_reason(why))
        record(act, case, "paper_flagged", why=why, paper=paper.ref, number=paper.number, changes={})
