"""What 通报 must hold before it is signed: the rule it rests on, and something to tell."""

from __future__ import annotations

from collections.abc import Iterator

from models.papers.preflight import Place, Remark, checks, missing

from .content import Circular


@checks(Circular)
def of_circular(paper: Circular) -> Iterator[Remark]:
    """Yield what the circular lacks."""
    if paper.power is None:
        yield missing(
            "no_power", Place.PAPER, "依据", "通报没有写明依据的道路交通安全委员会规则，请先登记。", waivable=False
        )
    if paper.periodic and not paper.figures.units and not paper.figures.matters:
        yield missing("no_figures", Place.PAPER, "统计数据", "通报没有到期或者逾期的措施，请作废本件。", waivable=False)
    if not paper.periodic and not paper.lessons and not paper.figures.matters:
        yield missing("no_matters", Place.PAPER, "通报事项", "通报没有写明所通报的事项。", waivable=False)
    if paper.report_by is not None and paper.head.dated is not None and paper.report_by <= paper.head.dated:
        yield missing("report_date_past", Place.PAPER, "报送日期", "要求报送进展的日期不晚于成文日期，请改期。")
