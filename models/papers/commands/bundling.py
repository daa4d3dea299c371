"""汇总通知: one notice to one recipient over the measures of several cases."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select, update

from models.case.tables import Case
from models.clock.commands import deadlines
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.events import record
from models.kernel.refs import CaseRef, UnitRef
from models.kernel.rights import policy
from models.kernel.vocabulary import DocumentKind
from models.office.commands.organisations import find_organisation
from models.papers.queries.bundles import Untold, untold
from models.papers.tables import BundledCase, Document
from models.rectification.tables import Assignment

from .drafting import carry, draft_paper
from .shared_papers import lock_cases
from .voiding import lapse

ABSORBED = "并入汇总通知"


@action("bundle-notice", title="拟制汇总通知：一个单位在几个案件中的措施合为一份通知", rights=("paper.prepare",))
def bundle_notice(act: Act, *, recipient: UnitRef, cases: Sequence[CaseRef] = (), note: str | None = None) -> str:
    """Draft one notice that lists all a recipient has not been told of in several cases; returns its case and short name.

    `cases` limits it to some. Drafts to the recipient that are not under way yet are taken into it. It is numbered,
    signed, sealed and served in the first of the cases, once for all. Raises Conflict (nothing to tell), Invalid (one
    case only, a case without such measures, a date that has passed).
    """
    unit = find_organisation(act.session, recipient)
    wanted = {row.case_id for row in untold(act.session, act.actor, unit.id, cases)}
    lock_cases(act, wanted)
    rows = untold(act.session, act.actor, unit.id, cases, wanted)
    _enough(rows, unit.name, cases)
    past = [f"{row.case_number}的{row.ref}" for row in rows if row.due_on is not None and row.due_on <= act.today]
    if past:
        raise Invalid(f"以下整改措施的完成期限已过，请先修改期限：{'、'.join(past)}。", code="measure_due_past")
    bundled: dict[int, list[int]] = {}
    for row in rows:
        bundled.setdefault(row.case_id, []).append(row.id)
    home, *others = [act.session.get_one(Case, case_id) for case_id in sorted(bundled)]
    for case in (home, *others):
        policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    for paper_id in sorted({row.notice_id for row in rows if row.notice_id is not None}):
        paper = act.session.get_one(Document, paper_id)
        case = act.session.get_one(Case, paper.case_id)
        lapse(act, case, paper, ABSORBED)
        deadlines.withdraw(act, case, act.at, "notice.issue", document_id=paper.id)
    act.session.flush()
    notice = draft_paper(
        act,
        home,
        DocumentKind.RECTIFICATION_NOTICE,
        unit.id,
        note=note,
        accident=f"{len(bundled)}起道路交通事故",
    )
    put_on(act, notice, others)
    every = [assignment for case_id in sorted(bundled) for assignment in bundled[case_id]]
    carry(act, notice, every)
    act.session.execute(update(Assignment).where(Assignment.id.in_(every)).values(notice_id=notice.id))
    return f"{home.case_number} {notice.ref}"


def put_on(act: Act, paper: Document, cases: Sequence[Case], *, by_reference: bool = False) -> None:
    """Let further cases share a paper: each shows it under a short name of its own, and counts our clock to issue it."""
    for case in cases:
        count = act.session.scalar(select(func.count()).select_from(BundledCase).where(BundledCase.case_id == case.id))
        part = BundledCase(
            document_id=paper.id,
            case_id=case.id,
            ref=f"H{(count or 0) + 1}",
            added_at=act.at,
            by_reference=by_reference,
        )
        act.session.add(part)
        act.session.flush()
        if by_reference:
            continue
        if paper.kind is DocumentKind.RECTIFICATION_NOTICE:
            subject = deadlines.Subject(part.ref, case.unit_id, document_id=paper.id)
            deadlines.start(act, case, "notice.issue", subject, case.measures_since or act.at)
        home = act.session.get_one(Case, paper.case_id)
        record(
            act,
            case,
            "paper_drafted",
            why=paper.note,
            paper=part.ref,
            kind=paper.kind.value,
            home=home.case_number,
            home_paper=paper.ref,
        )


def _enough(rows: Sequence[Untold], unit: str, cases: Sequence[str]) -> None:
    found = {row.case_number for row in rows}
    missing = [number for number in cases if number not in found]
    if missing:
        raise Invalid(f"案件{'、'.join(missing)}没有待通知{unit}的措施，或您无权办理。", code="case_without_measures")
    if not found:
        raise Conflict(f"没有待通知{unit}的措施。", code="nothing_to_draft")
    if len(found) == 1:
        raise Invalid(f"只有案件{found.pop()}有待通知{unit}的措施，请直接拟制通知书（prepare）。", code="one_case_only")
