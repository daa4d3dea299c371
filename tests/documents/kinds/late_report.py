"""Samples of the month's report to our leaders on units that get no order, and of one by an earlier version."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, Head, LateReport, LateUnit, OverdueMatter, Paper, PaperReference
from tests.documents.further_samples import ROADS, head
from tests.documents.samples import ACCIDENT, CASE

NOTICE = PaperReference(
    title="关于商请落实“3·15”较大道路交通事故整改措施的函", number="江公整〔2026〕3号", dated=date(2026, 4, 8)
)
ADVICE = PaperReference(
    title="关于“3·15”较大道路交通事故整改建议的报告", number="江公报〔2026〕2号", dated=date(2026, 4, 8)
)
REMINDED = PaperReference(
    title="关于商请函复“3·15”较大道路交通事故整改措施落实情况的函", number="江公催〔2026〕1号", dated=date(2026, 5, 14)
)
MATTER = OverdueMatter(
    matter="完成整改：统筹安排事故路段中央护栏改造资金",
    measure="4",
    original=DeadlineLine(
        what="完成整改",
        due=date(2026, 5, 11),
        explanation="自送达之日起30日，起算当日不计入，届满日为休息日的顺延",
        borrowed=True,
    ),
    not_done="未收到书面回复",
)
DONE = OverdueMatter(
    matter="完成整改：清查同类路段标志标线",
    measure="1",
    original=DeadlineLine(what="完成整改", due=date(2026, 5, 11)),
    done="2026年5月6日提交整改进展：已清查12处",
    not_done="逾期未完成整改",
)
ADVISED = OverdueMatter(
    matter="将事故路段改造列入年度计划", original=DeadlineLine(what="完成整改"), not_done="未收到书面回复"
)


def late_report(**more: object) -> LateReport:
    values: dict[str, object] = {
        "head": _head("关于“3·15”较大道路交通事故整改措施落实情况的报告"),
        "case_number": CASE,
        "accident": ACCIDENT,
        "late": (
            LateUnit(unit=ROADS, notice=NOTICE, delivered_on=date(2026, 4, 9), reminded=(REMINDED,), matters=(MATTER,)),
            LateUnit(unit="江城市某运输公司", notice=NOTICE, delivered_on=date(2026, 4, 9), matters=(DONE,)),
        ),
        "advised": (LateUnit(unit="江城市人民政府", notice=ADVICE, delivered_on=date(2026, 4, 9), matters=(ADVISED,)),),
        "next_steps": ("我单位继续联系上述单位，收到书面反馈后核对并续报",),
    }
    return LateReport(**{**values, **more})


def report_of_one_unit(**more: object) -> LateReport:
    """A report as an earlier version wrote it."""
    values: dict[str, object] = {
        "head": _head("关于江城市公路管理中心落实“3·15”较大道路交通事故整改措施情况的报告"),
        "case_number": CASE,
        "accident": ACCIDENT,
        "unit": ROADS,
        "notice": NOTICE,
        "delivered_on": date(2026, 4, 9),
        "matters": (MATTER.model_copy(update={"measure": "M4"}),),
        "next_steps": (f"我单位继续与{ROADS}联系，了解办理情况",),
    }
    return LateReport(**{**values, **more})


def _head(title: str) -> Head:
    return head(
        DocumentForm.REPORT,
        title,
        "江城市公安局",
        number="江公交报〔2026〕1号",
        dated=date(2026, 5, 20),
        signatory="钱某",
    )


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    return {"late_report": late_report()}
