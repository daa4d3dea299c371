"""What 逾期情况报告 must hold before it is signed: something that is late."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, missing

from .content import LateReport


@checks(LateReport)
def of_report(report: LateReport) -> Iterator[Remark]:
    """Yield what the report lacks: all that it was drafted about may have been answered meanwhile."""
    if not report.told:
        yield missing("no_matters", Place.PAPER, "逾期事项", "报告没有列出逾期的事项，请作废本件。", waivable=False)
