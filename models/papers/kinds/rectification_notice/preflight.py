"""What 整改报告通知书 must hold before it is signed: what is wrong, what to do, by when, and when to answer."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.content import HazardFacts
from models.papers.preflight import Place, Remark, checks, missing
from models.papers.preflight.measures import of_measures

from .content import RectificationNotice


@checks(RectificationNotice)
def of_notice(notice: RectificationNotice) -> Iterator[Remark]:
    """Yield what the notice lacks."""
    measures = (*notice.measures, *(one for case in notice.further for one in case.measures))
    if not measures:
        yield missing("no_measures", Place.MEASURES, "整改措施", "通知书没有整改措施。")
    hazard = isinstance(notice.accident, HazardFacts)
    if not (hazard or notice.findings or any(case.findings for case in notice.further)):
        yield missing("no_findings", Place.FINDINGS, "存在的问题", "通知书没有写明存在的问题。")
    yield from of_measures(measures, issued_on=notice.head.dated, demands=True)
    if notice.binding and not notice.replies:
        yield missing("no_limits", Place.PAPER, "签收和反馈期限", "通知书没有写明签收和反馈的期限。")
