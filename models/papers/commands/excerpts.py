"""调查分析报告摘录: drafts what one recipient may read of the report."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from models.case.tables import Case
from models.kernel import lifecycle
from models.kernel.act import Act
from models.kernel.actions import action
from models.kernel.case_lock import lock_case, unit_path
from models.kernel.errors import Conflict, Invalid
from models.kernel.refs import PaperRef
from models.kernel.rights import policy
from models.kernel.vocabulary import CaseKind, DocumentKind, DocumentStatus
from models.office.rules.paper_kinds import CARRYING
from models.office.tables import Organisation
from models.papers.kinds.excerpt.content import own_measures
from models.papers.kinds.excerpt.fill import signed_report
from models.papers.tables import Document, MannerRow

from .approval import find_paper
from .drafting import Wanted, draft_notices, draft_papers


@action("prepare-excerpt", title="拟制调查分析报告摘录", rights=("paper.prepare",))
def prepare_excerpt(act: Act, case_number: str, *, papers: Sequence[PaperRef] = ()) -> list[str]:
    """Draft an excerpt for the recipient of each notice named, else of every notice; returns their short names.

    Raises WrongStage before the report is signed, Invalid for a paper that is no notice or a unit that the report asks
    nothing of, Conflict where nobody is left without an excerpt.
    """
    case = lock_case(act, case_number)
    policy.require(act.actor, "paper.prepare", unit_path=unit_path(act, case))
    lifecycle.advance(lifecycle.CASE, case.stage, "rectify")
    if papers:
        notices = [find_paper(act, case, ref) for ref in dict.fromkeys(papers)]
        for notice in notices:
            if notice.kind not in CARRYING or notice.status is DocumentStatus.VOID:
                raise Invalid(f"文书{notice.ref}不是有效的整改通知，不能为其摘录报告。", code="no_notice")
    else:
        notices = list(
            act.session.scalars(
                select(Document)
                .where(Document.case_id == case.id, Document.kind.in_(CARRYING), Document.status != DocumentStatus.VOID)
                .order_by(Document.id)
            )
        )
    drafted = _draft(act, case, [notice.recipient_id for notice in notices], strict=bool(papers))
    if not drafted:
        raise Conflict("没有需要新拟的调查分析报告摘录。", code="nothing_to_draft")
    return drafted


def draft_notices_with_excerpts(act: Act, case: Case) -> list[str]:
    """Draft the notices of a case, and an excerpt beside each whose row of the table of manners says so."""
    notices = draft_notices(act, case)
    if case.kind is CaseKind.HAZARD:
        return notices
    accompanied = act.session.scalars(
        select(Document.recipient_id)
        .join(MannerRow, MannerRow.id == Document.manner_id)
        .where(Document.case_id == case.id, Document.ref.in_(notices), MannerRow.with_excerpt)
        .order_by(Document.id)
    ).all()
    return notices + _draft(act, case, accompanied, strict=False)


def _draft(act: Act, case: Case, recipients: Sequence[int | None], *, strict: bool) -> list[str]:
    """Draft for each recipient without excerpt; `strict` refuses one that the report asks nothing of."""
    if not recipients:
        return []
    said = signed_report(act.session, case.id)
    standing = set(
        act.session.scalars(
            select(Document.recipient_id).where(
                Document.case_id == case.id,
                Document.kind == DocumentKind.EXCERPT,
                Document.status != DocumentStatus.VOID,
            )
        )
    )
    wanted = []
    units = select(Organisation).where(Organisation.id.in_([unit for unit in recipients if unit is not None]))
    for unit in act.session.scalars(units.order_by(Organisation.id)).all():
        if unit.id in standing:
            continue
        if not own_measures(said, unit.name):
            if strict:
                raise Invalid(f"报告中没有由“{unit.name}”负责的整改措施，无需摘录。", code="nothing_to_excerpt")
            continue
        wanted.append(unit.id)
    return [
        paper.ref
        for paper in draft_papers(act, [Wanted(case, DocumentKind.EXCERPT, recipient) for recipient in wanted])
    ]
