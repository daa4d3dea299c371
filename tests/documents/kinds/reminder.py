"""A sample of the letter that reminds who gets no order."""

from __future__ import annotations

from datetime import date

from models.kernel.vocabulary import DocumentForm
from models.papers.content import DeadlineLine, OverdueMatter, Paper, PaperReference
from models.papers.kinds.reminder.content import Reminder
from tests.documents.further_samples import ROADS, head
from tests.documents.samples import ACCIDENT, CASE


def papers() -> dict[str, Paper]:
    """Return the samples of this kind, by a name fit for a file."""
    title = "关于商请函复“3·15”较大道路交通事故整改措施落实情况的函"
    reminder = Reminder(
        head=head(DocumentForm.LETTER, title, ROADS, number="江公交催〔2026〕1号", dated=date(2026, 5, 20)),
        case_number=CASE,
        accident=ACCIDENT,
        notice=PaperReference(
            title="关于商请落实“3·15”较大道路交通事故整改措施的函", number="江公整〔2026〕3号", dated=date(2026, 4, 8)
        ),
        delivered_on=date(2026, 4, 9),
        matters=(
            OverdueMatter(
                matter="完成整改：统筹安排事故路段中央护栏改造资金",
                measure="4",
                original=DeadlineLine(
                    what="完成整改",
                    due=date(2026, 5, 11),
                    explanation="自送达之日起30日，起算当日不计入，届满日为休息日的顺延",
                    borrowed=True,
                ),
                not_done="未收到书面回复",
            ),
        ),
    )
    below = head(
        DocumentForm.NOTICE,
        "关于抓紧落实“3·15”较大道路交通事故整改措施的通知",
        "江城市公安局交通警察支队东湖大队",
        number="江公交催〔2026〕2号",
        dated=date(2026, 5, 20),
    )
    return {"reminder": reminder, "reminder-notice": reminder.model_copy(update={"head": below})}
