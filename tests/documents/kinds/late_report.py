"""A sample of the report to our leaders on a unit that gets no order."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, LateReport, OverdueMatter, Paper, PaperReference
from tests.documents.further_samples import head
from tests.documents.samples import ACCIDENT, CASE


def late_report(**more: object) -> LateReport:
    values: dict[str, object] = {
        "head": head(
            DocumentForm.REPORT,
            "关于提请协调江城市人民政府落实“3·15”较大道路交通事故整改措施的报告",
            "江城市公安局",
            number="江公交报〔2026〕1号",
            dated=date(2026, 5, 20),
            signatory="钱某",
        ),
        "case_number": CASE,
        "accident": ACCIDENT,
        "unit": "江城市人民政府",
        "notice": PaperReference(
            title="关于“3·15”较大道路交通事故整改建议的报告", number="江公整〔2026〕3号", dated=date(2026, 4, 8)
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
        "proposals": ("请领导以适当方式商请江城市人民政府推进落实，并指定专人对接",),
    }
    return LateReport(**{**values, **more})


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    return {"late_report": late_report()}
