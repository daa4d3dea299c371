"""A sample of the report to our leaders on a unit that gets no order."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, LateReport, OverdueMatter, Paper, PaperReference
from tests.documents.further_samples import ROADS, head
from tests.documents.samples import ACCIDENT, CASE


def late_report(**more: object) -> LateReport:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.REPORT,
            "关于江城市公路管理中心落实“3·15”较大道路交通事故整改措施情况的报告",
            "江城市公安局",
            number="江公交报〔2026〕1号",
            dated=date(2026, 5, 20),
            signatory="钱某",
        ),
        "case_number": CASE,
        "accident": ACCIDENT,
        "unit": ROADS,
        "notice": PaperReference(
            title="关于商请落实“3·15”较大道路交通事故整改措施的函", number="江公整〔2026〕3号", dated=date(2026, 4, 8)
        ),
        "delivered_on": date(2026, 4, 9),
        "matters": (
            OverdueMatter(
                matter="完成整改：统筹安排事故路段中央护栏改造资金",
                measure="M4",
                original=DeadlineLine(
                    what="完成整改",
                    due=date(2026, 5, 11),
                    explanation="自送达之日起30日，起算当日不计入，届满日为休息日的顺延",
                    borrowed=True,
                ),
                not_done="未收到书面回复",
            ),
        ),
        "next_steps": (f"我单位继续与{ROADS}联系，了解办理情况",),
    }
    return LateReport(**{**values, **more})


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    return {"late_report": late_report()}
